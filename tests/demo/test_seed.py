"""The demo company set: complete, believable, loaded once, on any day of the year."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from accounts.models import Partner, User
from claims.choices import ClaimStatus
from claims.models import Claim
from core import clock
from core.models import HistoryEntry, Notification
from demo.seed import bulk, lives, load
from demo.seed.calendar import Days
from demo.seed.cast import PASSWORD
from demo.seed.people import House
from demo.seed.programs import make_programs
from demo.seed.stories import STORIES
from plans.choices import PlanStatus
from plans.models import Plan
from proofs.models import Document, Invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    load.load()


def test_the_demo_has_everything_and_its_figures_agree(loaded):
    live = {status for status in ClaimStatus.values if status != ClaimStatus.EDITING}  # drafts live on the proof
    assert set(Claim.objects.values_list("status", flat=True)) == live
    assert set(Plan.objects.values_list("status", flat=True)) == set(PlanStatus.values)
    assert Partner.objects.count() == 6
    assert len({*Partner.objects.values_list("country", flat=True)}) >= 4
    assert max(len(name) for name in Partner.objects.values_list("name", flat=True)) > 100
    assert Counter(Document.objects.exclude(state="clean").values_list("state", flat=True)) == {
        "refused": 1,
        "failed": 1,
    }
    sums = [
        (invoice.proof.amount, sum(line.net for line in invoice.lines.all()))
        for invoice in Invoice.objects.select_related("proof").prefetch_related("lines")
    ]
    assert [pair for pair in sums if pair[0] != pair[1]] == []
    assert HistoryEntry.objects.filter(at__gt=clock.now()).count() == 0

    assert (len(mail.outbox), Notification.objects.filter(mailed_at__isnull=True).count()) == (0, 0)


def test_loading_again_changes_nothing_and_the_printed_accounts_let_people_in(loaded, client):
    before = (User.objects.count(), Claim.objects.count(), HistoryEntry.objects.count())
    assert load.load() is False
    assert (User.objects.count(), Claim.objects.count(), HistoryEntry.objects.count()) == before
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    printed = [line.split()[0] for line in out.getvalue().splitlines() if line.startswith("  ")]
    assert sorted(printed) == sorted(User.objects.filter(is_active=True).values_list("email", flat=True))
    assert out.getvalue().count(PASSWORD) == 1
    answer = client.post("/accounts/login/", {"login": "katharina.brandl@fabrikam.example", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert bulk.add_claims(30) == 30
    assert Claim.objects.count() == before[1] + 30


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 16, 28])
def test_every_story_has_a_day_that_can_be_claimed(month, day):
    """Whatever the date, the work lies in its year and period and was over when it was sent."""
    with clock.at(datetime(2027, month, day, 9, tzinfo=UTC)):
        house, days = House(make_programs()), Days()
        for number, story in enumerate(STORIES, start=1):
            work = lives._work(house, story, number, days)
            period = house.programs[story.program].periods.used_on(work.last).get()
            sent_on = house.programs[story.program].today(work.sent)
            assert work.year.starts_on <= work.first <= work.last <= work.year.ends_on
            assert period.usage_start <= work.first
            assert period.claiming_start <= sent_on <= period.claiming_end
            assert work.last < sent_on
            turn = date(work.year.ends_on.year, 4, 1)
            assert (work.first >= turn) == (work.last >= turn)
            assert work.sent <= clock.now() - timedelta(minutes=30)
