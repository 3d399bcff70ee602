"""What must hold for a claim: each question returns problems, empty means yes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims import deadlines, wording
from claims.choices import ClaimStatus
from claims.models import Claim
from claims.payable import Payable, payable_of, pays_claims
from core import clock
from core.errors import Problem
from core.money import format_amount
from incentives.choices import Settlement
from incentives.models import Period, Program
from incentives.rules import payout_data_problems
from plans.deadlines import RESUBMISSION_DAYS
from proofs import rules as proof_rules
from proofs.models import Proof


def period_of(proof: Proof) -> Period | None:
    """D-05: the usage period chosen where there is no plan, else the one that contains the last day of the work; that
    is kept on the object, since one page asks it often."""
    if proof.without_plan:
        return proof.period
    if proof.executed_to is None:
        return None
    day, period = proof.__dict__.get("_period_of", (None, None))
    if day != proof.executed_to:
        period = proof.enrollment.program.periods.used_on(proof.executed_to).first()
        proof.__dict__["_period_of"] = (proof.executed_to, period)
    return period


def window_is_open(proof: Proof) -> list[Problem]:
    """D-05: the claiming period of the work's usage period is open (R-CAL-08, T-CAL-2, T-CAL-3); where the plan is
    paid monthly, until 90 days after the program year."""
    if proof.executed_to is None and not proof.without_plan:
        return []  # the checklist asks for the date
    program = proof.enrollment.program
    if program.settlement == Settlement.PLAN_PAYOUT:
        return _payout_window(proof)
    today = program.today()
    period = period_of(proof)
    if period is None:
        return [
            Problem(
                "no_period",
                _("There is no usage period for these dates. Ask the vendor."),
                "R-CAL-08",
                "card-date",
            )
        ]
    if today < period.claiming_start:
        text = _("Work of %(period)s can be claimed from %(day)s on. Keep the draft until then.")
        day = period.claiming_start
    elif today > period.claiming_end:
        text = _("Work of %(period)s could be claimed until %(day)s.")
        day = period.claiming_end
    else:
        return []
    span = f"{date_format(period.usage_start)} – {date_format(period.usage_end)}"
    return [Problem("claiming_closed", text % {"period": span, "day": date_format(day)}, "R-CAL-08", "card-date")]


def last_day_to_send(proof: Proof) -> date | None:
    """The last day on which this proof can be sent (D-05); None while its dates lie in no usage period."""
    if proof.enrollment.program.settlement == Settlement.PLAN_PAYOUT:
        return proof.activity_type.program_year.ends_on + timedelta(days=RESUBMISSION_DAYS)
    period = period_of(proof)
    return period.claiming_end if period else None


def _payout_window(proof: Proof) -> list[Problem]:
    year = proof.activity_type.program_year
    last = year.ends_on + timedelta(days=RESUBMISSION_DAYS)
    if proof.enrollment.program.today() <= last:
        return []
    text = _("Proofs of %(year)s could be sent until %(day)s.") % {
        "year": year.name,
        "day": date_format(last),
    }
    return [Problem("claiming_closed", text, "D-05")]


def answer_due(program: Program, at: datetime | None = None) -> datetime:
    """The vendor's promise for what is sent now, or at the moment given: R-POE-14 where the program has plans, else
    R-CLM-23; the end of that day in the program's zone (D-04, D-07)."""
    day = deadlines.review_due(program.today(at), program.has_plans, program.work_days)
    return clock.end_of_day(day, program.deadline_zone)


def dispute_answer_due(program: Program, at: datetime | None = None) -> datetime:
    """The vendor's promise for a dispute raised now (R-CLM-24)."""
    day = deadlines.dispute_review_due(program.today(at), program.work_days)
    return clock.end_of_day(day, program.deadline_zone)


def correction_asked_by(program: Program) -> datetime:
    """When the partner is reminded of what is asked for now (R-CLM-26)."""
    day = deadlines.partner_reminder_due(program.today(), program.work_days)
    return clock.end_of_day(day, program.deadline_zone)


def claiming_is_open(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    return window_is_open(claim.proof)


def last_day_to_correct(claim: Claim) -> date | None:
    """R-CAL-10: a claim filed in time may be corrected up to the correction deadline, when there is one."""
    if claim.period is None or claim.proof.enrollment.program.settlement == Settlement.PLAN_PAYOUT:
        return last_day_to_send(claim.proof)
    return claim.period.correction_deadline or claim.period.claiming_end


def correction_is_over(claim: Claim) -> bool:
    last = last_day_to_correct(claim)
    return last is not None and claim.proof.enrollment.program.today() > last


def correction_is_open(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """R-CAL-10; and dates that were moved into another usage period need that one's claiming period (R-CAL-08)."""
    period = claim.period
    if period is None or claim.proof.enrollment.program.settlement == Settlement.PLAN_PAYOUT:
        return window_is_open(claim.proof)
    problems = []
    last = last_day_to_correct(claim)
    if last is not None and correction_is_over(claim):
        text = _("Corrections for %(period)s were possible until %(day)s.")
        facts = {"period": period.label, "day": date_format(last)}
        problems.append(Problem("correction_closed", text % facts, "R-CAL-10"))
    if period_of(claim.proof) != period:
        problems += window_is_open(claim.proof)
    return problems


def partner_can_answer(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """Asking for action needs time for an answer: after the last day the claim would be rejected unanswered."""
    last = last_day_to_correct(claim)
    if last is None or not correction_is_over(claim):
        return []
    text = _(
        "The partner could correct this until %(day)s. Decide on what is there: approve what is proven, or reject."
    )
    return [Problem("correction_closed", text % {"day": date_format(last)}, "R-CAL-10")]


def evidence_may_be_sent(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """Everything the proof itself demands: enrolment, complete and checked evidence, findings fixed."""
    return [problem for question in proof_rules.SUBMISSION for problem in question(claim.proof, context)]


def submission_problems(proof: Proof, claim: Claim | None = None, payable: Payable | None = None) -> list[Problem]:
    """All that stands between this proof and its submission, for the page and for the move (D-17).

    payable: when the page has climbed the ladder already.
    """
    problems = [problem for question in proof_rules.SUBMISSION for problem in question(proof, {})]
    returned = claim is not None and claim.first_submitted_at is not None
    window = correction_is_open(claim, {}) if claim is not None and returned else window_is_open(proof)
    money = payable or payable_of(proof, claim, period_of(proof))
    bank = [] if returned else bank_problems(proof)
    return [*window, *problems, *bank, *money.problems, *_less_than_approved(claim, money)]


def bank_data_are_there(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """D-16: where claims are paid, bank and tax data are needed before one is sent."""
    return bank_problems(claim.proof)


def bank_problems(proof: Proof) -> list[Problem]:
    return payout_data_problems(proof.enrollment) if pays_claims(proof.enrollment.program) else []


def amount_can_be_paid(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """D-11: something can be paid of it, and the fund covers that; context["payable"] is the ladder just climbed."""
    return [*context["payable"].problems, *_less_than_approved(claim, context["payable"])]


def _less_than_approved(claim: Claim | None, found: Payable) -> list[Problem]:
    """While its rest is disputed, a claim cannot come down below what was approved of it."""
    before = claim.approved_before if claim is not None and claim.is_in_dispute else None
    if before is None or found.ladder is None or found.ladder.payable >= before:
        return []
    text = _("%(amount)s of this is approved already; it cannot ask for less.")
    return [
        Problem(
            "below_approved",
            text % {"amount": format_amount(before, claim.currency if claim else "")},
            "R-CLM-24",
            "card-amount",
        )
    ]


def dispute_last_day(claim: Claim) -> date | None:
    """The last day to dispute the decision on a claim (R-CLM-25); None while there is none."""
    if claim.decided_at is None:
        return None
    decided_on = claim.enrollment.program.today(claim.decided_at)
    return deadlines.dispute_last_day(decided_on, last_day_to_correct(claim))


def dispute_is_over(claim: Claim) -> bool:
    last = dispute_last_day(claim)
    return last is not None and claim.enrollment.program.today() > last


def dispute_is_open(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """R-CLM-25: within 30 days, not after the correction deadline; a partly approved claim has something left."""
    last = dispute_last_day(claim)
    if last is None or dispute_is_over(claim) or claim.final_at is not None:
        text = _("This could be disputed until %(day)s.") % {"day": date_format(last) if last else "–"}
        return [Problem("dispute_closed", text, "R-CLM-25")]
    if not something_was_refused(claim):
        return [Problem("nothing_to_dispute", _("All that can be paid of this was approved."), "R-CLM-25")]
    return []


def something_was_refused(claim: Claim) -> bool:
    """Rejected, or approved for less than could be paid: only then is there something to dispute."""
    return claim.status == ClaimStatus.REJECTED or (claim.approved_amount or 0) < _ceiling(claim)


def new_evidence_is_checked(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """Nothing goes to the vendor before its checks have passed."""
    waiting = [one.name for one in claim.proof.documents.current() if one.is_file and not one.is_servable]
    if not waiting:
        return []
    text = _("Not checked, or refused: %(files)s. Wait for the check, or remove them.")
    return [Problem("file_not_clean", text % {"files": ", ".join(waiting)}, "D-20", "card-extra")]


def someone_else_decides(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """A dispute is decided by another person than the one whose decision it is about (R-CLM-24)."""
    actor = context.get("actor")
    if not claim.is_in_dispute or actor is None or actor.pk != claim.dispute_against_id:
        return []
    text = _("You took the decision that is disputed. Somebody else decides now.")
    return [Problem("four_eyes", text, "R-CLM-24")]


def no_decision_is_disputed(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """R-CLM-22: the review of a disputed claim has begun long ago, and part of it may be owed already."""
    if not claim.is_in_dispute:
        return []
    text = _("A decision on this was taken and is disputed. It can no longer be withdrawn.")
    return [Problem("disputed_already", text, "R-CLM-22")]


def nothing_was_approved(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """Who disputes the rest of a partly approved claim does not risk the rest of it."""
    if not claim.is_in_dispute or claim.approved_before is None:
        return []
    text = _("%(amount)s of this is approved already. Let the decision stand instead.")
    amount = format_amount(claim.approved_before, claim.currency)
    return [Problem("approved_already", text % {"amount": amount}, "R-CLM-24")]


def something_was_approved(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    if claim.approved_before is not None:
        return []
    return [Problem("nothing_stands", _("Nothing was approved before: approve or reject."), "R-CLM-24")]


def undo_is_open(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """D-15: within 15 minutes of the decision, before the partner acted on it."""
    if claim.decided_at is not None and clock.now() <= claim.decided_at + deadlines.UNDO and claim.final_at is None:
        return []
    return [Problem("undo_closed", _("A decision can be taken back for 15 minutes. That time is over."), "D-15")]


def _ceiling(claim: Claim) -> Decimal:
    """The most that can be approved: what was payable at submission, all that was asked where nothing limits."""
    return claim.amount if claim.payable is None else claim.payable


def approved_amount_is_sound(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """More than zero, at most what was asked."""
    amount: Decimal | None = context.get("amount")
    return amount_problems(claim, amount, context.get("payable"))


def smaller_amount_is_explained(claim: Claim, context: Mapping[str, Any]) -> list[Problem]:
    """Who approves less than was asked says why: the partner reads it beside the amount (D-11, R-CLM-19)."""
    amount: Decimal | None = context.get("amount")
    explained = str(context.get("comment", "")).strip() or any(line.reason for line in context.get("lines", ()))
    if amount is None or amount <= 0 or amount >= _ceiling(claim) or explained:
        return []
    return [Problem("reason_missing", _("Say why you approve less than was asked."), "D-11", "id_comment")]


def amount_problems(claim: Claim, amount: Decimal | None, payable: Payable | None = None) -> list[Problem]:
    """What stands against approving an amount: payable is the ladder as it stands now (D-11, R-CAP-06)."""
    if amount is None or amount <= 0:
        text = _("Enter the amount you approve, more than zero. To approve nothing, reject the claim.")
        return [Problem("amount_missing", text, "R-FUND-16", "id_amount")]
    if amount > claim.amount:
        text = _("The partner asks for %(asked)s; you cannot approve more.")
        asked = format_amount(claim.amount, claim.currency)
        return [Problem("amount_too_high", text % {"asked": asked}, "R-FUND-16", "id_amount")]
    now = payable.ladder if payable else None
    most = min(_ceiling(claim), now.payable) if now else _ceiling(claim)
    if amount > most:
        text = _("At most %(most)s can be paid: %(why)s")
        rungs = now.plain() if now and now.payable < _ceiling(claim) else claim.ladder
        why = wording.in_short(rungs, claim.amount, most, claim.currency)
        facts = {"most": format_amount(most, claim.currency), "why": why}
        return [Problem("above_payable", text % facts, "R-CAP-06", "id_amount")]
    if claim.is_in_dispute and amount < (claim.approved_before or 0):
        text = _("%(amount)s of this is approved already; approve at least that.")
        before = format_amount(claim.approved_before or Decimal(0), claim.currency)
        return [Problem("below_approved", text % {"amount": before}, "R-CLM-24", "id_amount")]
    return []
