"""Loads the demo once: everything in one transaction, so that a broken run leaves nothing half made."""

from django.db import transaction
from django.db.models import F

from core import clock, jobs
from core.models import Notification
from demo.seed import lives, people, plans
from demo.seed.calendar import Days
from demo.seed.cast import CSP
from demo.seed.programs import make_programs
from incentives.models import Program

UNREAD_DAYS = 6  # older inbox lines have been read
BEGINNING = 430  # days ago: programs, companies and people are there


def is_loaded() -> bool:
    return Program.objects.filter(slug=CSP).exists()


def load() -> bool:
    """Make the demo company set; False when it is there already."""
    if is_loaded():
        return False
    days = Days()
    with transaction.atomic(), jobs.held():
        programs = make_programs()
        with clock.at(days.ago(BEGINNING)):
            house = people.House(programs)
            people.make_vendor(house)
            people.make_companies(house)
        lives.play_all(house, days)
        plans.other_plans(house, days)
        with clock.at(days.ago(3)):
            people.close_enrollments(house)
            people.invite_the_newest(house)
        _calm_inboxes(days)
    return True


def _calm_inboxes(days: Days) -> None:
    """Nothing of the past is mailed, and what is older than a week has been read."""
    Notification.objects.filter(mailed_at__isnull=True).update(mailed_at=F("created_at"))
    Notification.objects.filter(created_at__lt=days.ago(UNREAD_DAYS)).update(read_at=F("created_at"))
