from django.contrib import admin

from core.admin import ReadOnlyAdmin
from incentives.models import (
    ActivityType,
    Enrollment,
    FundType,
    IncentiveRole,
    Period,
    Program,
    ProgramYear,
    VendorRole,
)


@admin.register(Program)
class ProgramAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "settlement", "deadline_zone", "currency")


@admin.register(ProgramYear)
class ProgramYearAdmin(ReadOnlyAdmin):
    list_display = ("program", "name", "starts_on", "ends_on")
    list_select_related = ("program",)


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    list_display = ("program", "label", "usage_start", "usage_end", "claiming_start", "claiming_end")
    list_select_related = ("program",)
    list_filter = ("program",)


@admin.register(FundType)
class FundTypeAdmin(ReadOnlyAdmin):
    list_display = ("program", "slug", "name")
    list_select_related = ("program",)


@admin.register(ActivityType)
class ActivityTypeAdmin(ReadOnlyAdmin):
    list_display = ("name", "program_year", "version", "enabled", "superseded_at")
    list_select_related = ("program_year",)
    list_filter = ("enabled", "category")


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    list_display = ("location", "program", "status", "currency", "created_at")
    list_select_related = ("location", "program")
    list_filter = ("status", "program")


@admin.register(IncentiveRole)
class IncentiveRoleAdmin(ReadOnlyAdmin):
    list_display = ("user", "enrollment", "role")
    list_select_related = ("user", "enrollment__location", "enrollment__program")
    search_fields = ("user__email",)


@admin.register(VendorRole)
class VendorRoleAdmin(ReadOnlyAdmin):
    list_display = ("user", "program", "role")
    list_select_related = ("user", "program")
    search_fields = ("user__email",)
