"""Lists as files: at once as CSV, or made by a job and fetched from the page "Exports" (R-DASH-05…08)."""

from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock, downloads, export_jobs, storage
from core.exports import Listing, csv_chunks, listing_of
from core.models import Export, ExportKind, ExportState
from core.permissions import require
from core.ui import number
from core.views import Page

log = structlog.get_logger("portal.exports")
SHOWN = 50
CSV = "text/csv; charset=utf-8"


class ExportPage(Page):
    """Pages about one listing, named in the address; its own permission is asked too."""

    permission = "incentives.use"
    object = None

    def listing(self) -> Listing:
        found = listing_of(self.kwargs["listing"])
        if found is None:
            raise Http404
        require(self.request.user, found.permission)
        return found


class StreamCsv(ExportPage):
    """The list as CSV with the filters of its page, while it is read. What is too long offers a job instead."""

    template = "portal/export_long.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        listing = self.listing()
        filters = listing.chosen(request.GET)
        if export_jobs.is_long(listing, request.user, filters):
            return self.render(listing=listing, filters=filters)
        log.info("list download", listing=listing.name, filters=filters, user=str(request.user.pk))
        name = f"{listing.name}-{clock.today('UTC').isoformat()}.csv"
        return downloads.serve_stream(csv_chunks(listing, request.user, filters), name, CSV)


class StartExport(ExportPage):
    """POST: have the list made by a job."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("portal:exports"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.POST.get("as", "")
        if kind not in ExportKind.values:
            raise Http404
        export_jobs.start_export(self.listing(), kind, request.POST, actor=request.user)
        return HttpResponseRedirect(reverse("portal:exports"))


class ExportList(Page):
    """One's own files: waiting, being made, ready, gone. Refreshes itself while one is under way."""

    permission = "accounts.use"
    template = "portal/exports.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        found = Export.objects.visible_to(self.request.user).select_related("owner")[:SHOWN]
        rows = [_row(export) for export in found]
        return {"rows": rows, "under_way": any(row["open"] for row in rows), **extra}


class DownloadExport(Page):
    """A file that is ready, for its owner. The download stands in the log (D-24)."""

    model = Export
    select_related = ("owner",)
    permission = "accounts.use"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not export_jobs.is_takeable(self.object):
            raise Http404
        log.info("export download", export=str(self.object.pk), listing=self.object.listing, user=str(request.user.pk))
        return downloads.serve(self.object, storage.exports())


def _row(export: Export) -> dict[str, Any]:
    listing = listing_of(export.listing)
    ready = export_jobs.is_takeable(export)
    state = export.state
    if state == ExportState.DONE and not ready:
        state = ExportState.EXPIRED
    return {
        "export": export,
        "title": listing.title if listing else export.listing,
        "filters": ", ".join(f"{name}: {value}" for name, value in export.filters.items()),
        "state": state,
        "label": ExportState(state).label,
        "ready": ready,
        "open": state in export_jobs.OPEN,
        "note": _note(export, state),
    }


def _note(export: Export, state: str) -> str:
    if state == ExportState.WORKING and export.total:
        return _("%(done)s of %(total)s rows") % {"done": number(export.done), "total": number(export.total)}
    if state == ExportState.FAILED:
        return _("The file could not be made. Ask for it again.")
    if state == ExportState.EXPIRED and export.is_servable:
        return _("Your roles have changed since. Ask for it again.")
    if state == ExportState.EXPIRED:
        return _("Files are kept for a week. Ask for it again.")
    return ""
