"""Deadlines of a claim. Pure; a date closes at the end of that day in the program's zone (D-04)."""

from datetime import date, timedelta

from core.clock import WorkDays, add_business_days, add_months, last_day_of_next_month

REVIEW_BUSINESS_DAYS = 2  # R-CLM-23
DISPUTE_REVIEW_BUSINESS_DAYS = 5  # R-CLM-24
DISPUTE_DAYS = 30  # R-CLM-25, calendar days
UNDO = timedelta(minutes=15)  # D-15
PARTNER_REMINDER_BUSINESS_DAYS = 5  # R-CLM-26
RETENTION_MONTHS = 24  # R-CLM-33
PAYMENT_BUSINESS_DAYS = 45  # R-CLM-28
TAX_INVOICE_DAYS = 30  # calendar days, R-CLM-28
HOLD_DAYS = 180  # R-CUR-08
HOLD_AGE = timedelta(days=HOLD_DAYS - 1)  # younger ones cannot have lapsed in any zone


def review_due(submitted_on: date, has_plans: bool, calendar: WorkDays | str | None) -> date:
    """Day by which the vendor has promised a decision (D-07).

    With plans the last day of the month after submission (R-POE-14), else 2 business days (R-CLM-23).
    """
    if has_plans:
        return last_day_of_next_month(submitted_on)
    return add_business_days(submitted_on, REVIEW_BUSINESS_DAYS, calendar)


def dispute_review_due(disputed_on: date, calendar: WorkDays | str | None) -> date:
    """Day by which a dispute is decided (R-CLM-24)."""
    return add_business_days(disputed_on, DISPUTE_REVIEW_BUSINESS_DAYS, calendar)


def partner_reminder_due(asked_on: date, calendar: WorkDays | str | None) -> date:
    """Day on which the partner is reminded of a request for action (R-CLM-26)."""
    return add_business_days(asked_on, PARTNER_REMINDER_BUSINESS_DAYS, calendar)


def keep_until(executed_to: date) -> date:
    """Last day on which the partner must still hold the originals (R-CLM-33, D-05)."""
    return add_months(executed_to, RETENTION_MONTHS)


def dispute_last_day(decided_on: date, correction_deadline: date | None) -> date:
    """Last day to dispute a decision: 30 days after it, not after the correction deadline (R-CLM-25, R-CAL-10)."""
    last = decided_on + timedelta(days=DISPUTE_DAYS)
    return min(last, correction_deadline) if correction_deadline else last


def payment_due(approved_on: date, calendar: WorkDays | str | None) -> date:
    """Day by which an approved claim is paid (R-CLM-28, T-CLM-2)."""
    return add_business_days(approved_on, PAYMENT_BUSINESS_DAYS, calendar)


def payment_due_after_tax_invoice(accepted_on: date) -> date:
    """Day by which it is paid where a tax invoice was needed (R-CLM-28)."""
    return accepted_on + timedelta(days=TAX_INVOICE_DAYS)


def held_until(approved_on: date) -> date:
    """Last day on which what the partner owes (bank, tax data, tax invoice) may still come (R-CUR-08)."""
    return approved_on + timedelta(days=HOLD_DAYS)
