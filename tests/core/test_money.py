from datetime import date
from decimal import Decimal

import pytest
from django.utils.formats import date_format

from core import ui
from core.money import format_amount, minor_units, quantize


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("jpy", 0), ("KWD", 3), ("RSD", 2)])
def test_minor_units(currency, digits):
    assert minor_units(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1.005", "EUR", "1.01"),
        ("1.004", "EUR", "1.00"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("0.0005", "KWD", "0.001"),
    ],
)
def test_amounts_are_rounded_half_up(amount, currency, expected):
    assert str(quantize(Decimal(amount), currency)) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "expected"),
    [
        ("4120", "USD", "en", "4,120.00\xa0USD"),
        ("4120.5", "EUR", "de-de", "4.120,50\xa0EUR"),
        ("1234.4", "JPY", "en-us", "1,234\xa0JPY"),
        ("-3", "RSD", "en", "-3.00\xa0RSD"),
    ],
)
def test_amounts_for_people(amount, currency, locale, expected):
    assert format_amount(Decimal(amount), currency, locale) == expected


def test_days_in_texts_are_written_as_on_the_pages():
    day = date(2026, 10, 1)
    assert date_format(day) == ui.date(day) == "1 Oct 2026"
