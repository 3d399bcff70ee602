"""What the vendor's incentives admin books by hand: a correction of one fund, a rollover into another period."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.errors import Problem, RuleViolation
from core.views import FormPage
from incentives import services
from incentives.forms import AdjustmentForm, RollOverForm
from incentives.models import Fund, FundEntry

ENTRIES_SHOWN = 10


class FundForm(FormPage):
    """A form about one fund, its balances and newest entries beside it."""

    model = Fund
    select_related = ("enrollment__location__partner", "enrollment__program", "period", "fund_type")
    permission = "incentives.book"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        entries = FundEntry.objects.filter(fund=self.object).order_by("-number")[:ENTRIES_SHOWN]
        return super().get_context(fund=self.object, entries=list(entries), **extra)


class AdjustFund(FundForm):
    """R-FUND-05: a signed amount with its reason code. A newer entry than the one the person saw stops it."""

    template = "incentives/fund_adjust.html"
    success_message = _("The correction was booked.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return AdjustmentForm(data, currency=self.object.currency, initial={"after": self.object.entry_count})

    def save(self, form: Any) -> Any:
        typed = form.cleaned_data
        return services.adjust_fund(
            self.object.pk, typed["amount"], reason_code=typed["reason_code"], reason=typed["reason"],
            after=typed["after"], actor=self.request.user,
        )  # fmt: skip

    def done_already(self, form: Any) -> Any:
        typed = form.cleaned_data
        booked = FundEntry.objects.filter(
            cause=f"adjust:{self.object.pk}:{typed['after']}", actor=self.request.user, amount=abs(typed["amount"]),
            reason=typed["reason"].strip(), reason_code=typed["reason_code"],
        )  # fmt: skip
        return self.object if booked.exists() else None

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:fund_adjust", args=[self.object.pk])


class RollOverFund(FundForm):
    """R-CAL-11: what is free goes into another period, both entries in one transaction."""

    template = "incentives/fund_rollover.html"
    success_message = _("What was free was moved.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        program = self.object.enrollment.program
        open_ones = program.periods.filter(claiming_end__gte=program.today()).exclude(pk=self.object.period_id)
        return RollOverForm(data, periods=open_ones.order_by("usage_start"))

    def save(self, form: Any) -> Any:
        moved = services.roll_over_fund(
            self.object.pk, form.cleaned_data["period"], reason=form.cleaned_data["reason"], actor=self.request.user
        )
        if moved is None:
            raise RuleViolation([Problem("nothing_free", _g("Nothing is free in this fund."), "R-CAL-11")])
        return moved

    def done_already(self, form: Any) -> Any:
        newest = FundEntry.objects.filter(fund=self.object).order_by("-number").first()
        mine = newest is not None and newest.cause.startswith(f"rollover:{self.object.pk}:")
        return newest if mine and newest.actor_id == self.request.user.pk else None

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:fund_adjust", args=[self.object.pk])
