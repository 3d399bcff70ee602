"""The list of plans, the same page for both sides."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Holder
from core.paging import keyset_page
from core.permissions import can
from core.views import Page
from incentives.models import Program
from plans.choices import PlanStatus
from plans.forms import PlanFilters
from plans.models import Plan

OWN = ("id", "created_at", "number", "name", "status", "holder", "holder_since", "due_at", "currency", "asked", "limit")
JOINED = {
    "year": F("program_year__name"),
    "program": F("enrollment__program__name"),
    "zone": F("enrollment__program__deadline_zone"),
    "location": F("enrollment__location__name"),
    "partner": F("enrollment__location__partner__name"),
    "assigned": F("assigned_to__name"),
}


class PlanList(Page):
    """Newest first, by keyset; the filters are addresses."""

    permission = "plans.list"
    template = "plans/list.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        params = self.request.GET
        plans = Plan.objects.visible_to(self.request.user)
        filters = PlanFilters(params, queryset=plans.with_amount_asked().with_limit_in_force())
        page = keyset_page(filters.qs.values(*OWN, **JOINED), params)
        narrowed = any(params.get(name) for name in filters.filters)
        return {
            "page": page,
            "rows": [self.row(row) for row in page.rows],
            "selects": self.selects(filters.form.cleaned_data if filters.form.is_valid() else {}),
            "narrowed": narrowed,
            "may_create": can(self.request.user, "plans.create", None),
            "count_text": self.count_text(page),
            "vendor_side": self.request.user.is_vendor,
            **extra,
        }

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        status = PlanStatus(row["status"])
        vendor_side = self.request.user.is_vendor
        holders = {
            Holder.PARTNER: row["partner"] if vendor_side else _("you"),
            Holder.VENDOR: row["assigned"] or _("vendor review"),
            Holder.NOBODY: "",
        }
        return {**row, "label": status.label, "held_by": holders[Holder(row["holder"])]}

    def count_text(self, page: Any) -> str:
        if page.prev_href or page.next_href:
            return _("%(count)s shown, newest first") % {"count": len(page.rows)}
        return ngettext("%(count)s plan", "%(count)s plans", len(page.rows)) % {"count": len(page.rows)}

    def selects(self, chosen: dict[str, Any]) -> list[dict[str, Any]]:
        """Programs and years in one reading: a list page stays at a handful of queries."""
        rows = list(
            Program.objects.visible_to(self.request.user).values_list("pk", "name", "years__name").order_by("name")
        )
        programs = list({pk: name for pk, name, _year in rows}.items())
        years = sorted({year for _pk, _name, year in rows if year}, reverse=True)
        options = {
            "status": (_("Status"), PlanStatus.choices),
            "program": (_("Program"), programs),
            "year": (_("Program year"), [(year, year) for year in years]),
        }
        return [
            {
                "name": name,
                "label": label,
                "options": [("", _("all")), *values],
                "value": "" if chosen.get(name) is None else chosen[name],
            }
            for name, (label, values) in options.items()
            if name == "status" or len(values) > 1 or chosen.get(name)
        ]
