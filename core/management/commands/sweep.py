from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.celery import app  # the jobs of the timetable are Celery's; this command runs them without a worker


class Command(BaseCommand):
    help = "Runs the periodic jobs once, here and now: all of them, or those named. For cron, and for repairs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help=", ".join(settings.CELERY_BEAT_SCHEDULE))

    def handle(self, *args: Any, **options: Any) -> None:
        timetable = settings.CELERY_BEAT_SCHEDULE
        unknown = sorted(set(options["names"]) - set(timetable))
        if unknown:
            raise CommandError(f"no such job: {', '.join(unknown)}. There are: {', '.join(timetable)}")
        app.loader.import_default_modules()
        for name in options["names"] or timetable:
            app.tasks[timetable[name]["task"]].apply(throw=True)
            self.stdout.write(f"{name}: done")
