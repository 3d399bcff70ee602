from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims import deadlines, rules, services, wording
from claims.choices import ClaimStatus
from claims.forms import ApproveForm, AssignForm, CommentForm, RecommendForm
from claims.models import Claim
from claims.payable import cost_lines, payable_of
from claims.workflow import CLAIM
from core.errors import StateConflict
from core.forms import MoveForm
from core.models import Audience
from core.ui import date, money_text
from core.views import FormPage, MovePage
from proofs import rules as proof_rules
from proofs import services as proofs

MOVES = {
    "withdraw": services.withdraw_claim,
    "take": services.take_claim,
    "request_action": services.request_claim_action,
    "approve": services.approve_claim,
    "reject": services.reject_claim,
    "dispute": services.dispute_claim,
    "uphold": services.uphold_claim,
    "undo": services.undo_claim,
}
RELATED = ("proof", "enrollment__program", "enrollment__location__partner", "assigned_to", "period")
_DONE = {
    "withdraw": gettext_lazy("Taken back. You can change the evidence and send it again."),
    "take": gettext_lazy("The review is yours."),
    "request_action": gettext_lazy("Sent back to the partner."),
    "approve": gettext_lazy("Approved. The partner is told by mail in 15 minutes; until then you can take it back."),
    "reject": gettext_lazy("Rejected. The partner is told by mail in 15 minutes; until then you can take it back."),
    "dispute": gettext_lazy("Sent. Somebody else than the first decider looks at it now."),
    "uphold": gettext_lazy("The decision stands. The partner is told by mail in 15 minutes."),
    "undo": gettext_lazy("Taken back. The claim is in review again, and the partner was not mailed."),
}


class ClaimMove(MovePage):
    """One move of a claim, with what it will do."""

    model = Claim
    permission = "claims.view"
    select_related = RELATED
    workflow = CLAIM
    moves = MOVES
    form_class = MoveForm
    forms = {"approve": ApproveForm}
    outcome = {"amount": "approved_amount"}
    template = "claims/move.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.success_message = _DONE[self.transition.name]
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"lines": cost_lines(self.object.proof)} if self.transition.name == "approve" else {}

    def get_success_url(self, result: Claim) -> str:
        if self.transition.name == "take":
            return reverse("portal:desk", args=[result.pk])
        return result.get_absolute_url()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        claim = self.object
        back = reverse("portal:desk", args=[claim.pk]) if self.request.user.is_vendor else claim.get_absolute_url()
        if self.transition.name == "approve":
            extra["steps"] = steps_now(claim)
        return super().get_context(
            title=title_of(claim, self.transition.name),
            consequences=consequences_of(claim, self.transition.name),
            back_href=back,
            **extra,
        )


def steps_now(claim: Claim) -> list[dict[str, Any]]:
    """The ladder as it stands now: other claims may have used a cap since this one was sent (R-CAP-06)."""
    found = payable_of(claim.proof, claim, claim.period)
    return wording.steps(found.ladder.plain(), claim.currency) if found.ladder else []


def title_of(claim: Claim, move: str) -> str:
    partner = claim.enrollment.location.partner.name
    texts = {
        "withdraw": _("Withdraw %(number)s?"),
        "take": _("Start the review of %(number)s?"),
        "request_action": _("Send %(number)s back to %(partner)s?"),
        "approve": _("Approve %(number)s for %(partner)s?"),
        "reject": _("Reject %(number)s of %(partner)s?"),
        "dispute": _("Dispute the decision on %(number)s?"),
        "uphold": _("Let the decision on %(number)s of %(partner)s stand?"),
        "undo": _("Take back the decision on %(number)s?"),
    }
    return texts[move] % {"number": claim.number, "partner": partner}


def consequences_of(claim: Claim, move: str) -> list[dict[str, Any]]:
    """What will happen, to whom, with which sum and date."""
    program, location = claim.enrollment.program, claim.enrollment.location
    asked = money_text(claim.amount, claim.currency)
    told = {"icon": "mail", "text": _("%(partner)s is told at once") % {"partner": location.partner.name}}
    minutes = deadlines.UNDO.seconds // 60
    later = {
        "icon": "mail",
        "text": _("You can take it back for %(minutes)s minutes; then %(partner)s is mailed")
        % {"minutes": minutes, "partner": location.partner.name},
    }
    final = {"icon": "lock", "text": _("Neither side can change the evidence after this")}
    if move == "withdraw":
        return [
            {"icon": "arrow-back-up", "text": _("The claim of %(asked)s ends; its number stays") % {"asked": asked}},
            {"icon": "pencil", "text": _("The evidence opens again, and you can send it anew")},
        ]
    if move == "take":
        return [
            {"icon": "user", "text": _("The claim is assigned to you")},
            {"icon": "lock", "text": _("The partner can no longer withdraw it")},
        ]
    if move == "approve":
        first = {"icon": "coins", "text": _("Asked: %(asked)s") % {"asked": asked}}
        return [first, *_not_judged(claim), later, final]
    if move == "reject":
        first = {"icon": "circle-x", "text": _("Nothing of %(asked)s is approved") % {"asked": asked}}
        return [first, *_not_judged(claim), later, final]
    if move in ("dispute", "uphold", "undo"):
        return _dispute_consequences(claim, move, later)
    return _request_consequences(claim, program, told)


def _dispute_consequences(claim: Claim, move: str, later: dict[str, Any]) -> list[dict[str, Any]]:
    if move == "uphold":
        before = money_text(claim.approved_before, claim.currency)
        return [{"icon": "coins", "text": _("%(before)s stay approved, nothing more") % {"before": before}}, later]
    if move == "undo":
        return [
            {"icon": "arrow-back-up", "text": _("The claim is in review again; its bookings are reversed")},
            {"icon": "mail", "text": _("The partner is not mailed about the decision")},
        ]
    due = rules.dispute_answer_due(claim.enrollment.program)
    rest = money_text((claim.payable or claim.amount) - (claim.approved_amount or 0), claim.currency)
    return [
        {"icon": "coins", "text": _("%(rest)s is reserved again while it is decided") % {"rest": rest}},
        {"icon": "users", "text": _("Somebody else than the first decider decides")},
        {
            "icon": "clock",
            "text": _("An answer is promised by %(day)s") % {"day": date(due, claim.enrollment.program.deadline_zone)},
        },
        {"icon": "files", "text": _("Add new evidence on the evidence page first, under further documents")},
    ]


def _not_judged(claim: Claim) -> list[dict[str, Any]]:
    """A decision is possible while documents have no verdict; whoever takes it knows."""
    count = claim.proof.documents.current().filter(verdict="").count()
    if not count:
        return []
    text = ngettext("%(count)s document was not judged", "%(count)s documents were not judged", count)
    return [{"icon": "alert-triangle", "text": text % {"count": count}}]


def _request_consequences(claim: Claim, program: Any, told: dict[str, Any]) -> list[dict[str, Any]]:
    opens = proof_rules.titles_that_would_open(claim.proof)
    text = _("For the partner this opens everything: nothing is noted on a document or a card")
    if opens is not None:
        text = _("For the partner this opens: %(cards)s") % {"cards": ", ".join(opens)}
    due = rules.correction_asked_by(program)
    lines = [
        {"icon": "lock-open", "text": text},
        {
            "icon": "clock-pause",
            "text": _("Your clock is paused; an answer is asked by %(day)s")
            % {"day": date(due, program.deadline_zone)},
        },
        told,
    ]
    last = rules.last_day_to_correct(claim)
    if last is not None:
        lines.append({"icon": "calendar", "text": _("Corrections are possible until %(day)s") % {"day": date(last)}})
    return lines


class _DeskForm(FormPage):
    """A form of the desk; it leads back there."""

    model = Claim
    permission = "claims.review"
    select_related = RELATED
    template = "claims/desk_form.html"
    title: Any = ""
    verb: Any = ""
    states: tuple[str, ...] = ()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"claim": self.object}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status not in self.states:
            raise StateConflict(
                _("This is meanwhile “%(status)s”.") % {"status": ClaimStatus(self.object.status).label},
                self.object.status,
            )
        return super().get(request, *args, **kwargs)

    def get_success_url(self, result: Claim) -> str:
        return reverse("portal:desk", args=[result.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=self.title, verb=self.verb, back_href=reverse("portal:desk", args=[self.object.pk]), **extra
        )


class Recommend(_DeskForm):
    form_class = RecommendForm
    title = gettext_lazy("Recommend a decision")
    verb = gettext_lazy("Recommend")
    states = (ClaimStatus.UNDER_REVIEW,)
    success_message = gettext_lazy("Your recommendation is recorded; the incentives admins are told.")

    def save(self, form: RecommendForm) -> Claim:
        return services.recommend_claim(self.object.pk, actor=self.request.user, **form.cleaned_data)


class Assign(_DeskForm):
    form_class = AssignForm
    title = gettext_lazy("Hand the claim to someone")
    verb = gettext_lazy("Assign")
    states = (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.ACTION_REQUIRED)
    success_message = gettext_lazy("Assigned.")

    def save(self, form: AssignForm) -> Claim:
        return services.assign_claim(self.object.pk, actor=self.request.user, **form.cleaned_data)


class Comment(FormPage):
    """A comment in the dossier, or an internal note of the vendor's people."""

    model = Claim
    permission = "proofs.comment"
    select_related = RELATED
    template = "claims/comment.html"
    form_class = CommentForm

    def save(self, form: CommentForm) -> Claim:
        audience = Audience.VENDOR if form.cleaned_data["internal"] else Audience.ALL
        proofs.comment_proof(
            self.object.proof_id, actor=self.request.user, comment=form.cleaned_data["comment"], audience=audience
        )
        return self.object

    def get_success_url(self, result: Claim) -> str:
        return f"{result.get_absolute_url()}#history"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(back_href=self.object.get_absolute_url(), **extra)
