from datetime import timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core import clock
from incentives.catalogue import DEFAULT_PATH, CatalogueError, load_catalogue
from incentives.models import Program, ProgramYear
from incentives.services import generate_periods, publish_catalogue

YEARS_BACK, YEARS_AHEAD = 2, 2


class Command(BaseCommand):
    help = "Bring the activity catalogue and the calendar into every running program year. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--file", type=Path, default=DEFAULT_PATH)

    def handle(self, file, **options):
        try:
            catalogue = load_catalogue(file)
        except CatalogueError as error:
            raise CommandError(str(error)) from None
        today = clock.now().date()
        versions = sum(
            publish_catalogue(year, catalogue)
            for year in ProgramYear.objects.select_related("program").filter(ends_on__gte=today - timedelta(days=90))
        )
        periods = sum(
            generate_periods(program, today.year - YEARS_BACK, today.year + YEARS_AHEAD)
            for program in Program.objects.all()
        )
        self.stdout.write(
            f"{len(catalogue.activities)} activity types read, {versions} new versions, {periods} periods"
        )
