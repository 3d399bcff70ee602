"""A program's rules to read: both sides see the same page."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from core.permissions import can
from core.ui import country, date
from core.views import Page
from incentives import wording
from incentives.catalogue import ActivitySpec
from incentives.catalogue.specs import with_vendor
from incentives.choices import EnrollmentStatus
from incentives.models import Program, ProgramYear
from incentives.rule_draft import year_asked


class ProgramList(Page):
    permission = "incentives.use"
    template = "incentives/programs.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        enrolled = Q(enrollments__status=EnrollmentStatus.ENROLLED)
        programs = Program.objects.filter(pk__in=Program.objects.visible_to(self.request.user).values("pk")).annotate(
            enrolled=Count("enrollments", filter=enrolled, distinct=True)
        )
        add = can(self.request.user, "incentives.set_rules")
        return {"programs": list(programs), "vendor_side": self.request.user.is_vendor, "may_add": add, **extra}


class ProgramPage(Page):
    """Flags, settlement, zone, periods and the activity types of one program year in words (?year=pk)."""

    model = Program
    permission = "incentives.use"
    template = "incentives/program.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        program = self.object
        years = list(program.years.all())
        today = program.today()
        year = year_asked(years, self.request.GET.get("year", ""), today)
        return super().get_context(
            program=program,
            years=years,
            year=year,
            today=today,
            facts=self._facts(program),
            may_change=can(self.request.user, "incentives.set_calendar", program),
            may_rule=can(self.request.user, "incentives.set_rules", program),
            periods=self._periods(program, today),
            categories=self._categories(program, year) if year else [],
            **extra,
        )

    def _facts(self, program: Program) -> list[tuple[str, Any]]:
        calendar = program.business_calendar
        return [
            (_("Settlement"), program.get_settlement_display()),
            (_("Plans"), _("yes, approved before proofs are added") if program.has_plans else _("no")),
            (_("Co-op claims"), _("yes") if program.has_coop else _("no")),
            (_("Markets"), ", ".join(program.countries)),
            (_("Currency"), program.currency),
            (_("Days end"), _("at 23:59 in %(zone)s") % {"zone": program.deadline_zone}),
            (_("Working days"), _("Monday to Friday, without holidays of %(country)s") % {"country": country(calendar)}
             if calendar else _("Monday to Friday")),
            (_("Further days off"), ", ".join(date(day) for day in program.extra_holidays)),
            (_("Plans answered"), _("within %(days)s working days") % {"days": program.plan_review_days}),
            (_("Fund types"), ", ".join(one.name for one in program.fund_types.all())),
            (_("Also called"), ", ".join(program.aliases)),
        ]  # fmt: skip

    def _periods(self, program: Program, today: Any) -> list[dict[str, Any]]:
        """Periods that matter in the year before and after today, newest last."""
        rows = [
            one for one in program.periods.order_by("usage_start")
            if abs((one.usage_start - today).days) < 550
        ]  # fmt: skip
        return [{"period": one, "state": _state(one, today)} for one in rows]

    def _categories(self, program: Program, year: ProgramYear) -> list[dict[str, Any]]:
        rows = [self._type(program, one) for one in year.activity_types.current().order_by("category", "name")]
        return [{"name": name, "types": list(types)} for name, types in groupby(rows, key=lambda row: row["category"])]

    def _type(self, program: Program, one: Any) -> dict[str, Any]:
        spec = ActivitySpec.from_dict(one.spec)
        vendor = settings.VENDOR_NAME
        return {
            "name": with_vendor(one.name, vendor),
            "category": spec.category_name,
            "enabled": one.enabled,
            "version": one.version,
            "needs": wording.needs(spec, vendor),
            "core": [with_vendor(part.text, vendor) for part in spec.core_requirements],
            "expenses": [part.label for part in spec.eligible_expenses],
            "caps": wording.caps(spec, program.families),
            "costs": wording.cost_evidence(spec, vendor),
            "preapproval": spec.preapproval.required,
            "notes": [with_vendor(text, vendor) for text in spec.notes],
        }


def _state(period: Any, today: Any) -> tuple[str, str] | None:
    """(look, word) of the period today; claiming wins over use, use over earning."""
    if period.claiming_start <= today <= period.claiming_end:
        return ("submitted", _("Claiming"))
    if period.usage_start <= today <= period.usage_end:
        return ("pending", _("In use"))
    if period.earning_start <= today <= period.earning_end:
        return ("not_due", _("Earning"))
    if today > period.claiming_end:
        return ("expired", _("Closed"))
    return None
