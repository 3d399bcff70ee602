"""Plans of the demo, made and decided by the people who may."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import clock
from demo.seed.calendar import Days
from demo.seed.cast import CSP, HOSTING, RETAIL
from demo.seed.people import House
from demo.seed.programs import LAUNCH_FUND, year_of
from demo.seed.stories import CAMPAIGNS, PLAN_NAMES, PLANS, SHOW, PlanStory
from incentives.choices import PartnerRole
from incentives.models import ActivityType, Enrollment, ProgramYear
from plans import services
from plans.models import Activity, Campaign, Plan

REVIEWERS = {
    CSP: ("Daniel Osei", "Ana Ribeiro"),
    RETAIL: ("Ana Ribeiro", "Marta Kowalska"),
    HOSTING: ("Ana Ribeiro",),
}
DECIDERS = {CSP: "Peter Lindqvist", RETAIL: "Marta Kowalska", HOSTING: "Peter Lindqvist"}
LEAD_DAYS = 40  # a plan is begun so many days before its program year


class Team:
    """The people who work on one enrolment."""

    def __init__(self, house: House, enrollment: Enrollment, turn: int = 0) -> None:
        slug = enrollment.program.slug
        self.enrollment = enrollment
        self.admin = _holder(enrollment, PartnerRole.ADMIN)
        self.user = _holder(enrollment, PartnerRole.USER) or self.admin
        names = REVIEWERS[slug]
        self.reviewer = house.users[names[turn % len(names)]]
        self.decider = house.users[DECIDERS[slug]]


def _holder(enrollment: Enrollment, role: str) -> Any:
    return User.objects.filter(incentive_roles__enrollment=enrollment, incentive_roles__role=role).first()


def halves(year: ProgramYear) -> list[tuple[date, date]]:
    middle = date(year.ends_on.year, 3, 31)
    return [(year.starts_on, middle), (middle + timedelta(days=1), year.ends_on)]


def approved_plan(team: Team, year: ProgramYear, wanted: Iterable[Any], days: Days) -> dict[str, Activity]:
    """The plan behind some proofs, approved before its year begins. wanted: Works; returns activities by name."""
    slug = team.enrollment.program.slug
    begun = days.before(year.starts_on, LEAD_DAYS)
    with clock.at(begun):
        plan = _create(team, year, "co-op", f"{PLAN_NAMES[slug]} {team.enrollment.location.city} {year.name}")
        parts = [
            services.add_campaign(
                plan.pk, actor=team.user, name=f"{name} {year.name}", objective=objective, starts_on=first, ends_on=last
            )
            for (name, objective), (first, last) in zip(CAMPAIGNS[slug], halves(year), strict=True)
        ]
        made = {work.story.name: _activity(team, parts, work, year) for work in wanted}
    with clock.at(begun + timedelta(days=6)):
        services.submit_plan(plan.pk, actor=team.admin)
    with clock.at(begun + timedelta(days=9)):
        services.take_plan(plan.pk, actor=team.reviewer)
    with clock.at(begun + timedelta(days=16)):
        services.approve_plan(plan.pk, actor=team.decider, limit=Plan.objects.get(pk=plan.pk).limit_asked())
    return made


def _create(team: Team, year: ProgramYear, fund: str, name: str, **fields: Any) -> Plan:
    return services.create_plan(
        team.enrollment, team.enrollment.program.fund_types.get(slug=fund), year, actor=team.user,
        name=name[:120], reviewer=team.reviewer, **fields,
    )  # fmt: skip


def _activity(team: Team, parts: list[Campaign], work: Any, year: ProgramYear) -> Activity:
    campaign = next(part for part in parts if part.starts_on <= work.last <= part.ends_on)
    budget = Decimal(-(-work.story.amount * 11 // 1000) * 100)  # a tenth more than it cost, in hundreds
    return services.add_activity(
        campaign.pk, actor=team.user, name=work.story.name[:120],
        activity_type=type_of(year, work.story.kind), countries=countries_of(team.enrollment), budget=budget,
        starts_on=max(work.first - timedelta(days=2), campaign.starts_on),
        ends_on=min(work.last + timedelta(days=5), campaign.ends_on),
    )  # fmt: skip


def type_of(year: ProgramYear, slug: str) -> ActivityType:
    return year.activity_types.current().get(slug=slug)


def countries_of(enrollment: Enrollment) -> list[str]:
    own = enrollment.location.country
    near = {"DE": ["AT", "CH"], "FR": ["BE"]}.get(own, [])
    return [own, *(code for code in near if code in enrollment.program.countries)]


def other_plans(house: House, days: Days) -> None:
    """Plans that are still on their way."""
    for turn, story in enumerate(PLANS):
        team = Team(house, house.enrollments[story.city, story.program], turn)
        _play(team, story, days)


def _play(team: Team, story: PlanStory, days: Days) -> None:
    year = year_of(team.enrollment.program, days.today + timedelta(days=75))
    times = days.line(story.age + 3)
    with clock.at(next(times)):
        plan = _create(team, year, LAUNCH_FUND[0], story.name)
        if story.state != "editing":
            _fill(team, plan, year, story, days)
    if story.state in ("draft", "editing"):
        return
    times = days.line(story.age)
    with clock.at(next(times)):
        services.submit_plan(plan.pk, actor=team.admin)
    if story.state == "submitted":
        return
    times = days.line(max(story.age - 3, 0))
    with clock.at(next(times)):
        services.take_plan(plan.pk, actor=team.reviewer)
    times = days.line(max(story.age - 5, 0))
    if story.state in ("action_required", "reopened"):
        with clock.at(next(times)):
            services.request_plan_action(plan.pk, actor=team.reviewer, comment=story.words)
    if story.state == "reopened":
        with clock.at(next(days.line(max(story.age - 8, 0)))):
            services.reopen_plan(plan.pk, actor=team.admin)
    if story.state == "rejected":
        with clock.at(next(times)):
            services.reject_plan(plan.pk, actor=team.decider, comment=story.words)


def _fill(team: Team, plan: Plan, year: ProgramYear, story: PlanStory, days: Days) -> None:
    first = max(days.today + timedelta(days=20), year.starts_on)
    last = min(first + timedelta(days=80), year.ends_on)
    campaign = services.add_campaign(
        plan.pk, actor=team.user, name=story.name, objective="", starts_on=first, ends_on=last
    )
    kinds = ((SHOW, "Booth at the regional fair", 60), ("print_advertising", "Posters around the shops", 40))
    for kind, name, share in kinds:
        services.add_activity(
            campaign.pk, actor=team.user, name=name, activity_type=type_of(year, kind),
            countries=countries_of(team.enrollment)[:1], budget=Decimal(story.budget * share // 100),
            starts_on=first, ends_on=last,
        )  # fmt: skip


def group(works: Iterable[Any]) -> dict[tuple[str, str, int], list[Any]]:
    """Works by enrolment and program year."""
    grouped = defaultdict(list)
    for work in works:
        grouped[work.story.city, work.story.program, work.year.pk].append(work)
    return grouped
