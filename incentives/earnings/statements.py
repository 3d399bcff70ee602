"""The SQL that judges a file of earnings. Every table it makes is temporary and ends with the transaction.

Kept in this order: RAW (filled by COPY) → PLACE, DAY, SPAN (what the texts mean, each distinct text once) → TYPED
(one row a line, shares split) → KNOWN (booked before) → GROUPS (what would be booked, by fund and reason).
"""

# ruff: noqa: S608  only names of our own tables and columns

from incentives.choices import EarningType
from incentives.earnings.checks import AMOUNT, COLUMNS, bad, failed

TABLES = ("raw", "place", "day", "span", "typed", "known", "groups", "problem")
NAMES = {name: f"earnings_{name}" for name in TABLES}
RAW_COLUMNS = ("line", "cells", *COLUMNS.values())

DROP = "DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in NAMES.values())
RAW = (
    "CREATE TEMPORARY TABLE earnings_raw (line integer NOT NULL, cells integer NOT NULL, "
    + ", ".join(f"{name} text NOT NULL" for name in COLUMNS.values())
    + ") ON COMMIT DROP"
)
COPY = (
    f"COPY earnings_raw ({', '.join(RAW_COLUMNS)}) FROM STDIN "
    f"(FORMAT csv, FORCE_NOT_NULL ({', '.join(COLUMNS.values())}))"
)

# Parameters: codes, ids, whether the uploader administers it, rebate shares; currencies, minor units.
PLACE = """
CREATE TEMPORARY TABLE earnings_place ON COMMIT DROP AS
SELECT d.participant_id, d.code, l.id AS location_id, p.id AS program_id, p.allowed, p.share,
       e.id AS enrollment_id, e.status, e.currency, CASE WHEN e.id IS NOT NULL THEN coalesce(m.units, 2) END AS units
  FROM (SELECT DISTINCT participant_id, lower(program_code) AS code FROM earnings_raw) d
  LEFT JOIN unnest(%s::text[], %s::bigint[], %s::boolean[], %s::numeric[]) AS p(code, id, allowed, share)
         ON p.code = d.code
  LEFT JOIN accounts_location l ON l.code = d.participant_id
  LEFT JOIN incentives_enrollment e ON e.location_id = l.id AND e.program_id = p.id
  LEFT JOIN unnest(%s::text[], %s::integer[]) AS m(currency, units) ON m.currency = e.currency
"""
_YEAR, _MONTH = "substr(text, 1, 4)::integer", "substr(text, 6, 2)::integer"
DAY = f"""
CREATE TEMPORARY TABLE earnings_day ON COMMIT DROP AS
SELECT text,
       CASE WHEN text ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN
         CASE WHEN {_YEAR} > 0 AND {_MONTH} BETWEEN 1 AND 12 THEN
           CASE WHEN substr(text, 9, 2)::integer BETWEEN 1 AND
                     extract(day FROM make_date({_YEAR}, {_MONTH}, 1) + interval '1 month' - interval '1 day')
                THEN text::date END END END AS day
  FROM (SELECT earning_date AS text FROM earnings_raw UNION SELECT transaction_date FROM earnings_raw) both_days
"""
SPAN = """
CREATE TEMPORARY TABLE earnings_span ON COMMIT DROP AS
SELECT DISTINCT ON (s.program_id, d.text) s.program_id, d.text, s.id AS period_id
  FROM incentives_period s JOIN earnings_day d ON d.day BETWEEN s.earning_start AND s.earning_end
 WHERE s.program_id IN (SELECT program_id FROM earnings_place)
 ORDER BY s.program_id, d.text, s.earning_start DESC
"""
_LINES = f"""
  FROM (SELECT *, amount ~ {AMOUNT} AS amount_sound FROM earnings_raw OFFSET 0) r
  JOIN earnings_place pl ON pl.participant_id = r.participant_id AND pl.code = lower(r.program_code)
  JOIN earnings_day td ON td.text = r.transaction_date
  JOIN earnings_day ed ON ed.text = r.earning_date
  LEFT JOIN earnings_span sp ON sp.program_id = pl.program_id AND sp.text = r.earning_date
"""
# The split is ledger.split in SQL: cut towards zero to the minor unit; a product is exact, a quotient would not be.
REBATE_SHARE = "trunc({amount} * {share} * 0.01, {units})"
TYPED = f"""
CREATE TEMPORARY TABLE earnings_typed ON COMMIT DROP AS
SELECT line, bad, earning_id, enrollment_id, program_id, period_id, earning_type, transaction_date, earning_date,
       amount, currency, amount - rebate AS coop, rebate, reason_code, customer_name
  FROM (
    SELECT *, CASE earning_type WHEN '{EarningType.REBATE}' THEN amount WHEN '{EarningType.COOP}' THEN 0
                   ELSE {REBATE_SHARE.format(amount="amount", share="share", units="units")} END AS rebate
      FROM (
        SELECT r.line, {bad()} AS bad, r.earning_id, pl.enrollment_id, pl.program_id, pl.share, pl.units, sp.period_id,
               lower(r.earning_type) AS earning_type, td.day AS transaction_date, ed.day AS earning_date,
               CASE WHEN r.amount_sound THEN r.amount::numeric END AS amount, upper(r.currency) AS currency,
               lower(r.reason_code) AS reason_code, r.customer_name
        {_LINES}
        OFFSET 0
      ) parsed
  ) split
"""
PROBLEM = (
    "CREATE TEMPORARY TABLE earnings_problem"
    " (line integer, column_name text, code text, value text, extra text) ON COMMIT DROP"
)
LINE_PROBLEMS = f"""
INSERT INTO earnings_problem
SELECT r.line, found.column_name, found.code, left(found.value, 200), left(found.extra, 200)
{_LINES}
 CROSS JOIN LATERAL (VALUES
  {failed()}
 ) AS found(wrong, column_name, code, value, extra)
 WHERE r.line IN (SELECT line FROM earnings_typed WHERE bad) AND found.wrong
"""
TWICE = """
WITH again AS (
  SELECT earning_id, min(line) AS first FROM earnings_raw WHERE earning_id <> '' GROUP BY earning_id HAVING count(*) > 1
), found AS (
  INSERT INTO earnings_problem
  SELECT r.line, 'earningId', %s, left(r.earning_id, 200), again.first::text
    FROM earnings_raw r JOIN again USING (earning_id) WHERE r.line > again.first
  RETURNING 1
) SELECT count(*) FROM found
"""
KNOWN = """
CREATE TEMPORARY TABLE earnings_known ON COMMIT DROP AS
SELECT t.line, t.earning_id, e.earnings_import_id,
       (e.enrollment_id, e.earning_type, e.transaction_date, e.earning_date, e.amount, e.currency, e.reason_code,
        e.customer_name)
       IS NOT DISTINCT FROM
       (t.enrollment_id, t.earning_type, t.transaction_date, t.earning_date, t.amount, t.currency, t.reason_code,
        t.customer_name) AS same
  FROM earnings_typed t JOIN incentives_earning e ON e.earning_id = t.earning_id
 WHERE NOT t.bad
"""
KNOWN_PROBLEMS = """
INSERT INTO earnings_problem
SELECT k.line, 'earningId', %s, left(k.earning_id, 200), i.name || ', ' || to_char(i.booked_at, 'YYYY-MM-DD')
  FROM earnings_known k JOIN incentives_earningsimport i ON i.id = k.earnings_import_id WHERE NOT k.same
"""
FORGET_KNOWN = "DELETE FROM earnings_typed t USING earnings_known k WHERE k.line = t.line"
GROUPS = """
CREATE TEMPORARY TABLE earnings_groups ON COMMIT DROP AS
SELECT enrollment_id, program_id, period_id, currency, earning_type, reason_code, count(*) AS lines,
       sum(amount) AS amount, sum(coop) AS coop, sum(rebate) AS rebate, min(line) AS first,
       min(line) FILTER (WHERE amount < 0) AS first_negative
  FROM earnings_typed WHERE NOT bad GROUP BY 1, 2, 3, 4, 5, 6
"""
# Parameters: slug of the fund type. One row a fund, opened or not.
FUNDS = """
SELECT g.program_id, g.period_id, g.currency, g.coop, g.rebate, g.first, g.first_negative, f.id AS fund_id,
       coalesce(f.free, 0) AS free, coalesce(f.rebate, 0) AS had_rebate,
       coalesce(f.free + f.bound + f.reserved + f.approved + f.paid + f.expired + f.converted, 0) AS accrued
  FROM (SELECT enrollment_id, program_id, period_id, currency, sum(coop) AS coop, sum(rebate) AS rebate,
               min(first) AS first, coalesce(min(first_negative), min(first)) AS first_negative
          FROM earnings_groups GROUP BY 1, 2, 3, 4) g
  JOIN incentives_fundtype t ON t.program_id = g.program_id AND t.slug = %s
  LEFT JOIN incentives_fund f ON f.enrollment_id = g.enrollment_id AND f.fund_type_id = t.id
        AND f.period_id = g.period_id AND f.currency = g.currency
"""
SUMS = """
SELECT p.id, p.name, g.currency, g.earning_type, g.reason_code <> '' AS corrects, sum(g.lines)::bigint,
       count(DISTINCT e.location_id), sum(g.amount), sum(g.coop), sum(g.rebate)
  FROM earnings_groups g JOIN incentives_program p ON p.id = g.program_id
  JOIN incentives_enrollment e ON e.id = g.enrollment_id
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4, 5
"""
KEEP = """
INSERT INTO incentives_earningsline
  (earnings_import_id, line, earning_id, enrollment_id, period_id, earning_type, transaction_date, earning_date, amount,
   currency, coop_amount, rebate_amount, reason_code, customer_name)
SELECT %s, line, earning_id, enrollment_id, period_id, earning_type, transaction_date, earning_date, amount,
       currency, coop, rebate, reason_code, customer_name
  FROM earnings_typed
"""
PROBLEM_LINES = f"""
SELECT p.line, p.column_name, p.code, p.value, p.extra, {", ".join(f"r.{name}" for name in COLUMNS.values())}
  FROM earnings_problem p JOIN earnings_raw r ON r.line = p.line ORDER BY p.line, p.column_name
"""
