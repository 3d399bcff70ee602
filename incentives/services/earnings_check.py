"""The check of a file of earnings: read once, judged by SQL, its preview kept. One transaction, constant memory.

totals of an import, all amounts as text:
  sums        [{program, name, currency, kind, corrects, lines, locations, amount, coop, rebate}]
  new_funds   funds that are opened by it · funds: all it touches
  thresholds  [{program, period, currency, limit, below, reached}]; limit "" = the rate for it is missing
  known       [{name, id, at, lines}] imports that booked some of the lines before
  again       only before a second check: why there is one
  shares      {program id: rebate share the preview was made with}
"""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.core.files import File
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _g

from core import clock, history, storage
from core.cells import defuse
from core.errors import RuleViolation
from core.money import MINOR_UNITS, format_amount
from incentives import ledger
from incentives.access import access_of
from incentives.choices import ImportState, Settlement
from incentives.earnings import checks, statements
from incentives.earnings.reading import CopySource, Unreadable, open_table
from incentives.models import EarningsImport, EarningsLine, EarningsProblem, Period, Program
from incentives.models.program import COOP_FUND
from incentives.rates import in_currency
from incentives.services.earnings import IMPORT_JOB, claim_import, forget_files, hold_import, refuse_import

PROBLEMS_SHOWN = 1000  # on the page; the file has all of them
COPY_BYTES = 256 * 1024
MEMORY = "128MB"  # of the database for one sort or hash of a check
LARGEST = Decimal(10) ** checks.WHOLE_DIGITS
PROGRESS_SECONDS = 24 * 3600
_ERROR_COLUMNS = ["line", "column", "why", *checks.COLUMNS]


def check_import(import_id: Any) -> None:
    """Judge an uploaded file: ready with its preview, or refused with everything that is wrong. Safe to repeat."""
    claimed = claim_import(import_id, ImportState.UPLOADED, ImportState.CHECKING)
    if claimed is None:
        return
    try:
        with transaction.atomic():
            found = hold_import(claimed)
            if found is not None:
                _check(found)
    except Unreadable as wrong:
        refuse_import(claimed, wrong.message, wrong.line)


def progress_of(found: EarningsImport) -> int:
    """How much of the file has been read, in per cent; a courtesy, kept outside the transaction of the check."""
    return int(cache.get(f"import:{found.pk}") or 0)


def _check(found: EarningsImport) -> None:
    table_notes = _copy(found)
    with connection.cursor() as cursor:
        _look_up(cursor, found)
        known = _judge(cursor)
        funds = _funds(cursor)
        cursor.execute("SELECT count(*) FROM earnings_problem")
        [problems] = cursor.fetchone()
        found.problem_count = problems
        found.known_count = sum(one["lines"] for one in known)
        found.notes = [*filter(None, [found.totals.get("again")]), *table_notes]
        EarningsProblem.objects.filter(earnings_import=found).delete()
        EarningsLine.objects.filter(earnings_import_id=found.pk).delete()
        forget_files(found, "problems_key")
        if problems:
            _keep_problems(found)
            found.totals, found.fresh_count, found.state = {}, 0, ImportState.REFUSED
            forget_files(found, "key")
        else:
            cursor.execute(statements.KEEP, [found.pk])
            found.fresh_count, found.state = cursor.rowcount, ImportState.READY
            found.totals = {**_totals(cursor, funds), "known": known}
            found.program_ids = sorted({one["program"] for one in found.totals["sums"]})
    found.checked_at = clock.now()
    found.save()
    history.record(found, "incentives.check_import", actor=IMPORT_JOB, new=found.state)


def _copy(found: EarningsImport) -> list[str]:
    """The file into a temporary table as text; returns what was noticed."""
    with connection.cursor() as cursor, storage.quarantine().open(found.key, "rb") as stream:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL default_statistics_target = 10")
        cursor.execute(statements.DROP)
        cursor.execute(statements.RAW)
        table = open_table(stream, list(checks.COLUMNS))

        def tell(count: int) -> None:
            _tell(found, stream.tell())

        source = CopySource(table.rows, tell)
        cursor.copy_expert(statements.COPY, source, COPY_BYTES)
        if not source.count:
            raise Unreadable(_g("The file names its columns and has no line below them."))
        found.line_count = source.count
        cursor.execute("ANALYZE earnings_raw (participant_id, program_code, earning_date, transaction_date)")
    return table.notes


def _tell(found: EarningsImport, read: int) -> None:
    share = min(99, read * 100 // max(found.size, 1))
    if share == getattr(found, "_told", -1):
        return
    found._told = share  # type: ignore[attr-defined]
    try:
        cache.set(f"import:{found.pk}", share, PROGRESS_SECONDS)
    except Exception:  # noqa: S110  of any kind: a check does not fail because nobody can watch it
        pass


def _look_up(cursor: Any, found: EarningsImport) -> None:
    """What the texts mean: programs by short name and former names (R-PROG-08), locations, days, periods."""
    access = access_of(found.created_by)
    names = _names(list(Program.objects.all()))
    cursor.execute(
        statements.PLACE,
        [
            list(names),
            [program.pk for program in names.values()],
            [access.may_administer(program.pk) for program in names.values()],
            [program.rebate_share for program in names.values()],
            list(MINOR_UNITS),
            list(MINOR_UNITS.values()),
        ],
    )
    cursor.execute(statements.DAY)
    cursor.execute(statements.SPAN)
    cursor.execute("ANALYZE earnings_place, earnings_day, earnings_span")


def _names(programs: list[Program]) -> dict[str, Program]:
    """Every name a file may call a program by, in small letters. The short name goes first; a name that two programs
    have had is nobody's."""
    called = [(alias.lower(), one) for one in programs for alias in {*one.aliases, one.name}]
    owners = Counter(alias for alias, _one in set(called))
    return {alias: one for alias, one in called if owners[alias] == 1} | {one.slug.lower(): one for one in programs}


def _judge(cursor: Any) -> list[dict[str, Any]]:
    """Every line by itself and beside the others; leaves what is to be booked in the groups. Returns which imports
    booked some of it before."""
    cursor.execute(statements.TYPED)
    cursor.execute("ANALYZE earnings_typed (line, earning_id, enrollment_id)")
    cursor.execute(statements.PROBLEM)
    cursor.execute("SELECT EXISTS (SELECT FROM earnings_typed WHERE bad)")
    if cursor.fetchone() == (True,):
        cursor.execute(statements.LINE_PROBLEMS)
    cursor.execute(statements.TWICE, [checks.TWICE])
    cursor.execute(statements.KNOWN)
    cursor.execute(
        "SELECT k.earnings_import_id::text, i.name, i.booked_at, count(*) FROM earnings_known k"
        " JOIN incentives_earningsimport i ON i.id = k.earnings_import_id WHERE k.same GROUP BY 1, 2, 3 ORDER BY 3"
    )
    known = [{"id": pk, "name": name, "at": at.isoformat(), "lines": n} for pk, name, at, n in cursor.fetchall()]
    cursor.execute(statements.KNOWN_PROBLEMS, [checks.BOOKED_OTHERWISE])
    cursor.execute(statements.FORGET_KNOWN)
    cursor.execute(statements.GROUPS)
    return known


@dataclass
class _Funds:
    """What the funds would be afterwards. accrued: per (program, period, currency), the co-op of each fund."""

    count: int = 0
    fresh: int = 0
    accrued: dict[tuple[int, int, str], Counter[Decimal]] = field(default_factory=dict)


def _funds(cursor: Any) -> _Funds:
    """Each fund as it would be; what it could not be becomes a problem of the line that takes it there."""
    periods = Period.objects.select_related("program").in_bulk()
    cursor.execute(statements.FUNDS, [COOP_FUND[0]])
    rows, funds, problems = cursor.fetchall(), _Funds(), []
    for program, period, currency, coop, rebate, first, negative, fund, free, had_rebate, accrued in rows:
        if free + coop < 0:
            problems.append((negative, "earningAmount", checks.NEGATIVE, "", format_amount(free, currency)))
        elif had_rebate + rebate < 0:
            problems.append((negative, "earningAmount", checks.NEGATIVE, "", format_amount(had_rebate, currency)))
        elif coop > 0 and _lapses(periods[period]):
            ended = date_format(periods[period].claiming_end, "Y-m-d")
            problems.append((first, "earningDate", checks.LAPSED, "", ended))
        if max(accrued + coop, had_rebate + rebate) >= LARGEST:
            problems.append((first, "earningAmount", checks.TOO_LARGE, "", ""))
        funds.count += 1
        funds.fresh += fund is None
        funds.accrued.setdefault((program, period, currency), Counter())[accrued + coop] += 1
    cursor.executemany("INSERT INTO earnings_problem VALUES (%s, %s, %s, %s, %s)", problems)
    return funds


def _lapses(period: Period) -> bool:
    """As services.claiming_is_over says of a fund: what is booked there now lapses at once (R-FUND-18)."""
    program = period.program
    return program.settlement == Settlement.CLAIM and program.today() > period.claiming_end


def _totals(cursor: Any, funds: _Funds) -> dict[str, Any]:
    cursor.execute(statements.SUMS)
    names = ("program", "name", "currency", "kind", "corrects", "lines", "locations", "amount", "coop", "rebate")
    sums = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for one in sums:
        one.update({name: str(one[name]) for name in ("amount", "coop", "rebate")})
    shares = Program.objects.filter(pk__in={one["program"] for one in sums}).values_list("pk", "rebate_share")
    return {
        "sums": sums,
        "funds": funds.count,
        "new_funds": funds.fresh,
        "thresholds": list(_thresholds(funds)),
        "shares": {str(pk): str(share) for pk, share in shares},
    }


def _thresholds(funds: _Funds) -> Iterator[dict[str, Any]]:
    """How many of the funds would be below the threshold of their program, and how many reach it (R-FUND-03)."""
    periods = Period.objects.select_related("program").in_bulk(
        {period for _program, period, _currency in funds.accrued}
    )
    for (_pk, period_id, currency), accrued in sorted(funds.accrued.items()):
        period = periods[period_id]
        if period.program.threshold_usd is None:
            continue
        said = {"program": period.program.name, "period": period.label, "currency": currency}
        try:
            limit = in_currency(period.program.threshold_usd, ledger.USD, currency, period.earning_end)
        except RuleViolation as missing:
            yield {**said, "limit": "", "why": str(missing), "below": 0, "reached": 0}
            continue
        below = sum(count for sum_, count in accrued.items() if ledger.is_below(sum_, limit))
        yield {**said, "limit": str(limit), "below": below, "reached": accrued.total() - below}


def _keep_problems(found: EarningsImport) -> None:
    """All problems into a file of the private store, the first ones into rows for the page. Line by line."""
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8-sig", newline="", suffix=".csv") as file:
        writer = csv.writer(file)
        shown: list[EarningsProblem] = []
        writer.writerow(_ERROR_COLUMNS)
        with connection.chunked_cursor() as cursor:
            cursor.execute(statements.PROBLEM_LINES)
            for line, column, code, value, extra, *cells in cursor:
                why = checks.sentence(code, value, extra)
                writer.writerow([line, column, why, *map(defuse, cells)])
                if len(shown) < PROBLEMS_SHOWN:
                    shown.append(
                        EarningsProblem(earnings_import=found, line=line, column=column, value=value[:80], message=why)
                    )
        file.flush()
        with open(file.name, "rb") as content:
            found.problems_key = storage.documents().save(storage.new_key(), File(content))
    EarningsProblem.objects.bulk_create(shown)
