"""The receipt bin of one enrolment, and the choice where a person has several."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core.paging import keyset_page
from core.views import Page
from portal.receipts import bins_of, receipts
from proofs.checks.kinds import KINDS, accept_attribute
from proofs.checks.limits import MAX_FILE_BYTES
from proofs.models import Document
from proofs.views.bin import OfBin


class Bins(Page):
    """Which bin; whoever has one only is sent on to it."""

    permission = "proofs.bins"
    template = "portal/bins.html"
    object = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bins = bins_of(request.user)
        if len(bins) == 1:
            return HttpResponseRedirect(reverse("portal:bin", args=[bins[0].pk]))
        return self.render(bins=bins)


class BinPage(OfBin):
    """What was dropped, newest first, and what can be done with it.

    A script that asks with HX-Request gets only the parts that change (static/js/live.js). `proof` and `card` in the
    address: where the person came from and wants the files.
    """

    template = "portal/bin.html"
    fragment = "portal/_bin_live.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render(self.fragment if self.is_fragment() else "")
        response["Vary"] = "HX-Request, Cookie"
        return response

    def is_fragment(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        zone = self.object.enrollment.program.deadline_zone
        lying = Document.objects.in_bin().filter(bin=self.object.pk)
        page = keyset_page(lying.with_checks().select_related("uploaded_by", "reading"), self.request.GET)
        rows = receipts(page.rows, self.request.user, zone)
        return super().get_context(
            page=page,
            rows=rows,
            total=lying.count(),
            moving=any(one.moving for one in rows),
            zone=zone,
            accept=accept_attribute(KINDS),
            max_bytes=MAX_FILE_BYTES,
            **({} if self.is_fragment() else self.where_to()),
            **extra,
        )

    def where_to(self) -> dict[str, Any]:
        """The proofs that files can be put on; the one asked for comes first and is chosen."""
        asked = self.chosen_proof()
        return {"proofs": self.offered(asked), "asked": asked, "card": self.request.GET.get("card", "")}
