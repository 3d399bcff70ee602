"""How much of a claim can be paid: the ladder of D-11, rung by rung. Pure; every amount in the claim's currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.money import quantize

ZERO, HUNDRED = Decimal(0), Decimal(100)
ELIGIBLE, SHARE, ASKED, CAP, LIMIT = "eligible", "share", "asked", "cap", "limit"


@dataclass(frozen=True)
class CostLine:
    """One eligible cost. expense: its type, empty for work of one's own · attendee: who travelled."""

    id: str
    amount: Decimal
    expense: str = ""
    attendee: str = ""
    label: str = ""


@dataclass(frozen=True)
class CapLeft:
    """A cap as it stands for this claim.

    left: what all other submitted and decided claims leave of it · expenses: the types it covers, None for every
    cost · attendee: the person it counts, empty for all · scope: what it is counted over · facts: what its words need.
    """

    slug: str
    left: Decimal
    scope: str = ""
    expenses: frozenset[str] | None = None
    attendee: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def covers(self, line: CostLine) -> bool:
        of_person = not self.attendee or line.attendee == self.attendee
        return of_person and (self.expenses is None or line.expense in self.expenses)


@dataclass(frozen=True)
class Rung:
    """One step: what is left after it. cut: what it took away."""

    code: str
    amount: Decimal
    cut: Decimal = ZERO
    facts: dict[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        return {"code": self.code, "amount": str(self.amount), "cut": str(self.cut), "facts": self.facts}


@dataclass(frozen=True)
class Ladder:
    """The rungs in order, the amount at the bottom, and how much of each cap it takes: {(slug, scope): amount}."""

    rungs: tuple[Rung, ...]
    payable: Decimal
    uses: dict[tuple[str, str], Decimal]

    @property
    def eligible(self) -> Decimal:
        return self.rungs[0].amount

    def plain(self) -> list[dict[str, Any]]:
        return [rung.as_plain() for rung in self.rungs]


def ladder(
    lines: Sequence[CostLine],
    *,
    currency: str,
    asked: Decimal,
    share: Decimal = HUNDRED,
    caps: Sequence[CapLeft] = (),
    limit_left: Decimal | None = None,
) -> Ladder:
    """Eligible costs → share of the vendor's content → what was asked → each cap → what the plan's limit leaves.

    share: per cent · limit_left: None where no plan limits. Each step is rounded half up to the minor unit. What a
    step takes is taken from the costs that a cap covers first, so that a cap never costs more than it has to.
    """
    costs = _Costs(lines, caps, currency)
    rungs = [Rung(ELIGIBLE, costs.total)]
    if share != HUNDRED:
        rungs.append(costs.keep(SHARE, quantize(costs.total * share / HUNDRED, currency), {"share": str(share)}, share))
    rungs.append(costs.keep(ASKED, asked))
    for cap in caps:
        covered = costs.of(cap)
        cut = costs.cut(cap.covers, max(covered - max(cap.left, ZERO), ZERO))
        rungs.append(Rung(CAP, costs.total, cut, {"cap": cap.slug, "left": str(cap.left), **cap.facts}))
    if limit_left is not None:
        rungs.append(costs.keep(LIMIT, max(limit_left, ZERO), {"left": str(limit_left)}))
    return Ladder(tuple(rungs), costs.total, {(cap.slug, cap.scope): costs.of(cap) for cap in caps})


class _Costs:
    """The lines while the ladder is climbed down: those that caps cover come last, and are cut first."""

    def __init__(self, lines: Iterable[CostLine], caps: Sequence[CapLeft], currency: str) -> None:
        self.currency = currency
        self.lines = sorted(lines, key=lambda line: sum(cap.covers(line) for cap in caps))
        self.amounts = [quantize(line.amount, currency) for line in self.lines]

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)

    def of(self, cap: CapLeft) -> Decimal:
        """What is left of the costs a cap covers."""
        return sum((own for line, own in zip(self.lines, self.amounts, strict=True) if cap.covers(line)), ZERO)

    def keep(self, code: str, most: Decimal, facts: dict[str, Any] | None = None, share: Decimal = HUNDRED) -> Rung:
        """At most so much in all. A share is taken from every line alike, the rounding from the last."""
        before, most = self.total, quantize(most, self.currency)
        if share != HUNDRED:
            self.amounts = [quantize(own * share / HUNDRED, self.currency) for own in self.amounts]
            self._settle(most - self.total)
        else:
            self.cut(lambda line: True, max(before - most, ZERO))
        return Rung(code, self.total, before - self.total, facts or {})

    def _settle(self, difference: Decimal) -> None:
        for place in reversed(range(len(self.amounts))):
            moved = max(difference, -self.amounts[place])
            self.amounts[place] += moved
            difference -= moved

    def cut(self, covers: Any, amount: Decimal) -> Decimal:
        """Take so much from the lines that `covers`, the last first; returns what was taken."""
        left = amount
        for place in reversed(range(len(self.lines))):
            if left and covers(self.lines[place]):
                taken = min(left, self.amounts[place])
                self.amounts[place] -= taken
                left -= taken
        return amount - left
