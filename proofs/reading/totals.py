"""Total, net and tax: the sums with their labels, then the arithmetic that ties them.

A total is believed when something else on the paper says the same: cash less change, a card payment, net and tax, a
second total.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from proofs.reading.base import Value
from proofs.reading.sums import Sum, Sums

CENT = Decimal("0.01")
ROUNDED = Decimal("0.05")  # cash is rounded to five cents in many places
UNTOLD = ("", "part", "rounding", "net")  # taken for the total when the arithmetic says so
# Confidence of a total by what is known of it.
ALONE, NAMED, TOLD_TWICE, PROVEN = 0.6, 0.8, 0.93, 0.98


def read_totals(sums: Sums) -> dict[str, Value]:
    """{field: value} of total, net and tax, as far as they are found."""
    total, confidence = _total(sums)
    if total is None:
        return {}
    return {"total": _value(total, confidence), **_net_and_tax(sums, total)}


def _value(one: Sum, confidence: float) -> Value:
    return Value(f"{one.value:f}", one.page, one.box, round(confidence * min(one.score + 0.03, 1.0), 3))


def _total(sums: Sums) -> tuple[Sum | None, float]:
    proven = _proven(sums)
    read = [_without_sign(one, proven) for one in sums.found if one.value > 0]
    candidates = [one for one in read if one.kind == "total" or (proven[one.value] and one.kind in UNTOLD)]
    if not candidates:
        return _largest(sums), ALONE
    counts = Counter(one.value for one in candidates if one.kind == "total")

    def weight(one: Sum) -> tuple[float, int]:
        return (proven[one.value] * 2 + one.rank + 0.5 * min(counts[one.value] - 1, 2), candidates.index(one))

    best = max(candidates, key=weight)
    tendered = _tendered(sums)
    paid = [one for one in candidates if one.value in tendered and 0 < abs(one.value - best.value) <= ROUNDED]
    if paid and best.value not in tendered:
        best = paid[-1]  # rounded to what can be paid in coins
    rivals = [one for one in candidates if one.value != best.value and weight(one)[0] >= weight(best)[0] - 0.5]
    if proven[best.value] >= 1:
        confidence = PROVEN if not rivals else TOLD_TWICE
    elif counts[best.value] > 1 and not rivals:
        confidence = TOLD_TWICE
    else:
        confidence = NAMED if best.rank >= 2 and not rivals else ALONE
    return best, confidence


def _without_sign(one: Sum, proven: Counter[Decimal]) -> Sum:
    """A currency sign that was read as a first digit is taken off, where the arithmetic says so."""
    digits = f"{one.value:f}"
    if one.kind != "total" or proven[one.value] or len(digits) < 5 or not proven[Decimal(digits[1:])]:
        return one
    return replace(one, amount=replace(one.amount, value=Decimal(digits[1:])), score=min(one.score, 0.9))


def _proven(sums: Sums) -> Counter[Decimal]:
    """How often the arithmetic of the paper arrives at an amount without being told that it is the total."""
    found: Counter[Decimal] = Counter()
    found.update(_tendered(sums))
    paid, back = sums.values("cash"), sums.values("change")
    for card in set(sums.values("card")):
        found[card] += 1
    if not back or not any(back):
        for given in set(paid):
            found[given] += 1
    parts = [one.value for one in sums.of("total", "part") if one.value]
    for one, other in combinations(sorted(set(parts)), 2):  # totals of two rates of tax
        found[one + other] += 1
    for net, tax in _pairs(sums):
        for rounding in {Decimal(0), *sums.values("rounding"), *(-one for one in sums.values("rounding"))}:
            found[net + tax + rounding] += 1 if tax else 0
    return found


def _tendered(sums: Sums) -> set[Decimal]:
    """What was given less what came back."""
    return {given - change for given in sums.values("cash") for change in sums.values("change")}


def _pairs(sums: Sums) -> set[tuple[Decimal, Decimal]]:
    """Net and tax that may belong together: by their labels, or side by side in a row of a tax table."""
    labelled = {(net, tax) for net in sums.values("net") for tax in sums.values("tax") if net > tax >= 0}
    return labelled | {(one.value, other.value) for one, other in _neighbours(sums) if one.value > other.value > 0}


def _neighbours(sums: Sums) -> Iterator[tuple[Sum, Sum]]:
    """Two amounts that follow each other in one row."""
    for one, other in zip(sums.found, sums.found[1:], strict=False):
        if one.page == other.page and abs(one.box.middle - other.box.middle) < 0.5 * one.box.height:
            yield one, other


def _largest(sums: Sums) -> Sum | None:
    plain = [one for one in sums.found if one.kind in ("", "part") and one.value > 0]
    return max(plain, key=lambda one: one.value, default=None)


def _net_and_tax(sums: Sums, total: Sum) -> dict[str, Value]:
    """The pair whose sum is the total; a row of a tax table counts as much as labels do."""
    best: tuple[float, Sum, Sum] | None = None
    slack = ROUNDED if sums.of("rounding") else CENT
    labelled = [(net, tax) for net in sums.of("net") for tax in sums.of("tax")]
    for confidence, pairs in ((PROVEN, labelled), (TOLD_TWICE, list(_neighbours(sums)))):
        for net, tax in pairs:
            fits = abs(net.value + tax.value - total.value) <= (slack if confidence == PROVEN else Decimal(0))
            if fits and net.value > tax.value >= 0 and best is None:
                best = (confidence, net, tax)
    if best is not None and best[2].value > 0:
        return {"net": _value(best[1], best[0]), "tax": _value(best[2], best[0])}
    found: dict[str, Value] = {}
    untaxed = [one for one in sums.of("net") if one.value == total.value]
    if untaxed and all(one == 0 for one in sums.values("tax")):
        found["net"] = _value(untaxed[-1], TOLD_TWICE)
    return found
