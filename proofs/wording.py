"""Names of what a proof holds, as its history tells them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.money import quantize
from incentives.catalogue import ActivitySpec, with_vendor


def value_names(spec: ActivitySpec) -> dict[str, str]:
    """Card of a question, a result or a core requirement -> what the page calls it."""
    names: dict[str, str] = {}
    for part in (spec, *spec.components):
        names |= {f"field-{one.slug}": one.label for one in part.fields}
        names |= {f"metric-{one.slug}": one.name for one in part.metrics}
    names |= {f"core-{one.slug}": one.label for one in spec.core_requirements}
    return {card: with_vendor(name, settings.VENDOR_NAME) for card, name in names.items()}


def card_name(spec: ActivitySpec, slug: str) -> str:
    """What the page calls a card; the slug itself where the type no longer knows it."""
    known = {
        "invoices": _("Invoices"),
        "csr": _("Certification statement and report"),
        "amount": _("Amount"),
        "coverage": _("Evidence of the amount"),
        "date": _("Dates of the work"),
        "country": _("Country"),
        "conference": _("Conference"),
        "name": _("Name"),
        "comments": _("Final comments"),
        "extra": _("Further documents"),
        **value_names(spec),
    }
    asked = spec.document(slug)
    return with_vendor(asked.label, settings.VENDOR_NAME) if asked else known.get(slug, slug)


def choice_names(spec: ActivitySpec) -> dict[str, str]:
    fields = [one for part in (spec, *spec.components) for one in part.fields]
    return {choice.value: with_vendor(choice.label, settings.VENDOR_NAME) for one in fields for choice in one.choices}


def expense_names(spec: ActivitySpec) -> dict[str, str]:
    return {one.slug: with_vendor(one.label, settings.VENDOR_NAME) for one in spec.eligible_expenses}


def sum_text(amount: Decimal | None, currency: str) -> str:
    """An amount with the digits of its currency; empty when there is none."""
    if amount is None:
        return ""
    return f"{quantize(amount, currency) if amount.is_finite() else amount} {currency}".strip()


def line_text(parts: Mapping[str, Any], sums: Mapping[str, Decimal | None], currency: str) -> str:
    """A line of an invoice: its words, then its sums by name, empty ones left out."""
    amounts = [f"{name} {sum_text(amount, currency)}" for name, amount in sums.items() if amount is not None]
    return ", ".join([*(str(part) for part in parts.values() if part), *amounts])
