"""What hangs on the dates of the calendar: what a change would leave outside, what it would move (R-CAL-11, -12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.choices import OPEN_QUEUE, OVER, ClaimStatus
from claims.models import Claim
from core import clock
from core.errors import Problem
from core.money import format_amount
from incentives.models import Fund, Period, ProgramYear
from plans.choices import NEEDS_PARTNER
from plans.deadlines import RESUBMISSION_DAYS
from plans.models import Campaign, Plan
from proofs.choices import ProofStatus
from proofs.models import Proof

MOST_NAMED = 8  # numbers in one sentence; more are counted


@dataclass(frozen=True)
class Effect:
    """One line of "what would change": what and how many of it, the date it has and the date it gets."""

    what: str
    before: str
    after: str


def executions_in(period: Period) -> QuerySet[Proof]:
    """Proofs whose work counts for the period: chosen where there is no plan, else by the last day of work (D-05)."""
    by_day = Q(activity__isnull=False, executed_to__range=(period.usage_start, period.usage_end))
    rows = Proof.objects.filter(Q(period=period) | by_day, enrollment__program=period.program_id)
    return rows.exclude(status=ProofStatus.REJECTED)


def left_outside(period: Period, new: Mapping[str, Any]) -> list[Problem]:
    """Executions whose days would no longer lie in the usage period, and claims that were sent on a day which would no
    longer lie in the claiming period; how many, and which."""
    problems = []
    late = executions_in(period).filter(executed_to__gt=new["usage_end"], executed_to__lte=period.usage_end)
    numbers = list(late.order_by("number").values_list("number", flat=True))
    if numbers:
        text = ngettext(
            "The work of %(count)s proof would lie outside: %(which)s. It ends on %(day)s at the latest.",
            "The work of %(count)s proofs would lie outside: %(which)s. It ends on %(day)s at the latest.",
            len(numbers),
        )
        last = max(day for day in late.values_list("executed_to", flat=True) if day)
        facts = {"count": len(numbers), "which": named(numbers), "day": date_format(last)}
        problems.append(Problem("execution_outside", text % facts, "R-CAL-11", "id_usage_end"))
    for field, outside in (
        ("claiming_start", Q(first_submitted_at__lt=_start(period, new["claiming_start"]))),
        ("claiming_end", Q(first_submitted_at__gt=_end(period, new["claiming_end"]))),
    ):
        claims = Claim.objects.filter(outside, period=period).exclude(status__in=OVER)
        numbers = list(claims.order_by("number").values_list("number", flat=True))
        if numbers and new[field] != getattr(period, field):
            text = ngettext(
                "%(count)s claim was sent on a day that would lie outside: %(which)s.",
                "%(count)s claims were sent on days that would lie outside: %(which)s.",
                len(numbers),
            )
            facts = {"count": len(numbers), "which": named(numbers)}
            problems.append(Problem("claim_outside", text % facts, "R-CAL-11", f"id_{field}"))
    return problems


def _start(period: Period, day: date) -> Any:
    return clock.start_of_day(day, period.program.deadline_zone)


def _end(period: Period, day: date) -> Any:
    return clock.end_of_day(day, period.program.deadline_zone)


def named(numbers: Iterable[str]) -> str:
    """``CLM-2026-000001, CLM-2026-000002 and 3 more``."""
    every = list(numbers)
    shown = ", ".join(every[:MOST_NAMED])
    rest = len(every) - MOST_NAMED
    return _("%(shown)s and %(rest)s more") % {"shown": shown, "rest": rest} if rest > 0 else shown


def effects_of_period(period: Period, new: Mapping[str, Any]) -> list[Effect]:
    """How many funds, drafts and claims get other dates, and which."""
    effects = []

    def changes(field: str, what: str, nothing: str = "") -> None:
        old, day = getattr(period, field), new[field]
        if old != day:
            before, after = (date_format(one) if one else nothing for one in (old, day))
            effects.append(Effect(what, before, after))

    drafts = executions_in(period).filter(status=ProofStatus.EDITING).count()
    changes("usage_end", _("Last day of the work: %(proofs)s") % {"proofs": _proofs(executions_in(period).count())})
    changes("claiming_start", _("Can be sent from: %(drafts)s") % {"drafts": _drafts(drafts)})
    changes("claiming_end", _("Can be sent until: %(drafts)s") % {"drafts": _drafts(drafts)})
    changes("claiming_end", _("Free money lapses after: %(funds)s") % {"funds": funds_text(period.funds.all())})
    open_now = Claim.objects.filter(period=period, status__in=(*OPEN_QUEUE, ClaimStatus.ACTION_REQUIRED)).count()
    text = ngettext("%(count)s claim in review", "%(count)s claims in review", open_now) % {"count": open_now}
    changes("correction_deadline", _("Can be corrected until: %(claims)s") % {"claims": text}, _("no own date"))
    return effects


def _proofs(count: int) -> str:
    return ngettext("%(count)s proof", "%(count)s proofs", count) % {"count": count}


def _drafts(count: int) -> str:
    return ngettext("%(count)s draft", "%(count)s drafts", count) % {"count": count}


def funds_text(funds: QuerySet[Fund]) -> str:
    """``3 funds, 7,000.00 EUR and 500.00 GBP free``."""
    rows = list(funds.order_by("currency").values("currency").annotate(count=Count("pk"), free=Sum("free")))
    count = sum(row["count"] for row in rows)
    text = ngettext("%(count)s fund", "%(count)s funds", count) % {"count": count}
    sums = ", ".join(format_amount(row["free"], row["currency"]) for row in rows if row["free"])
    return _("%(funds)s, %(sums)s free") % {"funds": text, "sums": sums} if sums else text


def left_outside_year(year: ProgramYear, starts_on: date, ends_on: date) -> list[Problem]:
    """Plans with campaigns, and claims without plan with work, that would lie outside the program year (R-CAMP-03)."""
    problems = []
    crossed = Campaign.objects.filter(Q(starts_on__lt=starts_on) | Q(ends_on__gt=ends_on), plan__program_year=year)
    numbers = sorted(set(crossed.values_list("plan__number", flat=True)))
    if numbers:
        text = ngettext(
            "Campaigns of %(count)s plan would lie outside: %(which)s.",
            "Campaigns of %(count)s plans would lie outside: %(which)s.",
            len(numbers),
        )
        facts = {"count": len(numbers), "which": named(numbers)}
        problems.append(Problem("campaign_outside", text % facts, "R-CAL-12", "id_ends_on"))
    inside = Q(executed_to__range=(year.starts_on, year.ends_on))
    gone = Q(executed_to__lt=starts_on) | Q(executed_to__gt=ends_on)
    work = Proof.objects.filter(inside & gone, activity__isnull=True, activity_type__program_year=year)
    numbers = list(work.exclude(status=ProofStatus.REJECTED).order_by("number").values_list("number", flat=True))
    if numbers:
        text = ngettext(
            "The work of %(count)s proof would lie outside: %(which)s.",
            "The work of %(count)s proofs would lie outside: %(which)s.",
            len(numbers),
        )
        facts = {"count": len(numbers), "which": named(numbers)}
        problems.append(Problem("execution_outside", text % facts, "R-CAL-12", "id_ends_on"))
    return problems


def effects_of_year(year: ProgramYear, ends_on: date) -> list[Effect]:
    """Plans whose last days to send move with the year's end (R-PLAN-10)."""
    if ends_on == year.ends_on:
        return []
    plans = Plan.objects.filter(program_year=year)
    unsent = plans.filter(first_submitted_at__isnull=True).count()
    returned = plans.filter(status__in=NEEDS_PARTNER, first_submitted_at__isnull=False).count()
    later = timedelta(days=RESUBMISSION_DAYS)
    text = ngettext("%(count)s plan", "%(count)s plans", unsent) % {"count": unsent}
    again = ngettext("%(count)s plan", "%(count)s plans", returned) % {"count": returned}
    return [
        Effect(
            _("Can be sent for the first time until: %(plans)s") % {"plans": text},
            date_format(year.ends_on),
            date_format(ends_on),
        ),
        Effect(
            _("Can be changed and sent again until: %(plans)s") % {"plans": again},
            date_format(year.ends_on + later),
            date_format(ends_on + later),
        ),
    ]
