"""D-10 through the services: what stays in force while an approved plan is changed, and what a change may not do."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core import clock
from core.errors import Denied, RuleViolation, StateConflict
from core.models import HistoryEntry, Notification
from incentives.choices import Settlement
from plans import approvals, services
from plans.models import Activity, Campaign, Execution, Plan
from proofs import services as proofs
from proofs.evidence import evidence_of
from proofs.models import Proof
from tests.factories.claims import make_proof
from tests.factories.incentives import activity_type
from tests.factories.plans import approve_change, make_activity, make_campaign, make_cast
from tests.factories.plans import make_small_plan as make_plan

pytestmark = pytest.mark.django_db


def problems(act):
    """(code, rule, message) of everything that stands in the way."""
    with pytest.raises(RuleViolation) as refused:
        act()
    return [(one.code, one.rule, one.message) for one in refused.value.problems]


def in_change(**fields):
    """An approved plan opened for a change; its one activity is in force."""
    plan = make_plan(status="approved", **fields)
    services.amend_plan(plan.pk, actor=plan.cast.admin)
    plan.refresh_from_db()
    return plan


def sent(plan):
    services.submit_plan(plan.pk, actor=plan.cast.admin)
    services.take_plan(plan.pk, actor=plan.cast.reviewer)


def approve(plan, limit=None):
    limit = Plan.objects.get(pk=plan.pk).limit_asked() if limit is None else limit
    return services.approve_plan(plan.pk, actor=plan.cast.vendor_admin, limit=limit)


def days_of(campaign, **changed):
    fields = ("name", "objective", "starts_on", "ends_on")
    return {**{name: getattr(campaign, name) for name in fields}, **changed}


# Opening ------------------------------------------------------------------------------------------------


def test_an_incentives_admin_opens_an_approved_plan_with_or_without_words():
    plan = make_plan(status="approved")
    with pytest.raises(Denied):
        services.amend_plan(plan.pk, actor=plan.cast.user)
    services.amend_plan(plan.pk, actor=plan.cast.admin, comment="More for autumn.")
    plan.refresh_from_db()
    entry = HistoryEntry.objects.latest("id")
    assert (plan.status, plan.holder, plan.version) == ("editing", "partner", 1)
    assert (entry.action, entry.old_status, entry.new_status, entry.comment) == (
        "plans.amend", "approved", "editing", "More for autumn.",
    )  # fmt: skip
    with pytest.raises(StateConflict):
        services.amend_plan(plan.pk, actor=plan.cast.admin)


def test_a_plan_is_changed_until_90_days_after_its_year():
    plan = make_plan(status="approved")
    cast = plan.cast
    last = clock.end_of_day(cast.year.ends_on + timedelta(days=90), cast.program.deadline_zone)
    with clock.at(last + timedelta(seconds=1)):
        [found] = problems(lambda: services.amend_plan(plan.pk, actor=cast.admin))
        assert found[:2] == ("window_closed", "R-PLAN-10")
    with clock.at(last):
        services.amend_plan(plan.pk, actor=cast.admin)
        services.submit_plan(plan.pk, actor=cast.admin)
    assert Plan.objects.get(pk=plan.pk).status == "submitted"


# What stays in force ------------------------------------------------------------------------------------

WAYS = {
    "editing": (),
    "submitted": ("submit",),
    "under_review": ("submit", "take"),
    "action_required": ("submit", "take", "request"),
    "rejected": ("submit", "take", "reject"),
}


def walk(plan, way):
    cast = plan.cast
    for step in way:
        if step == "submit":
            services.submit_plan(plan.pk, actor=cast.admin)
        elif step == "take":
            services.take_plan(plan.pk, actor=cast.reviewer)
        elif step == "request":
            services.request_plan_action(plan.pk, actor=cast.reviewer, comment="Smaller, please.")
        else:
            services.reject_plan(plan.pk, actor=cast.vendor_admin, comment="Not this year.")


@pytest.mark.parametrize("status", WAYS)
def test_the_newest_approval_takes_proofs_whatever_the_status(status):
    plan = in_change()
    cast = plan.cast
    old = plan.campaigns.get().activities.get()
    new = make_activity(plan, cast, name="Only drafted")
    services.edit_activity(old.pk, actor=cast.user, budget=Decimal(9000), activity_type=activity_type(
        cast.year, "digital_advertising"))  # fmt: skip
    walk(plan, WAYS[status])
    plan.refresh_from_db()
    assert (plan.status, plan.newest_limit) == (status, Decimal(5000))
    proof = proofs.create_proof(old, actor=cast.user, name="Of version 1")
    assert proof.activity_type.slug == "print_advertising"
    assert Activity.objects.get(pk=old.pk).budget_in_force == Decimal(5000)
    assert problems(lambda: proofs.create_proof(new, actor=cast.user)) == [
        ("plan_not_approved", "D-10", "This activity is new. Proofs can be added once the changed plan is approved.")
    ]


def test_what_is_approved_takes_the_place_of_what_was():
    plan = in_change()
    cast = plan.cast
    old = plan.campaigns.get().activities.get()
    new = make_activity(plan, cast, name="Second")
    gone = make_activity(plan, cast, name="Never approved")
    services.delete_activity(gone.pk, actor=cast.user)
    services.delete_activity(old.pk, actor=cast.user)
    assert Activity.with_removed.filter(pk=gone.pk).count() == 0
    assert Activity.with_removed.get(pk=old.pk).removed
    assert Activity.objects.filter(pk=old.pk).count() == 0
    sent(plan)
    approve(plan)
    plan.refresh_from_db()
    assert (plan.status, plan.version) == ("approved", 2)
    assert [one["activities"][0]["name"] for one in approvals.in_force(plan).snapshot["campaigns"]] == ["Second"]
    assert list(Activity.with_removed.values_list("pk", "removed")) == [(new.pk, False)]
    assert proofs.create_proof(Activity.objects.get(pk=new.pk), actor=cast.user, name="Now").activity_id == new.pk
    with pytest.raises(StateConflict):
        proofs.create_proof(old, actor=cast.user, name="Too late")


def test_history_keeps_the_old_limit_and_the_new_one():
    plan = make_plan(status="approved")
    approve_change(plan, Decimal("7500"))
    entries = HistoryEntry.objects.filter(object_id=plan.pk, action="plans.approve").order_by("id")
    assert [entry.changes for entry in entries] == [
        {"limit": ["", "5000.00 EUR"]},
        {"limit": ["5000.00 EUR", "7500.00 EUR"]},
    ]


def test_the_partner_is_told_the_limit_and_its_day():
    plan = make_plan(status="approved")
    cast = plan.cast
    approve_change(plan, Decimal("7500"))
    newest = approvals.in_force(plan)
    said = list(Notification.objects.filter(user=cast.admin, kind="N-03").order_by("id").values_list("body", flat=True))
    first = plan.approvals.get(number=1)
    days = [one.limit_from.strftime("%-d %b %Y").replace("Sept", "Sep") for one in (first, newest)]
    assert said == [f"Limit 5,000.00 EUR, from {days[0]} on.", f"Limit 7,500.00 EUR, from {days[1]} on."]
    services.amend_plan(plan.pk, actor=cast.admin)
    sent(plan)
    services.reject_plan(plan.pk, actor=cast.vendor_admin, comment="No.")
    last = Notification.objects.filter(user=cast.admin).latest("id")
    assert (last.kind, last.body) == ("N-04", "No.")
    assert last.title.endswith("the change was rejected, the approved version stays in force")


def test_a_type_that_can_no_longer_be_chosen_stays_where_it_is_in_force():
    plan = in_change()
    kind = plan.campaigns.get().activities.get().activity_type
    kind.enabled = False
    kind.save()
    make_activity(plan, plan.cast, "digital_advertising", name="Second")
    services.submit_plan(plan.pk, actor=plan.cast.admin)
    assert Plan.objects.get(pk=plan.pk).status == "submitted"


# What has a proof ---------------------------------------------------------------------------------------


def test_what_has_a_proof_is_not_removed():
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    activity = campaign.activities.get()
    proof = make_proof(plan, complete=False)
    said = [("has_proof", "D-10", f"{proof.number} proves “City-light posters”. What has a proof stays in the plan.")]
    assert problems(lambda: services.delete_activity(activity.pk, actor=cast.user)) == said
    assert problems(lambda: services.delete_campaign(campaign.pk, actor=cast.user)) == said
    assert Activity.objects.filter(pk=activity.pk).count() == 1
    with pytest.raises(ProtectedError), transaction.atomic():
        campaign.delete()  # past the rule, the database still says no


def test_a_campaign_keeps_the_days_of_the_work():
    plan = in_change()
    cast, campaign = plan.cast, plan.campaigns.get()
    first = campaign.starts_on
    proof = make_proof(
        plan, complete=False, executed_from=first + timedelta(days=3), executed_to=first + timedelta(days=5)
    )
    one_day = make_proof(plan, complete=False, name="B", executed_from=campaign.ends_on, executed_to=campaign.ends_on)

    def move(**days):
        return services.edit_campaign(campaign.pk, actor=cast.user, **days_of(campaign, **days))

    [early] = problems(lambda: move(starts_on=first + timedelta(days=4)))
    assert (early[0], early[1], early[2].startswith(f"{proof.number} took place from ")) == (
        "proof_outside",
        "D-10",
        True,
    )
    [late] = problems(lambda: move(ends_on=campaign.ends_on - timedelta(days=1)))
    assert late[2].startswith(f"{one_day.number} took place on ")
    move(starts_on=first + timedelta(days=3))
    assert Campaign.objects.get(pk=campaign.pk).starts_on == first + timedelta(days=3)


def test_work_that_lies_outside_already_holds_nothing():
    """A draft may hold any day (D-17); only work within the days in force is kept."""
    plan = in_change()
    campaign = plan.campaigns.get()
    day = campaign.starts_on - timedelta(days=9)
    make_proof(plan, complete=False, executed_from=day, executed_to=day)
    services.edit_campaign(
        campaign.pk, actor=plan.cast.user, **days_of(campaign, starts_on=campaign.starts_on + timedelta(days=1))
    )


def test_the_checklist_asks_for_the_days_in_force():
    plan = in_change()
    campaign = plan.campaigns.get()
    services.edit_campaign(
        campaign.pk, actor=plan.cast.user, **days_of(campaign, ends_on=campaign.ends_on - timedelta(days=30))
    )
    proof = make_proof(plan, complete=False)
    asked = evidence_of(Proof.objects.get(pk=proof.pk))
    assert (asked.campaign_start, asked.campaign_end) == (campaign.starts_on, campaign.ends_on)
    sent(plan)
    approve(plan)
    asked = evidence_of(Proof.objects.get(pk=proof.pk))
    assert asked.campaign_end == campaign.ends_on - timedelta(days=30)


def test_a_proof_added_meanwhile_is_asked_about_again():
    """Removed and shortened before the proofs came: named at submission, told without numbers to the vendor."""
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    posters = campaign.activities.get()
    make_activity(plan, cast, name="Second")
    services.delete_activity(posters.pk, actor=cast.user)
    proof = proofs.create_proof(posters, actor=cast.user, name="Draft")
    assert problems(lambda: services.submit_plan(plan.pk, actor=cast.admin)) == [
        ("proof_removed", "D-10", f"{proof.number} proves this activity. Put it back into the plan.")
    ]
    services.restore_activity(posters.pk, actor=cast.user)
    shorter = campaign.starts_on + timedelta(days=40)
    services.edit_campaign(campaign.pk, actor=cast.user, **days_of(campaign, ends_on=shorter))
    sent(plan)
    proofs.edit_proof(proof.pk, actor=cast.user, executed_from=campaign.ends_on, executed_to=campaign.ends_on)
    assert problems(lambda: approve(plan)) == [
        ("proof_left_out", "D-10", "Meanwhile a proof was added that this version would leave out. Send the plan back.")
    ]
    assert Plan.objects.get(pk=plan.pk).version == 1


def test_the_plan_knows_the_days_of_each_proof():
    plan = make_plan(status="approved")
    cast, day = plan.cast, plan.campaigns.get().starts_on
    proof = proofs.create_proof(plan.campaigns.get().activities.get(), actor=cast.user, name="P")
    rows = Execution.objects.values_list("reference", "executed_from", "executed_to")
    assert list(rows) == [(proof.number, None, None)]
    proofs.edit_proof(proof.pk, actor=cast.user, executed_from=day, executed_to=day)
    assert list(rows.all()) == [(proof.number, day, day)]
    proofs.edit_proof(proof.pk, actor=cast.user, amount=Decimal(5))
    assert list(rows.all()) == [(proof.number, day, day)]


# Removing and putting back ------------------------------------------------------------------------------


def test_a_campaign_is_put_back_with_what_was_in_force():
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    posters = campaign.activities.get()
    drafted = make_activity(plan, cast, campaign=campaign, name="Only drafted")
    services.delete_campaign(campaign.pk, actor=cast.user)
    assert (plan.campaigns.count(), Plan.objects.get(pk=plan.pk).planned_total()) == (0, 0)
    assert list(Activity.with_removed.values_list("pk", "removed")) == [(posters.pk, True)]
    services.restore_campaign(campaign.pk, actor=cast.user)
    services.restore_campaign(campaign.pk, actor=cast.user)  # a second click
    assert list(Campaign.objects.values_list("pk", "removed")) == [(campaign.pk, False)]
    assert list(Activity.objects.values_list("pk", flat=True)) == [posters.pk]
    assert Activity.with_removed.filter(pk=drafted.pk).count() == 0
    assert HistoryEntry.objects.filter(action="plans.restore_campaign").count() == 1


def test_an_activity_comes_back_with_its_campaign_unless_its_name_is_taken():
    plan = in_change()
    cast = plan.cast
    campaign = plan.campaigns.get()
    posters = campaign.activities.get()
    services.delete_activity(posters.pk, actor=cast.user)
    twin = make_activity(plan, cast, campaign=campaign)
    [taken] = problems(lambda: services.restore_activity(posters.pk, actor=cast.user))
    assert taken[0] == "name_taken"
    services.delete_activity(twin.pk, actor=cast.user)
    services.delete_campaign(campaign.pk, actor=cast.user)
    services.restore_activity(posters.pk, actor=cast.user)
    assert list(Activity.objects.values_list("pk", "campaign__removed")) == [(posters.pk, False)]


def test_what_is_removed_is_no_longer_edited():
    plan = in_change()
    cast = plan.cast
    posters = plan.campaigns.get().activities.get()
    make_campaign(plan, cast, "Second")
    services.delete_activity(posters.pk, actor=cast.user)
    for act in (
        lambda: services.edit_activity(posters.pk, actor=cast.user, budget=Decimal(1)),
        lambda: services.delete_activity(posters.pk, actor=cast.user),
    ):
        with pytest.raises(StateConflict):
            act()


def test_nothing_is_put_back_while_the_vendor_reads():
    plan = in_change()
    posters = plan.campaigns.get().activities.get()
    make_activity(plan, plan.cast, name="Second")
    services.delete_activity(posters.pk, actor=plan.cast.user)
    sent(plan)
    with pytest.raises(Denied):
        services.restore_activity(posters.pk, actor=plan.cast.user)


# What live claims hold ----------------------------------------------------------------------------------


def hold(plan, amount):
    with transaction.atomic():
        return services.commit_amount(plan.pk, Decimal(amount))


def test_live_claims_stay_within_the_limit_in_force():
    plan = make_plan(status="approved")
    hold(plan, 4000)
    assert problems(lambda: hold(plan, "1000.01")) == [
        (
            "plan_limit",
            "D-08",
            f"The limit of {plan.number} leaves 1,000.00\N{NO-BREAK SPACE}EUR, this needs "
            "1,000.01\N{NO-BREAK SPACE}EUR. Ask for less, or have the limit raised.",
        )
    ]
    hold(plan, 1000)
    hold(plan, -2500)
    plan.refresh_from_db()
    today = plan.cast.program.today()
    assert (plan.committed, approvals.left_on(plan, today)) == (Decimal(2500), Decimal(2500))
    with pytest.raises(IntegrityError):
        hold(plan, -2501)


def test_a_raised_limit_holds_from_next_month_a_lowered_one_at_once():
    plan = make_plan(status="approved")
    approve_change(plan, Decimal(8000))
    [found] = problems(lambda: hold(plan, 5001))
    assert found[0] == "plan_limit"
    begins = approvals.in_force(plan).limit_from
    with clock.at(clock.start_of_day(begins, plan.cast.program.deadline_zone)):
        hold(plan, 5001)
        approve_change(plan, Decimal(6000))
        [found] = problems(lambda: hold(plan, 1000))
        assert found[0] == "plan_limit"
        hold(plan, 999)


def test_nothing_is_held_before_the_first_approval_or_where_the_plan_is_paid():
    assert problems(lambda: hold(make_plan(), 1))[0][0] == "plan_limit"
    paid = make_plan(make_cast(settlement=Settlement.PLAN_PAYOUT), status="approved")
    assert hold(paid, 999999).committed == 0


def test_the_limit_is_neither_asked_nor_approved_below_what_is_held():
    plan = in_change()
    cast = plan.cast
    hold(plan, 4000)
    services.edit_plan(plan.pk, actor=cast.user, requested_limit=Decimal("3999.99"))
    held = "4,000.00\N{NO-BREAK SPACE}EUR of this plan is paid or held by claims"
    assert problems(lambda: services.submit_plan(plan.pk, actor=cast.admin)) == [
        ("limit_too_low", "D-10", f"{held}. Ask for at least as much.")
    ]
    services.edit_plan(plan.pk, actor=cast.user, requested_limit=Decimal(4500))
    sent(plan)
    hold(plan, 100)
    held = held.replace("4,000", "4,100")
    assert problems(lambda: approve(plan, Decimal("4099.99"))) == [
        ("limit_too_low", "D-10", f"{held}; the limit cannot be less.")
    ]
    approve(plan, Decimal(4100))
    assert Plan.objects.get(pk=plan.pk).newest_limit == Decimal(4100)
