from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import deadlines, rules, services, wording
from claims.forms import SubmitForm
from claims.models import Claim
from claims.payable import Payable, payable_of
from core import history
from core.errors import StateConflict
from core.views import FormPage
from incentives.choices import Settlement
from proofs.choices import WITH_PARTNER, ProofStatus, Section
from proofs.evidence import checklist_of, dossier_of
from proofs.models import Proof


class SubmitProof(FormPage):
    """Before a proof is sent: what is sent, to whom, until when, and everything that is still missing (D-07, D-17)."""

    model = Proof
    permission = "proofs.submit"
    template = "claims/submit.html"
    form_class = SubmitForm
    success_message = gettext_lazy("Sent. You will be told as soon as there is an answer.")
    select_related = (
        "activity__campaign", "activity_type__program_year", "period", "enrollment__program",
        "enrollment__location__partner",
    )  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status not in WITH_PARTNER:
            raise StateConflict(_("This has been sent already."), ProofStatus(self.object.status).label)
        return super().get(request, *args, **kwargs)

    def save(self, form: SubmitForm) -> Claim:
        return services.submit_proof(self.object.pk, actor=self.request.user, comment=form.cleaned_data["comment"])

    def done_already(self, form: SubmitForm) -> Claim | None:
        claim = self.object.claims.live().first()
        comment, actor = form.cleaned_data["comment"], self.request.user
        sent = ("claims.submit", "claims.resubmit")
        if claim and any(history.is_last_move(claim, one, actor=actor, comment=comment) for one in sent):
            return claim
        return None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        proof = self.object
        claim = proof.claims.live().select_related("assigned_to", "period").first()
        program = proof.enrollment.program
        problems = extra.pop("problems", None)
        found = payable_of(proof, claim, rules.period_of(proof))
        if problems is None:
            problems = rules.submission_problems(proof, claim, found)
        checklist = checklist_of(proof, dossier_of(proof, self.request.user))
        return super().get_context(
            claim=claim,
            problems=problems,
            warnings=[one for one in checklist.matches if one.needs_answer],
            period=claim.period if claim and claim.period else rules.period_of(proof),
            counts=_counts(proof),
            payable=found,
            steps=wording.steps(found.ladder.plain(), proof.currency) if found.ladder else [],
            in_short=_in_short(proof, found),
            reviewer=claim.assigned_to if claim else None,
            review_due=rules.answer_due(program),
            keep_until=deadlines.keep_until(proof.executed_to) if proof.executed_to else None,
            evidence_href=proof.get_absolute_url(),
            again=claim is not None and claim.first_submitted_at is not None,
            vendor=settings.VENDOR_NAME,
            last_day=rules.last_day_to_send(proof),
            by_period=program.settlement != Settlement.PLAN_PAYOUT,
            **extra,
        )


def _in_short(proof: Proof, found: Payable) -> str:
    if found.ladder is None or proof.amount is None:
        return ""
    return wording.in_short(found.ladder.plain(), proof.amount, found.ladder.payable, proof.currency)


def _counts(proof: Proof) -> list[tuple[Any, int]]:
    sections = list(proof.documents.current().values_list("section", flat=True))
    return [(section.label, sections.count(section)) for section in Section if section in sections]
