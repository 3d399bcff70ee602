from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import ALLOWED, Decision, denied, not_yours, permission
from incentives.access import access_of
from incentives.permissions import PARTNER_SIDE, may_claim_without_plan, may_draft, may_review, may_sign
from proofs.choices import WITH_PARTNER, ProofStatus
from proofs.models import ReceiptBin
from proofs.rules import takes_evidence_for_dispute


@permission("proofs.list")
def list_proofs(user: Any, obj: Any) -> Decision:
    """The list: anyone with a role on either side."""
    if access_of(user).has_any_role:
        return ALLOWED
    return denied(_("You have no incentives role yet. The home page says who can give you one."))


@permission("proofs.view")
def view(user: Any, proof: Any) -> Decision:
    """Who sees it at all is decided on the queryset; what lies in a receipt bin is for those who may draft there."""
    return draft(user, proof) if isinstance(proof, ReceiptBin) else ALLOWED


@permission("proofs.create")
def create(user: Any, activity: Any) -> Decision:
    """D-01: incentives users and admins of the pair add proofs to an activity."""
    return may_draft(user, activity.campaign.plan.enrollment_id)


@permission("proofs.create_without_plan")
def create_without_plan(user: Any, enrollment: Any) -> Decision:
    """D-01: who starts a claim without plan; no enrolment: whether the person may anywhere."""
    access = access_of(user)
    if access.is_vendor:
        return not_yours(PARTNER_SIDE)
    if enrollment is not None:
        return may_claim_without_plan(user, enrollment)
    if access.works_on or access.global_admin:
        return ALLOWED
    return denied(_("You have no incentives role yet."))


@permission("proofs.draft")
def draft(user: Any, proof: Any) -> Decision:
    """D-01: incentives users and admins of the pair write the evidence; without plan the global admin too."""
    if proof.without_plan:
        return may_claim_without_plan(user, proof.enrollment)
    return may_draft(user, proof.enrollment_id)


@permission("proofs.bins")
def bins(user: Any, obj: Any) -> Decision:
    """The choice of receipt bins: whoever writes evidence anywhere (D-01)."""
    access = access_of(user)
    if access.is_vendor:
        return not_yours(PARTNER_SIDE)
    if access.works_on or access.global_admin:
        return ALLOWED
    return denied(_("You have no incentives role for a location. Ask a global or account admin."))


@permission("proofs.edit")
def edit(user: Any, proof: Any) -> Decision:
    """R-CLM-21: after submission it is locked, unless a reviewer asks for more, or a dispute needs evidence. A receipt
    bin is never sent, hence always open."""
    decision = draft(user, proof)
    if isinstance(proof, ReceiptBin):
        return decision
    if decision and proof.status not in WITH_PARTNER and not takes_evidence_for_dispute(proof):
        return denied(_("This has been sent. It opens again when the vendor asks for something."))
    return decision


@permission("proofs.submit")
def submit(user: Any, proof: Any) -> Decision:
    """D-01: the claim of a planned activity is sent by an incentives admin of the pair, one without plan by whoever may
    draft it."""
    return draft(user, proof) if proof.without_plan else may_sign(user, proof.enrollment_id)


@permission("proofs.review")
def review(user: Any, proof: Any) -> Decision:
    """Verdicts and findings while it is under review."""
    decision = may_review(user, proof)
    if decision and proof.status != ProofStatus.UNDER_REVIEW:
        return denied(_("Start the review first."))
    return decision


@permission("proofs.comment")
def comment(user: Any, proof: Any) -> Decision:
    """Both sides may comment on what they may work on; asked of a proof or of its claim."""
    return may_review(user, proof) if user.is_vendor else draft(user, proof)
