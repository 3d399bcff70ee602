"""The vendor's monthly exchange rates (D-12)."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Problem, RuleViolation
from incentives import ledger
from incentives.models import ExchangeRate


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
