"""The calendar of a program in the vendor's hands: its page, and every change with what it would do (R-CAL-11, -12)."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims import calendar_change, services
from claims.calendar_change import Effect
from claims.services.calendar import period_problems, year_problems
from core import clock, history
from core.errors import RuleViolation
from core.money import format_amount
from core.ui import country
from core.views import FormPage, Page, add_problems
from incentives import calendar, forms, rules
from incentives import services as incentives
from incentives.models import Period, Program, ProgramYear
from incentives.services.calendar import PERIOD_FIELDS
from proofs.views.documents import as_line

HISTORY_ROWS = 50
HOLIDAYS_SHOWN = 8


class CalendarPage(Page):
    """All periods and years of a program, its zone and holidays, and who changed what."""

    model = Program
    permission = "incentives.set_calendar"
    template = "claims/calendar.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        program = self.object
        today = program.today()
        entries = history.for_page(program.history_thread, side=self.request.user.side)[:HISTORY_ROWS]
        return super().get_context(
            program=program,
            today=today,
            periods=list(program.periods.order_by("-usage_start")),
            years=list(program.years.all()),
            holidays=holidays_of(program.work_days, program),
            entries=[as_line(entry) for entry in entries],
            zone=program.deadline_zone,
            **extra,
        )


def holidays_of(days: clock.WorkDays, program: Program) -> list[dict[str, Any]]:
    """The next weekdays that are skipped, each with its name."""
    found = clock.next_days_off(days, program.today(), HOLIDAYS_SHOWN)
    return [{"day": day, "name": days.why_off(day) or _("the program's own")} for day in found]


class ChangePage(FormPage):
    """A change of the calendar. The first click shows what it would do; the second, of the same input, does it."""

    model = Program
    permission = "incentives.set_calendar"
    template = "claims/calendar_change.html"
    title: Any = ""
    lead: Any = ""
    verb: Any = gettext_lazy("Save")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if form.is_valid() and request.POST.get("previewed") != self.mark(form):
            try:
                effects = self.preview(form)
            except RuleViolation as refused:
                add_problems(form, refused)
                return self.render(form=form, status=422)
            return self.render(form=form, effects=effects, previewed=self.mark(form))
        return super().post(request, *args, **kwargs)

    def mark(self, form: Any) -> str:
        """Tells one input from another: what is saved was shown before."""
        typed = "\0".join(f"{name}={form.data.get(name, '')}" for name in sorted(form.fields))
        return hashlib.sha256(typed.encode()).hexdigest()

    def preview(self, form: Any) -> list[Effect]:
        """What the change would do; RuleViolation when it cannot be made."""
        return []

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:calendar", args=[self.object.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=self.title, lead=self.lead, verb=self.verb, program=self.object, back=self.get_success_url(None),
            **{"effects": None, "previewed": "", **extra},
        )  # fmt: skip


class EditPeriod(ChangePage):
    form_class = forms.PeriodForm
    title = gettext_lazy("Dates of a period")
    success_message = gettext_lazy("The dates are changed. They count from now on.")

    @cached_property
    def period(self) -> Period:
        found: Period | None = self.object.periods.select_related("program").filter(pk=self.kwargs["period"]).first()
        if found is None:
            raise Http404
        return found

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        initial = {name: getattr(self.period, name) for name in PERIOD_FIELDS}
        return self.form_class(data, initial={**initial, "seen": services.dates_mark(self.period)})

    def preview(self, form: Any) -> list[Effect]:
        new = {name: form.cleaned_data[name] for name in PERIOD_FIELDS}
        problems = period_problems(self.period, new)
        if problems:
            raise RuleViolation(problems)
        return calendar_change.effects_of_period(self.period, new)

    def save(self, form: Any) -> Period:
        return services.change_period(self.period.pk, actor=self.request.user, **form.cleaned_data)

    def done_already(self, form: Any) -> Any:
        period = self.object.periods.get(pk=self.period.pk)
        same = all(getattr(period, name) == form.cleaned_data[name] for name in PERIOD_FIELDS)
        return period if same and services.dates_mark(period) != form.cleaned_data["seen"] else None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(period=self.period, **extra)


class AddPeriods(ChangePage):
    form_class = forms.AddPeriodsForm
    title = gettext_lazy("Add periods")
    lead = gettext_lazy("Two periods a fiscal year, by the usual dates. Periods that are there stay as they are.")
    verb = gettext_lazy("Add")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        newest = self.object.periods.order_by("-earning_start").first()
        year = calendar.half_of(newest.earning_start if newest else self.object.today()).fiscal_year + 1
        return self.form_class(data, initial={"first_year": year, "last_year": year})

    def preview(self, form: Any) -> list[Effect]:
        first, last = form.cleaned_data["first_year"], form.cleaned_data["last_year"]
        problems = rules.periods_can_be_added(self.object, first, last)
        if problems:
            raise RuleViolation(problems)
        known = set(self.object.periods.values_list("label", flat=True))
        return [
            Effect(
                window.label,
                _("there already") if window.label in known else "",
                f"{date_format(window.usage_start)} – {date_format(window.usage_end)}",
            )
            for window in calendar.windows_of_years(first, last)
        ]

    def save(self, form: Any) -> int:
        made = incentives.add_periods(self.object.pk, actor=self.request.user, **form.cleaned_data)
        self.success_message = ngettext("%(count)s period was added.", "%(count)s periods were added.", made) % {
            "count": made
        }
        return made


class AddYear(ChangePage):
    form_class = forms.YearForm
    title = gettext_lazy("Add a program year")
    lead = gettext_lazy("Plans hang on it, and the versions of the activity types.")
    verb = gettext_lazy("Add")
    success_message = gettext_lazy("The program year is added, with the activity types of the catalogue.")

    def preview(self, form: Any) -> list[Effect]:
        problems = rules.year_fits(self.object, None, **form.cleaned_data)
        if problems:
            raise RuleViolation(problems)
        first, last = form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]
        return [Effect(form.cleaned_data["name"], "", f"{date_format(first)} – {date_format(last)}")]

    def save(self, form: Any) -> ProgramYear:
        return incentives.add_program_year(self.object.pk, actor=self.request.user, **form.cleaned_data)


class EditYear(ChangePage):
    form_class = forms.YearForm
    title = gettext_lazy("Change a program year")
    success_message = gettext_lazy("The program year is changed.")

    def year(self) -> ProgramYear:
        found = self.object.years.filter(pk=self.kwargs["year"]).first()
        if found is None:
            raise Http404
        return found

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        year = self.year()
        return self.form_class(data, initial={name: getattr(year, name) for name in self.form_class.base_fields})

    def preview(self, form: Any) -> list[Effect]:
        year = self.year()
        problems = year_problems(year, **form.cleaned_data)
        if problems:
            raise RuleViolation(problems)
        return calendar_change.effects_of_year(year, form.cleaned_data["ends_on"])

    def save(self, form: Any) -> ProgramYear:
        return services.change_year(self.kwargs["year"], actor=self.request.user, **form.cleaned_data)


class RollOver(ChangePage):
    form_class = forms.RollPeriodForm
    title = gettext_lazy("Roll free funds over")
    lead = gettext_lazy("Everything that is free in one period moves into a later one, for every location at once.")
    verb = gettext_lazy("Roll over")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        periods = self.object.periods.all()
        return self.form_class(
            data, sources=periods, targets=periods.filter(claiming_end__gte=self.object.today()).order_by("usage_start")
        )

    def funds(self, form: Any) -> list[Any]:
        return list(form.cleaned_data["source"].funds.filter(free__gt=0).order_by("pk"))

    def mark(self, form: Any) -> str:
        """What was shown are the sums: when they move, they are shown again."""
        return f"{super().mark(form)}{rules.free_mark(self.funds(form))}"

    def preview(self, form: Any) -> list[Effect]:
        source, target = form.cleaned_data["source"], form.cleaned_data["target"]
        funds = self.funds(form)
        problems = rules.rollover_is_possible(self.object, source, target, form.cleaned_data["reason"], funds)
        if problems:
            raise RuleViolation(problems)
        count = ngettext("%(count)s fund", "%(count)s funds", len(funds)) % {"count": len(funds)}
        lapses = _("lapses after %(day)s")
        return [
            Effect(
                f"{count}: {format_amount(amount, currency)}",
                lapses % {"day": date_format(source.claiming_end)},
                lapses % {"day": date_format(target.claiming_end)},
            )
            for currency, amount in rules.free_sums(funds).items()
        ]

    def save(self, form: Any) -> int:
        source, target = form.cleaned_data["source"], form.cleaned_data["target"]
        count = incentives.roll_over_period(
            source.pk, target, reason=form.cleaned_data["reason"], seen=rules.free_mark(self.funds(form)),
            actor=self.request.user,
        )  # fmt: skip
        self.success_message = ngettext(
            "What was free in %(count)s fund is rolled over.", "What was free in %(count)s funds is rolled over.", count
        ) % {"count": count}
        return count


class EditWorkDays(ChangePage):
    form_class = forms.WorkDaysForm
    title = gettext_lazy("Zone and holidays")
    lead = gettext_lazy("What was promised before stays promised; new deadlines count by these.")
    success_message = gettext_lazy("Zone and holidays are changed.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        names = self.form_class.base_fields
        return self.form_class(data, initial={name: getattr(self.object, name) for name in names})

    def preview(self, form: Any) -> list[Effect]:
        program, typed = self.object, form.cleaned_data
        days = clock.WorkDays(typed["business_calendar"], frozenset(typed["extra_holidays"]))
        none = _("Monday to Friday")
        rows = [
            Effect(_("Days end in"), clock.zone_name(program.deadline_zone), clock.zone_name(typed["deadline_zone"])),
            Effect(
                _("Holidays of"),
                country(program.business_calendar) if program.business_calendar else none,
                country(typed["business_calendar"]) if typed["business_calendar"] else none,
            ),
        ]
        skipped = holidays_of(days, program)
        return rows + [Effect(one["name"], _("no working day"), date_format(one["day"])) for one in skipped]

    def save(self, form: Any) -> Program:
        return incentives.set_work_days(self.object.pk, actor=self.request.user, **form.cleaned_data)
