"""What must hold for a plan: each question returns problems, empty means yes.

Asked as guard, on the page and in forms.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.errors import Problem
from core.money import format_amount
from incentives.access import access_of
from incentives.choices import EnrollmentStatus, Settlement
from plans import deadlines
from plans.models import Activity, Campaign, Execution, Plan


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
    kind = activity.activity_type
    approved_already = kind.pk == activity.approved_type_id  # an amendment need not change what is in force
    if not approved_already and (not kind.enabled or kind.program_year_id != plan.program_year_id):
        text = _("“%(type)s” cannot be chosen this year. Choose another activity type.") % {"type": kind.name}
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


def limit_covers_what_is_held(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """D-10: neither asked nor approved below what is paid or live. context: the limit to be approved, if there is."""
    limit = context.get("limit")
    held = _paid_or_held(plan)
    if not held or ("limit" in context and limit is None):  # limit_is_sound asks for a missing one
        return []
    if limit is None:
        limit = plan.limit_asked()
    if limit >= held:
        return []
    if "limit" in context:
        text = _("%(held)s of this plan is paid or held by claims; the limit cannot be less.")
    else:
        text = _("%(held)s of this plan is paid or held by claims. Ask for at least as much.")
    anchor = "id_limit" if "limit" in context else "edit"
    return [Problem("limit_too_low", text % {"held": format_amount(held, plan.currency)}, "D-10", anchor)]


def _paid_or_held(plan: Plan) -> Decimal:
    """Paid monthly, or held by live claims: a program does one of the two (D-08)."""
    if plan.enrollment.program.settlement != Settlement.PLAN_PAYOUT or not plan.version:
        return plan.committed
    last = plan.payouts.last()
    return last.paid_to_date if last else Decimal(0)


def executions_are_kept(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """D-10: what has a proof stays in the plan, and its campaign keeps the days of the work."""
    problems = []
    for one in _left_out(plan):
        activity = one.activity
        if activity.removed:
            text = _("%(proof)s proves this activity. Put it back into the plan.") % {"proof": one.reference}
            problems.append(Problem("proof_removed", text, "D-10", f"removed-{activity.pk}", activity.name))
        else:
            problems.append(_outside_campaign(one, f"campaign-{activity.campaign_id}", activity.campaign.name))
    return problems


def nothing_proven_is_left_out(plan: Plan, context: Mapping[str, Any]) -> list[Problem]:
    """executions_are_kept as the vendor is told of it: a proof that was added meanwhile may not be sent yet."""
    names = sorted({one.activity.name for one in _left_out(plan)})
    text = _("Meanwhile a proof was added that this version would leave out. Send the plan back.")
    return [Problem("proof_left_out", text, "D-10", "campaigns", name) for name in names]


def _left_out(plan: Plan) -> list[Execution]:
    if not plan.version:
        return []
    rows = Execution.objects.filter(activity__campaign__plan=plan).select_related("activity__campaign")
    return [
        one
        for one in rows
        if one.activity.removed
        or leaves_out(one, one.activity.campaign, one.activity.campaign.starts_on, one.activity.campaign.ends_on)
    ]


def leaves_out(one: Execution, campaign: Campaign, starts_on: date, ends_on: date) -> bool:
    """Would these days of the campaign leave out work that lies within its days in force?"""
    if one.executed_from is None or one.executed_to is None:
        return False
    first, last = campaign.days_in_force
    is_inside = first <= one.executed_from and one.executed_to <= last
    return is_inside and not (starts_on <= one.executed_from and one.executed_to <= ends_on)


def campaign_keeps_executions(campaign: Campaign, starts_on: date, ends_on: date) -> list[Problem]:
    """D-10: a change of dates that would leave work outside is refused, naming its proof."""
    rows = Execution.objects.filter(activity__campaign=campaign)
    return [
        _outside_campaign(one, "id_starts_on" if (one.executed_from or starts_on) < starts_on else "id_ends_on")
        for one in rows
        if leaves_out(one, campaign, starts_on, ends_on)
    ]


def _outside_campaign(one: Execution, anchor: str, name: str = "") -> Problem:
    text = _("%(proof)s took place from %(first)s to %(last)s; the campaign must include these days.")
    days = {"first": date_format(one.executed_from or ""), "last": date_format(one.executed_to or "")}
    if one.executed_from == one.executed_to:
        text = _("%(proof)s took place on %(first)s; the campaign must include this day.")
    return Problem("proof_outside", text % {"proof": one.reference, **days}, "D-10", anchor, name)


def part_has_no_proof(executions: Iterable[Execution]) -> list[Problem]:
    """D-10: what has a proof cannot be removed."""
    return [
        Problem(
            "has_proof",
            _("%(proof)s proves “%(name)s”. What has a proof stays in the plan.")
            % {"proof": one.reference, "name": one.activity.name},
            "D-10",
        )
        for one in executions
    ]


SUBMISSION = (
    program_takes_plans,
    location_is_enrolled,
    window_is_open,
    reviewer_is_chosen,
    has_an_activity,
    parts_are_sound,
    limit_covers_what_is_held,
    executions_are_kept,
)
APPROVAL = (limit_is_sound, limit_covers_what_is_held, nothing_proven_is_left_out)


def submission_problems(plan: Plan) -> list[Problem]:
    """All that stands between this plan and its submission: for the page's "what is left"."""
    return [problem for question in SUBMISSION for problem in question(plan, {})]
