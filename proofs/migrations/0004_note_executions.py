from django.db import migrations


class Migration(migrations.Migration):
    """The plan is told of the work of every proof there is (D-10), as the proof's services do from now on."""

    dependencies = [("proofs", "0003_money"), ("plans", "0005_drop_approved_limit")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO plans_execution (activity_id, reference, executed_from, executed_to) "
            "SELECT activity_id, number, executed_from, executed_to FROM proofs_proof WHERE activity_id IS NOT NULL",
            migrations.RunSQL.noop,
        )
    ]
