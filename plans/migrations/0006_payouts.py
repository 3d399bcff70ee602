import uuid

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0005_drop_approved_limit"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanPayout",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("earned", models.DecimalField(decimal_places=3, max_digits=15)),
                ("carry_before", models.DecimalField(decimal_places=3, max_digits=15)),
                ("carry_after", models.DecimalField(decimal_places=3, max_digits=15)),
                ("limit", models.DecimalField(decimal_places=3, max_digits=15)),
                ("paid", models.DecimalField(decimal_places=3, max_digits=15)),
                ("paid_to_date", models.DecimalField(decimal_places=3, max_digits=15)),
                ("pay_on", models.DateField()),
                ("created_at", models.DateTimeField(default=core.clock.now)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="plans.plan"
                    ),
                ),
            ],
            options={
                "ordering": ["month"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "month"), name="plan_payout_once_a_month"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="plan_payout_month_start"),
                    models.CheckConstraint(condition=models.Q(("paid__gte", 0)), name="plan_payout_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("paid", 0), ("paid_to_date__lte", models.F("limit")), _connector="OR"),
                        name="plan_payout_within_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "carry_after",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("carry_before"), "+", models.F("earned")
                                    ),
                                    "-",
                                    models.F("paid"),
                                ),
                            )
                        ),
                        name="plan_payout_adds_up",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planpayout",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f4e604cfd07fa8231ef4c33c04a554967934b77a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f17a8",
                    table="plans_planpayout",
                    when="BEFORE",
                ),
            ),
        ),
    ]
