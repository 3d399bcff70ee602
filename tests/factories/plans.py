"""Plans with campaigns and activities, played through the services up to the state wanted."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from incentives.access import forget
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import Enrollment, IncentiveRole, VendorRole
from plans import services
from tests.factories.incentives import activity_type, make_enrollment, make_year
from tests.factories.people import make_incentive_admin, make_incentive_user, make_reviewer, make_vendor_admin

LIMIT = Decimal(1000000)  # more than any test asks for, unless it says otherwise


def make_cast(**program_fields):
    """One enrolment with everybody who works on it: user, admin, reviewer, vendor_admin."""
    from tests.factories.incentives import make_program

    year = make_year(make_program(**program_fields))
    return cast_for(make_enrollment(year.program), year)


def cast_for(enrollment: Enrollment, year):
    program = enrollment.program
    return SimpleNamespace(
        enrollment=enrollment,
        program=program,
        year=year,
        user=make_incentive_user(enrollment, "Jonas Weidner"),
        admin=make_incentive_admin(enrollment, "Katharina Brandl"),
        reviewer=make_reviewer(program, "Ana Ribeiro"),
        vendor_admin=make_vendor_admin(program, "Olivia Chen"),
    )


def make_coop_cast(cast=None, **program_fields):
    """The same people on an enrolment of a second program, whose claims need no plan; new people without a cast."""
    fields = {"has_plans": False, "families": ["hosting"], **program_fields}
    if cast is None:
        return make_cast(**fields)
    from tests.factories.incentives import make_program

    year = make_year(make_program(**fields))
    enrollment = make_enrollment(year.program, cast.enrollment.location)
    for person, role in ((cast.user, PartnerRole.USER), (cast.admin, PartnerRole.ADMIN)):
        IncentiveRole.objects.create(user=person, enrollment=enrollment, role=role)
    for person, kind in ((cast.reviewer, VendorRoleKind.REVIEWER), (cast.vendor_admin, VendorRoleKind.ADMIN)):
        VendorRole.objects.create(user=person, program=year.program, role=kind)
    for person in (cast.user, cast.admin, cast.reviewer, cast.vendor_admin):
        forget(person)
    return SimpleNamespace(**{**vars(cast), "enrollment": enrollment, "program": year.program, "year": year})


def make_plan(cast=None, status="editing", *, name="Autumn push", with_activity=True, **fields):
    """A plan of the cast's enrolment in the state named, with one campaign over the whole year."""
    cast = cast or make_cast()
    plan = services.create_plan(
        cast.enrollment,
        fields.pop("fund_type", None) or cast.program.fund_types.get(slug="co-op"),
        fields.pop("program_year", cast.year),
        actor=cast.user,
        name=name,
        reviewer=cast.reviewer,
        **({"requested_limit": LIMIT} if status == "approved" else {}) | fields,
    )
    if with_activity:
        make_activity(plan, cast)
    moves = {
        "submitted": ["submit"],
        "under_review": ["submit", "take"],
        "action_required": ["submit", "take", "request"],
        "approved": ["submit", "take", "approve"],
        "rejected": ["submit", "take", "reject"],
    }
    for move in moves.get(status, []):
        _MOVES[move](plan, cast)
    plan.refresh_from_db()
    plan.cast = cast
    return plan


def make_small_plan(cast=None, status="editing", **fields):
    """One that asks for what its activities cost, 5,000 with the usual one, and no more."""
    return make_plan(cast, status, **{"requested_limit": None, **fields})


_MOVES = {
    "submit": lambda plan, cast: services.submit_plan(plan.pk, actor=cast.admin),
    "take": lambda plan, cast: services.take_plan(plan.pk, actor=cast.reviewer),
    "request": lambda plan, cast: services.request_plan_action(
        plan.pk, actor=cast.reviewer, comment="Please split the budget."
    ),
    "approve": lambda plan, cast: services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=plan.limit_asked()),
    "reject": lambda plan, cast: services.reject_plan(
        plan.pk, actor=cast.vendor_admin, comment="Not in line with the program."
    ),
}


def approve_change(plan, limit):
    """Open an approved plan, ask for another limit and have it approved; returns the plan anew."""
    cast = plan.cast
    services.amend_plan(plan.pk, actor=cast.admin)
    services.edit_plan(plan.pk, actor=cast.user, requested_limit=limit)
    services.submit_plan(plan.pk, actor=cast.admin)
    services.take_plan(plan.pk, actor=cast.reviewer)
    services.approve_plan(plan.pk, actor=cast.vendor_admin, limit=limit)
    plan.refresh_from_db()
    return plan


def make_campaign(plan, cast, name="Back to business", **fields):
    year = plan.program_year
    fields = {"starts_on": year.starts_on, "ends_on": year.ends_on, "objective": "", **fields}
    return services.add_campaign(plan.pk, actor=cast.user, name=name, **fields)


def make_activity(plan, cast, slug="print_advertising", *, campaign=None, name="City-light posters", **fields):
    campaign = campaign or plan.campaigns.first() or make_campaign(plan, cast)
    fields = {
        "starts_on": campaign.starts_on,
        "ends_on": campaign.starts_on + timedelta(days=27),
        "budget": Decimal("5000"),
        "countries": ["DE", "AT"],
        **fields,
    }
    return services.add_activity(
        campaign.pk,
        actor=cast.user,
        name=name,
        activity_type=activity_type(plan.program_year, slug),
        **fields,
    )
