"""Who can give roles: for people without one, and for pages somebody may only read (R-ROLE-04, R-ROLE-07)."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from incentives.choices import VendorRoleKind


def role_givers(user: Any) -> list[User]:
    """Global and account admins of the person's company; for the vendor's people the vendor's incentives admins."""
    active = User.objects.visible_to(user).filter(is_active=True)
    if user.is_vendor:
        return list(active.filter(vendor_roles__role=VendorRoleKind.ADMIN).distinct())
    if getattr(user, "membership", None) is None:
        return []
    admins = Q(membership__global_admin=True) | Q(membership__account_admin=True)
    return list(active.filter(admins).select_related("membership"))
