from django.contrib import admin

from accounts.models import Invitation, Location, Membership, Partner, User
from core.admin import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "name", "side", "is_active", "is_staff", "last_login")
    list_filter = ("side", "is_active", "is_staff")
    search_fields = ("email", "name")
    exclude = ("password", "groups", "user_permissions")


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    list_display = ("name", "country", "created_at")
    search_fields = ("name",)


@admin.register(Location)
class LocationAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "city", "country", "partner")
    list_select_related = ("partner",)
    search_fields = ("code", "name", "partner__name")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "partner", "global_admin", "account_admin", "billing_admin")
    list_select_related = ("user", "partner")
    search_fields = ("user__email", "partner__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("user", "invited_by", "created_at", "expires_at", "used_at", "revoked_at")
    list_select_related = ("user", "invited_by")
    exclude = ("token_hash",)
