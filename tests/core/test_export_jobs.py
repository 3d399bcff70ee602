"""Files made by jobs: asked for once, made under a lease, fetched by their owner alone, gone after a week."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from core import clock, export_jobs, exports, storage
from core.errors import Denied, RuleViolation
from core.export_jobs import MOST_ATTEMPTS, MOST_OPEN, start_export, write_export
from core.models import Export, ExportState
from incentives.exports import LEDGER
from tests.factories.funds import earn, make_fund
from tests.factories.people import make_incentive_user, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund():
    made = make_fund(1000)
    made.user = make_incentive_user(made.enrollment)
    return made


def ask(fund, file="csv", **filters):
    return start_export(LEDGER, file, filters, actor=fund.user)


def content(export):
    export.refresh_from_db()
    with storage.exports().open(export.key) as file:
        return file.read()


def test_a_csv_by_a_job_is_the_csv_at_once(fund):
    export = ask(fund)
    assert (export.state, write_export(export.pk)) == (ExportState.WAITING, True)
    assert content(export) == b"".join(exports.csv_chunks(LEDGER, fund.user, {}))
    assert (export.state, export.done, export.total, export.attempts) == (ExportState.DONE, 1, 1, 1)
    assert export.expires_at - export.finished_at == timedelta(days=7)
    assert (write_export(export.pk), Export.objects.get().attempts) == (False, 1)  # a second delivery does nothing


def test_a_workbook_by_a_job_keeps_the_filters(fund):
    earn(fund, 5)
    export = ask(fund, "xlsx", kind="adjusted", nonsense="x")
    assert export.filters == {"kind": "adjusted"}
    write_export(export.pk)
    assert load_workbook(io.BytesIO(content(export))).active.max_row == 1
    again = ask(fund, "xlsx")
    write_export(again.pk)
    assert load_workbook(io.BytesIO(content(again))).active.max_row == 3


def test_the_same_file_is_not_asked_for_twice_and_not_too_many_at_once(fund):
    first = ask(fund, kind="earned")
    assert ask(fund, kind="earned") == first
    kinds = ["paid", "approved", "reserved", "expired"]
    for kind in kinds[: MOST_OPEN - 1]:
        ask(fund, kind=kind)
    with pytest.raises(RuleViolation) as refused:
        ask(fund, kind="released")
    assert [problem.code for problem in refused.value.problems] == ["too_many_exports"]
    write_export(first.pk)
    assert ask(fund, kind="earned") != first


def test_who_may_not_see_the_list_asks_in_vain():
    with pytest.raises(Denied):
        start_export(LEDGER, "csv", {}, actor=make_user())


def test_a_file_is_its_owners_and_only_while_they_reach_the_same(client, fund):
    export = ask(fund)
    path = f"/exports/{export.pk}/download/"
    client.force_login(fund.user)
    assert client.get(path).status_code == 404  # not made yet
    write_export(export.pk)
    answer = client.get(path)
    assert answer["Content-Disposition"].startswith('attachment; filename="ledger-')
    assert len(list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))) == 2
    client.force_login(make_incentive_user(fund.enrollment))
    assert client.get(path).status_code == 404
    client.force_login(fund.vendor_admin)
    assert client.get(path).status_code == 404
    fund.user.incentive_roles.all().delete()
    client.force_login(fund.user)
    assert client.get(path).status_code == 404
    assert client.get("/exports/").content.decode().count("Your roles have changed since.") == 1


def test_a_person_who_lost_the_role_before_the_job_ran_gets_nothing(fund):
    export = ask(fund)
    fund.user.incentive_roles.all().delete()
    write_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.key) == (ExportState.FAILED, "")


def test_the_sweep_takes_up_what_a_killed_worker_left(fund, monkeypatch):
    export = ask(fund)
    Export.objects.filter(pk=export.pk).update(
        state=ExportState.WORKING, attempts=1, lease_until=clock.now() + timedelta(seconds=60)
    )
    assert (write_export(export.pk), export_jobs.requeue_exports()) == (False, 0)  # another one works on it
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert export_jobs.requeue_exports() == 1
        assert write_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.DONE, 2)


def test_a_job_that_was_never_sent_is_sent_by_the_sweep(fund):
    ask(fund)
    assert export_jobs.requeue_exports() == 0
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert export_jobs.requeue_exports() == 1


def test_who_lost_the_lease_writes_nothing_more(fund, monkeypatch):
    export = ask(fund)
    real = exports.csv_chunks

    def overtaken(*args):
        yield from real(*args)
        Export.objects.filter(pk=export.pk).update(attempts=2)

    monkeypatch.setattr(export_jobs, "csv_chunks", overtaken)
    assert not write_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.key, export.done) == (ExportState.WORKING, "", 0)


def test_what_always_fails_is_given_up_and_said(client, fund, monkeypatch):
    export = ask(fund)

    def broken(*args):
        raise OSError("no space")
        yield

    monkeypatch.setattr(export_jobs, "csv_chunks", broken)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert not write_export(export.pk)
        export.refresh_from_db()
        assert (export.state, export.attempts) == (ExportState.WORKING, attempt)
    assert not write_export(export.pk)
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert export_jobs.requeue_exports() == 0
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    client.force_login(fund.user)
    page = client.get("/exports/").content.decode()
    assert (page.count("The file could not be made. Ask for it again."), page.count("Make it again")) == (1, 1)


def test_files_are_deleted_after_a_week_and_their_lines_after_a_month(client, fund):
    export = ask(fund)
    write_export(export.pk)
    export.refresh_from_db()
    key = export.key
    assert (export_jobs.purge_exports(), storage.exports().exists(key)) == (0, True)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        assert not export_jobs.is_takeable(export)
        assert (export_jobs.purge_exports(), storage.exports().exists(key)) == (1, False)
    client.force_login(fund.user)
    assert client.get("/exports/").content.decode().count("Files are kept for a week.") == 1
    with clock.at(clock.now() + timedelta(days=30, seconds=1)):
        export_jobs.purge_exports()
    assert Export.objects.count() == 0


def test_a_missing_file_is_a_page_that_is_not_there(client, fund):
    export = ask(fund)
    write_export(export.pk)
    export.refresh_from_db()
    storage.exports().delete(export.key)
    client.force_login(fund.user)
    assert client.get(f"/exports/{export.pk}/download/").status_code == 404


def test_the_page_shows_progress_and_refreshes_while_one_is_under_way(client, fund):
    export = ask(fund)
    client.force_login(fund.user)
    assert client.get("/exports/").content.decode().count("data-live-every") == 1
    Export.objects.filter(pk=export.pk).update(state=ExportState.WORKING, done=4000, total=12000)
    page = client.get("/exports/").content.decode()
    assert (page.count("4,000 of 12,000 rows"), page.count('max="12000" value="4000"')) == (1, 1)
    Export.objects.filter(pk=export.pk).update(state=ExportState.WAITING, done=0)
    write_export(export.pk)
    page = client.get("/exports/").content.decode()
    assert (page.count("data-live-every"), page.count(f"/exports/{export.pk}/download/")) == (0, 1)


def test_a_list_of_more_than_a_million_rows_offers_a_job(client, fund, monkeypatch):
    earn(fund, 1)
    monkeypatch.setattr(export_jobs, "CSV_ROWS_AT_ONCE", 1)
    client.force_login(fund.user)
    page = client.get("/exports/ledger.csv?about=earned").content.decode()
    assert (page.count("more than a million rows"), page.count('name="as" value="csv"')) == (1, 1)
    assert page.count('name="about" value="earned"') == 2
    assert client.get("/exports/ledger.csv?kind=paid").streaming  # few enough with this filter
    answer = client.post("/exports/ledger/start/", {"as": "csv", "about": "earned"})
    assert (answer.status_code, answer["Location"]) == (302, "/exports/")
    assert Export.objects.get().filters == {"about": "earned"}


def test_unknown_lists_and_kinds_are_not_there(client, fund):
    client.force_login(fund.user)
    assert client.get("/exports/secrets.csv").status_code == 404
    assert client.post("/exports/secrets/start/", {"as": "csv"}).status_code == 404
    assert client.post("/exports/ledger/start/", {"as": "exe"}).status_code == 404
    assert client.get("/exports/ledger/start/")["Location"] == "/exports/"


def test_exports_lie_in_a_store_of_their_own():
    assert storage.exports().location not in (storage.documents().location, storage.quarantine().location)
    storage.exports().save("aa/bb/x", ContentFile(b"x"))
    assert not storage.documents().exists("aa/bb/x")
    storage.exports().delete("aa/bb/x")
