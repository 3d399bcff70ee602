"""Loads the demo once: everything in one transaction, so that a broken run leaves nothing half made."""

from django.db import transaction

from claims import services as claims
from core import clock, jobs
from core.models import Notification
from demo.seed import earnings, funds, lives, payments, people, plans
from demo.seed.calendar import Days
from demo.seed.cast import CSP
from demo.seed.programs import make_programs
from incentives import services as incentives
from incentives.models import Program
from plans import services as plans_services

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
            payments.make_bank_data(house)
        funds.make_money(house, days)
        lives.play_all(house, days)
        payments.pay(house, days)
        earnings.import_earnings(house, days)
        incentives.close_funds()
        plans_services.make_payouts()
        claims.make_payout_payments()
        plans.other_plans(house, days)
        with clock.at(days.ago(3)):
            people.close_enrollments(house)
            people.invite_the_newest(house)
        _calm_inboxes(days)
    return True


def _calm_inboxes(days: Days) -> None:
    """Nothing of the past is mailed; what is old was read, but each person's newest line; ids follow the calendar."""
    rows = list(Notification.objects.order_by("created_at", "id"))
    newest = {row.user_id: row for row in rows}
    old = days.ago(UNREAD_DAYS)
    for row in rows:
        row.pk, row.mailed_at = None, row.created_at
        if row.created_at < old and newest[row.user_id] is not row:
            row.read_at = row.created_at
    Notification.objects.all().delete()
    Notification.objects.bulk_create(rows)
