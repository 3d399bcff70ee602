"""Home, inbox, search and team: what needs me, nothing that is not mine, at a fixed number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import services as claims
from core import clock, ui
from core.models import Notification
from portal.todo import Windows, todo_of
from portal.views.home import programs_with_periods
from proofs import services as proofs
from tests.factories.claims import make_claim, make_proof
from tests.factories.incentives import make_enrollment, make_program
from tests.factories.people import (
    make_incentive_admin,
    make_incentive_user,
    make_location,
    make_member,
    make_partner,
    make_user,
    make_vendor_admin,
    make_vendor_person,
)
from tests.factories.plans import cast_for, make_cast, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        plan = make_plan(status="approved")
        made = make_proof(plan)
    made.plan = plan
    return made


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client, path):
    with CaptureQueriesContext(connection) as found:
        text(client, path)
    return len(found)


def titles(user):
    return [task["title"] for task in todo_of(user, Windows(programs_with_periods(user))).tasks]


def test_the_partners_home_lists_what_the_person_can_act_on_by_date(proof):
    cast = proof.cast
    claim = make_claim("action_required", proof=proof)
    draft = make_proof(proof.plan, complete=False, name="Second poster")
    fund = cast.program.fund_types.create(slug="launch", name="Launch")
    make_plan(cast, fund_type=fund, name="Launch plan")
    assert titles(cast.admin) == [claim.proof.name, draft.name, "Launch plan"]
    todo = todo_of(cast.admin, Windows(programs_with_periods(cast.admin)))
    assert (todo.claims, todo.proofs, todo.plans, todo.cut) == (1, 1, 1, False)
    assert [task.get("primary", False) for task in todo.tasks] == [True, False, False]


def test_a_global_admin_acts_on_plans_only(proof):
    cast = proof.cast
    fund = cast.program.fund_types.create(slug="launch", name="Launch")
    make_plan(cast, fund_type=fund, name="Launch plan")
    boss = make_member(cast.enrollment.location.partner, "Greta Global", global_admin=True)
    assert titles(boss) == ["Launch plan"]


def test_no_page_of_the_portal_shows_another_companys_work(client, proof):
    make_claim("action_required", proof=proof)
    other = cast_for(
        make_enrollment(
            proof.cast.program, make_location(make_partner("Northwind Traders Ltd", "GB"), name="Northwind London")
        ),
        proof.cast.year,
    )
    client.force_login(other.admin)
    for path in ("/", "/search/?q=posters", "/search/?q=City-light", "/team/", "/inbox/"):
        page = text(client, path)
        assert (page.count("City-light posters"), page.count("Fabrikam"), page.count(str(proof.cast.user.pk))) == (
            0,
            0,
            0,
        )
    assert client.get(f"/search/?q={proof.number}").status_code == 200
    assert client.get(f"/team/{proof.cast.user.pk}/").status_code == 404


def test_the_vendors_home_shows_queue_recommendations_and_plans(client, proof):
    cast = proof.cast
    claim = make_claim("under_review", proof=proof)
    claims.recommend_claim(claim.pk, actor=cast.reviewer, recommendation="approve", amount=claim.amount)
    fund = cast.program.fund_types.create(slug="launch", name="Launch")
    make_plan(cast, "submitted", fund_type=fund, name="Launch plan")
    client.force_login(cast.vendor_admin)
    page = text(client, "/")
    assert (page.count("1 claim is in the queue"), page.count("1 claim waits for your decision.")) == (1, 1)
    assert page.count("Launch plan</a>") == 1
    client.force_login(cast.reviewer)
    page = text(client, "/")
    assert (page.count("waits for your decision"), page.count("For your decision")) == (0, 0)
    assert page.count("City-light posters Munich</a>") == 1  # taken by this person


def test_the_vendors_home_ends_at_the_own_programs(client, proof):
    make_claim("submitted", proof=proof)
    client.force_login(make_vendor_admin(make_program()))
    page = text(client, "/")
    assert (page.count("City-light"), page.count("0 claims are in the queue")) == (0, 1)


def test_late_claims_are_counted_as_late(client, proof):
    claim = make_claim("submitted", proof=proof)
    client.force_login(proof.cast.reviewer)
    with clock.at(claim.due_at + timedelta(seconds=1)):
        from portal.desk_home import counts_of

        counts = counts_of(proof.cast.reviewer)
    assert counts == {"total": 1, "late": 1, "today": 0, "on_time": 0, "free": 1}


def test_who_has_no_role_reads_who_can_give_one(client):
    partner = make_partner()
    person = make_member(partner, "Nora None")
    make_member(partner, "Greta Global", global_admin=True)
    make_member(partner, "Adam Account", account_admin=True)
    make_member(partner, "Bill Billing", billing_admin=True)
    make_member(make_partner("Northwind Traders Ltd", "GB"), "Fred Foreign", global_admin=True)
    client.force_login(person)
    page = text(client, "/")
    names = ("Greta Global", "Adam Account", "Bill Billing", "Fred Foreign")
    assert [page.count(f"<span>{name}<") for name in names] == [1, 1, 0, 0]


def test_a_vendor_person_without_role_reads_the_vendors_admins(client):
    make_vendor_admin(None, "Olivia Chen")
    person = make_vendor_person(make_program(), "Hannah Brooks")
    person.vendor_roles.all().delete()
    client.force_login(person)
    assert text(client, "/").count("<span>Olivia Chen<") == 1


def test_a_person_of_no_company_is_told_so(client):
    client.force_login(make_user("Lost Larry"))
    assert text(client, "/").count("You belong to no company yet") == 1


def test_an_account_admin_is_led_to_the_team(client):
    client.force_login(make_member(make_partner(), "Adam Account", account_admin=True))
    assert text(client, "/").count("You give the roles of your company") == 1


def test_team_flags_a_location_without_admin_and_says_who_can_manage(client):
    enrollment = make_enrollment()
    make_member(enrollment.location.partner, "Greta Global", global_admin=True)
    client.force_login(make_incentive_user(enrollment, "Jonas Weidner"))
    page = text(client, "/team/")
    assert (page.count("has no incentives admin in"), page.count("Roles are given by:")) == (1, 1)
    make_incentive_admin(enrollment, "Katharina Brandl")
    assert text(client, "/team/").count("has no incentives admin in") == 0


def make_note(user, **fields):
    return Notification.objects.create(
        user=user, kind="N-07", title="Returned", url="/claims/", mailed_at=clock.now(), **fields
    )


def test_opening_a_message_reads_it_and_goes_on(client):
    user = make_user()
    row = make_note(user)
    client.force_login(user)
    answer = client.get(f"/inbox/{row.pk}/")
    row.refresh_from_db()
    assert (answer.status_code, answer["Location"], row.read_at is None) == (302, "/claims/", False)


def test_a_foreign_message_stays_closed_and_unread(client):
    row = make_note(make_user())
    client.force_login(make_user())
    assert client.get(f"/inbox/{row.pk}/").status_code == 404
    assert text(client, "/inbox/").count("Returned") == 0
    assert client.post("/inbox/read/").status_code == 302
    row.refresh_from_db()
    assert row.read_at is None


def test_everything_is_read_with_one_press_and_unread_comes_first(client):
    user = make_user()
    old, new = make_note(user), make_note(user, read_at=clock.now())
    client.force_login(user)
    page = text(client, "/inbox/")
    assert page.index(f"/inbox/{old.pk}/") < page.index(f"/inbox/{new.pk}/")
    client.post("/inbox/read/")
    assert Notification.objects.filter(user=user, read_at__isnull=True).count() == 0


def test_the_inbox_goes_further_back(client):
    user = make_user()
    rows = [make_note(user, read_at=clock.now()) for _each in range(60)]
    client.force_login(user)
    first = text(client, "/inbox/")
    assert (first.count("/inbox/5"), first.count(f"?before={rows[10].pk}")) == (first.count("/inbox/5"), 1)
    further = text(client, f"/inbox/?before={rows[10].pk}")
    assert [further.count(f"/inbox/{row.pk}/") for row in rows[9:11]] == [1, 0]
    assert text(client, "/inbox/?before=x'; drop").count("pl-short") == 1


@pytest.mark.parametrize("write", [str, str.lower, lambda number: number.replace("-", " ")])
def test_a_number_leads_straight_to_its_page(client, proof, write):
    client.force_login(proof.cast.user)
    answer = client.get("/search/", {"q": write(proof.number)})
    assert (answer.status_code, answer["Location"]) == (302, f"/proofs/{proof.pk}/")


def test_search_bears_any_words(client, proof):
    client.force_login(proof.cast.user)
    for words in ("", "x", "%", "\x00posters", "'; --", "p" * 5000, "CLM-2026-999999999999"):
        assert client.get("/search/", {"q": words}).status_code == 200
    assert text(client, "/search/?q=posters").count("City-light posters Munich</a>") == 1


def test_queries_of_every_page_are_few_and_do_not_grow(client, proof):
    cast, plan = proof.cast, proof.plan
    boss = make_member(cast.enrollment.location.partner, "Greta Global", global_admin=True)
    pages = [(cast.admin, "/"), (boss, "/"), (cast.vendor_admin, "/"), (cast.admin, "/team/"),
             (cast.vendor_admin, "/team/"), (cast.admin, "/inbox/"), (cast.vendor_admin, "/search/?q=poster"),
             (boss, f"/team/{cast.user.pk}/")]  # fmt: skip

    def measure():
        found = []
        for person, path in pages:
            client.force_login(person)
            found.append(queries(client, path))
        return found

    make_claim("action_required", proof=proof)
    measure()
    few = measure()
    for number in range(29):
        make_proof(plan, complete=False, name=f"Poster {number}")
        make_incentive_user(cast.enrollment, f"Colleague {number}")
        make_vendor_person(cast.program, f"Reviewer {number}")
        make_note(cast.admin)
    assert measure() == few == [16, 16, 11, 8, 8, 6, 8, 8]


def test_drafts_close_with_the_claiming_period_of_their_work(proof):
    program = proof.cast.program
    windows = Windows(programs_with_periods(proof.cast.user))
    period = program.periods.used_on(proof.executed_to).get()
    assert windows.closes_on(program.pk, proof.executed_to) == period.claiming_end
    assert windows.closes_on(program.pk, None) == program.periods.claimable_on(program.today()).get().claiming_end
    assert windows.closes_on(program.pk, date(1990, 1, 1)) is None


def test_a_draft_without_dates_closes_with_the_period_that_is_open_not_the_one_in_use(proof):
    """R-CAL-05: from 1 January to 15 February the two differ."""
    program = proof.cast.program
    windows = Windows(programs_with_periods(proof.cast.user))
    year = program.today().year
    with clock.at(datetime(year, 1, 20, 20, tzinfo=UTC)):
        assert windows.closes_on(program.pk, None) == date(year, 2, 15)
        assert windows.closes_on(program.pk, date(year, 1, 20)) == date(year, 8, 15)


def test_home_of_an_empty_program_year_is_useful(client):
    cast = make_cast()
    client.force_login(cast.admin)
    page = text(client, "/")
    assert (page.count("Nothing needs you"), page.count("All done")) == (1, 1)


def test_times_of_many_programs_are_in_the_persons_zone_and_it_is_named(client):
    user = make_user(time_zone="Asia/Tokyo")
    make_note(user, created_at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    client.force_login(user)
    page = text(client, "/inbox/")
    assert (page.count("2 Mar 2026, 05:30</time>"), page.count("Times in Asia/Tokyo")) == (1, 1)


def test_pages_of_one_object_show_its_programs_zone_to_everybody(client, proof):
    claim = make_claim("under_review", proof=proof)
    zone = proof.cast.program.deadline_zone
    type(proof.cast.reviewer).objects.update(time_zone="Asia/Tokyo")
    client.force_login(proof.cast.reviewer)
    for path in (f"/claims/{claim.pk}/", f"/proofs/{proof.pk}/", f"/plans/{proof.plan.pk}/",
                 f"/claims/{claim.pk}/desk/?tab=history"):  # fmt: skip
        page = text(client, path)
        named = page.count(f"Times in {zone.replace('_', ' ')}<")
        assert (path, named, page.count("Asia/Tokyo"), page.count(" JST")) == (path, 1, 0, 0)


def test_where_the_plan_is_paid_every_page_names_the_same_last_day(client):
    """D-05: 90 days after the program year, whatever the claiming periods say."""
    cast = make_cast(settlement="plan_payout")
    proof = make_proof(make_plan(cast, "approved"))
    last = cast.year.ends_on + timedelta(days=90)
    client.force_login(cast.admin)
    with_day = f'<time datetime="{last}">{ui.date(last)}, 23:59 in Los Angeles</time>'
    home = text(client, "/")
    assert home.count(f"Send proofs until <b>{with_day}") == 1
    assert (home.count("Claim until"), text(client, f"/claims/submit/{proof.pk}/").count("Can be claimed")) == (0, 0)
    assert text(client, f"/claims/submit/{proof.pk}/").count(f"<dd>{with_day}") == 1
    assert text(client, f"/proofs/{proof.pk}/").count(f'<time datetime="{last}">') == 1


def test_a_day_of_another_year_is_written_with_its_year():
    with clock.at(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        assert (ui.date(date(2026, 12, 1), year=False), ui.date(date(2027, 2, 1), year=False)) == (
            "1 Dec",
            "1 Feb 2027",
        )
    assert ui.date_range(date(2024, 9, 14), date(2024, 10, 11)) == "14 Sep – 11 Oct 2024"


def test_who_cannot_send_is_told_whom_to_ask(proof):
    cast = proof.cast
    make_proof(proof.plan, complete=False, name="Second poster")
    fund = cast.program.fund_types.create(slug="launch", name="Launch")
    make_plan(cast, fund_type=fund, name="Launch plan")
    link = f'<a href="mailto:{cast.admin.email}">Katharina Brandl</a>'

    def tasks(user):
        found = todo_of(user, Windows(programs_with_periods(user))).tasks
        return {task["title"]: (task["text"], task["action"]) for task in found}

    assert tasks(cast.user) == {
        proof.name: (f"Ready: ask {link} to send it", "Open the proof"),
        "Second poster": ("Draft, no file yet", "Add files"),
        "Launch plan": (f"Draft: complete it, then ask {link} to send it", "Continue plan"),
    }
    assert tasks(cast.admin)[proof.name] == ("Draft, not sent yet", "Check and send")
    proofs.edit_proof(proof.pk, actor=cast.user, amount=proof.amount + 1)
    assert tasks(cast.user)[proof.name] == ("Draft, not complete yet", "Complete it")


def test_the_home_of_who_cannot_send_asks_a_fixed_number_of_questions(client, proof):
    client.force_login(proof.cast.user)
    text(client, "/")
    few = queries(client, "/")
    for number in range(5):
        make_proof(proof.plan, name=f"Poster {number}")
    assert queries(client, "/") == few == 21


def test_the_tiles_tell_what_lapses_and_what_is_paid_next(client, proof):
    """P-07."""
    client.force_login(proof.cast.admin)
    page = text(client, "/")
    assert (page.count("Expiring"), page.count("none is expected")) == (1, 1)
    claim = make_claim("approved", proof=proof)
    payment = claim.payments.get()
    page = text(client, "/")
    day = ui.date(payment.promised_by, year=False)
    assert page.count(f"expected by {day}") == (payment.promised_by is not None)
    assert page.count(f"/funds/?fund={claim.fund_id}") == 1
