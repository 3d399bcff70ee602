from django.contrib import admin

from core.admin import ReadOnlyAdmin
from proofs.models import CertificationReport, Document, DocumentCheck, Finding, Invoice, Proof


@admin.register(Proof)
class ProofAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "status", "holder", "amount", "currency", "created_at")
    list_filter = ("status",)
    search_fields = ("number", "name")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """How a file fared: states, attempts and leases. Its bytes are not to be had here."""

    list_display = ("name", "proof", "state", "kind", "size", "attempts", "queued_at", "lease_until", "checked_at")
    list_select_related = ("proof",)
    list_filter = ("state", "kind")
    search_fields = ("name", "sha256", "proof__number")


@admin.register(DocumentCheck)
class DocumentCheckAdmin(ReadOnlyAdmin):
    list_display = ("document", "check_name", "version", "level", "message", "duration_ms", "attempt")
    list_select_related = ("document",)
    list_filter = ("level", "check_name")


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = ("supplier", "number", "date", "currency", "proof")
    list_select_related = ("proof",)
    search_fields = ("supplier", "number", "proof__number")


@admin.register(CertificationReport)
class CertificationReportAdmin(ReadOnlyAdmin):
    list_display = ("proof", "certifier_name", "certified_on", "currency")
    list_select_related = ("proof",)


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ("proof", "card", "state", "sent", "text", "created_at")
    list_select_related = ("proof",)
    list_filter = ("state", "sent")
