"""What other rules would have made of one claim: its checks and its money under both, compared. Nothing is written.

The claims of an enrolment are compared in the order they were sent, each with what those before it would have taken of
the caps: so a smaller cap is used up by the first ones and not counted against all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from claims import wording
from claims.amounts import CAP, HUNDRED, LIMIT, Ladder, ladder
from claims.choices import ClaimStatus
from claims.models import CapUse, Claim
from claims.payable import Caps, cost_lines
from core.errors import RuleViolation
from core.money import format_amount
from incentives.catalogue import ActivitySpec
from incentives.rule_words import level_word
from proofs.assessment import assess
from proofs.choices import Level
from proofs.evidence import Dossier, evidence_of
from proofs.matching.codes import BY_CODE

ZERO = Decimal(0)
Scope = tuple[str, str]


@dataclass(frozen=True)
class Rules:
    """The rules one claim is judged by."""

    spec: ActivitySpec
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Effect:
    """What would be different for a claim. before, after: payable, none where it cannot be told (a missing rate)."""

    sentences: list[str]
    before: Decimal | None
    after: Decimal | None

    @property
    def changed(self) -> bool:
        return bool(self.sentences)


class Said(NamedTuple):
    """One thing a check says: the same thing when code and subject are the same, however it is worded."""

    code: str
    subject: str


class Word(NamedTuple):
    level: Level
    message: str


def verdict_of(dossier: Dossier, spec: ActivitySpec, levels: Mapping[str, str]) -> dict[Said, Word]:
    """What the checks say of a proof under a spec and levels: gaps of the checklist, which stop, and the findings of
    the matching at their level. The one place that knows where verdicts come from."""
    checklist = assess(replace(evidence_of(dossier.proof, dossier), spec=spec, levels=levels))
    said = {
        Said(one.code, one.subject or one.anchor): Word(Level.STOP, str(one.message))
        for one in checklist.problems
        if one.code not in BY_CODE
    }
    for match in checklist.matches:
        if match.level != Level.PASS:
            said[Said(match.code, match.mark)] = Word(match.level, f"{match.found.subject}: {match.found.reason}")
    return said


def verdict_sentences(before: Mapping[Said, Word], after: Mapping[Said, Word]) -> list[str]:
    """What the checks would say differently, in the order of the checks."""
    sentences = []
    for said, word in after.items():
        old = before.get(said)
        if old is None:
            sentences.append(_("Would be asked: %(what)s") % {"what": word.message})
        elif old.level != word.level:
            facts = {"what": word.message, "before": level_word(old.level), "after": level_word(word.level)}
            sentences.append(_("%(what)s – %(before)s becomes %(after)s") % facts)
    for said, word in before.items():
        if said not in after:
            sentences.append(_("Would no longer be asked: %(what)s") % {"what": word.message})
    return sentences


@dataclass
class Taken:
    """What claims have taken of caps so far: {(cap, scope): amount}; of count caps the scope alone matters."""

    amounts: dict[Scope, Decimal] = field(default_factory=dict)

    def add(self, uses: Iterable[CapUse | Any]) -> None:
        for use in uses:
            self.amounts[use.cap, use.scope] = self.of(use.cap, use.scope) + use.amount

    def of(self, cap: str, scope: str) -> Decimal:
        return self.amounts.get((cap, scope), ZERO)

    def copy(self) -> "Taken":
        return Taken(dict(self.amounts))


class CountedCaps(Caps):
    """Caps that are counted here and not in the database."""

    def __init__(self, claim: Claim, spec: ActivitySpec, taken: Taken, month: date) -> None:
        super().__init__(claim.proof, claim, claim.period, claim.fund, month, spec)
        self.taken = taken

    def used(self, cap: str, scope: str) -> Decimal:
        return self.taken.of(cap, scope)

    def counted(self, cap: str, here: str) -> set[str]:
        return {scope for slug, scope in self.taken.amounts if slug == cap and scope.startswith(here)}


@dataclass(frozen=True)
class Money:
    """payable: none while a rate is missing · steps: the rungs that led there, none where nothing can be paid."""

    payable: Decimal | None
    steps: Ladder | None = None


def money_of(claim: Claim, dossier: Dossier, spec: ActivitySpec, taken: Taken) -> Money:
    """What the claim could be paid under a spec (D-11), after what `taken` holds; adds what it takes itself.

    What its plan's limit left stays as it was when it was sent; funds never cut.
    """
    if not spec.enabled:
        return Money(ZERO)
    proof = claim.proof
    month = claim.rate_month or proof.enrollment.program.today().replace(day=1)
    caps = CountedCaps(claim, spec, taken, month)
    share = Decimal(spec.vendor_share) if spec.vendor_share else proof.vendor_share or HUNDRED
    try:
        steps = ladder(
            cost_lines(proof, spec, dossier.invoices), currency=claim.currency, asked=claim.amount, share=share,
            caps=caps.left(), limit_left=_limit(claim),
        )  # fmt: skip
        if caps.too_many():
            return Money(ZERO)
        taken.add(caps.uses(steps))
    except RuleViolation:
        return Money(None)
    return Money(steps.payable, steps)


def _limit(claim: Claim) -> Decimal | None:
    """What the plan's limit left when the claim was sent."""
    return next((Decimal(rung["facts"]["left"]) for rung in claim.ladder if rung["code"] == LIMIT), None)


def money_sentences(claim: Claim, before: Money, after: Money) -> list[str]:
    """Why the money differs: "at most … of it can be paid by the cap"; empty when it does not."""
    if before.payable == after.payable or before.payable is None or after.payable is None:
        return []
    facts = {
        "before": format_amount(before.payable, claim.currency),
        "after": format_amount(after.payable, claim.currency),
    }
    text = _("Could be paid with %(after)s instead of %(before)s") % facts
    rungs = [rung for rung in (after.steps.rungs if after.steps else ()) if rung.code == CAP and rung.cut]
    if rungs:
        reasons = "; ".join(wording.reason(rung.as_plain(), claim.currency) for rung in rungs)
        return [_("%(text)s: %(reasons)s") % {"text": text, "reasons": reasons}]
    return [text]


class Comparison:
    """Claims of one enrolment after the other under the rules they were checked under and under the draft's."""

    def __init__(self) -> None:
        self.enrollment: Any = None
        self.before = self.after = Taken()

    def effect(self, claim: Claim, dossier: Dossier, live: Rules, draft: Rules, elsewhere: Iterable[CapUse]) -> Effect:
        """elsewhere: what claims of the enrolment that are not compared take of caps."""
        if claim.enrollment_id != self.enrollment:
            self.enrollment, self.before = claim.enrollment_id, Taken()
            self.before.add(elsewhere)
            self.after = self.before.copy()
        rejected = claim.status == ClaimStatus.REJECTED  # takes nothing of a cap (R-CAP-06)
        before = money_of(claim, dossier, live.spec, self.before.copy() if rejected else self.before)
        after = money_of(claim, dossier, draft.spec, self.after.copy() if rejected else self.after)
        sentences = []
        if live.spec.enabled and not draft.spec.enabled:
            sentences.append(_("Could not have been claimed: the activity type is switched off"))
        if (live.spec, dict(live.levels)) != (draft.spec, dict(draft.levels)):
            old = verdict_of(dossier, live.spec, live.levels)
            sentences += verdict_sentences(old, verdict_of(dossier, draft.spec, draft.levels))
        return Effect([*sentences, *money_sentences(claim, before, after)], before.payable, after.payable)
