"""Pages of earnings, rates, corrections."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock, uploads
from core.uploads import HashingUploadHandler
from incentives import services
from incentives.models import Earning, EarningsImport, ExchangeRate, Fund, FundEntry
from tests.factories.earnings import csv_file, csv_text, line, uploaded
from tests.factories.funds import make_fund
from tests.factories.incentives import make_enrollment, make_year
from tests.factories.people import make_incentive_admin, make_reviewer, make_vendor_admin

pytestmark = pytest.mark.django_db
IMPORTS, NEW = "/programs/earnings/", "/programs/earnings/new/"
LIST_QUERIES = 5


@pytest.fixture
def enrollment():
    return make_enrollment()


@pytest.fixture
def admin(enrollment, client):
    admin = make_vendor_admin(enrollment.program, "Olivia Chen")
    client.force_login(admin)
    return admin


def text(answer):
    return answer.content.decode()


def queries(client, path):
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def file(content, name="november.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content, "text/csv")


def test_from_upload_to_booking(client, admin, enrollment):
    answer = client.post(NEW, {"file": file(csv_text([line(enrollment, earningAmount="1000.00")]))})
    found = EarningsImport.objects.get()
    page = f"{IMPORTS}{found.pk}/"
    assert (answer.status_code, answer["Location"], found.created_by) == (302, page, admin)
    waiting = text(client.get(page))
    assert waiting.count('data-live-every="1500"') == 1
    assert waiting.count("Waiting for its check") >= 1

    services.check_import(found.pk)
    preview = text(client.get(page))
    assert preview.count("data-live-every") == 0
    assert [preview.count(f"{sum_}.00") for sum_ in ("1,000", "400", "600")] == [1, 1, 1]
    assert text(client.get(f"{page}book/")).count("Co-op 400.00 EUR, rebate 600.00 EUR.") == 1
    assert client.post(f"{page}book/").status_code == 302
    assert client.post(f"{page}book/").status_code == 302  # the second click of a double click
    services.book_import(found.pk)
    assert Earning.objects.get().coop_amount == 400
    assert client.post(f"{page}book/").status_code == 302
    assert client.post(f"{page}discard/").status_code == 409
    assert text(client.get(IMPORTS)).count("november.csv") >= 1


def test_a_refused_file_shows_lines_and_hands_out_the_error_file(client, admin, enrollment):
    found = uploaded(
        [line(enrollment), line(enrollment, earningAmount="1e3", customerName="=cmd")], enrollment.program, actor=admin
    )
    page = text(client.get(f"{IMPORTS}{found.pk}/"))
    assert page.count("“1e3” is not an amount.") == 1
    answer = client.get(f"{IMPORTS}{found.pk}/errors.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith('attachment; filename="errors in earnings.csv"')
    assert body.splitlines()[1].startswith('3,earningAmount,"“1e3” is not an amount.')
    assert body.splitlines()[1].endswith(",'=cmd")
    assert client.post(f"{IMPORTS}{found.pk}/discard/")["Location"] == IMPORTS
    assert client.get(f"{IMPORTS}{found.pk}/errors.csv").status_code == 404


def test_progress_and_notes_are_on_the_page(client, admin, enrollment):
    found = services.upload_import(csv_file(csv_text([line(enrollment)])), actor=admin)
    services.earnings.claim_import(found.pk, "uploaded", "checking")
    page = text(client.get(f"{IMPORTS}{found.pk}/"))
    assert (page.count("<progress"), page.count("0 % read")) == (1, 1)


def test_strangers_find_nothing(client, enrollment):
    found = uploaded([line(enrollment)], enrollment.program)
    for person in (make_incentive_admin(enrollment), make_reviewer(enrollment.program)):
        client.force_login(person)
        assert client.get(IMPORTS).status_code == 403
        assert client.get(NEW).status_code == 403
        assert client.get(f"{IMPORTS}{found.pk}/").status_code == 404
    client.force_login(make_vendor_admin(make_year().program))
    assert text(client.get(IMPORTS)).count("earnings.csv") == 0
    assert client.get(f"{IMPORTS}{found.pk}/").status_code == 404


def test_the_list_asks_the_same_for_one_and_for_thirty(client, admin, enrollment):
    uploaded([line(enrollment)], enrollment.program, actor=admin)
    client.get(IMPORTS)
    assert queries(client, IMPORTS) == LIST_QUERIES
    for _ in range(29):
        uploaded([line(enrollment)], enrollment.program)
    assert queries(client, IMPORTS) == LIST_QUERIES


@pytest.mark.parametrize("data", [{}, {"file": file("")}])
def test_no_file_or_an_empty_one_is_asked_for_again(client, admin, data):
    answer = client.post(NEW, data)
    assert (answer.status_code, EarningsImport.objects.count()) == (422, 0)


# How much is taken ------------------------------------------------------------------------------------------


def test_only_the_page_of_earnings_takes_more_and_only_from_those_who_book(client, admin, enrollment, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 1000)
    rows = csv_text([line(enrollment) for _ in range(40)])
    assert client.post(NEW, {"file": file(rows)}).status_code == 302
    assert EarningsImport.objects.get().size == len(rows)
    seen = []
    monkeypatch.setattr(HashingUploadHandler, "file_complete", lambda self, size: seen.append(self._limit))
    client.post(NEW, {"file": file(rows)})
    client.post("/programs/rates/upload/", {"file": file(rows)})
    client.force_login(make_incentive_admin(enrollment))
    client.post(NEW, {"file": file(rows)})
    assert seen == [1024**3, 1000, 1000]


def test_a_file_above_the_limit_is_refused_with_a_sentence(client, admin, enrollment, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr("incentives.uploads.MAX_EARNINGS_BYTES", 500)
    answer = client.post(NEW, {"file": file(csv_text([line(enrollment) for _ in range(5)]))})
    assert answer.status_code == 422
    assert text(answer).count("A file of earnings has at most") >= 1
    assert EarningsImport.objects.count() == 0


# Rates ------------------------------------------------------------------------------------------------------


def test_a_table_of_rates_is_shown_and_then_taken(client, admin):
    content = "month,currency,rate\n2026-10,EUR,0.91\n2026-11,EUR,0.92\n"
    shown = client.post("/programs/rates/upload/", {"file": file(content)})
    assert (shown.status_code, ExchangeRate.objects.count()) == (200, 0)
    assert [text(shown).count(rate) for rate in ('<td data-label="Currency">EUR</td>', "Add these rates")] == [2, 1]
    taken = client.post("/programs/rates/upload/", {"table": content, "confirmed": "1"})
    assert (taken.status_code, ExchangeRate.objects.count()) == (302, 2)
    again = client.post("/programs/rates/upload/", {"file": file(content)})
    assert text(again).count("Every rate of this file is there already.") == 1


def test_wrong_rates_are_named_and_none_is_taken(client, admin):
    content = "month,currency,rate\n2026-10,EUR,0.91\n2026-12,EUR,0.92\n"
    for data in ({"file": file(content)}, {"table": content, "confirmed": "1"}):
        answer = client.post("/programs/rates/upload/", data)
        assert (answer.status_code, text(answer).count("EUR has a gap: 2026-11.")) == (422, 1)
    assert client.post("/programs/rates/upload/", {}).status_code == 422
    assert client.post("/programs/rates/upload/", {"file": file(b"\xff\xfe" + b"x\0" * 50)}).status_code == 422
    assert ExchangeRate.objects.count() == 0


def test_one_rate_is_typed_and_a_wrong_one_comes_back(client, admin, enrollment):
    wrong = client.post("/programs/rates/new/", {"month": "11.2026", "currency": "EUR", "rate": "0,92"})
    assert wrong.status_code == 422
    assert [text(wrong).count(value) for value in ('value="11.2026"', 'value="0,92"')] == [1, 1]
    month = f"{clock.now():%Y-%m}"
    assert text(client.get("/programs/rates/")).count(">missing<") == 1
    assert client.post("/programs/rates/new/", {"month": month, "currency": "eur", "rate": "0.92"}).status_code == 302
    page = text(client.get("/programs/rates/"))
    assert (page.count(">missing<"), page.count(">0.92<")) == (0, 1)
    changed = client.post("/programs/rates/new/", {"month": month, "currency": "EUR", "rate": "0.93"})
    assert (changed.status_code, text(changed).count("is 0.92 already")) == (422, 2)


# By hand ----------------------------------------------------------------------------------------------------


def test_a_fund_is_corrected_once_however_often_one_clicks(client, enrollment):
    fund = make_fund(1000, enrollment=enrollment)
    client.force_login(fund.vendor_admin)
    page = f"/programs/funds/{fund.pk}/adjust/"
    assert text(client.get(page)).count('name="after" value="1"') == 1
    data = {"amount": "-250,00", "reason_code": "policy_exception", "reason": "Agreed in May", "after": "1"}
    assert [client.post(page, data).status_code for _ in range(2)] == [302, 302]
    fund.refresh_from_db()
    assert (fund.free, fund.entry_count) == (750, 2)
    assert client.post(page, {**data, "amount": "-1"}).status_code == 409
    short = client.post(page, {**data, "amount": "-750.01", "after": "2"})
    assert (short.status_code, text(short).count("750.00\N{NO-BREAK SPACE}EUR is left in the fund")) == (422, 1)
    assert text(short).count("Agreed in May") >= 1
    assert client.post(page, {**data, "reason": "", "after": "2"}).status_code == 422
    fund.refresh_from_db()
    assert fund.entry_count == 2


def test_what_is_free_moves_once(client, enrollment):
    fund = make_fund(1000, enrollment=enrollment)
    client.force_login(fund.vendor_admin)
    page = f"/programs/funds/{fund.pk}/rollover/"
    later = enrollment.program.periods.filter(usage_start__gt=fund.period.usage_start).order_by("usage_start").first()
    data = {"period": later.pk, "reason": "One-off rollover"}
    assert [client.post(page, data).status_code for _ in range(2)] == [302, 302]
    assert {one.period: one.free for one in Fund.objects.all()} == {fund.period: Decimal(0), later: Decimal(1000)}
    assert FundEntry.objects.filter(kind="rollover").count() == 2
    foreign = make_year().program.periods.first()
    assert client.post(page, {"period": foreign.pk, "reason": "x"}).status_code == 422


def test_nobody_else_corrects_a_fund(client, enrollment):
    fund = make_fund(1000, enrollment=enrollment)
    for person, status in (
        (make_incentive_admin(enrollment), 403), (make_reviewer(enrollment.program), 403),
        (make_vendor_admin(make_year().program), 404),
    ):  # fmt: skip
        client.force_login(person)
        for what in ("adjust", "rollover"):
            assert client.get(f"/programs/funds/{fund.pk}/{what}/").status_code == status
