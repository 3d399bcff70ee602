"""What a line of earnings has to be, each check once: its column, its condition in SQL, its sentence. Pure.

Conditions speak of these rows: r = the line as text, pl = its place (location, program, enrolment), td and ed = its
two days, sp = its earning period; `incentives/earnings/statements.py` joins them.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from incentives.choices import EarningType, EnrollmentStatus, ReasonCode
from incentives.models.earnings import ID_LENGTH, NAME_LENGTH

# Name in the file -> name in the staging table.
COLUMNS = {
    "earningId": "earning_id",
    "participantId": "participant_id",
    "programCode": "program_code",
    "earningType": "earning_type",
    "transactionDate": "transaction_date",
    "earningDate": "earning_date",
    "earningAmount": "amount",
    "currency": "currency",
    "reasonCode": "reason_code",
    "customerName": "customer_name",
}
WHOLE_DIGITS = 12  # as many as an amount of the ledger holds
AMOUNT = f"'^-?[0-9]{{1,{WHOLE_DIGITS}}}([.][0-9]+)?$'"
TYPES = ", ".join(EarningType.values)
REASONS = ", ".join(ReasonCode.values)


@dataclass(frozen=True)
class Check:
    """column: in the file, "" = the line as a whole · wrong: SQL, true when the line does not pass · extra: SQL of a
    second value for the sentence · text: sentence with %(value)s and %(extra)s."""

    code: str
    column: str
    wrong: str
    text: Any
    extra: str = "''"


def _list(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


CHECKS = (
    Check("cells", "", "r.cells <> 0",
          _("This line has another number of cells (%(extra)s) than the header. A separator inside a text or an amount "
            "needs quotes round the cell."), "r.cells::text"),
    Check("id_missing", "earningId", "r.earning_id = ''", _("The earning has no id.")),
    Check("id_long", "earningId", f"length(r.earning_id) > {ID_LENGTH}",
          _("An id has at most %(extra)s characters."), f"'{ID_LENGTH}'"),
    Check("participant", "participantId", "pl.location_id IS NULL",
          _("There is no location with the id “%(value)s”.")),
    Check("program", "programCode", "pl.program_id IS NULL",
          _("There is no program called “%(value)s”. Write its short name or a name it had before.")),
    Check("not_yours", "programCode", "pl.allowed IS FALSE",
          _("You are not an incentives admin of the program “%(value)s”.")),
    Check("not_enrolled", "programCode",
          "pl.location_id IS NOT NULL AND pl.allowed AND pl.enrollment_id IS NULL",
          _("The location %(extra)s is not enrolled in “%(value)s”."), "r.participant_id"),
    Check("inactive", "programCode", f"pl.allowed AND pl.status <> '{EnrollmentStatus.ENROLLED}'",
          _("The enrolment of the location %(extra)s in “%(value)s” is inactive."), "r.participant_id"),
    Check("type", "earningType", f"lower(r.earning_type) NOT IN ({_list(EarningType.values)})",
          _("“%(value)s” is no earning type. There are: %(extra)s."), f"'{TYPES}'"),
    Check("day_transaction", "transactionDate", "td.day IS NULL",
          _("“%(value)s” is not a day of the form 2026-11-24 (year, month, day).")),
    Check("day_earning", "earningDate", "ed.day IS NULL",
          _("“%(value)s” is not a day of the form 2026-11-24 (year, month, day).")),
    Check("no_period", "earningDate", "ed.day IS NOT NULL AND pl.allowed AND sp.period_id IS NULL",
          _("No earning period of “%(extra)s” holds the day %(value)s."), "r.program_code"),
    Check("comma", "earningAmount", "NOT r.amount_sound AND r.amount LIKE '%%,%%'",
          _("“%(value)s” has a comma. Write amounts with a point and without separators, such as 1234.56.")),
    Check("amount", "earningAmount", "NOT r.amount_sound AND r.amount NOT LIKE '%%,%%'",
          _("“%(value)s” is not an amount. Write it with a point and without separators, such as 1234.56 or -20.00.")),
    Check("finer", "earningAmount",
          "r.amount_sound AND length(split_part(r.amount, '.', 2)) > pl.units",
          _("“%(value)s” has more decimals than %(extra)s allows."), "pl.currency"),
    Check("currency", "currency", "pl.enrollment_id IS NULL AND r.currency !~ '^[A-Za-z]{3}$'",
          _("“%(value)s” is not a currency of three letters, such as EUR.")),
    Check("other_currency", "currency", "pl.allowed AND upper(r.currency) <> pl.currency",
          _("The enrolment is in %(extra)s, this line in “%(value)s”. Earnings come in the enrolment's currency."),
          "pl.currency"),
    Check("reason", "reasonCode", f"lower(r.reason_code) NOT IN ('', {_list(ReasonCode.values)})",
          _("“%(value)s” is no reason code. Leave it empty, or write one of: %(extra)s."), f"'{REASONS}'"),
    Check("name_long", "customerName", f"length(r.customer_name) > {NAME_LENGTH}",
          _("A name has at most %(extra)s characters."), f"'{NAME_LENGTH}'"),
)  # fmt: skip

# Found over many lines, not by a look at one.
TWICE, BOOKED_OTHERWISE, NEGATIVE, LAPSED, TOO_LARGE = "twice", "booked_otherwise", "negative", "lapsed", "too_large"
TEXTS = {
    **{check.code: check.text for check in CHECKS},
    TWICE: _("The id “%(value)s” stands in this file before, in line %(extra)s."),
    BOOKED_OTHERWISE: _(
        "The id “%(value)s” was booked before with other values, by %(extra)s. A correction needs an id of its own."
    ),
    NEGATIVE: _("This correction would take the fund below zero: only %(extra)s is free there."),
    LAPSED: _(
        "The claiming period of this earning period is over (%(extra)s): what is booked now would lapse at once."
    ),
    TOO_LARGE: _("With these lines the fund would hold more than an amount can say."),
}


def bad() -> str:
    """SQL: true when any check of a single line fails. A line of the wrong shape is judged by that alone."""
    return "(" + " OR ".join(f"({check.wrong})" for check in CHECKS) + ") IS TRUE"


def failed() -> str:
    """SQL: one row (column, code, value, extra) for each check that fails."""
    rows = []
    for check in CHECKS:
        whole = "" if check.code == "cells" else "r.cells = 0 AND "
        value = f"r.{COLUMNS[check.column]}" if check.column else "''"
        rows.append(f"({whole}({check.wrong}), '{check.column}', '{check.code}', {value}, {check.extra})")
    return ",\n  ".join(rows)


def sentence(code: str, value: str, extra: str) -> str:
    return str(TEXTS[code]) % {"value": value[:80], "extra": (extra or "")[:200]}
