"""A million ledger lines as CSV, against the database client's own COPY of the same columns to a file."""

import statistics
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import F

from benchmarks.measure import Client, Figure, forget_peak, peak_memory, session_headers
from benchmarks.servers import VAR, Servers
from embedded.postgres import find_binaries

LINES, FUNDS = 1_000_000, 500
ROUNDS = 5
MEGABYTE = 1024 * 1024
TIME_BUDGET, FIRST_BYTE_BUDGET, MEMORY_BUDGET = 1.3, 100.0, 10.0  # times COPY, ms, MB
READ_AT_ONCE = 1024 * 1024


def exports(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    fill(world)
    client = Client(servers.ports["web"], session_headers(world["cast"].vendor_admin))
    fetch(client)  # warm
    pid = servers.web.popen.pid
    forget_peak(pid)
    before = peak_memory(pid)
    ours, first, copies = [], [], []
    for _round in range(ROUNDS):
        copies.append(client_copy())
        seconds, ttfb = fetch(client)
        ours.append(seconds)
        first.append(ttfb)
    print(f"    COPY by psql {statistics.median(copies):.2f} s, ours {statistics.median(ours):.2f} s")
    yield Figure(
        "export of 1,000,000 lines, times COPY", statistics.median(ours) / statistics.median(copies), TIME_BUDGET
    )
    yield Figure("export: first byte", statistics.median(first) * 1000, FIRST_BYTE_BUDGET, "ms")
    yield Figure("export: web memory growth", (peak_memory(pid) - before) / MEGABYTE, MEMORY_BUDGET, "MB")


def fetch(client: Client) -> tuple[float, float]:
    """Seconds of the whole download into a file, and until the first byte of its content."""
    (VAR / "ours.csv").unlink(missing_ok=True)  # cutting a long file takes longer than the first byte
    started = time.monotonic()
    client.connection.request("GET", "/exports/ledger.csv", headers=client.headers)
    answer = client.connection.getresponse()
    if answer.status != 200 or not answer.headers["Content-Type"].startswith("text/csv"):
        raise RuntimeError(f"the export answered {answer.status}: {answer.read()[:300]!r}")
    lines = 0
    with (VAR / "ours.csv").open("wb") as sink:
        chunk = answer.read1(READ_AT_ONCE)
        first = time.monotonic() - started
        while chunk:
            lines += chunk.count(b"\n")
            sink.write(chunk)
            chunk = answer.read1(READ_AT_ONCE)
    seconds = time.monotonic() - started
    if lines < LINES - FUNDS:
        raise RuntimeError(f"only {lines} lines came")
    return seconds, first


def client_copy() -> float:
    """Seconds that psql needs for the same rows and columns, as they are, into a file."""
    from incentives.exports import LEDGER
    from incentives.filters import signed
    from incentives.models import FundEntry

    plain = {
        f"c{number}": signed() if column.name == "freeChange" else F(_field(column.value))
        for number, column in enumerate(LEDGER.columns)
    }
    rows = FundEntry.objects.annotate(**plain).order_by("id").values_list(*plain)
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        query = cursor.cursor.mogrify(sql, params).decode().replace("\n", " ")
    where = connection.settings_dict
    command = [
        find_binaries()["psql"], "-X", "-q", "-h", where["HOST"], "-U", where["USER"], "-d", where["NAME"],
        "-c", f"\\copy ({query}) to '{VAR / 'psql.csv'}' with (format csv, header)",
    ]  # fmt: skip
    (VAR / "psql.csv").unlink(missing_ok=True)
    started = time.monotonic()
    subprocess.run(command, check=True, env={"PGOPTIONS": where["OPTIONS"]["options"]})
    return time.monotonic() - started


def _field(value: Any) -> str:
    return value if isinstance(value, str) else value.source_expressions[0].name


def fill(world: dict[str, Any]) -> None:
    """A million lines over 500 funds, written past the triggers: a measurement reads them, nobody checks their sum."""
    from tests.factories.funds import make_fund

    fund = make_fund(1, enrollment=world["cast"].enrollment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM incentives_fundentry")
        per_fund = (LINES - cursor.fetchone()[0]) // FUNDS  # a longer list would be made by a job
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "WITH places AS (INSERT INTO accounts_location (id, partner_id, code, name, city, country) "
            "SELECT gen_random_uuid(), l.partner_id, 'B' || n, l.name || ' ' || n, l.city, l.country "
            "FROM accounts_location l, generate_series(1, %s) n WHERE l.id = %s RETURNING id), "
            "pairs AS (INSERT INTO incentives_enrollment (id, location_id, program_id, status, currency, created_at) "
            "SELECT gen_random_uuid(), places.id, %s, 'enrolled', 'EUR', now() FROM places RETURNING id) "
            "INSERT INTO incentives_fund (id, enrollment_id, fund_type_id, period_id, currency, free, bound, reserved, "
            "approved, paid, expired, converted, rebate, entry_count, created_at) "
            "SELECT gen_random_uuid(), pairs.id, f.fund_type_id, f.period_id, 'EUR', 1000, 0, 0, 0, 0, 0, 0, 0, %s, "
            "now() FROM pairs, incentives_fund f WHERE f.id = %s",
            [FUNDS, fund.enrollment.location_id, fund.enrollment.program_id, per_fund, fund.pk],
        )
        cursor.execute(
            "INSERT INTO incentives_fundentry (fund_id, number, kind, source, target, amount, free_after, reference, "
            "reference_label, cause, reason_code, reason, actor_id, actor_name, booked_at) "
            "SELECT f.id, n, 'reserved', 'free', 'reserved', n %% 977 + 0.25, 1000, gen_random_uuid(), "
            "'CLM-2026-' || lpad(n::text, 6, '0'), 'bench:' || f.id || ':' || n, '', '', NULL, 'Katharina Brandl', "
            "now() - n * interval '1 minute' "
            "FROM generate_series(1, %s) n, incentives_fund f WHERE f.entry_count = %s",
            [per_fund, per_fund],
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
