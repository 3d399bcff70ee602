from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import RuleViolation
from incentives.services import invite_first_vendor_admin


class Command(BaseCommand):
    help = "Invite the first incentives admin of the vendor into an empty installation; prints the link (D-03)."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, email, name, **options):
        invite = invite_first_vendor_admin
        try:
            token = invite(email, name or email.split("@")[0])
        except RuleViolation as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{settings.SITE_URL}/invitation/{token}/")
