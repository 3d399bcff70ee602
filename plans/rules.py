"""What must hold for a plan: each question returns problems, empty means yes.

Asked as guard, on the page and in forms.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Problem
from core.money import format_amount
from incentives.access import access_of
from incentives.choices import EnrollmentStatus
from plans import deadlines
from plans.models import Activity, Campaign, Plan


def program_takes_plans(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    if plan.enrollment.program.has_plans:
        return []
    return [Problem("no_plans", _("This program has no plans."), rule="R-PROG-04")]


def location_is_enrolled(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    if plan.enrollment.status == EnrollmentStatus.ENROLLED:
        return []
    return [
        Problem(
            "not_enrolled",
            _("%(location)s is not enrolled in %(program)s at present. Ask the vendor to enrol it again.")
            % {"location": plan.enrollment.location.name, "program": plan.enrollment.program.name},
            rule="R-ENR-07",
        )
    ]


def window_is_open(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """R-PLAN-10: first submission within the program year, later ones up to 90 days after it (T-PLAN-1, T-PLAN-2)."""
    today = plan.enrollment.program.today()
    year_end = plan.program_year.ends_on
    again = plan.first_submitted_at is not None
    if deadlines.may_submit(today, year_end, again):
        return []
    if again:
        last = deadlines.resubmission_last_day(year_end)
        text = _("Plans of %(year)s could be sent again until %(day)s.")
    else:
        last = deadlines.first_submission_last_day(year_end)
        text = _("Plans of %(year)s had to be sent for the first time by %(day)s.")
    return [
        Problem(
            "window_closed",
            text % {"year": plan.program_year.name, "day": date_format(last)},
            rule="R-PLAN-10",
        )
    ]


def reviewer_is_chosen(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """R-PLAN-01, D-02: a person of the vendor with a role in the program."""
    link = "edit"
    if plan.reviewer is None:
        return [Problem("reviewer_missing", _("Choose who at the vendor reviews this plan."), "R-PLAN-01", link)]
    reviewer = plan.reviewer
    if not reviewer.is_active or not access_of(reviewer).may_review(plan.enrollment.program_id):
        return [
            Problem(
                "reviewer_left",
                _("%(name)s no longer reviews this program. Choose another reviewer.")
                % {"name": reviewer.display_name},
                "D-02",
                link,
            )
        ]
    return []


def has_an_activity(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """R-PLAN-08."""
    campaigns = _parts(plan)
    if any(campaign.activities.all() for campaign in campaigns):
        return []
    if campaigns:
        text = _("Add at least one activity to a campaign.")
    else:
        text = _("Add at least one campaign with an activity.")
    return [Problem("no_activity", text, rule="R-PLAN-08", anchor="campaigns")]


def _parts(plan: Plan) -> list[Campaign]:
    """The plan's campaigns with activities and types: read at most once, or taken from the page's own reading."""
    prefetch_related_objects([plan], "campaigns", "campaigns__activities", "campaigns__activities__activity_type")
    return list(plan.campaigns.all())


def parts_are_sound(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """Every campaign and activity still fits its plan, year, program and catalogue."""
    problems = []
    for campaign in _parts(plan):
        problems += campaign_fits(plan, campaign.starts_on, campaign.ends_on, f"campaign-{campaign.pk}", campaign.name)
        for activity in campaign.activities.all():
            problems += activity_fits(plan, campaign, activity)
    return problems


def campaign_fits(plan: Plan, starts_on: date, ends_on: date, anchor: str = "", name: str = "") -> list[Problem]:
    """R-CAMP-03, R-CAMP-04."""
    year = plan.program_year
    problems = []
    if starts_on > ends_on:
        problems.append(
            Problem(
                "campaign_order",
                _("The last day lies before the first day."),
                "R-CAMP-04",
                anchor or "id_ends_on",
                name,
            )
        )
    outside = [field for field, is_out in _outside(starts_on, ends_on, year.starts_on, year.ends_on) if is_out]
    for field in outside[:1] if anchor else outside:
        problems.append(
            Problem(
                "campaign_outside_year",
                _("A campaign lies within the program year %(year)s, %(first)s to %(last)s.")
                % {
                    "year": year.name,
                    "first": date_format(year.starts_on),
                    "last": date_format(year.ends_on),
                },
                "R-CAMP-03",
                anchor or f"id_{field}",
                name,
            )
        )
    return problems


def _outside(starts_on: date, ends_on: date, first: date, last: date) -> tuple[tuple[str, bool], ...]:
    """Which of the two days lies outside first to last."""
    return ("starts_on", not first <= starts_on <= last), ("ends_on", not first <= ends_on <= last)


def activity_fits(plan: Plan, campaign: Campaign, activity: Activity, in_form: bool = False) -> list[Problem]:
    """Dates inside the campaign, countries of the program (D-06), a type that can be chosen (R-ACT-06)."""

    def problem(code: str, text: str, rule: str, field: str) -> Problem:
        return Problem(code, text, rule, f"id_{field}" if in_form else f"activity-{activity.pk}", activity.name)

    problems = []
    if activity.starts_on > activity.ends_on:
        problems.append(problem("activity_order", _("The last day lies before the first day."), "R-CAMP-04", "ends_on"))
    else:
        days = _outside(activity.starts_on, activity.ends_on, campaign.starts_on, campaign.ends_on)
        outside = [name for name, is_out in days if is_out]
        text = _("An activity lies within its campaign, %(first)s to %(last)s.") % {
            "first": date_format(campaign.starts_on),
            "last": date_format(campaign.ends_on),
        }
        found = outside if in_form else outside[:1]
        problems += [problem("activity_outside", text, "R-CAMP-03", name) for name in found]
    foreign = sorted(set(activity.countries) - set(plan.enrollment.program.countries))
    if foreign or not activity.countries:
        text = _("Choose countries of the program; not part of it: %(countries)s.") % {"countries": ", ".join(foreign)}
        if not activity.countries:
            text = _("Choose at least one country.")
        problems.append(problem("activity_country", text, "D-06", "countries"))
    if not activity.activity_type.enabled or activity.activity_type.program_year_id != plan.program_year_id:
        text = _("“%(type)s” cannot be chosen this year. Choose another activity type.") % {
            "type": activity.activity_type.name
        }
        problems.append(problem("activity_type", text, "R-ACT-06", "activity_type"))
    if activity.budget <= 0:
        problems.append(problem("activity_budget", _("The budget must be more than zero."), "R-ACT-01", "budget"))
    return problems


def limit_is_sound(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """The approved limit is more than zero and not above what was asked (R-PLAN-03)."""
    limit: Decimal | None = context.get("limit")
    asked = plan.limit_asked()
    if limit is None or limit <= 0:
        return [Problem("limit_missing", _("Enter the limit you approve, more than zero."), "R-PLAN-03", "id_limit")]
    if limit > asked:
        text = _("The partner asks for %(asked)s; you cannot approve more.") % {
            "asked": format_amount(asked, plan.currency)
        }
        return [Problem("limit_too_high", text, "R-PLAN-03", "id_limit")]
    return []


SUBMISSION = (
    program_takes_plans,
    location_is_enrolled,
    window_is_open,
    reviewer_is_chosen,
    has_an_activity,
    parts_are_sound,
)


def submission_problems(plan: Plan) -> list[Problem]:
    """All that stands between this plan and its submission: for the page's "what is left"."""
    return [problem for question in SUBMISSION for problem in question(plan, {})]
