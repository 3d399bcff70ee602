from django.db import migrations, models


class Migration(migrations.Migration):
    """An approved plan has its approval as a row now, and its version."""

    dependencies = [("plans", "0004_move_approvals")]
    operations = [
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_limit_positive",
        ),
        migrations.RemoveConstraint(
            model_name="plan",
            name="plan_approved_has_limit",
        ),
        # Moved to PlanApproval.limit in 0004.
        migrations.RemoveField(
            model_name="plan",
            name="approved_limit",
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "approved"), _negated=True), ("version__gt", 0), _connector="OR"
                ),
                name="plan_approved_has_version",
            ),
        ),
    ]
