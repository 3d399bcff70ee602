from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import bundle, rules, wording
from claims.choices import PATH, ClaimStatus, LineOutcome, PaymentStatus, Recommendation
from claims.models import Claim
from claims.workflow import CLAIM
from core.models import Holder
from core.permissions import can
from core.ui import date, datetime
from core.views import Page
from core.workflow import available
from portal import dossier
from portal.timeline import timeline_of
from proofs.choices import FindingState

# People and plan are read apart: a join of more than a dozen tables costs the planner more than two small queries.
RELATED = ("proof__activity_type", "enrollment__program", "enrollment__location__partner", "period")
_PLACE = {
    ClaimStatus.EDITING: -1,
    ClaimStatus.SUBMITTED: 0,
    ClaimStatus.UNDER_REVIEW: 1,
    ClaimStatus.ACTION_REQUIRED: 1,
    ClaimStatus.DISPUTED: 1,
}
SENDS = ("submit", "resubmit")  # these two go over the page that lists what is missing


class ClaimPage(Page):
    """The claim: what is asked, where it stands, its evidence."""

    model = Claim
    permission = "claims.view"
    select_related = RELATED
    template = "portal/claim.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        claim, user = self.object, self.request.user
        proof = claim.proof
        dossier.attach_people(claim)
        documents = dossier.documents_of(claim.proof_id, verdicts=dossier.sees_verdicts(claim, user))
        invoices = dossier.invoices_of(claim.proof_id)
        report = dossier.certification_of(claim.proof_id, documents)
        findings = findings_of(claim, user)
        only = self.request.GET.get("history", "")
        history, older = timeline_of(claim.history_thread, user, only or "all", everything="all" in self.request.GET)
        return super().get_context(
            claim=claim,
            proof=proof,
            typed_facts=dossier.typed_facts(proof),
            zone=claim.enrollment.program.deadline_zone,
            partner=claim.enrollment.location.partner,
            activity=dossier.activity_of(proof),
            status_label=ClaimStatus(claim.status).label,
            holder=holder_of(claim, user),
            steps=steps_of(claim),
            ladder=ladder_of(claim, user),
            lines=lines_of(claim) if claim.approved_amount is not None else [],
            dispute_until=dispute_until(claim, user),
            payments=payments_of(claim) if claim.approved_amount is not None else [],
            documents=documents,
            invoices=invoices,
            certification=report,
            signature=dossier.signature_words(report, claim.enrollment.program.deadline_zone),
            proven=dossier.proven_total(claim.proof, invoices, report),
            metrics=dossier.metrics_of(proof),
            findings=findings,
            fixed=sum(one["state"] != FindingState.OPEN for one in findings),
            moves=[_button(move, claim, findings) for move in available(CLAIM, claim, user) if is_useful(move, claim)],
            may_bundle=can(user, "claims.bundle", claim).allowed,
            bundle_size=bundle_size(documents),
            comment=can(user, "proofs.comment", claim),
            history=history,
            older=older,
            history_filter=only,
            vendor=settings.VENDOR_NAME,
            **extra,
        )


def is_useful(move: Any, claim: Claim) -> bool:
    """Moves whose time is over, or that mean nothing in this case, are no buttons at all."""
    if move.name == "dispute":
        return not rules.dispute_is_open(claim, {})
    if move.name == "undo":
        return not rules.undo_is_open(claim, {})
    if move.name == "withdraw":
        return not claim.is_in_dispute
    if move.name == "uphold":
        return claim.is_in_dispute and claim.approved_before is not None
    return not (move.name == "reject" and claim.is_in_dispute and claim.approved_before is not None)


def _button(move: Any, claim: Claim, findings: list[dict[str, Any]]) -> dict[str, Any]:
    name, label = move.name, move.transition.label
    if name == "resubmit":
        fixed = sum(one["state"] != FindingState.OPEN for one in findings)
        label = _("Send back for review (%(fixed)s of %(all)s fixed)") % {"fixed": fixed, "all": len(findings)}
    href = (
        reverse("claims:submit_proof", args=[claim.proof_id])
        if name in SENDS
        else reverse("claims:move", kwargs={"pk": claim.pk, "move": name})
    )
    return {
        "name": name,
        "label": label,
        "tone": move.transition.tone,
        "href": href,
        "reason": "" if move.allowed else move.reason,
        "dialog": name not in SENDS,
    }


def bundle_size(documents: list[dict[str, Any]]) -> tuple[int, int]:
    """(files, bytes) of the bundle, from the rows the page has anyway."""
    return bundle.size_of([(row["state"], row["size"], row["value"]) for row in documents])


def holder_of(claim: Claim, user: Any) -> dict[str, Any] | None:
    """Who must act; None when nobody has to."""
    if claim.holder == Holder.NOBODY:
        return None
    with_vendor = claim.holder == Holder.VENDOR
    name = claim.enrollment.location.partner.name
    if with_vendor:
        name = settings.VENDOR_NAME
        if claim.assigned_to is not None:
            name = f"{claim.assigned_to.display_name}, {name}"
    until_label = _("Answer promised by") if with_vendor else _("Answer asked by")
    you = claim.assigned_to_id == user.pk if with_vendor else not user.is_vendor
    note = "" if with_vendor or user.is_vendor else _("The review clock is paused meanwhile.")
    return {"name": name, "you": you, "until_label": until_label, "note": note}


def steps_of(claim: Claim) -> list[dict[str, Any]]:
    """Submitted, under review, decided: the way of every claim; of one that ended, the steps that took place."""
    labels = [ClaimStatus(status).label for status in PATH]
    if claim.status in (ClaimStatus.REJECTED, ClaimStatus.WITHDRAWN, ClaimStatus.EXPIRED):
        labels[-1] = ClaimStatus(claim.status).label
    here = _PLACE.get(ClaimStatus(claim.status), len(PATH))
    if claim.status in (ClaimStatus.ACTION_REQUIRED, ClaimStatus.DISPUTED):
        labels[1] = ClaimStatus(claim.status).label
    states = ["done" if place < here else "current" if place == here else "todo" for place in range(len(PATH))]
    steps = [
        {"label": label, "note": note, "state": state}
        for label, note, state in zip(labels, _step_notes(claim), states, strict=True)
    ]
    never_sent = claim.first_submitted_at is None
    if claim.status == ClaimStatus.EXPIRED and never_sent:
        return steps[-1:]
    if claim.status == ClaimStatus.WITHDRAWN and claim.submitted_at == claim.first_submitted_at:
        return [steps[0], steps[-1]]  # taken back before any review (R-CLM-22)
    return steps


def _step_notes(claim: Claim) -> list[str]:
    """When each step was reached and by whom; the day promised for the one that is still to come."""
    zone = claim.enrollment.program.deadline_zone
    sent = datetime(claim.submitted_at, zone) if claim.submitted_at else ""
    reviewer = claim.assigned_to.display_name if claim.assigned_to else ""
    end = ""
    if claim.decided_at:
        who = claim.decided_by.display_name if claim.decided_by else ""
        end = ", ".join(part for part in (date(claim.decided_at, zone), who) if part)
    elif claim.due_at and claim.holder == Holder.VENDOR:
        end = _("by %(day)s") % {"day": date(claim.due_at, zone, weekday=True)}
    return [sent, reviewer, end]


def ladder_of(claim: Claim, user: Any) -> list[dict[str, Any]]:
    """Asked, the rungs that took something, what can be paid, recommended (the vendor's people only), approved."""
    steps = [{"label": _("Asked"), "amount": claim.amount}, *wording.steps(claim.ladder, claim.currency)]
    if claim.payable is not None:
        steps.append({"label": _("Can be paid"), "amount": claim.payable})
    if user.is_vendor and claim.recommendation == Recommendation.APPROVE:
        who = claim.recommended_by.display_name if claim.recommended_by else ""
        note = f"{who}: {claim.recommended_reason}" if claim.recommended_reason else who
        steps.append({"label": _("Recommended"), "amount": claim.recommended_amount, "note": note})
    if claim.approved_amount is not None:
        steps.append(
            {"label": _("Approved"), "amount": claim.approved_amount, "note": claim.decision_comment, "strong": True}
        )
    elif claim.status == ClaimStatus.REJECTED:
        steps.append({"label": _("Approved"), "amount": 0, "note": claim.decision_comment, "strong": True})
    return steps


def payments_of(claim: Claim) -> list[dict[str, Any]]:
    """What is paid of the claim and when it is expected (R-CLM-28, R-CLM-31)."""
    labels = dict(PaymentStatus.choices)
    rows = list(
        claim.payments.order_by("created_at", "id").values(
            "id", "number", "status", "amount", "currency", "promised_by", "sent_on", "held"
        )
    )
    for row in rows:
        row["label"], row["href"] = labels[row["status"]], reverse("claims:payment", args=[row["id"]])
    return rows


def dispute_until(claim: Claim, user: Any) -> Any:
    """The last day to dispute, for a partner who still can."""
    if user.is_vendor or rules.dispute_is_open(claim, {}):
        return None
    return rules.dispute_last_day(claim) if claim.status in CLAIM["dispute"].sources else None


def lines_of(claim: Claim) -> list[dict[str, Any]]:
    """The newest word on each cost line, where the decision was taken line by line."""
    rows = list(claim.line_decisions.values("label", "outcome", "asked", "amount", "reason", "round"))
    newest = max((row["round"] for row in rows), default=0)
    labels = dict(LineOutcome.choices)
    return [{**row, "outcome": labels[row["outcome"]]} for row in rows if row["round"] == newest]


def findings_of(claim: Claim, user: Any) -> list[dict[str, Any]]:
    """What is to fix, with the document concerned. What was not sent yet is the vendor's own note."""
    rows = claim.proof.findings.exclude(state=FindingState.CLOSED)
    if not user.is_vendor:
        rows = rows.filter(sent=True)
    found = list(
        rows.order_by("created_at", "id").values(
            "id", "text", "state", "sent", "card", "reply", "created_at", "document_id", "document__name",
            "created_by__name", "created_by__email",
        )
    )  # fmt: skip
    for one in found:
        one["title"] = one["document__name"] or dossier.card_title(claim.proof, one["card"]) or _("On the whole")
    return found
