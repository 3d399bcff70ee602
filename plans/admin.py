from django.contrib import admin

from core.admin import ReadOnlyAdmin
from plans.models import Activity, Campaign, Plan, PlanApproval, PlanPayout


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "status", "holder", "due_at", "assigned_to", "created_at")
    list_select_related = ("assigned_to",)
    list_filter = ("status",)
    search_fields = ("number", "name")


@admin.register(PlanApproval)
class PlanApprovalAdmin(ReadOnlyAdmin):
    list_display = ("plan", "number", "limit", "currency", "limit_from", "approved_at", "approved_by")
    list_select_related = ("plan", "approved_by")
    search_fields = ("plan__number", "plan__name")


@admin.register(PlanPayout)
class PlanPayoutAdmin(ReadOnlyAdmin):
    list_display = ("plan", "month", "earned", "paid", "carry_after", "limit", "currency", "pay_on")
    list_select_related = ("plan",)
    search_fields = ("plan__number", "plan__name")


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
