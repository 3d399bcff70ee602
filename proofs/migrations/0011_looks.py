import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A picture has several looks, each kept as a sketch; no row was written before."""

    dependencies = [("proofs", "0010_rule_sets_of_sent_proofs")]

    operations = [
        # No row was written before: pictures are recognised from this version on.
        migrations.RemoveField(model_name="likeness", name="bits"),
        migrations.AddField(
            model_name="likeness", name="sketch", field=models.BinaryField(default=b""), preserve_default=False
        ),
        migrations.AlterField(
            model_name="likeness",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="looks", to="proofs.document"
            ),
        ),
    ]
