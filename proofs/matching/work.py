"""What the rest of the evidence says of the work: when it was, what came of it, who worked, who approved it."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incentives.catalogue.vocabulary import INPUT_WHOLE_NUMBER
from proofs.matching.base import Found, MatchCheck, place_of
from proofs.matching.invoices import day_in
from proofs.requirements.costs import CERTIFICATION_SLUG
from proofs.requirements.evidence import SECTION_INVOICE, Evidence

HOURS_A_DAY = Decimal(16)  # nobody works longer, day after day
MOST_PEOPLE = 1_000_000_000  # reached by one activity: more is a slip of the keyboard
SUCCESSES = ("successful_contacts", "number_of_calls")  # the first cannot be more than the second
DATE_CARD, PREAPPROVAL_CARD = "date", "preapproval"


class CapturedCheck(MatchCheck):
    """Pictures of the work are taken while it takes place (R-POE-04, R-CAL-08)."""

    code, rule = "captured_outside", "R-POE-04"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        if evidence.window is None:
            return
        first, last = evidence.window
        days = {"first": date_format(first), "last": date_format(last)}
        for document in evidence.documents:
            value = document.read.get("captured_at")
            day = day_in(value)
            if day is None or document.section == SECTION_INVOICE:  # a bill may be photographed later
                continue
            where = {"card": document.requirement_slug, "subject": document.name, "document_id": document.id}
            facts = {"day": date_format(day), **days}
            if first <= day <= last:
                yield Found(reason=_("Taken on %(day)s, within the time.") % facts, good=True, **where)
            else:
                reason = _("Taken on %(day)s, outside %(first)s to %(last)s.") % facts
                todo = _("Use a picture of the work itself, or say why its date is another.")
                yield Found(reason=reason, todo=todo, place=place_of(document, value), **where)


class MetricsCheck(MatchCheck):
    """Numbers that cannot be: more successes than tries, results of nothing, slips of the keyboard (R-CLM-11)."""

    code, rule = "metric_implausible", "R-CLM-11"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        numbers = {
            metric.slug: (evidence.text(metric.name), number)
            for metric in evidence.spec.metrics
            if metric.input == INPUT_WHOLE_NUMBER and (number := _number(evidence.metrics.get(metric.slug))) is not None
        }
        less, more = (numbers.get(slug) for slug in SUCCESSES)
        for slug, (name, number) in numbers.items():
            reason = ""
            if number == 0:
                reason = _("%(name)s is 0.") % {"name": name}
            elif number > MOST_PEOPLE:
                reason = _("%(name)s is more than %(most)d.") % {"name": name, "most": MOST_PEOPLE}
            elif slug == SUCCESSES[0] and less and more and less[1] > more[1]:
                facts = {"less": less[0], "few": less[1], "more": more[0], "many": more[1]}
                reason = _("%(less)s (%(few)s) cannot be more than %(more)s (%(many)s).") % facts
            good = reason or _("%(name)s is plausible.") % {"name": name}
            todo = _("Correct it, or say why it is so.") if reason else ""
            yield Found(f"metric-{slug}", name, good, todo, good=not reason)


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


class ReportCheck(MatchCheck):
    """Hours of each person fit into the period of the report, none is without a rate, and the period is that of the
    work (R-CLM-13, R-CLM-14)."""

    code, rule = "report_arithmetic", "R-CLM-13"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        report = evidence.certification
        if report is None or not report.period_from or not report.period_to or report.period_from > report.period_to:
            return
        days = (report.period_to - report.period_from).days + 1
        reasons = list(self._hours(report, days))
        if evidence.window and not (
            evidence.window[0] <= report.period_from and report.period_to <= evidence.window[1]
        ):
            first, last = map(date_format, evidence.window)
            reasons.append(_("Its period lies outside %(first)s to %(last)s.") % {"first": first, "last": last})
        subject = _("Certification report")
        for reason in reasons:
            yield Found(CERTIFICATION_SLUG, subject, reason, _("Correct it, or say why it is so."))
        if not reasons:
            yield Found(CERTIFICATION_SLUG, subject, _("Hours, rates and period are plausible."), good=True)

    def _hours(self, report: object, days: int) -> Iterable[str]:
        hours: dict[str, Decimal] = {}
        for work in getattr(report, "work", ()):
            hours[work.person.strip()] = hours.get(work.person.strip(), Decimal(0)) + (work.hours or Decimal(0))
            if work.hours and not work.rate:
                yield _("%(person)s worked %(hours)s hours at no rate.") % {"person": work.person, "hours": work.hours}
        for person, total in hours.items():
            if total > days * HOURS_A_DAY:
                facts = {"person": person, "hours": total, "days": days}
                yield _("%(person)s cannot have worked %(hours)s hours in %(days)s days.") % facts


class ApprovalCheck(MatchCheck):
    """Where the type demands pre-approval, the plan was approved before the work began (R-POE-06)."""

    code, rule = "preapproval_late", "R-POE-06"

    def run(self, evidence: Evidence) -> Iterable[Found]:
        approved, began = evidence.approved_on, evidence.executed_from
        if not evidence.spec.preapproval.required or approved is None or began is None:
            return
        facts = {"approved": date_format(approved), "began": date_format(began)}
        if approved <= began:
            reason = _("Approved on %(approved)s, before the work began.") % facts
            yield Found(PREAPPROVAL_CARD, _("Pre-approval"), reason, good=True)
        else:
            reason = _("The work began on %(began)s, before its approval on %(approved)s.") % facts
            yield Found(DATE_CARD, _("Pre-approval"), reason, _("Correct the dates, or say who approved it before."))
