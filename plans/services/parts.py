"""Campaigns and activities of the version people work on; what is in force stays until an amendment is approved."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import history
from core.errors import Problem, RuleViolation
from core.workflow import existing, lock
from plans import rules
from plans.models import Activity, Campaign, Execution, Plan
from plans.services.writing import editable, insert, refuse, save_changes, written

CAMPAIGN_FIELDS = ("name", "objective", "starts_on", "ends_on")
ACTIVITY_FIELDS = ("name", "activity_type", "countries", "starts_on", "ends_on", "budget")

history.describe(
    {
        "plans.add_campaign": _("added a campaign"),
        "plans.edit_campaign": _("changed a campaign"),
        "plans.delete_campaign": _("removed a campaign"),
        "plans.restore_campaign": _("put a campaign back"),
        "plans.add_activity": _("added an activity"),
        "plans.edit_activity": _("changed an activity"),
        "plans.delete_activity": _("removed an activity"),
        "plans.restore_activity": _("put an activity back"),
    }
)


def add_campaign(plan_id: Any, *, actor: Any, **fields: Any) -> Campaign:
    """Add a campaign inside the program year (R-CAMP-03)."""
    with transaction.atomic():
        plan = editable(plan_id, actor)
        refuse(rules.campaign_fits(plan, fields["starts_on"], fields["ends_on"]))
        campaign = Campaign(plan=plan, **fields)
        insert(campaign, _g("This plan already has a campaign with this name."))
        history.record(plan, "plans.add_campaign", actor=actor, changes={"campaign": ["", campaign.name]})
    return campaign


def edit_campaign(pk: Any, *, actor: Any, **fields: Any) -> Campaign:
    """Change a campaign; its days must keep what proofs show (D-10)."""
    with transaction.atomic():
        plan = editable(existing(Campaign.objects, pk).plan_id, actor)
        campaign = lock(Campaign, pk)
        days = fields["starts_on"], fields["ends_on"]
        refuse([*rules.campaign_fits(plan, *days), *rules.campaign_keeps_executions(campaign, *days)])
        save_changes(campaign, plan, "plans.edit_campaign", CAMPAIGN_FIELDS, fields, actor)
    return campaign


def delete_campaign(pk: Any, *, actor: Any) -> Plan:
    """Take a campaign out with its activities, as delete_activity does with one."""
    with transaction.atomic():
        plan = editable(existing(Campaign.objects, pk).plan_id, actor)
        campaign = lock(Campaign, pk)
        refuse(rules.part_has_no_proof(_executions().filter(activity__campaign=campaign)))
        activities = list(campaign.activities.all())
        gone = {f"activity {one.name}": [written(one.budget, plan.currency), ""] for one in activities}
        history.record(plan, "plans.delete_campaign", actor=actor, changes={"campaign": [campaign.name, ""], **gone})
        for row in (*activities, campaign):
            _take_out(row)
    return plan


def add_activity(campaign_id: Any, *, actor: Any, **fields: Any) -> Activity:
    """Add an activity to a campaign; may cover several countries (R-ACT-01)."""
    with transaction.atomic():
        plan = editable(existing(Campaign.objects, campaign_id).plan_id, actor)
        campaign = lock(Campaign, campaign_id)
        activity = Activity(campaign=campaign, **fields)
        refuse(rules.activity_fits(plan, campaign, activity, in_form=True))
        insert(activity, _g("This campaign already has an activity with this name."))
        history.record(plan, "plans.add_activity", actor=actor, changes={"activity": ["", activity.name]})
    return activity


def edit_activity(pk: Any, *, actor: Any, **fields: Any) -> Activity:
    with transaction.atomic():
        plan = editable(existing(Activity.objects.select_related("campaign"), pk).campaign.plan_id, actor)
        activity = lock(Activity, pk)
        for name in ACTIVITY_FIELDS:
            if name in fields:
                setattr(activity, name, fields[name])
        refuse(rules.activity_fits(plan, activity.campaign, activity, in_form=True))
        activity.refresh_from_db()
        save_changes(activity, plan, "plans.edit_activity", ACTIVITY_FIELDS, fields, actor)
    return activity


def delete_activity(pk: Any, *, actor: Any) -> Plan:
    """Take an activity out: a new one for good, one in force with the approval of the amendment (D-10).

    RuleViolation naming its proofs when it has any.
    """
    with transaction.atomic():
        plan = editable(existing(Activity.objects.select_related("campaign"), pk).campaign.plan_id, actor)
        activity = lock(Activity, pk)
        refuse(rules.part_has_no_proof(_executions().filter(activity=activity)))
        history.record(plan, "plans.delete_activity", actor=actor, changes={"activity": [activity.name, ""]})
        _take_out(activity)
    return plan


def _executions() -> Any:
    return Execution.objects.select_related("activity")


def _take_out(row: Any) -> None:
    if row.in_force:
        row.removed = True
        row.save(update_fields=["removed"])
    else:
        row.delete()


def restore_campaign(pk: Any, *, actor: Any) -> Campaign:
    """Put back what the amendment removed: the campaign and all its activities that are in force (D-10)."""
    with transaction.atomic():
        campaign = existing(Campaign.with_removed, pk)
        plan = editable(campaign.plan_id, actor)
        campaign = existing(Campaign.with_removed, pk)
        if campaign.removed:
            _put_back(campaign)
            for activity in Activity.with_removed.filter(campaign=campaign, removed=True):
                _put_back(activity)
            history.record(plan, "plans.restore_campaign", actor=actor, changes={"campaign": ["", campaign.name]})
    return campaign


def restore_activity(pk: Any, *, actor: Any) -> Activity:
    """Put one activity back, with its campaign when that was removed too."""
    rows = Activity.with_removed.select_related("campaign")
    with transaction.atomic():
        plan = editable(existing(rows, pk).campaign.plan_id, actor)
        activity = existing(rows, pk)
        if activity.removed:
            if activity.campaign.removed:
                _put_back(activity.campaign)
            _put_back(activity)
            history.record(plan, "plans.restore_activity", actor=actor, changes={"activity": ["", activity.name]})
    return activity


def _put_back(row: Any) -> None:
    row.removed = False
    try:
        with transaction.atomic():
            row.save(update_fields=["removed"])
    except IntegrityError:
        text = _g("Another part is called “%(name)s” meanwhile. Rename that one first.") % {"name": row.name}
        raise RuleViolation([Problem("name_taken", text)]) from None
