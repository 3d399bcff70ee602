from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from incentives.querysets import DossierQuerySet, within
from proofs.choices import UNDECIDED, WITH_PARTNER, DocumentState, Level, ProofStatus, Section


class ProofQuerySet(DossierQuerySet):
    def take_files(self, enrollment: Any) -> Self:
        """The proofs of an enrolment that are open to the partner today (R-CLM-21, R-CLM-25), last changed first."""
        dispute = Q(
            status__in=(ProofStatus.APPROVED, ProofStatus.REJECTED),
            disputable_until__gte=enrollment.program.today(),
        )
        mine = self.filter(Q(status__in=WITH_PARTNER) | dispute, enrollment=enrollment)
        return mine.order_by("-updated_at", "-id")

    def for_page(self) -> Self:
        """With all that the page of one proof shows from above it; `activity_total` is the sum of the amounts of
        the activity's proofs that were not rejected (R-POE-11)."""
        siblings = (
            self.model._default_manager.filter(activity=OuterRef("activity"))
            .exclude(status=ProofStatus.REJECTED)
            .order_by()
            .values("activity")
        )
        return (
            self.select_related(
                "enrollment__program", "enrollment__location__partner", "activity__campaign__plan__reviewer",
                "activity_type__program_year", "period", "created_by", "assigned_to", "certification",
            )
            .prefetch_related("certification__lines")
            .annotate(activity_total=Subquery(siblings.annotate(total=Sum("amount")).values("total")))
        )  # fmt: skip


class OfProofQuerySet(DossierQuerySet):
    """Rows that belong to one proof and are seen by whoever sees the proof."""

    path = "proof__"


class LikenessQuerySet(models.QuerySet):
    def sharing(self, probes: list[int], *, at_most: int) -> Any:
        """Looks that share bands with the probes, those that share most first, `shared` on each: by the index, not by
        a scan of all."""
        shared = RawSQL("(SELECT count(*) FROM unnest(bands) AS band WHERE band = ANY(%s))", [probes])
        return self.filter(bands__overlap=probes).annotate(shared=shared).order_by("-shared", "pk")[:at_most]


class DocumentQuerySet(OfProofQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Documents of the proofs one sees; the partner's people see what lies in their bins too. The vendor never
        does: nothing in a bin was sent to anybody."""
        if not user.is_authenticated or user.is_vendor:
            return super().visible_to(user)
        in_bin = Q(within(user, "bin__enrollment__"), proof__isnull=True)
        return self.filter(Q(within(user, "proof__enrollment__")) | in_bin)

    def in_bin(self) -> Self:
        """What waits in a receipt bin: on no proof yet, not removed."""
        return self.filter(proof__isnull=True, removed_at__isnull=True, parent__isnull=True)

    def current(self) -> Self:
        """The evidence as it stands: without what was removed, what is inside an e-mail, and papers of the
        payment."""
        return self.filter(removed_at__isnull=True, parent__isnull=True).exclude(section=Section.TAX)

    def with_thumbnail(self) -> Self:
        """With `has_thumbnail`: whether there is a small picture of its first page."""
        from proofs.models import DocumentPicture  # the queryset is defined before the model it asks

        return self.annotate(has_thumbnail=Exists(DocumentPicture.objects.filter(document=OuterRef("pk"), page=0)))

    def with_checks(self) -> Self:
        """With `said`: level and message of every check that did not simply pass, in order of the checks."""
        from proofs.models import DocumentCheck  # the queryset is defined before the model it asks

        checks = DocumentCheck.objects.filter(document=OuterRef("pk")).exclude(level=Level.PASS).order_by("position")
        return self.with_thumbnail().annotate(
            said=ArraySubquery(checks.values(json=JSONObject(level="level", message="message")))
        )

    def comparable(self) -> Self:
        """What may be used twice: clean files of proofs; no papers of the payment, nothing that we wrote ourselves."""
        return (
            self.clean()
            .filter(removed_at__isnull=True, proof__isnull=False, generated=False)
            .exclude(section=Section.TAX)
        )

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)

    def clean(self) -> Self:
        return self.filter(state=DocumentState.CLEAN)
