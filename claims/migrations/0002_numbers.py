from django.db import migrations


class Migration(migrations.Migration):
    """The sequence behind readable numbers (D-27)."""

    dependencies = [("claims", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_clm", "DROP SEQUENCE number_clm")]
