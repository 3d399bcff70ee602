from django.contrib import admin

from claims.models import Claim
from core.admin import ReadOnlyAdmin


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("number", "status", "holder", "amount", "approved_amount", "currency", "due_at", "assigned_to")
    list_select_related = ("assigned_to",)
    list_filter = ("status",)
    search_fields = ("number", "proof__name")
