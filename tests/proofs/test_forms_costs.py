"""What a line of cost evidence can hold is said at the field; nothing larger reaches the database."""

import pytest

from proofs.forms.costs import LineForm, WorkForm
from proofs.models import CertificationLine, InvoiceLine

BILLION = "1000000000"
MOST = "9" * 12


def test_a_rate_is_as_large_as_its_column():
    assert WorkForm({"rate": "999999999.99"}, currency="EUR").is_valid()
    form = WorkForm({"rate": BILLION}, currency="EUR")
    assert form.errors == {"rate": ["This amount is too large: at most 9 digits before the decimal mark."]}


@pytest.mark.parametrize(("net", "tax"), [(MOST, MOST), (f"-{MOST}", "-1")])
def test_a_gross_amount_that_is_computed_fits_its_column_too(net, tax):
    form = LineForm({"net": net, "tax": tax}, expenses=[], currency="EUR")
    assert form.errors == {"gross": ["Net and tax together are too large."]}


def test_the_limits_are_those_of_the_columns():
    for model, name, whole in ((CertificationLine, "rate", 9), (InvoiceLine, "gross", 12)):
        column = model._meta.get_field(name)
        assert column.max_digits - column.decimal_places == whole
