from django.db import migrations


class Migration(migrations.Migration):
    """The sequence behind readable numbers (D-27)."""

    dependencies = [("proofs", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_poe", "DROP SEQUENCE number_poe")]
