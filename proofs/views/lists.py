"""The list of proofs, and the start of a new one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import RuleViolation
from core.views import FormPage, Page
from plans.models import Activity
from proofs import forms, rules, services
from proofs.choices import ProofStatus
from proofs.models import Proof

ROWS = 50
COLUMNS = (
    "pk", "number", "name", "status", "amount", "currency", "created_at", "executed_from", "executed_to",
    "activity__name", "enrollment__location__name", "enrollment__location__partner__name",
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
        rows, after = page_after(proofs, self.request.GET.get("after", ""))
        labels = dict(ProofStatus.choices)
        for row in rows:
            row["label"] = labels[row["status"]]
        return super().get_context(
            rows=rows,
            after=after,
            paged=bool(self.request.GET.get("after")),
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
            Q(name__icontains=words) | Q(number__icontains=words) | Q(activity__name__icontains=words)
        )
    return proofs


def page_after(proofs: Any, mark: str) -> tuple[list[dict[str, Any]], str]:
    """Rows behind the mark of the row before, and the mark for the next page ("" when there is none)."""
    place = _place(mark)
    if place is not None:
        moment, pk = place
        proofs = proofs.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=pk))
    rows = list(proofs.order_by("-created_at", "-id").values(*COLUMNS)[: ROWS + 1])
    more = len(rows) > ROWS
    rows = rows[:ROWS]
    return rows, f"{rows[-1]['created_at'].isoformat()}~{rows[-1]['pk']}" if more else ""


def _place(mark: str) -> tuple[datetime, UUID] | None:
    moment, _sep, pk = mark.partition("~")
    try:
        parsed, key = datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        return None
    return (parsed, key) if parsed.tzinfo is not None else None


class NewProof(FormPage):
    """One form, asked once (R-POE-02, R-POE-03)."""

    model = Activity
    select_related = ("campaign__plan__enrollment__program", "campaign__plan__enrollment__location", "activity_type")
    permission = "proofs.create"
    template = "proofs/new.html"

    def get_form(self, data: Any = None, files: Any = None) -> forms.FactsForm:
        return forms.FactsForm(data, currency=self.object.campaign.plan.currency)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        problems = rules.activity_takes_proofs(self.object)
        if problems:
            raise RuleViolation(problems)
        return super().get(request, *args, **kwargs)

    def save(self, form: Any) -> Any:
        return services.create_proof(self.object, actor=self.request.user, **form.cleaned_data)
