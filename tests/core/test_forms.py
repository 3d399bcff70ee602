from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from core.forms import AmountField

GOOD = {
    "1.234,56": "1234.56",
    "1,234.56": "1234.56",
    "1 234,56": "1234.56",
    "1'234.56": "1234.56",
    "1234.5": "1234.50",
    "1234,5": "1234.50",
    "1,234": "1234.00",
    "1.234": "1234.00",
    "1.234.567,8": "1234567.80",
    "1,234,567": "1234567.00",
    "5000.000": "5000.00",
    ",5": "0.50",
    "0": "0.00",
    "EUR 12": "12.00",
    "12 eur": "12.00",
    "999999999999.99": "999999999999.99",
}


@pytest.mark.parametrize(("typed", "meant"), GOOD.items())
def test_amounts_are_read_as_people_type_them(typed, meant):
    assert str(AmountField("EUR").clean(typed)) == meant


BAD = {
    "-5": "negative",
    "1000000000000": "too_large",
    "1" * 50: "too_large",
    "12.345.6": "invalid",
    "1,23,456": "invalid",
    "12.3456": "digits",
    "1.234,567": "digits",
    "abc": "invalid",
    "1e5": "invalid",
    "NaN": "invalid",
    "Infinity": "invalid",
    ".": "invalid",
    "--5": "invalid",
    "٣": "invalid",
    "": "required",
}


@pytest.mark.parametrize(("typed", "code"), BAD.items())
def test_what_is_no_amount_is_refused_with_its_cause(typed, code):
    with pytest.raises(forms.ValidationError) as refused:
        AmountField("EUR").clean(typed)
    assert [error.code for error in refused.value.error_list] == [code]


def test_the_currency_says_how_many_digits_there_are():
    assert AmountField("JPY").clean("1,234") == Decimal(1234)
    with pytest.raises(forms.ValidationError) as refused:
        AmountField("JPY").clean("12.5")
    assert [error.code for error in refused.value.error_list] == ["digits"]
    assert AmountField("KWD").clean("1.234") == Decimal("1.234")
    with translation.override("de"):
        assert AmountField("KWD").clean("1.234") == Decimal("1234")
        assert AmountField("KWD").clean("1,234") == Decimal("1.234")


def test_smallest_amounts_and_amounts_that_may_be_missing():
    assert AmountField("EUR", required=False).clean("") is None
    assert AmountField("EUR", min_value=None).clean("-5") == Decimal("-5.00")
    with pytest.raises(forms.ValidationError) as refused:
        AmountField("EUR", min_value=Decimal("0.01")).clean("0")
    assert [error.code for error in refused.value.error_list] == ["too_small"]


def test_a_stored_amount_is_shown_with_the_digits_of_its_currency():
    class Form(forms.Form):
        amount = AmountField("EUR")

    assert Form(initial={"amount": Decimal("500.000")})["amount"].value() == "500.00"
    assert Form({"amount": "1.234,56"})["amount"].value() == "1.234,56"
