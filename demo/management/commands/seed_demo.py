from django.core.management.base import BaseCommand

from demo.seed import bulk, load


class Command(BaseCommand):
    help = "Load the demo company set. Safe to run again: what is there stays."

    def add_arguments(self, parser):
        parser.add_argument("--claims", type=int, default=0, metavar="N", help="make N more claims, for long lists")

    def handle(self, claims, **options):
        fresh = load.load()
        self.stdout.write("demo company set loaded" if fresh else "demo company set is there")
        if claims:
            self.stdout.write(f"{bulk.add_claims(claims)} claims added")
