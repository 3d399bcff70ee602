"""Arithmetic of funds: shares, threshold, conversion, what is shown of a balance (R-FUND, R-CUR, D-12). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Protocol

from core.money import minor_units, quantize
from incentives.choices import BALANCES, Bucket

HUNDRED = Decimal(100)
USD = "USD"  # rates are units per USD (D-12)


class Movement(Protocol):
    """What verification needs of an entry."""

    source: str
    target: str
    amount: Decimal


@dataclass(frozen=True)
class Shares:
    rebate: Decimal
    coop: Decimal


def split(amount: Decimal, rebate_share: Decimal, currency: str) -> Shares:
    """A mixed earning in its two shares (R-FUND-01, T-FUND-1).

    The rebate is cut to the minor unit, so that the rounding remainder is co-op; both always add up to the amount,
    corrections (negative amounts) included.
    """
    unit = Decimal(1).scaleb(-minor_units(currency))
    rebate = (amount * rebate_share / HUNDRED).quantize(unit, rounding=ROUND_DOWN)
    return Shares(rebate, amount - rebate)


def converted(amount: Decimal, from_per_usd: Decimal, to_per_usd: Decimal, currency: str) -> Decimal:
    """An amount in another currency, over the two rates in units per USD; half up to the minor unit (D-12)."""
    return quantize(amount / from_per_usd * to_per_usd, currency)


def is_below(accrued: Decimal, threshold: Decimal | None) -> bool:
    """Whether what accrued in an earning period turns into rebate: below the threshold; equal to it stays usable
    (R-FUND-03, T-FUND-2, T-FUND-3). Both in one currency."""
    return threshold is not None and accrued < threshold


def balances(movements: Iterable[Movement]) -> dict[str, Decimal]:
    """Every bucket of a fund, from its entries alone."""
    sums: dict[str, Decimal] = {bucket.value: Decimal(0) for bucket in BALANCES}
    for one in movements:
        if one.source != Bucket.OUTSIDE:
            sums[one.source] -= one.amount
        if one.target != Bucket.OUTSIDE:
            sums[one.target] += one.amount
    return sums


def differences(shown: Mapping[str, Decimal], entries: Mapping[str, Decimal]) -> dict[str, tuple[Decimal, Decimal]]:
    """Buckets whose balance is not what the entries add up to: {bucket: (balance, entries)}."""
    return {bucket: (shown[bucket], entries[bucket]) for bucket in BALANCES if shown[bucket] != entries[bucket]}
