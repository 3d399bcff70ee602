"""Earnings: 100,000 lines checked and booked beside `bulk_create` of the same lines; a worker's memory at a million."""

import csv
import hashlib
import io
import statistics
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from benchmarks.measure import Figure, forget_peak, peak_memory
from benchmarks.servers import Servers
from embedded import commands

LINES, ENROLLMENTS, ROUNDS = 100_000, 500, 3
RATIO_BUDGET = 2.0  # times as fast as bulk_create
SMALL, LARGE = 10_000, 1_000_000
GROWTH_BUDGET = 10.0  # MB of a worker from the small file to the large one
MEGABYTE = 1024 * 1024
WAIT = 600.0  # seconds for one step of the large file
BATCH = 2000
HEADER = (
    "earningId", "participantId", "programCode", "earningType", "transactionDate", "earningDate", "earningAmount",
    "currency", "reasonCode", "customerName",
)  # fmt: skip


def earnings_world() -> dict[str, Any]:
    """A program with many enrolments, and its vendor's incentives admin."""
    from tests.factories.incentives import make_enrollment, make_year
    from tests.factories.people import make_location, make_partner, make_vendor_admin

    program = make_year().program
    partner = make_partner("Many Places GmbH")
    places = [make_enrollment(program, make_location(partner, name=f"Place {number}")) for number in range(ENROLLMENTS)]
    return {"program": program, "places": places, "admin": make_vendor_admin(program)}


def table(world: dict[str, Any], lines: int, mark: str) -> bytes:
    """A sound file: amounts, kinds and places spread, every thirtieth line a correction."""
    day = world["program"].today().isoformat()
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    for number in range(lines):
        place = world["places"][number % ENROLLMENTS]
        kind = ("mixed", "mixed", "coop", "rebate")[number % 4]
        amount, reason = f"{10 + number % 997}.{number % 100:02}", ""
        if number % 30 == 29:
            amount, reason = f"-{amount[-5:]}", "ops_adjustment"
        writer.writerow(
            (f"{mark}-{number:08}", place.location.code, world["program"].slug, kind, day, day, amount, place.currency,
             reason, f"Customer {number % 5000} AG")
        )  # fmt: skip
    return buffer.getvalue().encode()


def arrived(world: dict[str, Any], data: bytes) -> Any:
    """The import of a file that has just been taken; its job is on the way to a worker."""
    from django.core.files.base import ContentFile

    from incentives import services

    upload: Any = ContentFile(data, "earnings.csv")
    upload.sent_name, upload.sha256 = "earnings.csv", hashlib.sha256(data).hexdigest()
    upload.byte_count, upload.too_large = len(data), False
    return services.upload_import(upload, actor=world["admin"])


def stored(world: dict[str, Any], data: bytes) -> Any:
    """The same without a job: this process does the work."""
    from core.jobs import held

    with held():
        return arrived(world, data)


def checked_and_booked(world: dict[str, Any], data: bytes) -> float:
    """Seconds from the waiting file to the booked one."""
    from core.jobs import held
    from incentives import services

    found = stored(world, data)
    started = time.perf_counter()
    services.check_import(found.pk)
    half = time.perf_counter()
    with held():
        services.ask_import(found.pk, actor=world["admin"])
    if not services.book_import(found.pk):
        raise RuntimeError("the file was not booked")
    seconds = time.perf_counter() - started
    print(f"    checked in {half - started:.2f} s, booked in {seconds - (half - started):.2f} s")
    return seconds


def bulk_created(world: dict[str, Any], data: bytes) -> float:
    """Seconds of the same lines by the ORM: no check, no entry; the objects are made before the clock runs."""
    from incentives import ledger, services
    from incentives.models import Earning, Period
    from incentives.models.program import COOP_FUND

    program = world["program"]
    day = program.today()
    period = Period.objects.get(program=program, earning_start__lte=day, earning_end__gte=day)
    coop = program.fund_types.get(slug=COOP_FUND[0])
    funds = {place.location.code: services.open_fund(place, coop, period) for place in world["places"]}
    found = stored(world, data)
    rows = []
    for line in csv.DictReader(io.StringIO(data.decode())):
        fund, amount = funds[line["participantId"]], Decimal(line["earningAmount"])
        shares = ledger.split(amount, program.rebate_share, line["currency"])
        rows.append(
            Earning(
                earning_id=line["earningId"], enrollment_id=fund.enrollment_id, period=period, fund=fund,
                earnings_import=found, earning_type=line["earningType"], transaction_date=day, earning_date=day,
                amount=amount, currency=line["currency"], coop_amount=shares.coop, rebate_amount=shares.rebate,
                reason_code=line["reasonCode"], customer_name=line["customerName"],
            )
        )  # fmt: skip
    started = time.perf_counter()
    Earning.objects.bulk_create(rows, batch_size=BATCH)
    return time.perf_counter() - started


def imports(servers: Servers, world: dict[str, Any]) -> Iterator[Figure]:
    earnings = earnings_world()
    ours, theirs = [], []
    checked_and_booked(earnings, table(earnings, 1000, "warm"))
    for number in range(ROUNDS):
        ours.append(checked_and_booked(earnings, table(earnings, LINES, f"ours{number}")))
        theirs.append(bulk_created(earnings, table(earnings, LINES, f"bulk{number}")))
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"    ours {[round(one, 2) for one in ours]} s, bulk_create {[round(one, 2) for one in theirs]} s")
    yield Figure("import of 100,000 lines, times bulk_create", ratio, RATIO_BUDGET, "x", "more")
    yield _memory(servers, earnings)


def _memory(servers: Servers, earnings: dict[str, Any]) -> Figure:
    """A real worker with one child takes a small file, then one a hundred times as long; peaks of all its processes."""
    worker = servers.processes.spawn("worker", [*commands.here(commands.WORKER), "-c", "1"], {"LOG_LEVEL": "INFO"})
    servers.processes.wait_for(lambda: " ready." in worker.log.read_text(errors="replace"), worker)
    pid = worker.popen.pid
    _by_worker(earnings, table(earnings, SMALL, "warm-worker"))
    forget_peak(pid)
    _by_worker(earnings, table(earnings, SMALL, "small"))
    small = peak_memory(pid)
    forget_peak(pid)
    started = time.perf_counter()
    _by_worker(earnings, table(earnings, LARGE, "large"))
    print(f"    {LARGE:,} lines made, checked and booked by the worker in {time.perf_counter() - started:.0f} s")
    growth = (peak_memory(pid) - small) / MEGABYTE
    servers.processes.stop(worker)
    return Figure("worker memory, 10,000 to 1,000,000 lines", growth, GROWTH_BUDGET, "MB")


def _by_worker(earnings: dict[str, Any], data: bytes) -> None:
    from incentives import services

    found = arrived(earnings, data)
    _wait_for(found, "ready")
    services.ask_import(found.pk, actor=earnings["admin"])
    _wait_for(found, "booked")


def _wait_for(found: Any, state: str) -> None:
    deadline = time.monotonic() + WAIT
    while found.state != state:
        if time.monotonic() > deadline or found.state == "refused":
            raise RuntimeError(f"the import is {found.state}, not {state}")
        time.sleep(0.1)
        found.refresh_from_db()
