from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import StateConflict
from proofs.choices import Section
from proofs.matching.same import mark_of
from proofs.models import Invoice, InvoiceLine, Proof
from proofs.requirements.costs import INVOICES_SLUG
from proofs.services.access import editable
from proofs.services.documents import Received, add_files, withdraw
from proofs.wording import expense_names, line_text

AMOUNTS = ("net", "tax", "gross")
LINE_FIELDS = ("description", "expense_type", *AMOUNTS, "attendee")
INVOICE_FIELDS = ("supplier", "number", "date", "currency", "used_share")

INVOICE_LOCKS = 20  # seed of the hash: other advisory locks of ours take another

history.describe(
    {
        "proofs.add_invoice": _("added an invoice"),
        "proofs.edit_invoice": _("changed an invoice"),
        "proofs.remove_invoice": _("removed an invoice"),
    }
)


def add_invoice(
    proof_id: Any,
    *,
    actor: Any,
    lines: list[dict[str, Any]],
    files: Sequence[Any] = (),
    document_id: Any = None,
    **fields: Any,
) -> tuple[Invoice, list[Received]]:
    """Add an invoice with its lines and, when given, its file. Drafts accept gaps (D-17).

    fields: INVOICE_FIELDS · lines: dicts of InvoiceLine's fields, in order · document_id: an invoice file that was
    dropped on the page before its details were typed.
    """
    with transaction.atomic():
        proof = editable(proof_id, actor, INVOICES_SLUG)
        twin = _twin(proof, fields, lines)
        if twin is not None:
            return twin, _attach(proof, twin, list(files), actor)
        invoice = Invoice.objects.create(proof=proof, **fields)
        _write_lines(invoice, lines)
        history.record(proof, "proofs.add_invoice", actor=actor, changes={"invoice": ["", str(invoice)]})
        if document_id is not None and not files:
            _adopt(proof, invoice, document_id)
        return invoice, _attach(proof, invoice, list(files), actor)


def edit_invoice(
    pk: Any, *, actor: Any, lines: list[dict[str, Any]], files: Sequence[Any] = (), **fields: Any
) -> tuple[Invoice, list[Received]]:
    """Change an invoice; `lines` replace the old ones; a new file replaces the old one."""
    with transaction.atomic():
        proof, invoice = _locked(pk, actor)
        before = _plain(invoice, proof)
        for name in INVOICE_FIELDS:
            setattr(invoice, name, fields.get(name, getattr(invoice, name)))
        invoice.save(update_fields=INVOICE_FIELDS)
        invoice.lines.all().delete()
        _write_lines(invoice, lines)
        after = _plain(invoice, proof)
        changes = history.changed(before, after, {*before, *after})
        if changes:
            history.record(proof, "proofs.edit_invoice", actor=actor, changes=changes)
        return invoice, _attach(proof, invoice, list(files), actor)


def remove_invoice(pk: Any, *, actor: Any) -> Proof:
    """Remove an invoice and its file from the draft."""
    with transaction.atomic():
        proof, invoice = _locked(pk, actor)
        for document in invoice.documents.current():
            withdraw(document, proof, actor)
        history.record(proof, "proofs.remove_invoice", actor=actor, changes={"invoice": [str(invoice), ""]})
        invoice.delete()
    return proof


def _locked(pk: Any, actor: Any) -> tuple[Proof, Invoice]:
    """The proof under its lock, then the invoice as it is now; StateConflict when it was removed meanwhile."""
    proof_id = Invoice.objects.filter(pk=pk).values_list("proof_id", flat=True).first()
    proof = editable(proof_id, actor, INVOICES_SLUG) if proof_id else None
    invoice = proof.invoices.filter(pk=pk).first() if proof else None
    if proof is None or invoice is None:
        raise StateConflict(_g("This invoice has been removed meanwhile."), "")
    return proof, invoice


def _twin(proof: Proof, fields: dict[str, Any], lines: list[dict[str, Any]]) -> Invoice | None:
    """The invoice that the first click of a double click has just made of the same input."""
    for invoice in proof.invoices.filter(created_at__gt=clock.now() - history.SAME_CLICK, **fields):
        if [{name: getattr(row, name) for name in LINE_FIELDS} for row in invoice.lines.all()] == [
            {name: line.get(name, None if name in AMOUNTS else "") for name in LINE_FIELDS} for line in lines
        ]:
            return invoice
    return None


def _write_lines(invoice: Invoice, lines: list[dict[str, Any]]) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, position=position, **line) for position, line in enumerate(lines, start=1)
    )
    mark = mark_of(invoice.number, [line.get("gross") for line in lines], invoice.currency)
    if mark != invoice.mark:
        invoice.mark = mark
        invoice.save(update_fields=["mark"])


def _adopt(proof: Proof, invoice: Invoice, document_id: Any) -> None:
    """Give the invoice a file that belongs to none yet."""
    loose = proof.documents.current().filter(section=Section.INVOICE, invoice__isnull=True)
    loose.filter(pk=document_id).update(invoice=invoice)


def _plain(invoice: Invoice, proof: Proof) -> dict[str, str]:
    """The invoice as history compares and tells it: each field, each line."""
    plain = {name: str(getattr(invoice, name) or "") for name in INVOICE_FIELDS}
    plain["used_share"] = "" if invoice.used_share is None else f"{invoice.used_share.normalize():f} %"
    expenses = expense_names(proof.spec)
    for line in invoice.lines.all():
        words = {"what": line.description, "type": expenses.get(line.expense_type, line.expense_type)}
        words["who"] = line.attendee
        sums = {_g("net"): line.net, _g("tax"): line.tax, _g("gross"): line.gross}
        plain[f"line {line.position}"] = line_text(words, sums, invoice.currency or proof.currency)
    return plain


def _attach(proof: Proof, invoice: Invoice, files: list[Any], actor: Any) -> list[Received]:
    if not files:
        return []
    old = list(invoice.documents.current())
    received = add_files(proof.pk, INVOICES_SLUG, files[:1], actor=actor, section=Section.INVOICE, invoice=invoice)
    # A file that came again and stays with another card or invoice replaces nothing here.
    fresh = {one.document.pk for one in received if one.document and one.document.invoice_id == invoice.pk}
    if fresh:
        for document in old:
            if document.pk not in fresh:
                withdraw(document, proof, actor)
    return received


def lock_invoices(proof: Proof) -> None:
    """Let proofs of the same invoices wait for each other until the transaction ends, so that their shares are counted
    one after the other. There is no row that stands for an invoice; its mark is the key, taken in order (D-14)."""
    marks = sorted(set(proof.invoices.exclude(mark="").values_list("mark", flat=True)))
    with connection.cursor() as cursor:
        for mark in marks:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [mark, INVOICE_LOCKS])
