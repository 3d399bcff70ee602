from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from claims.choices import ClaimStatus, Recommendation
from claims.models import Claim
from claims.workflow import CLAIM
from core import clock
from core.permissions import can
from core.views import Page
from core.workflow import available
from portal import dossier, queue
from portal.cards import THUMB_BYTES
from portal.timeline import timeline_of
from portal.views.claim import RELATED, bundle_size, findings_of, is_useful
from proofs.checks.words import passed_text
from proofs.choices import Level, Section
from proofs.evidence import PICTURES, checklist_of, dossier_of
from proofs.models import Document, DocumentCheck, InvoiceLine
from proofs.requirements import Checklist

TABS = ("facts", "checks", "card", "history")
FRAGMENT = "desk"  # html id of the part that htmx exchanges
UNSHOWABLE = ("tiff", "heic")  # pictures that browsers do not draw
ASSIGNABLE = (ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.ACTION_REQUIRED)


class Desk(Page):
    """The review desk of one claim: documents left, facts, checks and decision right."""

    model = Claim
    permission = "claims.review"
    select_related = RELATED
    template = "portal/desk.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Target") == FRAGMENT:
            return self.render(template="portal/_desk.html")
        return self.render()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        claim, user, params = self.object, self.request.user, self.request.GET
        claim.proof.enrollment = claim.enrollment
        dossier.attach_people(claim)
        documents = dossier.documents_of(claim.proof_id, verdicts=True)
        for row in documents:
            row["thumb"] = thumb_of(row)
        current = current_document(documents, params.get("doc", ""))
        tab = params.get("tab") if params.get("tab") in TABS else TABS[0]
        review = can(user, "proofs.review", claim.proof)
        base = reverse("portal:desk", args=[claim.pk])
        return super().get_context(
            claim=claim,
            proof=claim.proof,
            zone=claim.enrollment.program.deadline_zone,
            status_label=ClaimStatus(claim.status).label,
            base=base,
            tab=tab,
            documents=documents,
            current=current,
            viewer=viewer_of(current) if current else None,
            to_judge=[row for row in documents if not row["verdict"]],
            may_review=review.allowed,
            review_reason=review.reason,
            findings=findings_of(claim, user),
            clock=queue.clock_of(claim.due_at, claim.submitted_at, claim.status, clock.now()),
            moves={move.name: move for move in available(CLAIM, claim, user) if is_useful(move, claim)},
            may_assign=claim.status in ASSIGNABLE,
            accepted=claim.recommended_amount if claim.recommendation == Recommendation.APPROVE else None,
            bundle_size=bundle_size(documents),
            **self.tab_context(tab, current, documents),
            **extra,
        )

    def tab_context(self, tab: str, current: dict[str, Any] | None, documents: list[dict[str, Any]]) -> dict[str, Any]:
        """Only what the open tab shows is read."""
        claim = self.object
        if tab == "checks":
            dossier.attach_activity(claim.proof)
            checklist = checklist_of(claim.proof, dossier_of(claim.proof, self.request.user))
            of_current = [one for one in checklist.matches if current and one.document_id == current["id"]]
            return {
                "checks": checks_of(current["id"]) if current else [],
                "matches": of_current,
                "others": [one for one in checklist.matches if one not in of_current],
            }
        if tab == "card":
            dossier.attach_activity(claim.proof)
            checklist = checklist_of(claim.proof)
            return {"card": card_of(checklist, current), "cards": checklist.cards}
        if tab == "history":
            entries, older = timeline_of(claim.history_thread, self.request.user)
            return {"history": entries, "older": older}
        invoices = dossier.invoices_of(claim.proof_id)
        report = dossier.certification_of(claim.proof_id, documents)
        return {
            "invoices": invoices,
            "invoice": next((one for one in invoices if current and one["id"] == current["invoice_id"]), None),
            "certification": report,
            "signature": dossier.signature_words(report, claim.enrollment.program.deadline_zone),
            "shows_certification": bool(current) and current["section"] == Section.CERTIFICATION,
            "proven": dossier.proven_total(claim.proof, invoices, report),
            "metrics": dossier.metrics_of(claim.proof),
            "typed_facts": dossier.typed_facts(claim.proof),
            "core": dossier.core_requirements_of(claim.proof, current["id"] if current else None),
            "lines": invoice_lines(current, dossier.expense_labels(claim.proof)),
            "detail": Document.objects.filter(pk=current["id"]).values("note", "facts", "media_type").first()
            if current
            else None,
        }


def invoice_lines(current: dict[str, Any] | None, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Lines of the invoice that the open document belongs to, with the names of their expense types."""
    if current is None or current["invoice_id"] is None:
        return []
    rows = InvoiceLine.objects.filter(invoice_id=current["invoice_id"]).order_by("position")
    found = list(rows.values("description", "expense_type", "net", "tax", "gross", "attendee"))
    for row in found:
        row["expense"] = labels.get(row["expense_type"], row["expense_type"])
    return found


def current_document(documents: list[dict[str, Any]], asked: str) -> dict[str, Any] | None:
    """The document asked for, else the first one without a verdict, else the first. 404 for one of another claim."""
    if asked:
        for row in documents:
            if str(row["id"]) == asked:
                return row
        raise Http404
    return next((row for row in documents if not row["verdict"]), documents[0] if documents else None)


def viewer_of(row: dict[str, Any]) -> dict[str, Any]:
    """How the viewer shows a document; what is not clean is never shown."""
    servable = bool(row["key"]) and row["state"] == "clean"
    kind = "other"
    if servable and row["kind"] == "pdf":
        kind = "pdf"
    elif servable and row["kind"] in PICTURES and row["kind"] not in UNSHOWABLE:
        kind = "image"
    elif row["value"]:
        kind = row["kind"]
    return {
        "kind": kind,
        "file": f"{row['href']}view/" if kind in ("pdf", "image") else "",
        "download": f"{row['href']}download/" if servable else "",
    }


def thumb_of(row: dict[str, Any]) -> str:
    """Address of the thumbnail of a clean file; while there is none a small picture is its own."""
    shown = viewer_of(row)
    if row["has_thumbnail"] and shown["download"]:
        return f"{row['href']}pictures/0/"
    return shown["file"] if shown["kind"] == "image" and row["size"] <= THUMB_BYTES else ""


def checks_of(document_id: Any) -> list[dict[str, Any]]:
    rows = DocumentCheck.objects.filter(document_id=document_id).order_by("position")
    found = list(rows.values("check_name", "version", "level", "message", "detail"))
    for row in found:
        row["message"] = row["message"] or passed_text(row["check_name"])
        row["good"] = row["level"] in (Level.PASS, Level.NOTE)
    return found


def card_of(checklist: Checklist, current: dict[str, Any] | None) -> Any:
    """The requirement that the open document was put on; None when the type no longer asks for it."""
    if current is None:
        return None
    try:
        return checklist.card(current["card"])
    except KeyError:
        return None


class Queue(Page):
    """What the vendor owes an answer, by age against the promise."""

    permission = "claims.queue"
    template = "portal/queue.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "next" in request.GET:
            return self.go_to_next(request.GET["next"])
        return self.render()

    def go_to_next(self, after: str) -> HttpResponse:
        """The desk of the open claim that comes after the one named: mine or nobody's, the most urgent first."""
        pk = queue.next_claim(self.request.user, after)
        if pk is None:
            return HttpResponseRedirect(reverse("portal:queue"))
        return HttpResponseRedirect(reverse("portal:desk", args=[pk]))

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(**queue.page_of(self.request.user, self.request.GET), **extra)
