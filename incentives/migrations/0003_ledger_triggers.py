import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incentives", "0002_funds")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="fund",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_is_sum",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND (OLD.free, OLD.bound, OLD.reserved, OLD.approved, OLD.paid, OLD.expired, OLD.converted, OLD.rebate, OLD.entry_count) IS DISTINCT FROM (NEW.free, NEW.bound, NEW.reserved, NEW.approved, NEW.paid, NEW.expired, NEW.converted, NEW.rebate, NEW.entry_count))",
                    func="RAISE EXCEPTION 'balances change with entries only' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="217e788cf43b91d4a8f07a670c8adcc65a95a491",
                    operation="UPDATE",
                    pgid="pgtrigger_balance_is_sum_67b02",
                    table="incentives_fund",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fund",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_starts_empty",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND (NEW.free <> 0 OR NEW.bound <> 0 OR NEW.reserved <> 0 OR NEW.approved <> 0 OR NEW.paid <> 0 OR NEW.expired <> 0 OR NEW.converted <> 0 OR NEW.rebate <> 0 OR NEW.entry_count <> 0))",
                    func="RAISE EXCEPTION 'balances change with entries only' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="9943b391f9669561d98e1558fc1190baa062af81",
                    operation="INSERT",
                    pgid="pgtrigger_balance_starts_empty_b32a4",
                    table="incentives_fund",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(fields=("reference", "fund"), name="commitment_unique"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_is_sum",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND (OLD.bound, OLD.reserved, OLD.approved, OLD.paid) IS DISTINCT FROM (NEW.bound, NEW.reserved, NEW.approved, NEW.paid))",
                    func="RAISE EXCEPTION 'balances change with entries only' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="77442e49642e312493a8f46e2294d70f1c0a68a6",
                    operation="UPDATE",
                    pgid="pgtrigger_balance_is_sum_da4af",
                    table="incentives_commitment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="commitment",
            trigger=pgtrigger.compiler.Trigger(
                name="balance_starts_empty",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() = 0 AND (NEW.bound <> 0 OR NEW.reserved <> 0 OR NEW.approved <> 0 OR NEW.paid <> 0))",
                    func="RAISE EXCEPTION 'balances change with entries only' USING ERRCODE = 'integrity_constraint_violation';",
                    hash="7dd070d74175fbc52a94c0944a5fcfc60d6661f0",
                    operation="INSERT",
                    pgid="pgtrigger_balance_starts_empty_17fa0",
                    table="incentives_commitment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="fundentry",
            index=models.Index(
                condition=models.Q(("reference__isnull", False)), fields=["reference"], name="fund_entry_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.UniqueConstraint(fields=("fund", "number"), name="fund_entry_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="fund_entry_amount_positive"),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause", ""), _negated=True), name="fund_entry_has_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "earned"), ("source", "outside"), ("target", "free")),
                    models.Q(("kind", "earned"), ("source", "free"), ("target", "outside")),
                    models.Q(("kind", "earned"), ("source", "outside"), ("target", "rebate")),
                    models.Q(("kind", "earned"), ("source", "rebate"), ("target", "outside")),
                    models.Q(("kind", "converted"), ("source", "free"), ("target", "converted")),
                    models.Q(("kind", "converted"), ("source", "converted"), ("target", "free")),
                    models.Q(("kind", "rollover"), ("source", "free"), ("target", "outside")),
                    models.Q(("kind", "rollover"), ("source", "outside"), ("target", "free")),
                    models.Q(("kind", "adjusted"), ("source", "outside"), ("target", "free")),
                    models.Q(("kind", "adjusted"), ("source", "free"), ("target", "outside")),
                    models.Q(("kind", "reserved"), ("source", "free"), ("target", "reserved")),
                    models.Q(("kind", "reserved"), ("source", "bound"), ("target", "reserved")),
                    models.Q(("kind", "released"), ("source", "reserved"), ("target", "free")),
                    models.Q(("kind", "released"), ("source", "reserved"), ("target", "bound")),
                    models.Q(("kind", "approved"), ("source", "reserved"), ("target", "approved")),
                    models.Q(("kind", "paid"), ("source", "approved"), ("target", "paid")),
                    models.Q(("kind", "paid"), ("source", "free"), ("target", "paid")),
                    models.Q(("kind", "expired"), ("source", "free"), ("target", "expired")),
                    models.Q(("kind", "expired"), ("source", "bound"), ("target", "expired")),
                    models.Q(("kind", "reversed"), ("source", "approved"), ("target", "reserved")),
                    models.Q(("kind", "reversed"), ("source", "paid"), ("target", "approved")),
                    models.Q(("kind", "reversed"), ("source", "paid"), ("target", "free")),
                    _connector="OR",
                ),
                name="fund_entry_route_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("source__in", ("bound", "reserved", "approved", "paid")),
                            ("target__in", ("bound", "reserved", "approved", "paid")),
                            _connector="OR",
                        ),
                        ("reference__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            ("source__in", ("bound", "reserved", "approved", "paid")),
                            ("target__in", ("bound", "reserved", "approved", "paid")),
                            _connector="OR",
                            _negated=True,
                        ),
                        ("reference__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="fund_entry_has_reference",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fundentry",
            trigger=pgtrigger.compiler.Trigger(
                name="book",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nUPDATE incentives_fund SET free = free + CASE NEW.target WHEN 'free' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'free' THEN NEW.amount ELSE 0 END, bound = bound + CASE NEW.target WHEN 'bound' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'bound' THEN NEW.amount ELSE 0 END, reserved = reserved + CASE NEW.target WHEN 'reserved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'reserved' THEN NEW.amount ELSE 0 END, approved = approved + CASE NEW.target WHEN 'approved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'approved' THEN NEW.amount ELSE 0 END, paid = paid + CASE NEW.target WHEN 'paid' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'paid' THEN NEW.amount ELSE 0 END, expired = expired + CASE NEW.target WHEN 'expired' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'expired' THEN NEW.amount ELSE 0 END, converted = converted + CASE NEW.target WHEN 'converted' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'converted' THEN NEW.amount ELSE 0 END, rebate = rebate + CASE NEW.target WHEN 'rebate' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'rebate' THEN NEW.amount ELSE 0 END, entry_count = entry_count + 1\n WHERE id = NEW.fund_id AND (NEW.source <> 'free' OR free >= NEW.amount)\nRETURNING entry_count, free INTO NEW.number, NEW.free_after;\nIF NOT FOUND THEN\n  RAISE EXCEPTION 'the fund does not cover this' USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_free_covered',\n    DETAIL = (SELECT free FROM incentives_fund WHERE id = NEW.fund_id);\nEND IF;\nIF NEW.reference IS NOT NULL THEN\n  UPDATE incentives_commitment SET bound = bound + CASE NEW.target WHEN 'bound' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'bound' THEN NEW.amount ELSE 0 END, reserved = reserved + CASE NEW.target WHEN 'reserved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'reserved' THEN NEW.amount ELSE 0 END, approved = approved + CASE NEW.target WHEN 'approved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'approved' THEN NEW.amount ELSE 0 END, paid = paid + CASE NEW.target WHEN 'paid' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'paid' THEN NEW.amount ELSE 0 END WHERE fund_id = NEW.fund_id AND reference = NEW.reference;\n  IF NOT FOUND THEN\n    INSERT INTO incentives_commitment (fund_id, reference, bound, reserved, approved, paid)\n    VALUES (NEW.fund_id, NEW.reference, CASE NEW.target WHEN 'bound' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'bound' THEN NEW.amount ELSE 0 END, CASE NEW.target WHEN 'reserved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'reserved' THEN NEW.amount ELSE 0 END, CASE NEW.target WHEN 'approved' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'approved' THEN NEW.amount ELSE 0 END, CASE NEW.target WHEN 'paid' THEN NEW.amount ELSE 0 END - CASE NEW.source WHEN 'paid' THEN NEW.amount ELSE 0 END);\n  END IF;\nEND IF;\nRETURN NEW;\n",
                    hash="4350a41babb113df00bd61c0a4b0c80fb5abc664",
                    operation="INSERT",
                    pgid="pgtrigger_book_78f42",
                    table="incentives_fundentry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="fundentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="19f6a41381bc9e0fa58bcb4ea13785189b7d1ea8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_bcb17",
                    table="incentives_fundentry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
