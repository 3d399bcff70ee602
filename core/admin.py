"""Django's admin is for technicians and changes nothing: every write of ours is a service."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import Export, HistoryEntry, KeptInput, Notification


class ReadOnlyAdmin(admin.ModelAdmin):
    """Look, never touch; for superusers only."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "action", "object_label", "old_status", "new_status", "audience")
    list_filter = ("actor_side", "audience")
    search_fields = ("object_label", "actor_name", "action")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "kind", "title", "read_at", "mailed_at", "mail_attempts")
    list_select_related = ("user",)
    search_fields = ("title", "user__email")


@admin.register(KeptInput)
class KeptInputAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "path")
    list_select_related = ("user",)
    exclude = ("data",)  # what somebody typed is nobody else's business


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "owner", "name", "state", "done", "total", "attempts", "expires_at")
    list_select_related = ("owner",)
    list_filter = ("state", "kind")
