"""Marks the invoices that were typed before marks were kept (R-CLM-12)."""

from collections import defaultdict

from django.db import migrations

from proofs.matching.same import mark_of

BATCH = 2_000


def mark_invoices(apps, schema_editor):
    invoice = apps.get_model("proofs", "Invoice")
    line = apps.get_model("proofs", "InvoiceLine")
    batch = []
    for one in invoice.objects.exclude(number="").order_by("pk").iterator(BATCH):
        batch.append(one)
        if len(batch) == BATCH:
            _write(invoice, line, batch)
            batch = []
    _write(invoice, line, batch)


def _write(invoice, line, batch):
    gross = defaultdict(list)
    for pk, amount in line.objects.filter(invoice__in=batch).values_list("invoice_id", "gross"):
        gross[pk].append(amount)
    for one in batch:
        one.mark = mark_of(one.number, gross[one.pk], one.currency)
    invoice.objects.bulk_update(batch, ["mark"])


class Migration(migrations.Migration):
    dependencies = [("proofs", "0007_self_checking_evidence")]

    operations = [migrations.RunPython(mark_invoices, migrations.RunPython.noop)]
