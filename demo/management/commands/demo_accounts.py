from collections import defaultdict

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import User
from demo.seed.cast import PASSWORD


class Command(BaseCommand):
    help = "Print the demo accounts, grouped by what each may do."

    def handle(self, **options):
        groups = defaultdict(list)
        people = User.objects.filter(is_active=True, email__endswith=".example").select_related("membership__partner")
        for user in people.prefetch_related("incentive_roles", "vendor_roles").order_by("email"):
            groups[_group(user)].append(user)
        self.stdout.write(_("Password of every demo account: %(password)s") % {"password": PASSWORD})
        for order, title in sorted(groups):
            self.stdout.write(f"\n{title}")
            for user in groups[order, title]:
                self.stdout.write(f"  {user.email:<50} {user.name:<26}{_where(user)[:40]}")


def _where(user: User) -> str:
    membership = getattr(user, "membership", None)
    return membership.partner.name if membership else settings.VENDOR_NAME


def _group(user: User) -> tuple[int, str]:
    """Where the person stands in the list: by the strongest role."""
    if user.is_staff:
        return 10, _("Technician (admin pages)")
    if user.is_vendor:
        roles = {row.role for row in user.vendor_roles.all()}
        if "admin" in roles:
            both = "reviewer" in roles
            return (2, _("Vendor: reviewer and incentives admin")) if both else (1, _("Vendor: incentives admin"))
        return (0, _("Vendor: reviewer")) if roles else (9, _("Without any role"))
    roles = {row.role for row in user.incentive_roles.all()}
    if "admin" in roles:
        return 3, _("Partner: incentives admin")
    if "user" in roles:
        return 4, _("Partner: incentives user")
    membership = user.membership
    if membership.global_admin:
        return 5, _("Partner: global admin")
    if membership.account_admin:
        return 6, _("Partner: account admin")
    return (7, _("Partner: billing admin")) if membership.billing_admin else (9, _("Without any role"))
