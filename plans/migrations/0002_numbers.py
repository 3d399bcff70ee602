from django.db import migrations


class Migration(migrations.Migration):
    """The sequence behind readable numbers (D-27)."""

    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_pln", "DROP SEQUENCE number_pln")]
