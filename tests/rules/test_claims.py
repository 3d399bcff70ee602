"""Claim deadlines: vectors T-POE-4, T-CLM-1, T-CLM-2 and T-CLM-4."""

from datetime import date

import pytest

from claims.deadlines import (
    dispute_review_due,
    held_until,
    keep_until,
    partner_reminder_due,
    payment_due,
    payment_due_after_tax_invoice,
    review_due,
)

FRIDAY = date(2021, 3, 5)


@pytest.mark.parametrize(
    ("submitted_on", "has_plans", "due"),
    [
        pytest.param(date(2021, 3, 10), True, date(2021, 4, 30), id="T-POE-4"),
        pytest.param(date(2021, 12, 31), True, date(2022, 1, 31), id="R-POE-14-over-the-year"),
        pytest.param(date(2021, 1, 31), True, date(2021, 2, 28), id="R-POE-14-short-month"),
        pytest.param(FRIDAY, False, date(2021, 3, 9), id="T-CLM-1-review"),
    ],
)
def test_review_due(submitted_on, has_plans, due):
    assert review_due(submitted_on, has_plans, None) == due


@pytest.mark.parametrize("due", [pytest.param(date(2021, 3, 12), id="T-CLM-1-dispute")])
def test_dispute_review_due(due):
    assert dispute_review_due(FRIDAY, None) == due


def test_partner_is_reminded_after_five_business_days():
    """R-CLM-26."""
    assert partner_reminder_due(date(2021, 3, 8), None) == date(2021, 3, 15)


def test_holidays_of_the_calendar_do_not_count():
    """R-CAL-13: Good Friday and Easter Monday 2021 are no business days in Germany."""
    assert review_due(date(2021, 4, 1), False, "DE") == date(2021, 4, 7)
    assert review_due(date(2021, 4, 1), False, None) == date(2021, 4, 5)


@pytest.mark.parametrize(
    ("executed_to", "last_day"),
    [
        pytest.param(date(2021, 1, 31), date(2023, 1, 31), id="T-CLM-4"),
        pytest.param(date(2024, 2, 29), date(2026, 2, 28), id="R-CLM-33-leap-day"),
    ],
)
def test_documents_are_kept_24_months(executed_to, last_day):
    assert keep_until(executed_to) == last_day


@pytest.mark.parametrize(
    ("approved_on", "due"),
    [
        pytest.param(date(2021, 3, 5), date(2021, 5, 7), id="T-CLM-2-friday"),
        pytest.param(date(2021, 12, 23), date(2022, 2, 24), id="T-CLM-2-over-the-year"),
    ],
)
def test_payment_due(approved_on, due):
    """R-CLM-28."""
    assert payment_due(approved_on, None) == due


def test_payment_is_due_30_days_after_the_tax_invoice_was_accepted():
    """R-CLM-28."""
    assert payment_due_after_tax_invoice(date(2021, 3, 5)) == date(2021, 4, 4)


def test_what_the_partner_owes_may_come_for_180_days():
    """R-CUR-08."""
    assert held_until(date(2021, 1, 1)) == date(2021, 6, 30)
