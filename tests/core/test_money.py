from decimal import Decimal

import pytest

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
        ("4120", "USD", "en", "$4,120.00"),
        ("4120.5", "EUR", "de-de", "4.120,50\xa0€"),
        ("1234.4", "JPY", "en-us", "¥1,234"),
        ("-3", "RSD", "en", "-RSD\xa03.00"),
    ],
)
def test_amounts_for_people(amount, currency, locale, expected):
    assert format_amount(Decimal(amount), currency, locale) == expected
