"""The vendor's monthly exchange rates (D-12): looked up, and read from a table. Nothing is written here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from babel.numbers import get_global
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Problem, RuleViolation
from incentives import ledger
from incentives.choices import EnrollmentStatus
from incentives.earnings.reading import Unreadable, open_table
from incentives.models import Enrollment, ExchangeRate

COLUMNS = ("month", "currency", "rate")
MAX_RATES = 5000  # decades of every currency
_MONTH = re.compile(r"(\d{4})-(\d\d)(?:-01)?")
_RATE = re.compile(r"\d{1,10}(\.\d{1,8})?")


def rate_of(currency: str, day: date) -> Decimal:
    """Units of a currency per USD in the month of a day. RuleViolation that names currency and month when the vendor
    has not given it."""
    if currency == ledger.USD:
        return Decimal(1)
    month = day.replace(day=1)
    found = ExchangeRate.objects.filter(currency=currency, month=month).values_list("per_usd", flat=True).first()
    if found is None:
        text = _("The exchange rate of %(currency)s for %(month)s is missing. The vendor's incentives admin enters it.")
        facts = {"currency": currency, "month": date_format(month, "F Y")}
        raise RuleViolation([Problem("rate_missing", text % facts, "D-12")])
    return found


def in_currency(amount: Decimal, source: str, target: str, day: date) -> Decimal:
    """An amount in another currency at the rates of the month of a day, half up (D-12). Raises RuleViolation."""
    if source == target:
        return amount
    return ledger.converted(amount, rate_of(source, day), rate_of(target, day), target)


@dataclass(frozen=True)
class Rate:
    """One rate as given. line: where it stands in the file, 0 for one that was typed."""

    currency: str
    month: date
    per_usd: Decimal
    line: int = 0

    @property
    def name(self) -> str:
        return f"{self.currency} {self.month:%Y-%m}"


def currencies() -> frozenset[str]:
    """ISO 4217 codes that are legal tender somewhere today."""
    known = get_global("territory_currencies")
    return frozenset(code for uses in known.values() for code, _start, end, tender in uses if end is None and tender)


def read_rates(stream: IO[bytes]) -> tuple[list[Rate], list[Problem]]:
    """A table with the columns month (2026-11), currency, rate (units for one USD): its rates, and everything that is
    wrong line by line."""
    rates: list[Rate] = []
    problems: list[Problem] = []
    try:
        for line, cells, month, currency, rate in open_table(stream, COLUMNS).rows:
            if cells:
                text = _("This line has another number of cells (%(cells)s) than the header.") % {"cells": cells}
                problems.append(_wrong(line, text))
                continue
            one = read_rate(month, currency, rate, line)
            if isinstance(one, Rate):
                rates.append(one)
            else:
                problems += one
            if len(rates) + len(problems) > MAX_RATES:
                raise Unreadable(_("A table has at most %(count)s rates.") % {"count": MAX_RATES})
    except Unreadable as wrong:
        problems.append(_wrong(wrong.line, wrong.message))
    if not rates and not problems:
        problems.append(_wrong(0, _("The file names its columns and has no line below them.")))
    return rates, problems


def read_rate(month: str, currency: str, rate: str, line: int = 0) -> Rate | list[Problem]:
    """One rate from its texts, or what is wrong with them."""
    problems = []
    found, currency = _MONTH.fullmatch(month.strip()), currency.strip().upper()
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        problems.append(_wrong(line, _("“%(value)s” is not a month of the form 2026-11.") % {"value": month}, "month"))
    if currency == ledger.USD:
        problems.append(_wrong(line, _("Rates are units for one USD; USD itself has none."), "currency"))
    elif currency not in currencies():
        text = _("“%(value)s” is not an ISO currency in use, such as EUR.") % {"value": currency}
        problems.append(_wrong(line, text, "currency"))
    if not _RATE.fullmatch(rate.strip()):
        text = _("“%(value)s” is not a rate. Write it with a point and at most 8 decimals, such as 0.9204.")
        problems.append(_wrong(line, text % {"value": rate}, "rate"))
    elif not Decimal(rate.strip()):
        problems.append(_wrong(line, _("A rate is more than zero."), "rate"))
    if problems or found is None:
        return problems
    return Rate(currency, date(int(found[1]), int(found[2]), 1), Decimal(rate.strip()), line)


def _wrong(line: int, text: str, field: str = "") -> Problem:
    subject = _("Line %(line)s") % {"line": line} if line else ""
    return Problem("rate", text, "D-12", f"id_{field}" if field else "", subject)


def new_rates(rates: Sequence[Rate]) -> tuple[list[Rate], list[Problem]]:
    """Of these the ones that are not there yet, and what forbids taking them: a rate stands for good once it is given,
    each month has one, and between two months of a currency none is missing."""
    given = {(one.currency, one.month): one for one in ExchangeRate.objects.filter(currency__in=_codes(rates))}
    fresh: dict[tuple[str, date], Rate] = {}
    problems = []
    for one in rates:
        key = (one.currency, one.month)
        before = given.get(key) or fresh.get(key)
        if before is None:
            fresh[key] = one
        elif before.per_usd != one.per_usd:
            text = _("%(name)s is %(rate)s already. A rate that was given stays: it may have been used.")
            facts = {"name": one.name, "rate": f"{before.per_usd.normalize():f}"}
            problems.append(_wrong(one.line, text % facts, "rate"))
    return list(fresh.values()), problems + _gaps([*given, *fresh])


def _codes(rates: Iterable[Rate]) -> set[str]:
    return {one.currency for one in rates}


def _gaps(keys: Iterable[tuple[str, date]]) -> list[Problem]:
    months: dict[str, set[date]] = defaultdict(set)
    for currency, month in keys:
        months[currency].add(month)
    problems = []
    for currency, there in sorted(months.items()):
        missing = [f"{month:%Y-%m}" for month in _between(min(there), max(there)) if month not in there]
        if missing:
            text = _("%(currency)s has a gap: %(months)s. Give every month between the first and the last one.")
            shown = ", ".join(missing[:12]) + (" …" if len(missing) > 12 else "")
            problems.append(_wrong(0, text % {"currency": currency, "months": shown}, "month"))
    return problems


def _between(first: date, last: date) -> Iterable[date]:
    month = first
    while month <= last:
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def missing_now(month: date) -> list[str]:
    """Currencies of enrolments, other than USD, that have no rate for this month."""
    used = Enrollment.objects.filter(status=EnrollmentStatus.ENROLLED).exclude(currency=ledger.USD)
    given = ExchangeRate.objects.filter(month=month).values("currency")
    return sorted(used.exclude(currency__in=given).order_by().values_list("currency", flat=True).distinct())
