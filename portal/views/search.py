"""Jump to a number, or find by name, or by an invoice, among what one sees."""

import re
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.choices import ClaimStatus
from claims.models import Claim
from core.numbers import DIGITS
from core.views import Page
from incentives.access import access_of
from incentives.querysets import partners_of
from plans.choices import PlanStatus
from plans.models import Plan
from proofs.choices import ProofStatus
from proofs.models import Invoice, Proof

MOST = 20  # of each kind
SHORTEST, LONGEST = 2, 120
NUMBER = re.compile(r"(PLN|POE|CLM)[- ]?(\d{4})[- ]?(\d{1,12})", re.IGNORECASE)
KINDS = {"PLN": (Plan, "portal:plan"), "POE": (Proof, "portal:proof"), "CLM": (Claim, "portal:claim")}
PLACE = {"partner": F("enrollment__location__partner__name"), "program": F("enrollment__program__name")}


class Search(Page):
    permission = "accounts.use"
    template = "portal/search.html"
    object = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:LONGEST]
        found = self._jump()
        return HttpResponseRedirect(found) if found else self.render()

    def _jump(self) -> str:
        """The page of the object whose number was typed, when one may see it."""
        match = NUMBER.fullmatch(self.words)
        if match is None:
            return ""
        prefix, year, digits = match.groups()
        model, name = KINDS[prefix.upper()]
        number = f"{prefix.upper()}-{year}-{int(digits):0{DIGITS}d}"
        pk = model.objects.visible_to(self.request.user).filter(number=number).values_list("pk", flat=True).first()
        return reverse(name, args=[pk]) if pk else ""

    def get_context(self, **extra: Any) -> dict[str, Any]:
        enough = len(self.words) >= SHORTEST
        groups = [group for group in self._groups() if group["rows"]] if enough else []
        return {"words": self.words, "groups": groups, "enough": enough, "most": MOST, **extra}

    def _groups(self) -> list[dict[str, Any]]:
        user = self.request.user
        if not access_of(user).has_any_role:
            return []
        named = Q(name__icontains=self.words) | Q(number__icontains=self.words)
        of_claim = Q(proof__name__icontains=self.words) | Q(number__icontains=self.words)
        on_paper = Invoice.objects.filter(Q(number__icontains=self.words) | Q(supplier__icontains=self.words))
        billed = Exists(on_paper.filter(proof=OuterRef("pk")))
        billed_claim = Exists(on_paper.filter(proof=OuterRef("proof")))
        plans = Plan.objects.visible_to(user).filter(named).values(**_shape("name"))
        proofs = Proof.objects.visible_to(user).filter(named | Q(billed)).values(**_shape("name"))
        claims = Claim.objects.visible_to(user).filter(of_claim | Q(billed_claim)).values(**_shape("proof__name"))
        groups = [
            {"label": _("Plans"), "rows": _rows(plans, "portal:plan", PlanStatus)},
            {"label": _("Proofs"), "rows": _rows(proofs, "portal:proof", ProofStatus)},
            {"label": _("Claims"), "rows": _rows(claims, "portal:claim", ClaimStatus)},
        ]
        if user.is_vendor:
            groups.append({"label": _("Partners"), "rows": self._partners()})
        return groups

    def _partners(self) -> list[dict[str, Any]]:
        rows = partners_of(self.request.user).filter(name__icontains=self.words).order_by("name")[:MOST]
        return [
            {"title": one.name, "note": one.country, "href": reverse("incentives:partner", args=[one.pk])}
            for one in rows
        ]


def _shape(name: str) -> dict[str, Any]:
    return {"key": F("pk"), "no": F("number"), "title": F(name), "state": F("status"), "at": F("created_at"), **PLACE}


def _rows(found: Any, name: str, states: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": row["title"] or row["no"],
            "note": f"{row['no']}, {row['partner']}, {row['program']}",
            "status": row["state"],
            "label": states(row["state"]).label,
            "href": reverse(name, args=[row["key"]]),
        }
        for row in found.order_by("-at")[:MOST]
    ]
