"""Reservations on plain connections: our statement beside lock, look, then write. And the balance of a long fund."""

import multiprocessing
import os
import random
import statistics
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg2
from django.db import connection

from benchmarks.measure import Figure
from benchmarks.servers import Servers

CONNECTIONS, SECONDS, ROUNDS = 16, 2.0, 7
RATIO_BUDGET = 1.8  # times as many as by locking the row, looking, then writing
MANY_FUNDS = 500
RICH = Decimal(100_000_000)
BALANCE_ENTRIES, BALANCE_READS, BALANCE_BUDGET = 10_000, 2000, 1.2


def funds_of(count: int) -> list[str]:
    """So many funds, each with more in it than the measurement takes."""
    from incentives import services
    from incentives.choices import Bucket, EntryKind
    from incentives.services import Purpose
    from incentives.services.funds import FUNDS_JOB
    from tests.factories.incentives import make_enrollment, make_year
    from tests.factories.people import make_location, make_partner

    program, partner = make_year().program, make_partner("Reserving GmbH")
    period, kind = program.periods.claimable_on(program.today()).get(), program.fund_types.get(slug="co-op")
    keys = []
    for number in range(count):
        fund = services.open_fund(make_enrollment(program, make_location(partner, name=f"R {number}")), kind, period)
        purpose = Purpose(f"bench:{fund.pk}")
        services.book(fund, EntryKind.EARNED, Bucket.OUTSIDE, Bucket.FREE, RICH, purpose, actor=FUNDS_JOB)
        keys.append(str(fund.pk))
    return keys


def _values(fund: str) -> list[Any]:
    reference = str(uuid.uuid4())
    return [
        fund, "reserved", "free", "reserved", "1.00", reference, "CLM-2026-000001", f"bench:{reference}", "", "", None,
        "bench", "2026-11-24 12:00:00+00",
    ]  # fmt: skip


def _in_one(cursor: Any, book: str, fund: str) -> None:
    cursor.execute(book, _values(fund))


def _lock_then_look(cursor: Any, book: str, fund: str) -> None:
    """What a service without our trigger does: lock the row, look in Python, write the same three rows, commit."""
    cursor.execute("BEGIN")
    cursor.execute("SELECT free FROM twin_fund WHERE id = %s FOR UPDATE", [fund])
    if cursor.fetchone()[0] >= 1:
        values = _values(fund)
        cursor.execute(
            "UPDATE twin_fund SET free = free - 1, reserved = reserved + 1, entry_count = entry_count + 1"
            " WHERE id = %s RETURNING entry_count, free",
            [fund],
        )
        number, free = cursor.fetchone()
        cursor.execute(
            "INSERT INTO twin_commitment (fund_id, reference, bound, reserved, approved, paid)"
            " VALUES (%s, %s, 0, 1, 0, 0)",
            [fund, values[5]],
        )
        cursor.execute(
            "INSERT INTO twin_fundentry (fund_id, kind, source, target, amount, reference, reference_label, cause,"
            " reason_code, reason, actor_id, actor_name, booked_at, number, free_after)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [*values, number, free],
        )
    cursor.execute("COMMIT")


def make_twins() -> None:
    """The same tables with the same checks, indexes and keys, without our triggers."""
    with connection.cursor() as cursor:
        for name in ("fund", "commitment", "fundentry"):
            cursor.execute(f"CREATE TABLE twin_{name} (LIKE incentives_{name} INCLUDING ALL)")
        cursor.execute("INSERT INTO twin_fund SELECT * FROM incentives_fund")
        for name in ("commitment", "fundentry"):
            cursor.execute(
                f"ALTER TABLE twin_{name} ADD FOREIGN KEY (fund_id) REFERENCES twin_fund (id)"
                " DEFERRABLE INITIALLY DEFERRED"
            )
        cursor.execute(
            "ALTER TABLE twin_fundentry ADD FOREIGN KEY (actor_id) REFERENCES accounts_user (id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )


WAYS = {"one statement": _in_one, "lock, look, write": _lock_then_look}


def _client(way: str, book: str, funds: list[str], start: Any, counts: Any) -> None:
    database = psycopg2.connect(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1))
    database.autocommit = True
    act, done = WAYS[way], 0
    with database.cursor() as cursor:
        start.wait()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            act(cursor, book, random.choice(funds))
            done += 1
    counts.put(done)
    database.close()


def per_second(way: str, funds: list[str]) -> float:
    from incentives.services.funds import BOOK

    context = multiprocessing.get_context("spawn")
    start, counts = context.Barrier(CONNECTIONS), context.Queue()
    clients = [context.Process(target=_client, args=(way, BOOK, funds, start, counts)) for _ in range(CONNECTIONS)]
    for client in clients:
        client.start()
    done = sum(counts.get(timeout=120) for _ in clients)
    for client in clients:
        client.join(30)
    return done / SECONDS


def reserve(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """Both ways by turns on the same funds, writing the same rows; afterwards balances are still sums of entries."""
    from incentives import verification

    funds = funds_of(MANY_FUNDS)
    make_twins()
    for name, chosen in (("one hot fund", funds[:1]), (f"{MANY_FUNDS} funds", funds)):
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _round in range(ROUNDS):
            for way in WAYS:
                rates[way].append(per_second(way, chosen))
        ours, theirs = (statistics.median(rates[way]) for way in WAYS)
        print(f"    {name}: {ours:,.0f} a second in one statement, {theirs:,.0f} by lock, look, write")
        yield Figure(f"reservations, {name}, times lock and look", ours / theirs, RATIO_BUDGET, "x", "more")
    yield Figure("differences in the ledger afterwards", len(list(verification.differences())), 0)


def balance(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    """The balance of a fund with 10,000 entries beside any row read by its key."""
    from incentives.models import FundEntry

    [fund] = funds_of(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incentives_fundentry (fund_id, kind, source, target, amount, reference_label, cause,"
            " reason_code, reason, actor_name, booked_at, number, free_after)"
            " SELECT %s, 'earned', 'outside', 'free', 1, '', 'bench:' || %s || ':' || n, '', '', 'bench', now(), 0, 0"
            " FROM generate_series(2, %s) n",
            [fund, fund, BALANCE_ENTRIES],
        )
    if FundEntry.objects.filter(fund=fund).count() != BALANCE_ENTRIES:
        raise RuntimeError("the fund has not the entries it should have")
    program = world["cast"].program.pk
    with connection.cursor() as cursor:
        ways = {
            "balance": (f"SELECT {', '.join(_balances())} FROM incentives_fund WHERE id = %s", [fund]),
            "key": ("SELECT id, slug, name, currency FROM incentives_program WHERE id = %s", [program]),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _round in range(7):
            for name, (query, values) in ways.items():
                started = time.perf_counter()
                for _number in range(BALANCE_READS):
                    cursor.execute(query, values)
                    cursor.fetchone()
                seconds[name].append((time.perf_counter() - started) / BALANCE_READS)
    row, key = (statistics.median(seconds[name]) for name in ways)
    print(f"    {row * 1e6:.0f} µs, a row by its key {key * 1e6:.0f} µs")
    yield Figure("balance of a fund with 10,000 entries, a key's", row / key, BALANCE_BUDGET, "x")


def _balances() -> list[str]:
    from incentives.choices import BALANCES

    return [str(bucket.value) for bucket in BALANCES]
