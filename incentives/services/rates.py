"""The vendor's monthly exchange rates: given, never changed (D-12)."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g

from core.errors import RuleViolation, StateConflict
from core.permissions import require
from incentives.models import ExchangeRate
from incentives.rates import Rate, new_rates


def add_rates(rates: Sequence[Rate], *, actor: Any) -> int:
    """Take these rates, all or none; returns how many were not there yet. Raises Denied, RuleViolation with everything
    that forbids it, StateConflict when somebody gives the same months at the same time."""
    require(actor, "incentives.book")
    fresh, problems = new_rates(rates)
    if problems:
        raise RuleViolation(problems)
    try:
        with transaction.atomic():
            ExchangeRate.objects.bulk_create(
                ExchangeRate(currency=one.currency, month=one.month, per_usd=one.per_usd, created_by=actor)
                for one in fresh
            )
    except IntegrityError:
        raise StateConflict(_g("Somebody gave rates for the same months just now. Look at the table.")) from None
    return len(fresh)
