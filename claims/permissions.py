from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import ALLOWED, Decision, denied, not_yours, permission
from incentives.access import access_of
from incentives.permissions import may_claim_without_plan, may_decide, may_draft, may_review, may_sign


@permission("claims.list")
def list_claims(user: Any, obj: Any) -> Decision:
    """The list: anyone with a role on either side."""
    if access_of(user).has_any_role:
        return ALLOWED
    return denied(_("You have no incentives role yet. The home page says who can give you one."))


@permission("claims.view")
def view(user: Any, claim: Any) -> Decision:
    """Who sees it at all is decided on the queryset."""
    return ALLOWED


@permission("claims.submit")
def submit(user: Any, claim: Any) -> Decision:
    """D-01: sent, sent again and withdrawn: with a plan by an incentives admin of the pair, without one by its users
    and the global admin too."""
    if claim.without_plan:
        return may_claim_without_plan(user, claim.enrollment)
    return may_sign(user, claim.enrollment_id)


@permission("claims.review")
def review(user: Any, claim: Any) -> Decision:
    """Take, assign, ask for action, recommend: the vendor's people of the program (D-01)."""
    return may_review(user, claim)


@permission("claims.queue")
def queue(user: Any, obj: Any) -> Decision:
    """The vendor's list of what waits for an answer."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(_("This is the vendor's part."))
    return ALLOWED if access.has_any_role else denied(_("You have no role in any program yet."))


@permission("claims.decide")
def decide(user: Any, claim: Any) -> Decision:
    """D-01: approve or reject."""
    return may_decide(user, claim)


@permission("claims.dispute")
def dispute(user: Any, claim: Any) -> Decision:
    """D-01: the pair's incentives admins; its users too where the program says so (C-04)."""
    if claim.enrollment.program.users_may_dispute:
        return may_draft(user, claim.enrollment_id)
    return may_sign(user, claim.enrollment_id)


@permission("claims.bundle")
def bundle(user: Any, claim: Any) -> Decision:
    """D-01: bundles are for the vendor's people."""
    return may_review(user, claim)


@permission("claims.system")
def system(user: Any, claim: Any) -> Decision:
    """Moves of our own jobs; no person makes them."""
    return not_yours(_("The system does this."))


@permission("payments.list")
def list_payments(user: Any, obj: Any) -> Decision:
    """The list of payments: anyone with a role on either side (R-DASH-07)."""
    return list_claims(user, obj)


@permission("payments.view")
def view_payment(user: Any, payment: Any) -> Decision:
    """Who sees it at all is decided on the queryset; bank data stand apart (R-ROLE-12)."""
    return ALLOWED


@permission("payments.manage")
def manage_payment(user: Any, payment: Any) -> Decision:
    """D-01: the vendor's incentives admin holds back, pays again, judges tax invoices."""
    return may_decide(user, payment)


@permission("payments.tax_invoice")
def tax_invoice(user: Any, payment: Any) -> Decision:
    """D-01, D-16: an incentives admin of the pair sends the tax invoice."""
    return may_sign(user, payment.enrollment_id)


@permission("payments.remittance")
def remittance(user: Any, payment: Any) -> Decision:
    """The advice names the bank account, masked: incentives admins of either side (R-ROLE-12)."""
    if user.is_vendor:
        return may_decide(user, payment)
    return may_sign(user, payment.enrollment_id)


@permission("payments.runs")
def list_runs(user: Any, obj: Any) -> Decision:
    """D-01: payment runs are the vendor's incentives admins'."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(_("This is the vendor's part."))
    if access.administers or access.administers_all:
        return ALLOWED
    return denied(_("Only an incentives admin pays."))


@permission("runs.manage")
def manage_run(user: Any, run: Any) -> Decision:
    """D-01: preview, confirm, file and the bank's result of a run of one's program."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(_("This is the vendor's part."))
    if access.may_administer(run.program_id):
        return ALLOWED
    return denied(_("Only an incentives admin of this program pays."))


@permission("payments.system")
def payment_system(user: Any, payment: Any) -> Decision:
    """Moves that follow an approval, a run or the calendar; no person makes them alone."""
    return not_yours(_("The system does this."))
