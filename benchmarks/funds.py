"""The funds page of a partner with 50 funds, each with its entries."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client as DjangoClient
from django.test.utils import CaptureQueriesContext

from benchmarks.measure import Client, Figure, Target, interleaved, session_headers
from benchmarks.servers import Servers
from benchmarks.world import columns_of, copy

FUNDS, ENTRIES, CLAIMS = 50, 40, 10
PAIRS = 10  # locations, each with five periods
QUERY_BUDGET, PAGE_BUDGET = 10, 15.0  # queries, F
FLOOR_REQUESTS, PAGE_REQUESTS, ROUNDS = 200, 40, 11
LONG_FUND = 10_000  # entries
BALANCE_BUDGET = 2.0  # a fund with 10,000 entries costs at most so many times one with 10


def funds(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """Queries and CPU of the page; and that the balance of a long fund costs what that of a short one costs."""
    person, long, short = fill(world)
    client = DjangoClient(headers={"host": "127.0.0.1"})
    client.force_login(person)
    client.get("/funds/")
    with CaptureQueriesContext(connection) as captured:
        status = client.get("/funds/").status_code
    if status != 200:
        raise RuntimeError(f"/funds/ answered {status}")
    yield Figure("queries of the funds page, 50 funds", len(captured), QUERY_BUDGET)
    web = Client(servers.ports["web"], session_headers(person))
    floor = Client(servers.ports["floor"])
    costs = interleaved(
        [
            (Target("floor", servers.pids("floor"), floor.getter("/")), FLOOR_REQUESTS),
            (Target("page", servers.pids("web"), web.getter("/funds/")), PAGE_REQUESTS),
            (Target("long", servers.pids("web"), web.getter(f"/funds/{long}/")), PAGE_REQUESTS),
            (Target("short", servers.pids("web"), web.getter(f"/funds/{short}/")), PAGE_REQUESTS),
        ],
        ROUNDS,
    )
    print(f"    F = {costs['floor'] * 1000:.2f} ms CPU; fund of 10,000 entries {costs['long'] / costs['floor']:.1f} F")
    yield Figure("funds page, 50 funds", costs["page"] / costs["floor"], PAGE_BUDGET, "F")
    yield Figure("fund with 10,000 entries, times one with 40", costs["long"] / costs["short"], BALANCE_BUDGET)


def fill(world: dict[str, Any]) -> tuple[Any, Any, Any]:
    """A person with 50 funds in ten locations; (person, key of a fund with 10,000 entries, key of a short one)."""
    from incentives import services
    from incentives.models import Fund
    from tests.factories.funds import earn
    from tests.factories.incentives import make_enrollment
    from tests.factories.people import make_location, make_member, make_partner

    program = world["cast"].program
    partner = make_partner("Fifty Funds Ltd")
    boss = make_member(partner, "Greta Global", global_admin=True)
    newest = program.today() + timedelta(days=190)
    periods = list(program.periods.filter(usage_start__lte=newest)[: FUNDS // PAIRS])
    made = []
    for number in range(PAIRS):
        enrollment = make_enrollment(program, make_location(partner, name=f"Branch {number}"))
        for period in periods:
            fund = services.open_fund(enrollment, program.fund_types.get(slug="co-op"), period)
            for _entry in range(ENTRIES):
                earn(fund, Decimal("100.25"))
            made.append(fund.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incentives_fundentry (fund_id, number, kind, source, target, amount, free_after, "
            "reference_label, cause, reason_code, reason, actor_name, booked_at) "
            "SELECT %s, 0, 'earned', 'outside', 'free', 1.25, 0, '', 'long:' || n, '', '', 'bench', now() "
            "FROM generate_series(1, %s) n",
            [made[0], LONG_FUND],
        )
    with connection.cursor() as cursor:
        for pk in made:
            add_claims(cursor, world, Fund.objects.get(pk=pk))
        cursor.execute("ANALYZE")
    if Fund.objects.filter(pk__in=made).count() != FUNDS:
        raise RuntimeError("the calendar has too few periods")
    return boss, made[0], made[1]


def add_claims(cursor: Any, world: dict[str, Any], fund: Any) -> None:
    """Ten claims in review, each with its proof and its reservation."""
    place = {"enrollment_id": f"'{fund.enrollment_id}'", "id": "gen_random_uuid()"}
    mark = str(fund.pk)[:8]
    numbers = {"number": f"'POE-{mark}-' || n", "name": f"'City-light posters {mark} ' || n"}
    copy(cursor, "proofs_proof", world["proof"].pk, CLAIMS, place | numbers)
    columns = columns_of(cursor, "claims_claim")
    values = place | {
        "number": "replace(p.number, 'POE', 'CLM')", "proof_id": "p.id", "fund_id": f"'{fund.pk}'",
        "status": "'under_review'", "fund_amount": "100", "first_submitted_at": "now() - random() * interval '90 days'",
    }  # fmt: skip
    chosen = ", ".join(values.get(column, f"t.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO claims_claim ({', '.join(columns)}) SELECT {chosen} FROM claims_claim t, proofs_proof p "
        "WHERE t.id = %s AND p.number LIKE %s",
        [world["claim"].pk, f"POE-{mark}-%"],
    )
    cursor.execute(
        "INSERT INTO incentives_fundentry (fund_id, number, kind, source, target, amount, free_after, reference, "
        "reference_label, cause, reason_code, reason, actor_name, booked_at) "
        "SELECT fund_id, 0, 'reserved', 'free', 'reserved', 100, 0, id, number, 'bench:' || id, '', '', 'bench', now() "
        "FROM claims_claim WHERE fund_id = %s",
        [fund.pk],
    )
