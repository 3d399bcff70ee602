"""Deadlines of a plan, counted from the program year's last day (R-PLAN-10, -12). Pure."""

from datetime import date, timedelta

from core.clock import WorkDays, add_business_days

RESUBMISSION_DAYS = 90  # R-PLAN-10, calendar days


def first_submission_last_day(year_end: date) -> date:
    """Last day to submit a plan for the first time: the program year's last day (R-PLAN-10)."""
    return year_end


def resubmission_last_day(year_end: date) -> date:
    """Last day to change and resubmit a plan that was first submitted in time (R-PLAN-10)."""
    return year_end + timedelta(days=RESUBMISSION_DAYS)


def may_submit(today: date, year_end: date, first_submitted: bool) -> bool:
    """Whether a plan can be submitted today; first_submitted = it was submitted before (T-PLAN-1)."""
    last_day = resubmission_last_day(year_end) if first_submitted else first_submission_last_day(year_end)
    return today <= last_day


def review_due(submitted_on: date, business_days: int, calendar: WorkDays | str | None) -> date:
    """Day by which the vendor aims to decide on a plan: so many business days, as its program says (R-PLAN-12)."""
    return add_business_days(submitted_on, business_days, calendar)
