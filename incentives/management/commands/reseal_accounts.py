from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.cipher import CannotUnseal
from incentives.services import reseal_accounts


class Command(BaseCommand):
    help = "Encrypts all account numbers anew with the first key of FIELD_KEY. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = reseal_accounts()
        except CannotUnseal:
            raise CommandError(
                "An account number fits none of the keys. Put the old key into FIELD_KEY again."
            ) from None
        self.stdout.write(f"{count} account numbers encrypted anew.")
