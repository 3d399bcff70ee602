from django.db import migrations


class Migration(migrations.Migration):
    """The sequences behind readable numbers (D-27)."""

    dependencies = [("claims", "0005_payment_runs")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE number_pay", "DROP SEQUENCE number_pay"),
        migrations.RunSQL("CREATE SEQUENCE number_run", "DROP SEQUENCE number_run"),
    ]
