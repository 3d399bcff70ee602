"""From rows to the ladder of D-11: what a claim could be paid, out of which fund, and what stands against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from claims import wording
from claims.amounts import HUNDRED, CapLeft, CostLine, Ladder, ladder
from claims.choices import SETS_ASIDE, ClaimStatus
from claims.models import CapUse, Claim
from core.errors import Problem, RuleViolation
from core.money import format_amount, quantize
from incentives.catalogue import ActivitySpec, caps_of
from incentives.catalogue.vocabulary import (
    CAP_ABSOLUTE,
    CAP_COUNT,
    CAP_GREATER,
    CAP_PERCENT,
    COST_DEFAULT,
    PER_CONFERENCE,
    PER_PERSON,
)
from incentives.choices import Settlement
from incentives.models import Fund, FundType, Period, Program
from incentives.models.program import COOP_FUND
from incentives.rates import in_currency
from incentives.wording import period_text
from plans import approvals
from proofs.models import CertificationReport, Invoice, Proof
from proofs.requirements import eligible_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Use:
    """How much of a cap the claim takes, in the cap's currency."""

    cap: str
    scope: str
    amount: Decimal
    currency: str


@dataclass
class Payable:
    """ladder: None while there is no amount yet · fund: None where the program pays no claims or nothing was earned ·
    fund_amount: what has to be set aside there, in its currency · month: whose rates were used (D-12 a) · problems:
    why it cannot be sent."""

    month: date
    ladder: Ladder | None = None
    fund: Fund | None = None
    fund_amount: Decimal = ZERO
    uses: list[Use] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def pays_claims(program: Program) -> bool:
    """Whether approved claims are paid from the co-op fund (D-08)."""
    return program.has_coop and program.settlement == Settlement.CLAIM


def payable_of(
    proof: Proof,
    claim: Claim | None,
    period: Period | None,
    lines: Sequence[CostLine] | None = None,
    asked: Decimal | None = None,
) -> Payable:
    """What this proof's claim could be paid now (D-11), all other claims counted.

    period: the usage period its money comes from · lines: eligible costs as decided, else as entered · asked: at most
    so much, else what the proof asks. Nothing is locked here: the caller does, before it writes.
    """
    program = proof.enrollment.program
    month = claim.rate_month if claim and claim.rate_month else program.today().replace(day=1)
    found = Payable(month)
    if proof.amount is None or proof.amount <= 0:
        return found
    found.fund = _fund_of(proof, period) if period else None
    try:
        costs = cost_lines(proof) if lines is None else lines
        _climb(found, proof, claim, period, costs, proof.amount if asked is None else asked)
    except RuleViolation as missing_rate:
        found.problems += missing_rate.problems
    return found


def _climb(
    found: Payable,
    proof: Proof,
    claim: Claim | None,
    period: Period | None,
    lines: Sequence[CostLine],
    asked: Decimal,
) -> None:
    program = proof.enrollment.program
    caps = Caps(proof, claim, period, found.fund, found.month)
    demanded = proof.spec.vendor_share
    found.ladder = ladder(
        lines,
        currency=proof.currency,
        asked=asked,
        share=Decimal(demanded) if demanded else proof.vendor_share or HUNDRED,
        caps=caps.left(),
        limit_left=limit_left(proof, claim) if pays_claims(program) else None,
    )
    found.uses = caps.uses(found.ladder)
    found.problems += caps.too_many()
    if found.ladder.payable <= 0:
        found.problems.append(_nothing(found.ladder, proof))
    elif pays_claims(program):
        _ask_fund(found, proof, claim, period)


def _nothing(steps: Ladder, proof: Proof) -> Problem:
    last = next((rung for rung in reversed(steps.rungs) if rung.cut), steps.rungs[-1])
    text = _("Nothing of this can be paid: %(reason)s.") % {"reason": wording.reason(last.as_plain(), proof.currency)}
    return Problem("nothing_payable", text, "D-11", "card-amount")


def _ask_fund(found: Payable, proof: Proof, claim: Claim | None, period: Period | None) -> None:
    """Funds never cut: what the fund does not cover is refused, and what is left is told (D-11, R-FUND-15)."""
    if found.ladder is None or period is None:
        return  # the window's own question tells about a missing period
    payable, currency = found.ladder.payable, proof.enrollment.currency
    found.fund_amount = in_currency(payable, proof.currency, currency, found.month)
    left = (found.fund.free if found.fund else ZERO) + _own(found.fund, claim)
    if found.fund_amount > left:
        text = _("This can be paid with %(payable)s, but %(left)s is left of the funds of %(period)s. Ask for less.")
        facts = {
            "payable": format_amount(found.fund_amount, currency),
            "left": format_amount(left, currency),
            "period": period_text(period),
        }
        found.problems.append(Problem("short_of_funds", text % facts, "R-FUND-15", "card-amount"))


def _own(fund: Fund | None, claim: Claim | None) -> Decimal:
    """What the claim itself holds of the fund already."""
    if fund is None or claim is None:
        return ZERO
    held = fund.commitments.filter(reference=claim.pk).first()
    return held.bound + held.reserved + held.approved + held.paid if held else ZERO


def fund_type_of(proof: Proof) -> FundType:
    """The plan's, else the program's co-op (D-09)."""
    if proof.activity is not None:
        return proof.activity.campaign.plan.fund_type
    return proof.enrollment.program.fund_types.get(slug=COOP_FUND[0])


def _fund_of(proof: Proof, period: Period) -> Fund | None:
    funds = Fund.objects.filter(enrollment=proof.enrollment, period=period, currency=proof.enrollment.currency)
    if proof.activity is not None:
        funds = funds.filter(fund_type_id=proof.activity.campaign.plan.fund_type_id)
    else:
        funds = funds.filter(fund_type__slug=COOP_FUND[0])
    return funds.select_related("period").first()


def cost_lines(
    proof: Proof, spec: ActivitySpec | None = None, invoices: Iterable[Invoice] | None = None
) -> list[CostLine]:
    """The eligible costs one by one: invoice lines of allowed types in the proof's currency, and own work (D-11).

    spec: to be judged by, else the one it was made under · invoices: when they were read already.
    """
    spec, lines = spec or proof.spec, []
    for invoice in proof.invoices.prefetch_related("lines") if invoices is None else invoices:
        if invoice.currency != proof.currency:
            continue
        for line in invoice.lines.all():
            amount = eligible_of(spec, line, proof.currency, invoice.used_share)
            if amount:
                label = " · ".join(filter(None, (str(invoice), line.description or line.expense_type)))
                lines.append(CostLine(f"invoice-{line.pk}", amount, line.expense_type, line.attendee, label))
    return [*lines, *_own_work(proof, spec)]


def _own_work(proof: Proof, spec: ActivitySpec) -> list[CostLine]:
    report: CertificationReport | None = getattr(proof, "certification", None)
    if report is None or report.currency != proof.currency or spec.cost_evidence != COST_DEFAULT:
        return []
    return [CostLine(f"report-{line.pk}", line.cost(), label=str(line)) for line in report.lines.all() if line.cost()]


def live_amount(status: str, payable: Decimal | None, approved: Decimal | None) -> Decimal:
    """What a claim counts against caps and limits: payable while it is open, approved once it is decided (D-11)."""
    if status == ClaimStatus.APPROVED:
        return approved or ZERO
    return (payable or ZERO) if status in SETS_ASIDE else ZERO


def limit_left(proof: Proof, claim: Claim | None) -> Decimal | None:
    """What the plan's limit leaves after all other claims of the plan (D-08); None without a plan."""
    if proof.activity is None:
        return None
    own = held_of_limit(claim) if claim else ZERO
    return approvals.left_on(proof.activity.campaign.plan, proof.enrollment.program.today()) + own


def held_of_limit(claim: Claim) -> Decimal:
    """What the claim holds of its plan's limit in its present state."""
    return live_amount(claim.status, claim.payable, claim.approved_amount)


class Caps:
    """The caps that hold for one proof, with what they leave (R-CAP-06).

    spec: whose caps, else those of the version the proof was made under.
    """

    def __init__(
        self,
        proof: Proof,
        claim: Claim | None,
        period: Period | None,
        fund: Fund | None,
        month: date,
        spec: ActivitySpec | None = None,
    ) -> None:
        self.proof, self.claim, self.period, self.fund, self.month = proof, claim, period, fund, month
        self.caps = caps_of(spec or proof.spec, proof.enrollment.program.families)
        self.currencies: dict[tuple[str, str], str] = {}

    def left(self) -> list[CapLeft]:
        money = [cap for cap in self.caps if cap["kind"] != CAP_COUNT]
        return [one for cap in money for one in self._of(cap)]

    def _of(self, cap: Mapping[str, Any]) -> list[CapLeft]:
        limit, currency, facts = self._limit(cap)
        expenses = None if cap["applies_to_expenses"] == "all" else frozenset(cap["applies_to_expenses"])
        found = []
        for person, scope in self._scopes(cap["per"]):
            used = self.used(cap["slug"], scope)
            left = in_currency(limit - used, currency, self.proof.currency, self.month)
            self.currencies[cap["slug"], scope] = currency
            told = {**facts, "currency": currency, "used": str(used), "per": cap["per"], "person": person}
            found.append(CapLeft(cap["slug"], left, scope, expenses, person, told))
        return found

    def _scopes(self, per: str) -> list[tuple[str, str]]:
        """(person or "", what is counted together)."""
        if per == PER_PERSON:
            return [(person, f"{self._conference()}|{person.casefold()}") for person in self.proof.attendees]
        if per == PER_CONFERENCE:
            return [("", self._conference())]
        return [("", f"period:{self.period.pk}" if self.period else "")]

    def _conference(self) -> str:
        return f"conference:{self.proof.conference_name.strip().casefold()}|{self.proof.conference_on or ''}"

    def _limit(self, cap: Mapping[str, Any]) -> tuple[Decimal, str, dict[str, Any]]:
        """(limit, its currency, facts for its words)."""
        if cap["kind"] == CAP_ABSOLUTE:
            return Decimal(cap["amount"]), cap["currency"], {"kind": CAP_ABSOLUTE, "limit": cap["amount"]}
        currency = self.proof.enrollment.currency
        if cap["kind"] == CAP_PERCENT:
            earned = self.fund.earned if self.fund else ZERO
            limit = quantize(earned * Decimal(cap["percent"]) / HUNDRED, currency)
            facts = {"kind": CAP_PERCENT, "percent": cap["percent"], "earned": str(earned), "limit": str(limit)}
            return limit, currency, facts
        options = [self._limit(option) for option in cap["options"]]
        limits = [in_currency(limit, source, currency, self.month) for limit, source, _facts in options]
        best = max(limits)
        return best, currency, {"kind": CAP_GREATER, "limit": str(best)}

    def _others(self, cap: str) -> Any:
        uses = CapUse.objects.filter(enrollment=self.proof.enrollment_id, cap=cap)
        return uses.exclude(claim=self.claim.pk) if self.claim else uses

    def used(self, cap: str, scope: str) -> Decimal:
        """What all other claims take of it."""
        return self._others(cap).filter(scope=scope).aggregate(sum=Sum("amount"))["sum"] or ZERO

    def counted(self, cap: str, here: str) -> set[str]:
        """Whom all other claims bring to the same conference."""
        return set(self._others(cap).filter(scope__startswith=here).values_list("scope", flat=True))

    def uses(self, steps: Ladder) -> list[Use]:
        """What this claim takes of each cap, in the cap's currency, and each person it brings to a conference."""
        taken = [
            Use(cap, scope, in_currency(amount, self.proof.currency, self.currencies[cap, scope], self.month),
                self.currencies[cap, scope])
            for (cap, scope), amount in steps.uses.items()
            if amount
        ]  # fmt: skip
        for cap in self.caps:
            if cap["kind"] == CAP_COUNT:
                people = {person.casefold() for person in self.proof.attendees}
                taken += [
                    Use(cap["slug"], f"{self._conference()}|{person}", Decimal(1), "") for person in sorted(people)
                ]
        return taken

    def too_many(self) -> list[Problem]:
        """Count caps refuse instead of cutting (D-11, R-CAP-04)."""
        problems = []
        for cap in self.caps:
            if cap["kind"] != CAP_COUNT:
                continue
            here = f"{self._conference()}|"
            known = self.counted(cap["slug"], here)
            mine = {f"{here}{person.casefold()}" for person in self.proof.attendees}
            if len(known | mine) > cap["count"]:
                text = _("At most %(count)s %(what)s of a conference are paid; this would be number %(number)s.")
                facts = {"count": cap["count"], "what": cap["what"], "number": len(known | mine)}
                problems.append(Problem("too_many", text % facts, "R-CAP-04", "card-conference"))
        return problems
