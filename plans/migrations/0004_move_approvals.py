from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F


def move(apps, schema_editor):
    """Approved plans get their first approval: the limit, and what they hold now, which nobody could change since."""
    plan_model = apps.get_model("plans", "Plan")
    approval_model = apps.get_model("plans", "PlanApproval")
    campaign_model, activity_model = apps.get_model("plans", "Campaign"), apps.get_model("plans", "Activity")
    plans = plan_model.objects.filter(status="approved").select_related("enrollment__program")
    for plan in plans.iterator(chunk_size=500):
        at = plan.decided_at or plan.updated_at
        approval_model.objects.create(
            plan=plan,
            number=1,
            limit=plan.approved_limit,
            currency=plan.currency,
            limit_from=at.astimezone(ZoneInfo(plan.enrollment.program.deadline_zone)).date(),
            approved_at=at,
            approved_by_id=plan.decided_by_id or plan.reviewer_id or plan.created_by_id,
            snapshot={
                "campaigns": [_campaign(one, activity_model) for one in campaign_model.objects.filter(plan=plan)]
            },
        )
    plans.update(version=1)
    campaign_model.objects.filter(plan__status="approved").update(
        approved_from=F("starts_on"), approved_to=F("ends_on")
    )
    activity_model.objects.filter(campaign__plan__status="approved").update(
        approved_type=F("activity_type"), approved_budget=F("budget")
    )


def _campaign(one, activity_model):
    activities = activity_model.objects.filter(campaign=one).select_related("activity_type")
    return {
        "id": str(one.pk),
        "name": one.name,
        "objective": one.objective,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "activities": [
            {
                "id": str(activity.pk),
                "name": activity.name,
                "activity_type_id": activity.activity_type_id,
                "type_name": activity.activity_type.name,
                "countries": sorted(activity.countries),
                "starts_on": activity.starts_on.isoformat(),
                "ends_on": activity.ends_on.isoformat(),
                "budget": f"{activity.budget.normalize():f}",
            }
            for activity in activities
        ],
    }


class Migration(migrations.Migration):
    """D-10: what was approved stands in rows of its own."""

    dependencies = [("plans", "0003_approvals")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
