import sys

from django.core.management.base import BaseCommand

from incentives.verification import differences


class Command(BaseCommand):
    help = "Count every balance of the funds again from its entries; prints each difference, then ends with status 1."

    def handle(self, **options):
        count = 0
        for one in differences():
            count += 1
            self.stdout.write(str(one))
        if count:
            self.stderr.write(f"{count} differences")
            sys.exit(1)
        self.stdout.write("Every balance is the sum of its entries.")
