from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incentives", "0001_initial"),
        ("plans", "0002_numbers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Execution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=24, unique=True)),
                ("executed_from", models.DateField(blank=True, null=True)),
                ("executed_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["reference"],
            },
        ),
        migrations.CreateModel(
            name="PlanApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("limit", models.DecimalField(decimal_places=3, max_digits=15)),
                ("currency", models.CharField(max_length=3)),
                ("limit_from", models.DateField()),
                ("approved_at", models.DateTimeField()),
                ("snapshot", models.JSONField()),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="activity",
            name="activity_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="campaign",
            name="campaign_name_unique",
        ),
        migrations.AddField(
            model_name="activity",
            name="approved_budget",
            field=models.DecimalField(blank=True, decimal_places=3, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name="activity",
            name="approved_type",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incentives.activitytype",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="removed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approved_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approved_to",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="removed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="plan",
            name="committed",
            field=models.DecimalField(decimal_places=3, default=Decimal("0"), max_digits=15),
        ),
        migrations.AddField(
            model_name="plan",
            name="version",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(
                models.F("campaign"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("removed", False)),
                name="activity_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_budget__isnull", True), ("approved_type__isnull", True)),
                    models.Q(("approved_budget__isnull", False), ("approved_type__isnull", False)),
                    _connector="OR",
                ),
                name="activity_in_force_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                models.F("plan"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("removed", False)),
                name="campaign_name_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_from__isnull", True), ("approved_to__isnull", True)),
                    models.Q(("approved_from__isnull", False), ("approved_to__isnull", False)),
                    _connector="OR",
                ),
                name="campaign_in_force_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("committed__gte", 0)), name="plan_committed_not_negative"
            ),
        ),
        migrations.AddField(
            model_name="execution",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="executions", to="plans.activity"
            ),
        ),
        migrations.AddField(
            model_name="planapproval",
            name="approved_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planapproval",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="approvals", to="plans.plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="planapproval",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plan_approval_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="planapproval",
            constraint=models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="plan_approval_numbered"),
        ),
        migrations.AddConstraint(
            model_name="planapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit__gt", 0)), name="plan_approval_limit_positive"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planapproval",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="27d7a9822b3a20e36e1e09648c116308ebe60af8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c2ce9",
                    table="plans_planapproval",
                    when="BEFORE",
                ),
            ),
        ),
    ]
