"""The vendor's exchange rates: months × currencies, one rate typed, a table of them uploaded."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock
from core.views import FormPage, Page
from incentives import rates, services
from incentives.forms import RateForm, RatesForm
from incentives.models import ExchangeRate

MONTHS_SHOWN = 24


class RateTable(Page):
    permission = "incentives.book"
    template = "incentives/rates.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        now = clock.now().date().replace(day=1)
        missing = rates.missing_now(now)
        found = ExchangeRate.objects.order_by("-month", "currency").values_list("month", "currency", "per_usd")
        months: dict[Any, dict[str, Any]] = defaultdict(dict)
        for month, currency, per_usd in found:
            months[month][currency] = per_usd
        shown = sorted({*months, now}, reverse=True)[:MONTHS_SHOWN]
        codes = sorted({code for month in shown for code in months[month]} | set(missing))
        return {
            "codes": codes,
            "rows": [
                {"month": month, "cells": [(code, _figure(months[month].get(code))) for code in codes]}
                for month in shown
            ],
            "now": now,
            "missing": missing,
            **extra,
        }


def _figure(rate: Any) -> str:
    return "" if rate is None else f"{rate.normalize():f}"


class NewRate(FormPage):
    permission = "incentives.book"
    template = "incentives/rate_new.html"
    form_class = RateForm
    object = None
    success_message = _("Saved.")

    def save(self, form: Any) -> Any:
        return services.add_rates([form.cleaned_data["found"]], actor=self.request.user)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        asked = self.request.GET
        initial = {"month": f"{clock.now():%Y-%m}", "currency": asked.get("currency", "")[:3]}
        return RateForm(data, initial=initial)

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:rates")


class ImportRates(FormPage):
    """Two steps on one page: the file is shown with everything wrong in it, then taken as it was shown."""

    permission = "incentives.book"
    template = "incentives/rates_import.html"
    form_class = RatesForm
    object = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.render(form=form, status=422)
        given, problems = form.cleaned_data["rates"], form.cleaned_data["problems"]
        fresh, forbidden = rates.new_rates(given) if not problems else ([], [])
        problems = [*problems, *forbidden]
        if problems:
            return self.render(form=form, problems=problems, status=422)
        if request.POST.get("confirmed"):
            count = services.add_rates(given, actor=request.user)
            messages.success(
                request, ngettext("%(n)s rate was added.", "%(n)s rates were added.", count) % {"n": count}
            )
            return HttpResponseRedirect(reverse("incentives:rates"))
        return self.render(form=form, fresh=fresh, same=len(given) - len(fresh), text=form.cleaned_data["text"])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"problems": [], "fresh": None, "title": _g("Upload exchange rates"), **extra}
