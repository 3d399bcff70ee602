"""The booking of a checked file of earnings: every line or none, in one transaction, by four statements.

What the preview said is asked again under the locks; when anything has changed since, nothing is booked and the file
is checked anew.
"""

# ruff: noqa: S608  only names of our own tables and columns

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _g

from core import clock, history
from core.errors import RuleViolation
from core.jobs import enqueue
from incentives.access import access_of
from incentives.choices import Bucket, EarningType, EnrollmentStatus, EntryKind, ImportState
from incentives.models import EarningsImport, EarningsLine, Fund, Program
from incentives.models.program import COOP_FUND
from incentives.services.earnings import IMPORT_JOB, claim_import, forget_files, hold_import
from incentives.services.funds import apply_threshold

# Two files may hold the same ids: bookings go one after the other.
ONE_AT_A_TIME = 0x6561726E
_DROP = "DROP TABLE IF EXISTS pg_temp.earnings_gathered, pg_temp.earnings_entry"
_GATHER = """
CREATE TEMPORARY TABLE earnings_gathered ON COMMIT DROP AS
SELECT enrollment_id, period_id, currency, reason_code, count(*) AS lines, sum(coop_amount) AS coop,
       sum(rebate_amount) AS rebate, min(earning_date) AS first_day, max(earning_date) AS last_day
  FROM incentives_earningsline WHERE earnings_import_id = %s GROUP BY 1, 2, 3, 4
"""
# Whatever no longer is as it was when the file was checked.
_CHANGED = f"""
SELECT EXISTS (
  SELECT FROM earnings_gathered g
    JOIN incentives_enrollment e ON e.id = g.enrollment_id
    JOIN incentives_period s ON s.id = g.period_id
   WHERE e.status <> '{EnrollmentStatus.ENROLLED}' OR e.currency <> g.currency OR s.program_id <> e.program_id
      OR g.first_day < s.earning_start OR g.last_day > s.earning_end
)
"""
_OPEN_FUNDS = """
INSERT INTO incentives_fund
  (id, enrollment_id, fund_type_id, period_id, currency, free, bound, reserved, approved, paid, expired, converted,
   rebate, entry_count, created_at)
SELECT gen_random_uuid(), g.enrollment_id, t.id, g.period_id, g.currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, %s
  FROM (SELECT DISTINCT enrollment_id, period_id, currency FROM earnings_gathered) g
  JOIN incentives_enrollment e ON e.id = g.enrollment_id
  JOIN incentives_fundtype t ON t.program_id = e.program_id AND t.slug = %s
    ON CONFLICT (enrollment_id, fund_type_id, period_id, currency) DO NOTHING
"""
_FUNDS = """
  FROM earnings_gathered g
  JOIN incentives_enrollment e ON e.id = g.enrollment_id
  JOIN incentives_fundtype t ON t.program_id = e.program_id AND t.slug = %s
  JOIN incentives_fund f ON f.enrollment_id = g.enrollment_id AND f.fund_type_id = t.id AND f.period_id = g.period_id
   AND f.currency = g.currency
"""
_LOCK_FUNDS = f"""
SELECT id FROM incentives_fund WHERE id IN (SELECT f.id {_FUNDS}) ORDER BY id FOR NO KEY UPDATE
"""
_NAMES = f"""
CREATE TEMPORARY TABLE earnings_entry ON COMMIT DROP AS
SELECT g.enrollment_id, g.period_id, g.reason_code, f.id AS fund_id, g.coop, g.rebate,
       NULL::bigint AS coop_entry, NULL::bigint AS rebate_entry,
       'import:' || %s || ':' || f.id || ':' || g.reason_code || ':' AS cause
{_FUNDS}
"""
# Additions before deductions: a fund never goes below zero on the way. Within it by key, as every lock.
_BOOK = f"""
INSERT INTO incentives_fundentry
  (fund_id, kind, source, target, amount, reference_label, cause, reason_code, reason, actor_id, actor_name, booked_at,
   number, free_after)
SELECT n.fund_id, CASE n.reason_code WHEN '' THEN '{EntryKind.EARNED}' ELSE '{EntryKind.ADJUSTED}' END,
       CASE WHEN share.amount > 0 THEN '{Bucket.OUTSIDE}' ELSE share.bucket END,
       CASE WHEN share.amount > 0 THEN share.bucket ELSE '{Bucket.OUTSIDE}' END,
       abs(share.amount), '', n.cause || share.name, n.reason_code, %s, %s, %s, %s, 0, 0
  FROM earnings_entry n
 CROSS JOIN LATERAL (VALUES ('coop', '{Bucket.FREE}', n.coop), ('rebate', '{Bucket.REBATE}', n.rebate))
       AS share(name, bucket, amount)
 WHERE share.amount <> 0
 ORDER BY n.fund_id, share.amount < 0, n.reason_code, share.name
"""
_NUMBERS = """
UPDATE earnings_entry n
   SET coop_entry = (SELECT id FROM incentives_fundentry WHERE cause = n.cause || 'coop'),
       rebate_entry = (SELECT id FROM incentives_fundentry WHERE cause = n.cause || 'rebate')
"""
_EARNINGS = f"""
INSERT INTO incentives_earning
  (earning_id, enrollment_id, period_id, fund_id, earnings_import_id, entry_id, earning_type, transaction_date,
   earning_date, amount, currency, coop_amount, rebate_amount, reason_code, customer_name)
SELECT l.earning_id, n.enrollment_id, n.period_id, n.fund_id, l.earnings_import_id,
       CASE l.earning_type WHEN '{EarningType.REBATE}' THEN n.rebate_entry ELSE n.coop_entry END, l.earning_type,
       l.transaction_date, l.earning_date, l.amount, l.currency, l.coop_amount, l.rebate_amount, l.reason_code,
       l.customer_name
  FROM incentives_earningsline l
  JOIN earnings_entry n
    ON (n.enrollment_id, n.period_id, n.reason_code) = (l.enrollment_id, l.period_id, l.reason_code)
 WHERE l.earnings_import_id = %s
"""


class Changed(Exception):
    """Something is no longer as the preview said."""


def book_import(import_id: Any) -> bool:
    """Book a confirmed file, every line or none; False when there was nothing to do or something had changed since the
    preview (then the file is checked anew). Safe to repeat."""
    claimed = claim_import(import_id, ImportState.BOOKING, ImportState.BOOKING)
    if claimed is None:
        return False
    try:
        with transaction.atomic():
            found = hold_import(claimed)
            if found is None:
                return False
            _book(found)
    except (Changed, IntegrityError):
        _check_anew(claimed)
        return False
    return True


def _book(found: EarningsImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(_DROP)
        cursor.execute(_GATHER, [found.pk])
        cursor.execute("ANALYZE earnings_gathered")
        _require_unchanged(cursor, found)
        cursor.execute(_OPEN_FUNDS, [clock.now(), COOP_FUND[0]])
        cursor.execute(_LOCK_FUNDS, [COOP_FUND[0]])
        funds = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_NAMES, [str(found.pk), COOP_FUND[0]])
        cursor.execute("ANALYZE earnings_entry")
        person: Any = found.booked_by
        cursor.execute(_BOOK, [found.name, person.pk, person.display_name, clock.now()])
        cursor.execute(_NUMBERS)
        # Scratch lines and new funds were not there a moment ago. The planner takes both for few and would walk through
        # all of them for each line, in the join and in the check of the foreign key.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_seqscan = off")
        cursor.execute(_EARNINGS, [found.pk])
        if cursor.rowcount != found.fresh_count:
            raise Changed
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL enable_seqscan = on")
    _test_thresholds(funds)
    EarningsLine.objects.filter(earnings_import_id=found.pk).delete()
    found.state, found.booked_at = ImportState.BOOKED, clock.now()
    forget_files(found, "key")
    found.save(update_fields=["state", "booked_at", "key"])
    history.record(found, "incentives.book_import", actor=person, new=found.state)


def _require_unchanged(cursor: Any, found: EarningsImport) -> None:
    cursor.execute(_CHANGED)
    if cursor.fetchone() == (True,):
        raise Changed
    shares = Program.objects.filter(pk__in=found.program_ids).values_list("pk", "rebate_share")
    if {str(pk): str(share) for pk, share in shares} != found.totals["shares"]:
        raise Changed
    access = access_of(found.booked_by)
    if not all(access.may_administer(pk) for pk in found.program_ids):
        raise Changed


def _test_thresholds(fund_ids: list[Any]) -> None:
    """R-FUND-03 for funds whose earning period is over. Where the rate is missing the sweep does it later."""
    tested = Fund.objects.filter(pk__in=fund_ids, enrollment__program__threshold_usd__isnull=False).order_by("pk")
    for fund in tested.select_related("enrollment__program", "period"):
        if fund.enrollment.program.today() <= fund.period.earning_end:
            continue
        try:
            apply_threshold(fund)
        except RuleViolation:
            continue


def _check_anew(claimed: EarningsImport) -> None:
    text = _g("Something had changed since the preview, so nothing was booked. This is the new preview.")
    with transaction.atomic():
        found = hold_import(claimed)
        if found is None:
            return
        found.state, found.booked_by, found.queued_at, found.attempts = ImportState.UPLOADED, None, clock.now(), 0
        found.lease_until, found.totals = None, {"again": text}
        found.save(update_fields=["state", "booked_by", "queued_at", "attempts", "lease_until", "totals"])
        history.record(found, "incentives.check_import", actor=IMPORT_JOB, new=found.state, comment=text)
        enqueue("incentives.check_import", import_id=found.pk)
