"""Input of plans, campaigns and activities, and the filters of their list."""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.forms import COMMENT_MAX, AmountField, MoveForm
from core.money import minor_units
from core.ui import country
from incentives.catalogue import with_vendor
from incentives.models import ActivityType, Enrollment, Program
from plans.choices import PlanStatus
from plans.models import Campaign, Plan

NAME_MAX = 120


def smallest(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_units(currency))


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def type_name(name: str) -> str:
    """Texts of the catalogue name the vendor by a placeholder."""
    return with_vendor(name, settings.VENDOR_NAME)


class PlanFilters(django_filters.FilterSet):
    """What the list can be narrowed to; values that cannot be read are left out."""

    status = django_filters.ChoiceFilter(choices=PlanStatus.choices)
    program = django_filters.NumberFilter(field_name="enrollment__program_id", max_value=2**31 - 1)
    year = django_filters.CharFilter(field_name="program_year__name", max_length=40)
    q = django_filters.CharFilter(method="search", max_length=200)

    class Meta:
        model = Plan
        fields: list[str] = []

    def search(self, plans: QuerySet, name: str, value: str) -> QuerySet:
        """Number, name, location or partner."""
        return plans.filter(
            Q(number__icontains=value)
            | Q(name__icontains=value)
            | Q(enrollment__location__name__icontains=value)
            | Q(enrollment__location__partner__name__icontains=value)
        )


class ChooseEnrollmentForm(forms.Form):
    """First step of a new plan: market, location and program in one choice (R-LOC-03)."""

    enrollment = forms.ChoiceField(label=_("Location and program"))

    def __init__(self, data: Any = None, *, enrollments: list[Enrollment], **kwargs: Any):
        super().__init__(data, **kwargs)
        markets: dict[str, list[tuple[str, str]]] = {}
        for one in enrollments:
            label = f"{one.location.name}, {one.location.city} · {one.program.name}"
            markets.setdefault(country(one.location.country), []).append((str(one.pk), label))
        self.fields["enrollment"].choices = [("", _g("Choose …")), *sorted(markets.items())]


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.display_name


class PlanForm(forms.Form):
    """A plan's own fields. The fund and the year are chosen once; `plan` given = they stay."""

    fund_type = forms.ModelChoiceField(label=_("Fund"), queryset=None, empty_label=None)
    program_year = forms.ModelChoiceField(
        label=_("Program year"),
        queryset=None,
        empty_label=None,
        help_text=_("A plan is sent for the first time by the last day of its program year."),
    )
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    reviewer = PersonField(
        label=_("Reviewer at the vendor"),
        queryset=None,
        required=False,
        empty_label=_("Choose later"),
        help_text=_("Your account manager. Needed before the plan is sent."),
    )
    comments = forms.CharField(label=_("Comments"), required=False, max_length=COMMENT_MAX, widget=text_area(4))

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        enrollment: Enrollment,
        reviewers: QuerySet,
        years: QuerySet | None = None,
        plan: Plan | None = None,
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        self.enrollment = enrollment
        currency = plan.currency if plan else enrollment.currency
        self.fields["requested_limit"] = AmountField(
            currency,
            required=False,
            min_value=smallest(currency),
            label=_("Limit asked for"),
            help_text=_("Empty: the sum of the activities' budgets."),
        )
        self.fields["reviewer"].queryset = reviewers
        if years is None:
            del self.fields["fund_type"], self.fields["program_year"]
        else:
            self.fields["fund_type"].queryset = enrollment.program.fund_types.all()
            self.fields["program_year"].queryset = years
        self.order_fields(["fund_type", "program_year", "name", "reviewer", "requested_limit", "comments"])


class CampaignForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    starts_on = forms.DateField(label=_("First day"), widget=date_input())
    ends_on = forms.DateField(label=_("Last day"), widget=date_input())
    objective = forms.CharField(
        label=_("Objective"),
        required=False,
        max_length=COMMENT_MAX,
        widget=text_area(2),
        help_text=_("What the campaign is to achieve."),
    )


class ActivityForm(forms.Form):
    """types: what may be chosen, by category; the activity's own type stays choosable."""

    activity_type = forms.TypedChoiceField(label=_("Activity type"))
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    countries = forms.MultipleChoiceField(
        label=_("Countries"), widget=forms.CheckboxSelectMultiple, help_text=_("Where it takes place.")
    )
    starts_on = forms.DateField(label=_("First day"), widget=date_input())
    ends_on = forms.DateField(label=_("Last day"), widget=date_input())

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        campaign: Campaign,
        program: Program,
        types: list[ActivityType],
        **kwargs: Any,
    ):
        super().__init__(data, files, **kwargs)
        currency = campaign.plan.currency
        self.fields["budget"] = AmountField(currency, min_value=smallest(currency), label=_("Budget"))
        by_pk = {str(one.pk): one for one in types}
        field = self.fields["activity_type"]
        field.choices = _by_category(types)
        field.coerce = by_pk.__getitem__
        self.fields["countries"].choices = sorted(
            ((code, country(code)) for code in program.countries), key=lambda choice: choice[1]
        )
        self.order_fields(["activity_type", "name", "countries", "starts_on", "ends_on", "budget"])


def _by_category(types: list[ActivityType]) -> list[tuple[Any, Any]]:
    categories: dict[str, list[tuple[str, str]]] = {}
    for one in types:
        title = getattr(one, "category_title", one.category)
        categories.setdefault(title, []).append((str(one.pk), type_name(one.name)))
    return [("", _g("Choose …")), *categories.items()]


class CommentForm(forms.Form):
    comment = forms.CharField(label=_("Comment"), max_length=COMMENT_MAX, widget=text_area(4))


class ApproveForm(MoveForm):
    """The limit approved, at first the one asked for (R-PLAN-03)."""

    def __init__(self, *args: Any, obj: Plan, **kwargs: Any):
        kwargs["initial"] = {"limit": obj.limit_asked(), **(kwargs.get("initial") or {})}
        super().__init__(*args, obj=obj, **kwargs)
        self.fields["limit"] = AmountField(
            obj.currency,
            min_value=smallest(obj.currency),
            label=_("Limit you approve"),
            help_text=_("More than zero, and not more than was asked."),
        )
        self.order_fields(["limit", "comment"])
