from django.contrib import admin

from core.admin import ReadOnlyAdmin
from plans.models import Activity, Campaign, Plan


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "status", "holder", "due_at", "assigned_to", "created_at")
    list_select_related = ("assigned_to",)
    list_filter = ("status",)
    search_fields = ("number", "name")


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "plan", "starts_on", "ends_on")
    list_select_related = ("plan",)
    search_fields = ("name", "plan__number")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("name", "campaign", "activity_type", "starts_on", "ends_on", "budget")
    list_select_related = ("campaign", "activity_type")
    search_fields = ("name", "campaign__plan__number")
