"""Import of earnings: judged line by line, booked at once or not at all (R-FUND-01…06, D-09)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock, storage
from core.errors import Denied, RuleViolation, StateConflict
from core.money import minor_units
from incentives import ledger, services, verification
from incentives.choices import EarningType, ReasonCode
from incentives.earnings import checks, statements
from incentives.models import Earning, EarningsImport, EarningsLine, Fund, FundEntry
from incentives.services import earnings as states
from tests.factories.earnings import booked, csv_file, csv_text, line, uploaded
from tests.factories.funds import close, make_fund
from tests.factories.incentives import make_enrollment, make_year
from tests.factories.people import make_location, make_reviewer, make_vendor_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrollment():
    return make_enrollment()


def problems(found):
    return [(one.line, one.column, one.message) for one in found.problems.all()]


def why(found, column):
    return [one.message for one in found.problems.all() if one.column == column]


def error_file(found):
    with storage.documents().open(found.problems_key) as content:
        return list(csv.DictReader(io.StringIO(content.read().decode("utf-8-sig"))))


# What is booked ---------------------------------------------------------------------------------------------


def test_a_mixed_line_fills_fund_and_rebate(enrollment):
    found = booked([line(enrollment, earningAmount="40000.00")], enrollment.program)
    fund = Fund.objects.get()
    assert (fund.free, fund.rebate, fund.entry_count) == (16000, 24000, 2)
    assert list(FundEntry.objects.order_by("id").values_list("kind", "source", "target", "amount", "cause")) == [
        ("earned", "outside", "free", Decimal(16000), f"import:{found.pk}:{fund.pk}::coop"),
        ("earned", "outside", "rebate", Decimal(24000), f"import:{found.pk}:{fund.pk}::rebate"),
    ]
    earning = Earning.objects.get()
    assert (earning.coop_amount, earning.rebate_amount, earning.fund_id) == (16000, 24000, fund.pk)
    assert earning.entry == FundEntry.objects.get(target="free")
    assert (found.state, found.booked_by, found.key) == ("booked", found.vendor_admin, "")
    assert EarningsLine.objects.count() == 0
    assert list(verification.differences()) == []


def test_one_entry_a_fund_reason_and_share_whatever_the_number_of_lines(enrollment):
    other = make_enrollment(enrollment.program, make_location(name="Fabrikam Cologne"))
    found = booked(
        [
            line(enrollment, earningType="coop", earningAmount="100.10"),
            line(enrollment, earningType="coop", earningAmount="0.90"),
            line(enrollment, earningType="rebate", earningAmount="7.00"),
            line(enrollment, earningType="coop", earningAmount="-40.00", reasonCode="ops_adjustment"),
            line(enrollment, earningType="rebate", earningAmount="-2.00", reasonCode="OPS_ADJUSTMENT"),
            line(other, earningType="coop", earningAmount="5"),
        ],
        enrollment.program,
    )
    moves = FundEntry.objects.filter(fund__enrollment=enrollment).order_by("number")
    assert list(moves.values_list("kind", "source", "target", "amount", "reason_code")) == [
        ("earned", "outside", "free", Decimal(101), ""),
        ("earned", "outside", "rebate", Decimal(7), ""),
        ("adjusted", "free", "outside", Decimal(40), "ops_adjustment"),
        ("adjusted", "rebate", "outside", Decimal(2), "ops_adjustment"),
    ]
    assert [fund.free for fund in Fund.objects.order_by("-free")] == [61, 5]
    assert set(FundEntry.objects.values_list("actor_name", flat=True)) == {found.vendor_admin.display_name}
    assert list(verification.differences()) == []


def test_lines_that_cancel_each_other_out_are_kept_and_book_nothing(enrollment):
    booked(
        [
            line(enrollment, earningType="coop", earningAmount="5"),
            line(enrollment, earningType="coop", earningAmount="-5"),
        ],
        enrollment.program,
    )
    assert FundEntry.objects.count() == 0
    assert list(Earning.objects.order_by("amount").values_list("amount", "entry")) == [(-5, None), (5, None)]


def test_a_program_is_known_by_its_former_names(enrollment):
    enrollment.program.aliases = ["Cloud Classic"]
    enrollment.program.save()
    booked([line(enrollment, programCode="cloud classic")], enrollment.program)
    assert Earning.objects.get().enrollment == enrollment


def test_columns_in_any_order_with_semicolons_and_strangers(enrollment):
    text = csv_text([line(enrollment)], columns=[*reversed(checks.COLUMNS), "color"], separator=";")
    found = booked(text, enrollment.program)
    assert found.notes == ["Columns are separated by semicolon.", "Columns that were not read: color."]
    assert Earning.objects.count() == 1


def test_a_formula_in_a_name_is_kept_as_text_and_defused_where_it_leaves(enrollment):
    evil = "=HYPERLINK(1)"
    booked([line(enrollment, customerName=evil)], enrollment.program)
    assert Earning.objects.get().customer_name == evil
    refused = uploaded([line(enrollment, customerName=evil, earningAmount="-x")], enrollment.program)
    [row] = error_file(refused)
    assert (row["customerName"], row["earningAmount"]) == (f"'{evil}", "'-x")


def test_the_preview_says_what_the_booking_does(enrollment):
    make_fund(100, enrollment=enrollment)
    other = make_enrollment(enrollment.program, make_location(name="Fabrikam Cologne"))
    found = uploaded(
        [
            line(enrollment, earningAmount="0.01"),
            line(other, earningAmount="10.00"),
            line(other, earningType="rebate", earningAmount="-0.00", reasonCode="partner_mapping"),
        ],
        enrollment.program,
    )
    assert found.state == "ready"
    assert found.totals["sums"] == [
        {
            "program": enrollment.program_id, "name": enrollment.program.name, "currency": "EUR", "kind": "mixed",
            "corrects": False, "lines": 2, "locations": 2, "amount": "10.01", "coop": "4.01", "rebate": "6.00",
        },
        {
            "program": enrollment.program_id, "name": enrollment.program.name, "currency": "EUR", "kind": "rebate",
            "corrects": True, "lines": 1, "locations": 1, "amount": "0.00", "coop": "0.00", "rebate": "0.00",
        },
    ]  # fmt: skip
    assert (found.totals["funds"], found.totals["new_funds"]) == (2, 2)
    assert (found.line_count, found.fresh_count, found.known_count, found.problem_count) == (3, 3, 0, 0)
    assert Fund.objects.count() == 1  # nothing was opened by looking


def test_funds_below_and_above_the_threshold_are_counted(enrollment):
    program = enrollment.program
    program.threshold_usd, program.currency = Decimal(1000), "USD"
    program.save()
    low, high = (
        make_enrollment(program, make_location(name=name), currency="USD") for name in ("Fabrikam Low", "Fabrikam High")
    )
    found = uploaded(
        [
            line(low, earningType="coop", earningAmount="999.99"),
            line(high, earningType="coop", earningAmount="1000"),
            line(enrollment, earningType="coop", earningAmount="1"),
        ],
        program,
    )
    euro, dollar = found.totals["thresholds"]
    assert (dollar["currency"], dollar["limit"], dollar["below"], dollar["reached"]) == ("USD", "1000.000", 1, 1)
    assert (euro["currency"], euro["limit"]) == ("EUR", "")
    assert euro["why"].startswith("The exchange rate of EUR for")


def test_late_lines_are_tested_against_the_threshold_at_once(enrollment):
    program = enrollment.program
    program.threshold_usd = Decimal(1000)
    program.save()
    there = make_enrollment(program, make_location(name="Fabrikam Paris"), currency="USD")
    over = program.periods.claimable_on(program.today()).get()
    day = over.earning_end.isoformat()
    booked([line(there, earningType="coop", earningAmount="900", earningDate=day)], program)
    fund = Fund.objects.get()
    assert (fund.period, fund.free, fund.converted) == (over, 0, 900)
    booked([line(there, earningType="coop", earningAmount="100", earningDate=day)], program)
    fund.refresh_from_db()
    assert (fund.free, fund.converted) == (1000, 0)


# What is wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "column", "says"),
    [
        ({"earningId": ""}, "earningId", "The earning has no id."),
        ({"earningId": "x" * 65}, "earningId", "An id has at most 64 characters."),
        ({"participantId": "0815"}, "participantId", "There is no location with the id “0815”."),
        ({"programCode": "nope"}, "programCode",
         "There is no program called “nope”. Write its short name or a name it had before."),
        ({"earningType": "bonus"}, "earningType",
         "“bonus” is no earning type. There are: coop, rebate, mixed."),
        ({"earningDate": "24.11.2026"}, "earningDate",
         "“24.11.2026” is not a day of the form 2026-11-24 (year, month, day)."),
        ({"earningDate": "2026-02-30"}, "earningDate",
         "“2026-02-30” is not a day of the form 2026-11-24 (year, month, day)."),
        ({"earningDate": "0000-01-01"}, "earningDate",
         "“0000-01-01” is not a day of the form 2026-11-24 (year, month, day)."),
        ({"transactionDate": "11/24/2026"}, "transactionDate",
         "“11/24/2026” is not a day of the form 2026-11-24 (year, month, day)."),
        ({"transactionDate": ""}, "transactionDate",
         "“” is not a day of the form 2026-11-24 (year, month, day)."),
        ({"earningAmount": "\"1.234,56\""}, "earningAmount",
         "“1.234,56” has a comma. Write amounts with a point and without separators, such as 1234.56."),
        ({"earningAmount": "1.005"}, "earningAmount", "“1.005” has more decimals than EUR allows."),
        ({"earningAmount": "1e9"}, "earningAmount",
         "“1e9” is not an amount. Write it with a point and without separators, such as 1234.56 or -20.00."),
        ({"earningAmount": "NaN"}, "earningAmount",
         "“NaN” is not an amount. Write it with a point and without separators, such as 1234.56 or -20.00."),
        ({"earningAmount": "1234567890123"}, "earningAmount",
         "“1234567890123” is not an amount. Write it with a point and without separators, such as 1234.56 or -20.00."),
        ({"earningAmount": "=1+1"}, "earningAmount",
         "“=1+1” is not an amount. Write it with a point and without separators, such as 1234.56 or -20.00."),
        ({"currency": "USD"}, "currency",
         "The enrolment is in EUR, this line in “USD”. Earnings come in the enrolment's currency."),
        ({"reasonCode": "because"}, "reasonCode",
         "“because” is no reason code. Leave it empty, or write one of: " + ", ".join(ReasonCode.values) + "."),
        ({"customerName": "x" * 201}, "customerName", "A name has at most 200 characters."),
        ({"earningAmount": "1.234,56"}, "",
         "This line has another number of cells (11) than the header. A separator inside a text or an amount needs"
         " quotes round the cell."),
    ],
)  # fmt: skip
def test_one_wrong_cell_is_named_with_line_and_column(enrollment, values, column, says):
    found = uploaded([line(enrollment), line(enrollment, **values)], enrollment.program)
    assert (found.state, problems(found)) == ("refused", [(3, column, says)])
    assert (EarningsLine.objects.count(), Fund.objects.count(), found.key) == (0, 0, "")
    assert [(row["line"], row["column"], row["why"]) for row in error_file(found)] == [("3", column, says)]


@pytest.mark.parametrize(("currency", "fine"), [("JPY", "100"), ("KWD", "1.005")])
def test_decimals_are_those_of_the_currency(currency, fine):
    enrollment = make_enrollment(currency=currency)
    assert uploaded([line(enrollment, earningAmount=fine)], enrollment.program).state == "ready"
    assert why(uploaded([line(enrollment, earningAmount=f"{fine}.0001")], enrollment.program), "earningAmount")


def test_everything_wrong_with_everything_is_told_at_once(enrollment):
    wrong = {"earningType": "x", "transactionDate": "x", "earningDate": "x", "earningAmount": "x", "reasonCode": "x"}
    found = uploaded([line(enrollment, **wrong), line(enrollment), line(enrollment, **wrong)], enrollment.program)
    columns = ["earningAmount", "earningDate", "earningType", "reasonCode", "transactionDate"]
    assert [(one.line, one.column) for one in found.problems.all()] == [(n, name) for n in (2, 4) for name in columns]
    assert found.problem_count == 10


def test_the_page_has_the_first_problems_and_the_file_all(enrollment, monkeypatch):
    monkeypatch.setattr("incentives.services.earnings_check.PROBLEMS_SHOWN", 3)
    found = uploaded([line(enrollment, earningAmount="x") for _ in range(5)], enrollment.program)
    assert (found.problem_count, found.problems.count(), len(error_file(found))) == (5, 3, 5)


def test_a_location_that_is_not_in_the_program_is_named(enrollment):
    elsewhere = make_enrollment(make_year().program)
    program = enrollment.program
    found = uploaded([line(elsewhere, programCode=program.slug)], program)
    code = elsewhere.location.code
    assert why(found, "programCode") == [f"The location {code} is not enrolled in “{program.slug}”."]
    services.set_enrollment_status(enrollment.pk, "inactive", actor=make_vendor_admin(program))
    assert why(uploaded([line(enrollment)], program), "programCode") == [
        f"The enrolment of the location {enrollment.location.code} in “{program.slug}” is inactive."
    ]


def test_lines_of_a_program_one_does_not_administer_are_refused(enrollment):
    foreign = make_enrollment(make_year().program)
    make_fund(500, enrollment=foreign)
    found = uploaded([line(foreign)], enrollment.program)
    assert problems(found) == [
        (2, "programCode", f"You are not an incentives admin of the program “{foreign.program.slug}”.")
    ]
    assert (found.program_ids, found.totals) == ([], {})


def test_a_name_two_programs_have_had_is_nobodys(enrollment):
    other = make_year().program
    for program in (enrollment.program, other):
        program.aliases = ["Twin"]
        program.save()
    assert why(uploaded([line(enrollment, programCode="twin")], enrollment.program), "programCode") == [
        "There is no program called “twin”. Write its short name or a name it had before."
    ]


def test_a_day_outside_every_earning_period_is_refused(enrollment):
    found = uploaded([line(enrollment, earningDate="1999-01-01")], enrollment.program)
    assert why(found, "earningDate") == [f"No earning period of “{enrollment.program.slug}” holds the day 1999-01-01."]


def test_money_for_a_period_whose_claiming_is_over_is_refused_and_a_rebate_is_not(enrollment):
    period = enrollment.program.periods.claimable_on(enrollment.program.today()).get()
    day = period.earning_start.isoformat()
    close(period)
    found = uploaded([line(enrollment, earningDate=day)], enrollment.program)
    assert why(found, "earningDate") == [
        f"The claiming period of this earning period is over ({period.claiming_end.isoformat()}): what is booked now"
        " would lapse at once."
    ]
    assert uploaded([line(enrollment, earningDate=day, earningType="rebate")], enrollment.program).state == "ready"


def test_an_id_twice_in_one_file(enrollment):
    found = uploaded([line(enrollment, earningId=pk) for pk in ("A", "B", "A", "A")], enrollment.program)
    assert problems(found) == [
        (4, "earningId", "The id “A” stands in this file before, in line 2."),
        (5, "earningId", "The id “A” stands in this file before, in line 2."),
    ]


def test_a_correction_below_zero_is_named_at_its_line(enrollment):
    booked([line(enrollment, earningType="coop", earningAmount="100")], enrollment.program)
    found = uploaded(
        [
            line(enrollment, earningType="coop", earningAmount="1"),
            line(enrollment, earningType="coop", earningAmount="-101.01", reasonCode="ops_adjustment"),
        ],
        enrollment.program,
    )
    assert problems(found) == [
        (
            3,
            "earningAmount",
            "This correction would take the fund below zero: only 100.00\N{NO-BREAK SPACE}EUR is free there.",
        )
    ]
    booked(
        [line(enrollment, earningType="coop", earningAmount="-100", reasonCode="ops_adjustment")], enrollment.program
    )
    assert Fund.objects.get().free == 0


def test_sums_beyond_what_a_fund_can_hold_are_refused_not_an_error(enrollment):
    most = "999999999999.99"
    found = uploaded([line(enrollment, earningType="coop", earningAmount=most) for _ in range(2)], enrollment.program)
    assert why(found, "earningAmount") == ["With these lines the fund would hold more than an amount can say."]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Käthe;Öl\n".encode("cp1252"), "UTF-8"),
        (b"PK\x03\x04", "Excel"),
        (b"earningId,customerName\n1,x\n", "These columns are missing: participantId, programCode"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(enrollment, data, says):
    found = uploaded(data, enrollment.program)
    [(number, column, message)] = problems(found)
    assert (found.state, column, says in message, number in (0, 1)) == ("refused", "", True, True)


def test_a_header_without_lines_is_refused(enrollment):
    assert problems(uploaded(csv_text([]), enrollment.program)) == [
        (0, "", "The file names its columns and has no line below them.")
    ]


# Twice, and meanwhile ---------------------------------------------------------------------------------------


def test_the_same_file_again_books_nothing(enrollment):
    lines = [line(enrollment), line(enrollment)]
    first = booked(lines, enrollment.program, name="november.csv")
    again = uploaded(lines, enrollment.program, actor=first.vendor_admin, name="again.csv")
    assert (again.state, again.fresh_count, again.known_count) == ("ready", 0, 2)
    assert [(one["name"], one["lines"]) for one in again.totals["known"]] == [("november.csv", 2)]
    with pytest.raises(RuleViolation, match="was booked before"):
        services.ask_import(again.pk, actor=first.vendor_admin)
    assert (Earning.objects.count(), Fund.objects.get().free) == (2, 80)


def test_known_lines_are_left_out_and_the_rest_is_booked(enrollment):
    old = line(enrollment)
    booked([old], enrollment.program)
    second = booked([old, line(enrollment)], enrollment.program)
    assert (second.fresh_count, second.known_count) == (1, 1)
    assert (Earning.objects.count(), Fund.objects.get().free) == (2, 80)


def test_a_booked_id_with_other_values_is_refused(enrollment):
    old = line(enrollment)
    first = booked([old], enrollment.program, name="november.csv")
    found = uploaded([{**old, "earningAmount": "101.00"}], enrollment.program)
    day = first.booked_at.date().isoformat()
    assert why(found, "earningId") == [
        f"The id “{old['earningId']}” was booked before with other values, by november.csv, {day}."
        " A correction needs an id of its own."
    ]


def test_two_previews_of_the_same_lines_book_once(enrollment):
    lines = [line(enrollment)]
    one = uploaded(lines, enrollment.program)
    two = uploaded(lines, enrollment.program)
    for found in (one, two):
        services.ask_import(found.pk, actor=found.vendor_admin)
    assert [services.book_import(one.pk), services.book_import(two.pk)] == [True, False]
    services.check_import(two.pk)
    two.refresh_from_db()
    assert (two.state, two.fresh_count, two.known_count) == ("ready", 0, 1)
    assert two.notes[0].startswith("Something had changed since the preview")
    assert (Earning.objects.count(), FundEntry.objects.count()) == (1, 2)


@pytest.mark.parametrize("change", ["share", "enrolment", "period", "balance", "role"])
def test_what_changed_since_the_preview_stops_the_booking(enrollment, change):
    program = enrollment.program
    booked([line(enrollment, earningType="coop", earningAmount="100")], program)
    found = uploaded(
        [line(enrollment), line(enrollment, earningType="coop", earningAmount="-120", reasonCode="ops_adjustment")],
        program,
    )
    assert found.state == "ready"
    services.ask_import(found.pk, actor=found.vendor_admin)
    if change == "share":
        program.rebate_share = Decimal(50)
        program.save()
    elif change == "enrolment":
        services.set_enrollment_status(enrollment.pk, "inactive", actor=make_vendor_admin(program))
    elif change == "period":
        period = Fund.objects.get().period
        period.earning_end = program.today() - timedelta(days=1)
        period.save()
    elif change == "balance":
        fund = Fund.objects.get()
        facts = {"reason_code": "policy_exception", "reason": "x", "after": 1, "actor": make_vendor_admin(program)}
        services.adjust_fund(fund.pk, Decimal("-30"), **facts)
    else:
        found.vendor_admin.vendor_roles.all().delete()
    before = (Earning.objects.count(), FundEntry.objects.count())
    assert services.book_import(found.pk) is False
    found.refresh_from_db()
    assert (found.state, Earning.objects.count(), FundEntry.objects.count()) == ("uploaded", *before)


def test_a_lost_scratch_table_is_noticed(enrollment):
    """Unlogged tables are empty after a crash of the database."""
    found = uploaded([line(enrollment)], enrollment.program)
    services.ask_import(found.pk, actor=found.vendor_admin)
    EarningsLine.objects.all().delete()
    assert services.book_import(found.pk) is False
    services.check_import(found.pk)
    services.ask_import(found.pk, actor=found.vendor_admin)
    assert services.book_import(found.pk) is True


def test_a_second_delivery_of_a_job_does_nothing(enrollment):
    found = booked([line(enrollment)], enrollment.program)
    services.check_import(found.pk)
    assert services.book_import(found.pk) is False
    assert Earning.objects.count() == 1


# People and states ------------------------------------------------------------------------------------------


def test_who_may_not_book_may_not_upload(enrollment):
    for person in (make_reviewer(enrollment.program), make_vendor_admin(make_year().program)):
        text = csv_text([line(enrollment)])
        if person.vendor_roles.get().role == "reviewer":
            with pytest.raises(Denied):
                services.upload_import(csv_file(text), actor=person)
    found = uploaded([line(enrollment)], enrollment.program)
    for service in (services.ask_import, services.discard_import):
        with pytest.raises(Denied):
            service(found.pk, actor=make_vendor_admin(make_year().program))


def test_files_of_others_are_seen_once_they_are_sound(enrollment):
    program, foreign = enrollment.program, make_year().program
    colleague, stranger = make_vendor_admin(program), make_vendor_admin(foreign)
    sound = uploaded([line(enrollment)], program)
    wrong = uploaded([line(enrollment, earningAmount="x")], program)
    visible = EarningsImport.objects.visible_to
    assert list(visible(colleague)) == [sound]
    assert list(visible(stranger)) == []
    assert list(visible(wrong.vendor_admin)) == [wrong, sound]
    assert set(visible(make_vendor_admin())) == {sound, wrong}
    assert list(visible(make_reviewer(program))) == []


def test_a_discarded_file_leaves_nothing(enrollment):
    found = uploaded(
        [line(enrollment, customerName="Private Person"), line(enrollment, earningAmount="x")], enrollment.program
    )
    services.discard_import(found.pk, actor=found.vendor_admin)
    found.refresh_from_db()
    assert (found.state, found.key, found.problems_key, found.problems.count()) == ("discarded", "", "", 0)
    with pytest.raises(StateConflict):
        services.ask_import(found.pk, actor=found.vendor_admin)
    with pytest.raises(StateConflict):
        services.discard_import(found.pk, actor=found.vendor_admin)


def test_the_same_bytes_sent_twice_are_one_import(enrollment):
    admin, text = make_vendor_admin(enrollment.program), csv_text([line(enrollment)])
    first = services.upload_import(csv_file(text), actor=admin)
    assert services.upload_import(csv_file(text), actor=admin) == first
    assert services.upload_import(csv_file(text), actor=make_vendor_admin(enrollment.program)) != first


@pytest.mark.parametrize(("size", "too_large"), [(0, False), (2 * 1024**3, True)])
def test_sizes_that_are_not_taken(enrollment, size, too_large):
    file = csv_file("x")
    file.byte_count, file.too_large = size, too_large
    with pytest.raises(RuleViolation, match=r"empty|at most 1 GB"):
        services.upload_import(file, actor=make_vendor_admin(enrollment.program))


def test_a_lost_worker_leaves_its_file_to_the_next_and_three_are_enough(enrollment):
    admin = make_vendor_admin(enrollment.program)
    found = services.upload_import(csv_file(csv_text([line(enrollment)])), actor=admin)
    for attempt in range(1, 4):
        assert states.claim_import(found.pk, "uploaded", "checking").attempts == attempt
        assert states.claim_import(found.pk, "uploaded", "checking") is None
        assert services.requeue_imports() == 0  # its lease still runs
        with clock.at(clock.now() + timedelta(minutes=attempt * 2)):
            assert services.requeue_imports() == 1
        found.refresh_from_db()
        EarningsImport.objects.filter(pk=found.pk).update(lease_until=None, queued_at=clock.now())
    assert (found.state, found.problems.get().message) == (
        "refused", "This could not be finished, several times. Nothing was booked. Try again, or split the file.",
    )  # fmt: skip


def test_a_lost_booking_is_announced_again_and_goes_back_in_the_end(enrollment):
    found = uploaded([line(enrollment)], enrollment.program)
    services.ask_import(found.pk, actor=found.vendor_admin)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert services.requeue_imports() == 1
    EarningsImport.objects.filter(pk=found.pk).update(attempts=3)
    with clock.at(clock.now() + timedelta(minutes=4)):
        assert services.requeue_imports() == 1
    found.refresh_from_db()
    assert (found.state, found.booked_by, Earning.objects.count()) == ("ready", None, 0)
    services.ask_import(found.pk, actor=found.vendor_admin)
    assert services.book_import(found.pk) is True


def test_progress_is_told_while_a_file_is_read(enrollment):
    found = uploaded([line(enrollment)], enrollment.program)
    assert services.progress_of(found) == 99
    cache.delete(f"import:{found.pk}")
    assert services.progress_of(found) == 0


# The split in SQL -------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(
    amount=st.decimals(min_value=Decimal("-999999999999"), max_value=Decimal("999999999999"), places=3),
    share=st.decimals(min_value=0, max_value=100, places=2),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_the_database_splits_as_the_ledger_does(amount, share, currency):
    units = minor_units(currency)
    amount = round(amount, units)
    expression = statements.REBATE_SHARE.format(amount="%s::numeric", share="%s::numeric", units="%s")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", [amount, share, units])
        [rebate] = cursor.fetchone()
    expected = ledger.split(amount, share, currency)
    assert (rebate, amount - rebate) == (expected.rebate, expected.coop)


def test_every_earning_type_and_reason_has_its_check():
    assert [code for code in EarningType.values if code not in checks.TYPES] == []
    assert [check.code for check in checks.CHECKS if check.code not in checks.TEXTS] == []
