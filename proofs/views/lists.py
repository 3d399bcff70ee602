"""The list of proofs, and the start of a new one."""

from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core import history
from core.errors import RuleViolation
from core.paging import keyset_page
from core.views import FormPage, Page
from incentives.catalogue import with_vendor
from plans.models import Activity
from proofs import forms, rules, services
from proofs.choices import ProofStatus
from proofs.models import Proof

COLUMNS = (
    "id", "number", "name", "status", "amount", "currency", "created_at", "executed_from", "executed_to",
    "activity__name", "activity_type__name", "enrollment__location__name", "enrollment__location__partner__name",
    "enrollment__program__name",
)  # fmt: skip


class ProofList(Page):
    """Newest first, 50 a page, filtered by status and words."""

    permission = "proofs.list"
    template = "proofs/list.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        form = forms.ProofFilter(self.request.GET)
        form.is_valid()
        proofs = _filtered(self.request.user, form.cleaned_data)
        page = keyset_page(proofs.values(*COLUMNS), self.request.GET)
        labels = dict(ProofStatus.choices)
        for row in page.rows:
            row["label"] = labels[row["status"]]
            row["activity_type__name"] = with_vendor(row["activity_type__name"], settings.VENDOR_NAME)
        return super().get_context(
            page=page,
            rows=page.rows,
            filtered=any(form.cleaned_data.values()),
            statuses=[("", _("all")), *ProofStatus.choices],
            status=form.cleaned_data.get("status", ""),
            **extra,
        )


def _filtered(user: Any, wanted: dict[str, Any]) -> Any:
    proofs = Proof.objects.visible_to(user)
    if wanted.get("status"):
        proofs = proofs.filter(status=wanted["status"])
    words = wanted.get("q")
    if words:
        proofs = proofs.filter(
            Q(name__icontains=words)
            | Q(number__icontains=words)
            | Q(activity__name__icontains=words)
            | Q(activity__isnull=True, activity_type__name__icontains=words)
        )
    return proofs


class NewProof(FormPage):
    """One form, asked once (R-POE-02, R-POE-03)."""

    model = Activity
    select_related = ("campaign__plan__enrollment__program", "campaign__plan__enrollment__location", "approved_type")
    permission = "proofs.create"
    template = "proofs/new.html"

    def get_queryset(self) -> Any:
        """What is in force takes proofs, even when a change that is not approved yet removes it (D-10)."""
        return Activity.with_removed.visible_to(self.request.user).select_related(*self.select_related)

    def get_form(self, data: Any = None, files: Any = None) -> forms.FactsForm:
        return forms.FactsForm(data, currency=self.object.campaign.plan.currency)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        problems = rules.activity_takes_proofs(self.object)
        if problems:
            raise RuleViolation(problems)
        return super().get(request, *args, **kwargs)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        """left: what other proofs that were not rejected leave of the budget (R-POE-11); below zero it is exceeded."""
        others = Proof.objects.filter(activity=self.object).exclude(status=ProofStatus.REJECTED)
        claimed = others.aggregate(total=Sum("amount"))["total"] or 0
        return super().get_context(claimed=claimed, left=self.object.budget_in_force - claimed, **extra)

    def save(self, form: Any) -> Any:
        return services.create_proof(self.object, actor=self.request.user, **form.cleaned_data)

    def done_already(self, form: Any) -> Proof | None:
        proof = Proof.objects.visible_to(self.request.user).filter(activity=self.object, **form.cleaned_data).first()
        if proof is not None and history.just_did(proof, "proofs.create", actor=self.request.user):
            return proof
        return None
