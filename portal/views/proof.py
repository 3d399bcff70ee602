from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from claims import rules as claim_rules
from claims.choices import ClaimStatus
from claims.models import Claim
from core.errors import Problem
from core.permissions import can
from core.views import Page
from portal import cards
from portal.timeline import timeline_of
from proofs import forms
from proofs import rules as proof_rules
from proofs.assessment import assess
from proofs.checks.kinds import KINDS, accept_attribute
from proofs.checks.limits import MAX_FILE_BYTES
from proofs.choices import PATH, WITH_PARTNER, FindingState, ProofStatus
from proofs.evidence import dossier_of, evidence_of
from proofs.models import Document, Proof
from proofs.requirements import eligible_total, summary

ICONS = {"editing": "pencil", "under_review": "eye", "approved": "check", "action_required": "alert-circle"}


class ProofPage(Page):
    """The evidence page: requirement cards, files, what is left, history.

    A script that asks with HX-Request gets only the parts that change (static/js/live.js).
    """

    model = Proof
    permission = "proofs.view"
    template = "portal/proof.html"
    fragment = "portal/_proof_live.html"

    def get_queryset(self) -> Any:
        return Proof.objects.visible_to(self.request.user).for_page()

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = self.render(self.fragment if self.is_fragment() else "")
        response["Vary"] = "HX-Request, Cookie"
        return response

    def is_fragment(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        proof, user = self.object, self.request.user
        dossier = dossier_of(proof, user)
        evidence = evidence_of(proof, dossier)
        checklist = assess(evidence)
        findings = list(
            proof.findings.filter(sent=True)
            .exclude(state=FindingState.CLOSED)
            .select_related("created_by", "fixed_by", "document")
        )
        editable = can(user, "proofs.edit", proof)
        claim = proof.claims.order_by("-created_at").first()
        page = cards.Builder(proof, dossier, checklist, findings, user=user, editable=bool(editable)).page()
        problems = self.problems(checklist.problems, findings, claim) if proof.status in WITH_PARTNER else []
        passed, total, needs_you = summary(checklist)
        shown = self.request.GET.get("history", "")
        entries, older = self.entries(shown)
        return super().get_context(
            page=page,
            zone=proof.enrollment.program.deadline_zone,
            passed=passed,
            total=total,
            needs_you=needs_you,
            progress_note=cards.progress_note(page),
            left=cards.left_items(page, problems),
            editable=bool(editable),
            locked_reason="" if editable or user.is_vendor else editable.reason,
            send=self.send_button(findings),
            claim=claim,
            claim_link=_link(claim),
            claim_status=ClaimStatus(claim.status).label if claim else "",
            page_status=ProofStatus(proof.status).label,
            last_day=claim_rules.last_day_to_send(proof) if proof.status == ProofStatus.EDITING else None,
            sent_from=self.sent_from(),
            proven=eligible_total(evidence),
            over_budget=self.over_budget(),
            findings=findings,
            fixed=sum(one.state == FindingState.FIXED for one in findings),
            people=self.people(dossier),
            steps=self.steps(),
            comments_open=bool(editable) and page.comments_open,
            comments_form=forms.CommentsForm(initial={"final_comments": proof.final_comments}, auto_id="comments_%s"),
            comment_allowed=bool(can(user, "proofs.comment", proof)),
            entries=entries,
            older=older,
            shown=shown,
            max_bytes=MAX_FILE_BYTES,
            bin_count=self.bin_count() if editable else 0,
            bin_accept=accept_attribute(KINDS),
            vendor_name=settings.VENDOR_NAME,
            correcting=proof.status == ProofStatus.ACTION_REQUIRED and bool(editable),
            **extra,
        )

    def bin_count(self) -> int:
        """Files that wait in the receipt bin of this enrolment."""
        return Document.objects.in_bin().filter(bin__enrollment=self.object.enrollment_id).count()

    def problems(self, gaps: Any, findings: list[Any], claim: Claim | None) -> list[Problem]:
        """What claims.rules.submission_problems says, from rows that were read already."""
        returned = claim is not None and claim.status == ProofStatus.ACTION_REQUIRED
        if claim is not None and returned:
            claim.proof, claim.enrollment = self.object, self.object.enrollment
            window = claim_rules.correction_is_open(claim, {})
        else:
            window = claim_rules.window_is_open(self.object)
        open_ones = [
            Problem("finding_open", _("Still to fix: %(text)s") % {"text": one.text}, anchor=f"finding-{one.pk}")
            for one in findings
            if one.state == FindingState.OPEN
        ]
        year = proof_rules.type_fits_the_year(self.object, {})
        return [*window, *proof_rules.location_is_enrolled(self.object, {}), *gaps, *year, *open_ones]

    def send_button(self, findings: list[Any]) -> dict[str, Any] | None:
        """The button is always there for the partner while it is theirs; pressed too early it lists the gaps."""
        if self.object.status not in WITH_PARTNER or self.request.user.is_vendor:
            return None
        decision = can(self.request.user, "proofs.submit", self.object)
        label = _("Send to %(vendor)s") % {"vendor": settings.VENDOR_NAME}
        if self.object.status == ProofStatus.ACTION_REQUIRED:
            fixed = sum(one.state == FindingState.FIXED for one in findings)
            label = _("Send back for review (%(fixed)s of %(all)s fixed)") % {"fixed": fixed, "all": len(findings)}
        return {"label": label, "reason": decision.reason}

    def sent_from(self) -> Any:
        """The day from which a draft without plan can be sent, while it cannot yet (P-05, R-FUND-10)."""
        proof = self.object
        if not proof.without_plan or proof.status != ProofStatus.EDITING or self.request.user.is_vendor:
            return None
        start = proof.period.claiming_start
        return start if proof.enrollment.program.today() < start else None

    def over_budget(self) -> bool:
        """R-POE-11: a warning, never a stop."""
        activity, total = self.object.activity, self.object.activity_total
        return activity is not None and total is not None and total > activity.budget_in_force

    def people(self, dossier: Any) -> list[dict[str, Any]]:
        """Who started it, who added files, who reviews."""
        user = self.request.user
        rows: dict[Any, dict[str, Any]] = {}
        for person, role in [
            (self.object.created_by, _("started it")),
            *((one.uploaded_by, _("added files")) for one in dossier.documents),
            (self.object.activity.campaign.plan.reviewer if self.object.activity else None, _("reviewer")),
        ]:
            if person is not None and person.pk not in rows:
                rows[person.pk] = {
                    "name": person.display_name, "role": role, "vendor": person.is_vendor, "you": person.pk == user.pk,
                }  # fmt: skip
        return list(rows.values())

    def steps(self) -> list[dict[str, Any]]:
        """The usual way of a proof, with the place where this one stands."""
        status = ProofStatus(self.object.status)
        here = {ProofStatus.ACTION_REQUIRED: ProofStatus.UNDER_REVIEW, ProofStatus.REJECTED: ProofStatus.APPROVED}
        place = PATH.index(here.get(status, status))
        steps = []
        for index, one in enumerate(PATH):
            state = "done" if index < place or status == ProofStatus.APPROVED else "todo"
            label = one.label
            if index == place and status != ProofStatus.APPROVED:
                state, label = "current", status.label
            steps.append({"label": label, "note": "", "state": state})
        return steps

    def entries(self, only: str) -> tuple[list[dict[str, Any]], bool]:
        if self.is_fragment():
            return [], False
        return timeline_of(self.object.pk, self.request.user, only, everything="all" in self.request.GET)


def _link(claim: Claim | None) -> Any:
    return format_html('<a href="{}">{}</a>', claim.get_absolute_url(), claim.number) if claim else ""
