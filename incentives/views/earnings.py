"""Files of earnings: listed, uploaded, previewed, booked or discarded by the vendor's incentives admins."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms import EmptyForm
from core import history, storage
from core.downloads import serve
from core.models import HistoryEntry
from core.paging import keyset_page
from core.ui import money_text, number
from core.views import FormPage, Page
from incentives import services
from incentives.choices import IN_WORK, EarningType, ImportState
from incentives.earnings.checks import COLUMNS
from incentives.forms import EarningsForm
from incentives.models import EarningsImport
from incentives.uploads import MAX_EARNINGS_BYTES, earnings_limit

LIVE_EVERY = 1500  # milliseconds, while a job has the file
SUMS = ("amount", "coop", "rebate")


class ImportList(Page):
    permission = "incentives.import_earnings"
    template = "incentives/imports.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        rows = EarningsImport.objects.visible_to(self.request.user).select_related("created_by", "booked_by")
        return {"page": keyset_page(rows.defer("totals", "notes"), self.request.GET), **extra}


class UploadEarnings(FormPage):
    """One file, streamed to the disk; a worker judges it."""

    permission = "incentives.import_earnings"
    template = "incentives/import_new.html"
    form_class = EarningsForm
    object = None
    file_limit = staticmethod(earnings_limit)
    success_message = _("The file was taken and is being checked. Nothing is booked before you say so.")

    def save(self, form: Any) -> Any:
        return services.upload_import(form.cleaned_data["file"], actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"columns": list(COLUMNS), "max_bytes": MAX_EARNINGS_BYTES, **extra}


class ImportPage(Page):
    """What was found in a file; keeps itself fresh while a job has it, and is as good when loaded again by hand."""

    model = EarningsImport
    select_related = ("created_by", "booked_by")
    permission = "incentives.import_earnings"
    template = "incentives/import.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        found = self.object
        working = found.state in IN_WORK
        return super().get_context(
            working=working,
            every=LIVE_EVERY if working else 0,
            progress=services.progress_of(found) if found.state == ImportState.CHECKING else 0,
            problems=list(found.problems.all()) if found.problem_count else [],
            sums=[shown(one) for one in found.totals.get("sums", [])],
            thresholds=[
                {**one, "limit": Decimal(one["limit"]) if one["limit"] else None}
                for one in found.totals.get("thresholds", [])
            ],
            known=found.totals.get("known", []),
            history=_history(found),
            **extra,
        )


def shown(one: dict[str, Any]) -> dict[str, Any]:
    """A row of the preview with amounts as numbers and its kind in words."""
    label = EarningType(one["kind"]).label
    kind = _g("%(kind)s, correction") % {"kind": label} if one["corrects"] else label
    return {**one, **{name: Decimal(one[name]) for name in SUMS}, "kind": kind}


def _history(found: EarningsImport) -> list[dict[str, Any]]:
    entries = HistoryEntry.objects.filter(thread=found.pk).order_by("-id")
    return [
        {"actor": entry.actor_name, "text": history.sentence(entry), "at": entry.at, "quote": entry.comment}
        for entry in entries
    ]


class BookImport(FormPage):
    """Says once more what is booked, and books it."""

    model = EarningsImport
    permission = "incentives.import_earnings"
    template = "accounts/confirm.html"
    form_class = EmptyForm
    success_message = _("The file is being booked, every line or none.")

    def save(self, form: Any) -> Any:
        return services.ask_import(self.object.pk, actor=self.request.user)

    def done_already(self, form: Any) -> Any:
        found = self.get_object()
        by_me = found.booked_by_id == self.request.user.pk
        return found if by_me and found.state in (ImportState.BOOKING, ImportState.BOOKED) else None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        found = self.object
        lines = ngettext("%(n)s line is booked.", "%(n)s lines are booked.", found.fresh_count)
        texts = [("receipt-2", lines % {"n": number(found.fresh_count)})]
        texts += [("coins", text) for text in _sums_in_words(found)]
        if fresh := found.totals.get("new_funds", 0):
            texts.append(
                ("square-plus", ngettext("%(n)s fund is opened.", "%(n)s funds are opened.", fresh) % {"n": fresh})
            )
        texts.append(("arrow-back-up", _g("Booked lines stay; a mistake is corrected by further lines.")))
        return super().get_context(
            title=_g("Book “%(name)s”?") % {"name": found.name},
            verb=_g("Book all lines"),
            kind="primary",
            consequences=[{"icon": icon, "text": text} for icon, text in texts],
            back_href=found.get_absolute_url(),
            **extra,
        )


def _sums_in_words(found: EarningsImport) -> list[str]:
    """Co-op and rebate of the whole file, a line for each currency."""
    sums: dict[str, list[Decimal]] = {}
    for one in found.totals.get("sums", []):
        here = sums.setdefault(one["currency"], [Decimal(0), Decimal(0)])
        here[0] += Decimal(one["coop"])
        here[1] += Decimal(one["rebate"])
    text = _g("Co-op %(coop)s, rebate %(rebate)s.")
    return [
        text % {"coop": money_text(coop, currency), "rebate": money_text(rebate, currency)}
        for currency, (coop, rebate) in sorted(sums.items())
    ]


class DiscardImport(FormPage):
    model = EarningsImport
    permission = "incentives.import_earnings"
    template = "accounts/confirm.html"
    form_class = EmptyForm
    success_message = _("The file was discarded. Nothing was booked.")

    def save(self, form: Any) -> Any:
        return services.discard_import(self.object.pk, actor=self.request.user)

    def done_already(self, form: Any) -> Any:
        found = self.get_object()
        return found if history.is_last_move(found, "incentives.discard_import", actor=self.request.user) else None

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:imports")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=_g("Discard “%(name)s”?") % {"name": self.object.name},
            verb=_g("Discard"),
            kind="danger",
            consequences=[
                {"icon": "trash", "text": _g("The file and what was found in it are deleted. Nothing is booked.")}
            ],
            back_href=self.object.get_absolute_url(),
            **extra,
        )


@dataclass(frozen=True)
class ProblemFile:
    """The list of everything that is wrong in one file, as core/downloads hands it out."""

    name: str
    key: str
    media_type: str = "text/csv"

    @property
    def is_servable(self) -> bool:
        return bool(self.key)


class ImportProblems(Page):
    """Every problem with its line, for a spreadsheet; cells that look like formulas are defused."""

    model = EarningsImport
    permission = "incentives.import_earnings"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        found = self.object
        if not found.problems_key:
            raise Http404
        name = _g("errors in %(name)s") % {"name": found.name.removesuffix(".csv")}
        return serve(ProblemFile(f"{name}.csv", found.problems_key), storage.documents())
