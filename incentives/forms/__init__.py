import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import AmountField
from core.ui import country
from incentives.choices import PartnerRole, ReasonCode, VendorRoleKind
from incentives.rates import Rate, read_rate, read_rates
from incentives.rules import MOST_DAYS_OFF
from incentives.wording import period_text

NO_ROLE = ("", _("No role"))


class RolesForm(forms.Form):
    """One choice a location and program: no role, user or admin. Enrolments have location and program joined."""

    def __init__(self, *args: Any, enrollments: Iterable[Any], held: Mapping[Any, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.enrollments = {self.name_of(one.pk): one for one in enrollments}
        for name, one in self.enrollments.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{one.location.name}, {one.program.name}",
                choices=[NO_ROLE, *PartnerRole.choices],
                initial=held.get(one.pk, ""),
                required=False,
            )

    @staticmethod
    def name_of(pk: Any) -> str:
        return f"role_{pk}"

    def roles(self) -> dict[Any, str | None]:
        return {one.pk: self.cleaned_data[name] or None for name, one in self.enrollments.items()}


class VendorRolesForm(forms.Form):
    """Boxes for each program the giver administers; `program` None stands for every program."""

    def __init__(self, *args: Any, programs: Iterable[Any], held: Iterable[tuple[Any, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.programs = {f"roles_{one.pk if one else 'all'}": one for one in programs}
        held = set(held)
        for name, program in self.programs.items():
            pk = program.pk if program else None
            self.fields[name] = forms.MultipleChoiceField(
                label=program.name if program else _("Every program, also coming ones"),
                choices=VendorRoleKind.choices,
                initial=[str(kind) for kind in VendorRoleKind if (pk, kind) in held],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def roles(self) -> dict[tuple[Any, str], bool]:
        return {
            (program, str(kind)): kind in self.cleaned_data[name]
            for name, program in self.programs.items()
            for kind in VendorRoleKind
        }


class EnrollmentForm(forms.Form):
    """Confirmation of a change of the enrolment's status."""


class EarningsForm(forms.Form):
    """One file of earnings; what is in it is judged by a worker."""

    file = forms.FileField(label=_("CSV file"), help_text=_("UTF-8, at most 1 GB."))


class RatesForm(forms.Form):
    """A table of rates as a file, or, to confirm what was shown, as the text of that file."""

    file = forms.FileField(label=_("CSV file"), required=False, help_text=_("Columns: month, currency, rate."))
    table = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    limit = 256 * 1024

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None and upload.size > self.limit:
            self.add_error("file", _("A table of rates has at most 256 kB."))
            return cleaned
        data = upload.read() if upload is not None else cleaned.get("table", "").encode()
        if not data:
            self.add_error("file", _("Choose a file first."))
            return cleaned
        cleaned["rates"], cleaned["problems"] = read_rates(io.BytesIO(data))
        cleaned["text"] = data.decode("utf-8-sig", "replace")
        return cleaned


class RateForm(forms.Form):
    """One rate."""

    month = forms.CharField(label=_("Month"), max_length=10, help_text=_("Such as 2026-11."))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("ISO code, such as EUR."))
    rate = forms.CharField(label=_("Units for one USD"), max_length=20)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            found = read_rate(cleaned["month"], cleaned["currency"], cleaned["rate"])
            if isinstance(found, Rate):
                cleaned["found"] = found
            else:
                for problem in found:
                    self.add_error(problem.anchor.removeprefix("id_"), problem.message)
        return cleaned


class AdjustmentForm(forms.Form):
    """A correction of a fund (R-FUND-05). after: the newest entry the person saw."""

    reason_code = forms.ChoiceField(label=_("Kind of correction"), choices=ReasonCode.choices)
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Both sides read it.")
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    field_order = ("amount", "reason_code", "reason", "after")

    def __init__(self, *args: Any, currency: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            label=_("Amount"), currency=currency, min_value=None, help_text=_("With a minus to take away.")
        )
        self.order_fields(self.field_order)


class RollOverForm(forms.Form):
    """What is free goes into another period of the program (R-CAL-11)."""

    period = forms.ModelChoiceField(label=_("Into the period"), queryset=None)
    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Both sides read it.")
    )

    def __init__(self, *args: Any, periods: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = periods


# The calendar ---------------------------------------------------------------------------------------------------


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )  # fmt: skip


class PeriodForm(forms.Form):
    """The dates of a period that the vendor moves (R-CAL-11). seen: those the person was shown."""

    usage_end = _day(_("Last day of the work"))
    claiming_start = _day(_("First day to claim"))
    claiming_end = _day(_("Last day to claim"), help_text=_("Free money lapses after it."))
    correction_deadline = _day(
        _("Last day to correct"),
        required=False,
        help_text=_("Empty: switched off, the last day to claim counts."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100)


class YearForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("For example FY27."))
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))


class AddPeriodsForm(forms.Form):
    """Fiscal years, which begin in July of the year before (R-CAL-01)."""

    first_year = forms.IntegerField(label=_("First fiscal year"), min_value=1, max_value=9998)
    last_year = forms.IntegerField(label=_("Last fiscal year"), min_value=1, max_value=9998)


class PeriodChoice(forms.ModelChoiceField):
    def label_from_instance(self, period: Any) -> str:
        return period_text(period)


class RollPeriodForm(forms.Form):
    """What is free in one period, forward into another (R-CAL-11)."""

    source = PeriodChoice(None, label=_("From"), empty_label=None)
    target = PeriodChoice(None, label=_("Into"), empty_label=None)
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Both sides read it.")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args: Any, sources: Any, targets: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset, self.fields["target"].queryset = sources, targets


class DaysField(forms.CharField):
    """Days, one a line, as 2026-12-24 or 24 Dec 2026; cleans to a sorted list without doubles."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            max_length=MOST_DAYS_OFF * 30, required=False, widget=forms.Textarea(attrs={"rows": 4}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(day.isoformat() for day in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[date]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines()]
        days = {self._read(line) for line in filter(None, lines)}
        if len(days) > MOST_DAYS_OFF:
            raise forms.ValidationError(_("At most %(count)s days.") % {"count": MOST_DAYS_OFF})
        return sorted(days)

    def _read(self, line: str) -> date:
        try:
            day: date = forms.DateField(input_formats=["%Y-%m-%d", "%d %b %Y", "%d %B %Y"]).clean(line)
        except forms.ValidationError:
            text = _("“%(line)s” is no day. Write one day a line, for example 2026-12-24.")
            raise forms.ValidationError(text % {"line": line[:40]}) from None
        return day


class WorkDaysForm(forms.Form):
    """Zone of the deadlines and the days that are no business days (D-04)."""

    deadline_zone = forms.ChoiceField(
        label=_("Days end in"), help_text=_("A deadline is over at 23:59:59 of its day there.")
    )
    business_calendar = forms.ChoiceField(
        label=_("Holidays of"), required=False, help_text=_("Public holidays that are no working days.")
    )
    extra_holidays = DaysField(label=_("Further days off"), help_text=_("One day a line, for example 2026-12-24."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["deadline_zone"].choices = [(zone, zone.replace("_", " ")) for zone in clock.time_zones()]
        countries = sorted(((code, country(code)) for code in clock.holiday_countries()), key=lambda pair: pair[1])
        none = ("", _g("no country: Monday to Friday"))
        self.fields["business_calendar"].choices = [none, *countries]
