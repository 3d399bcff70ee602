from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    PARTNER = "partner", _("partner")
    VENDOR = "vendor", _("vendor")


class CompanyRole(models.TextChoices):
    """Roles that hold for a whole partner company (rulebook section 1, D-01)."""

    GLOBAL_ADMIN = "global_admin", _("Global admin")
    ACCOUNT_ADMIN = "account_admin", _("Account admin")
    BILLING_ADMIN = "billing_admin", _("Billing admin")


GIVES_ROLES = (CompanyRole.GLOBAL_ADMIN, CompanyRole.ACCOUNT_ADMIN)  # R-ROLE-04
SEES_COMPANY = (CompanyRole.GLOBAL_ADMIN, CompanyRole.BILLING_ADMIN)  # D-01: both see the company's locations
