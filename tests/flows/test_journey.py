"""The whole life of a claim, played by five people in browsers against real servers (no step behind the pages)."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.factories.files import pdf, picture
from tests.factories.incentives import program_year_around
from tests.flows.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(live_app, worker, new_context):
    """The people of the demo company set, signed in."""
    call_command("seed_demo", verbosity=0)
    emails = {
        "jonas": "jonas.weidner@fabrikam.example",
        "katharina": "katharina.brandl@fabrikam.example",
        "ana": "ana.ribeiro@contoso.example",
        "daniel": "daniel.osei@contoso.example",
        "olivia": "olivia.chen@contoso.example",
        "oliver": "oliver.grant@northwind.example",
    }
    return {name: Person(name, email, new_context, live_app).sign_in() for name, email in emails.items()}


def plan_is_written_and_approved(cast, day):
    """Jonas writes it, Katharina sends it, Ana reviews it, Olivia approves it. Returns its address."""
    jonas, katharina, ana, olivia = (cast[name] for name in ("jonas", "katharina", "ana", "olivia"))
    jonas.open("/plans/new/")
    jonas.page.get_by_label("Location and program").select_option(
        label="Fabrikam Munich, Munich · Cloud Solution Provider"
    )
    jonas.press("Continue")
    jonas.page.get_by_label("Fund").select_option(label="Launch fund")
    jonas.fill(Name="Winter launch")
    jonas.page.get_by_label("Reviewer at the vendor").select_option(label="Ana Ribeiro")
    jonas.press("Create plan")
    jonas.reads("Winter launch")
    address = jonas.page.url

    first = day - timedelta(days=5)
    jonas.follow("Add campaign")
    jonas.fill(Name="Back to business", First_day=first.isoformat(), Last_day=day.isoformat())
    jonas.press("Add campaign")
    jonas.reads("Back to business")
    jonas.follow("Add activity")
    jonas.page.get_by_label("Activity type").select_option(label="Print advertising")
    jonas.fill(Name="City-light posters", First_day=first.isoformat(), Last_day=day.isoformat(), Budget="5.000,00")
    jonas.page.get_by_label("Germany").check()
    jonas.page.get_by_label("Austria").check()
    jonas.press("Add activity")
    jonas.reads("City-light posters")

    katharina.open(address)
    katharina.follow("Send for approval")
    katharina.press("Send for approval")
    katharina.reads("Submitted")

    ana.open(address)
    ana.follow("Start the review")
    ana.press("Start the review")
    ana.reads("Under review")

    olivia.open(address)
    olivia.follow("Approve")
    olivia.press("Approve")
    olivia.reads("Approved")
    return address


def test_the_whole_life_of_a_claim(cast, tmp_path):
    from incentives.models import Program  # the day of the work has to be claimable on the day of the test

    program = Program.objects.get(slug="cloud-solution-provider")
    today = program.today()
    day = min(today, program.periods.claimable_on(today).get().usage_end)
    assert program_year_around(day)[0] <= day - timedelta(days=5)
    plan_is_written_and_approved(cast, day)
    assert pdf and picture and tmp_path
