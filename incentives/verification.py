"""Every balance again, from the entries alone, in the database (D-14).

A trigger keeps them equal; who finds a difference here has found a change past the trigger.
"""

# ruff: noqa: S608  only names of our own tables and columns

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from incentives.choices import BALANCES, COMMITTED


@dataclass(frozen=True)
class Difference:
    """where: the fund, commitment or entry · what: the column · kept: what stands there · counted: what the entries
    say."""

    where: str
    what: str
    kept: Decimal
    counted: Decimal

    def __str__(self) -> str:
        return f"{self.where}: {self.what} is {self.kept}, its entries say {self.counted}"


def _sums(buckets: tuple[str, ...]) -> str:
    return ", ".join(
        f"coalesce(sum(amount) FILTER (WHERE target = '{one}'), 0)"
        f" - coalesce(sum(amount) FILTER (WHERE source = '{one}'), 0) AS {one}"
        for one in buckets
    )


def _compared(names: tuple[str, ...]) -> str:
    """One row for each column that differs: k holds what is kept, s what the entries say."""
    rows = ", ".join(f"('{name}', coalesce(k.{name}, 0)::numeric, coalesce(s.{name}, 0)::numeric)" for name in names)
    return f"CROSS JOIN LATERAL (VALUES {rows}) AS d(what, kept, counted) WHERE d.kept <> d.counted"


_FUND = (*BALANCES, "entry_count")
FUNDS = f"""
SELECT 'fund ' || k.id, d.what, d.kept, d.counted
  FROM incentives_fund k
  LEFT JOIN (SELECT fund_id, {_sums(BALANCES)}, count(*) AS entry_count FROM incentives_fundentry GROUP BY fund_id) s
         ON s.fund_id = k.id
{_compared(_FUND)} ORDER BY 1, 2
"""
COMMITMENTS = f"""
SELECT 'commitment ' || coalesce(k.reference, s.reference) || ' of fund ' || coalesce(k.fund_id, s.fund_id),
       d.what, d.kept, d.counted
  FROM incentives_commitment k
  FULL JOIN (SELECT fund_id, reference, {_sums(COMMITTED)} FROM incentives_fundentry
              WHERE reference IS NOT NULL GROUP BY fund_id, reference) s
         ON (s.fund_id, s.reference) = (k.fund_id, k.reference)
{_compared(COMMITTED)} ORDER BY 1, 2
"""
# The running balance and number of every entry; a hole in the numbers shows in all that follow.
ENTRIES = """
SELECT 'entry ' || s.id || ' of fund ' || s.fund_id, d.what, d.kept, d.counted
  FROM (SELECT id, fund_id, number, free_after,
               row_number() OVER running AS counted_number,
               sum(CASE 'free' WHEN target THEN amount WHEN source THEN -amount ELSE 0 END) OVER running AS counted_free
          FROM incentives_fundentry WINDOW running AS (PARTITION BY fund_id ORDER BY number, id)) s
 CROSS JOIN LATERAL (VALUES ('number', s.number::numeric, s.counted_number::numeric),
                            ('free_after', s.free_after, s.counted_free)) AS d(what, kept, counted)
 WHERE d.kept <> d.counted ORDER BY s.fund_id, s.number
"""
# Booked earnings and the entries they stand behind.
EARNINGS = """
SELECT 'entry ' || e.id || ' of fund ' || e.fund_id, 'amount',
       CASE e.source WHEN 'outside' THEN e.amount ELSE -e.amount END, coalesce(s.amount, 0)
  FROM incentives_fundentry e
  LEFT JOIN (SELECT fund_id, earnings_import_id, reason_code, share.name, sum(share.amount) AS amount
               FROM incentives_earning
              CROSS JOIN LATERAL (VALUES ('coop', coop_amount), ('rebate', rebate_amount)) AS share(name, amount)
              GROUP BY 1, 2, 3, 4) s
    ON e.cause = 'import:' || s.earnings_import_id || ':' || s.fund_id || ':' || s.reason_code || ':' || s.name
 WHERE e.cause LIKE 'import:%'
   AND CASE e.source WHEN 'outside' THEN e.amount ELSE -e.amount END <> coalesce(s.amount, 0)
 ORDER BY e.id
"""
# Lines that say another enrolment or half than their fund.
PLACES = """
SELECT 'earning ' || e.earning_id, 'fund', 1, 0
  FROM incentives_earning e JOIN incentives_fund f ON f.id = e.fund_id
 WHERE (e.enrollment_id, e.period_id, e.currency) IS DISTINCT FROM (f.enrollment_id, f.period_id, f.currency)
 ORDER BY e.id
"""


def differences() -> Iterator[Difference]:
    """Everything that is not what the entries add up to; nothing in a sound ledger."""
    for query in (FUNDS, COMMITMENTS, ENTRIES, EARNINGS, PLACES):
        with connection.cursor() as cursor:
            cursor.execute(query)
            for row in cursor.fetchall():
                yield Difference(*row)
