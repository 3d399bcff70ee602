from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from claims.choices import ClaimStatus
from claims.filters import CLAIM_FILTERS, in_words, matching_claims
from claims.models import Claim
from core.paging import keyset_page
from core.ui import date_range
from core.views import Page
from incentives.catalogue import with_vendor
from incentives.models import Enrollment, Period, Program
from proofs.choices import ProofStatus
from proofs.models import Proof

COLUMNS = (
    "id", "number", "status", "amount", "approved_amount", "currency", "due_at", "created_at", "proof__name",
    "proof__activity_type__name", "enrollment__location__partner__name", "enrollment__location__name",
    "enrollment__program__deadline_zone", "period__label", "period__usage_start", "period__usage_end",
)  # fmt: skip

DRAFT_COLUMNS = (
    "id", "number", "name", "amount", "currency", "enrollment__location__name", "activity_type__name",
    "period__usage_start", "period__usage_end", "period__claiming_start", "period__claiming_end",
    "enrollment__program__deadline_zone",
)  # fmt: skip
MOST_DRAFTS = 10


class ClaimList(Page):
    """Claims of one's own pairs, or of one's programs for the vendor: newest first, fifty a page."""

    permission = "claims.list"
    template = "claims/list.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        params = self.request.GET
        claims = matching_claims(Claim.objects.visible_to(self.request.user), params)
        programs, periods = self.choices()
        may_start = self.may_start()
        page = keyset_page(claims.values(*COLUMNS), params)
        drafts = self.drafts() if may_start else []
        for rows, column in ((page.rows, "proof__activity_type__name"), (drafts, "activity_type__name")):
            for row in rows:
                row[column] = with_vendor(row[column], settings.VENDOR_NAME)
        return {
            "may_start": may_start,
            "drafts": drafts,
            "page": page,
            "statuses": [("", _("all")), *ClaimStatus.choices],
            "programs": programs,
            "periods": periods,
            "status_labels": dict(ClaimStatus.choices),
            "is_filtered": any(params.get(name) for name in CLAIM_FILTERS),
            "export_filters": {name: params[name] for name in CLAIM_FILTERS if params.get(name)},
            "also": in_words(params),
            **extra,
        }

    def may_start(self) -> bool:
        """Whether the person works for a location in a program whose claims need no plan (R-ROLE-10, R-PROG-05)."""
        user = self.request.user
        return not user.is_vendor and Enrollment.objects.claimable_by(user).exists()

    def drafts(self) -> list[dict[str, Any]]:
        """Claims without plan that were begun and not sent: they have no claim's number yet (D-07)."""
        return list(
            Proof.objects.visible_to(self.request.user)
            .filter(activity__isnull=True, status=ProofStatus.EDITING)
            .order_by("-created_at", "-id")
            .values(*DRAFT_COLUMNS)[:MOST_DRAFTS]
        )

    def choices(self) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
        """Programs and periods one can filter by, in one query."""
        rows = (
            Period.objects.filter(program__in=Program.objects.visible_to(self.request.user))
            .order_by("-usage_start", "program__name")
            .values_list("label", "program_id", "program__name", "usage_start", "usage_end")
        )
        programs: dict[int, str] = {}
        labels: dict[str, str] = {}
        for label, program_id, name, first, last in rows:
            programs[program_id] = name
            labels.setdefault(label, f"{date_range(first, last)} ({label})")
        by_name = sorted(programs.items(), key=lambda pair: pair[1])
        return [("", _("all")), *by_name], [("", _("all")), *labels.items()]
