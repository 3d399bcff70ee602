"""Reports of the vendor: utilisation, liabilities, what expires, ageing. Every figure opens what is behind it."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.views import Page
from incentives.filters import EXPIRING_WITHIN, matching_funds
from incentives.models import Fund
from portal import reports
from portal.views.funds import choices_of


class Reports(Page):
    permission = "incentives.see_partners"
    template = "portal/reports.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        params = self.request.GET
        narrow = {name: params.get(name, "") for name in ("program", "period")}
        funds = matching_funds(Fund.objects.visible_to(self.request.user), narrow)
        rates = reports.rates_of_month()
        lines = reports.lines_of(funds)
        everything = bool(params.get("all") or narrow["period"])
        shown = [line for line in lines if everything or line.is_current]
        owed = reports.liabilities_of(lines)
        expiring = reports.expiring_of(funds)
        programs, periods = choices_of(self.request.user)
        return {
            "lines": lines,
            "shown": shown,
            "all_periods": everything,
            "owed": owed,
            "owed_usd": rates.in_usd(reports.sums_by_currency((row.currency, row.total) for _name, row in owed)),
            "earned_usd": rates.in_usd(reports.sums_by_currency((one.currency, one.earned) for one in shown)),
            "claimed_usd": rates.in_usd(reports.sums_by_currency((one.currency, one.claimed) for one in shown)),
            "expiring": expiring,
            "expiring_labels": [_("within %(days)s days") % {"days": days} for days in EXPIRING_WITHIN],
            "in_review": reports.ageing_of(funds, "in_review", reports.REVIEW_AGES, rates),
            "unpaid": reports.ageing_of(funds, "unpaid", reports.UNPAID_AGES, rates),
            "month": date_format(rates.month, "F Y"),
            "programs": programs,
            "periods": periods,
            "narrowed": any(narrow.values()),
            **extra,
        }
