from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import ALLOWED, Decision, denied, not_yours, permission
from incentives.access import access_of
from incentives.permissions import PARTNER_SIDE, may_decide, may_draft, may_review, may_sign
from plans.choices import PlanStatus


def _as_plan_admin(user: Any, plan: Any) -> bool:
    """Global and billing admins act on plans as an incentives admin does (D-01)."""
    access = access_of(user)
    return (access.global_admin or access.billing_admin) and access.company == plan.enrollment.location.partner_id


@permission("plans.list")
def list_plans(user: Any, obj: Any) -> Decision:
    """The list: anyone with a role on either side."""
    if access_of(user).has_any_role:
        return ALLOWED
    return denied(_("You have no incentives role yet. The home page says who can give you one."))


@permission("plans.view")
def view(user: Any, plan: Any) -> Decision:
    """Who sees it at all is decided on the queryset."""
    return ALLOWED


@permission("plans.create")
def create(user: Any, enrollment: Any) -> Decision:
    """D-01: who drafts at the location; global and billing admins for the whole company."""
    access = access_of(user)
    if access.is_vendor:
        return not_yours(PARTNER_SIDE)
    company_wide = access.global_admin or access.billing_admin
    if enrollment is None:
        if access.works_on or company_wide:
            return ALLOWED
        return denied(_("You have no incentives role yet."))
    if company_wide and access.company == enrollment.location.partner_id:
        return ALLOWED
    return may_draft(user, enrollment.pk)


@permission("plans.draft")
def draft(user: Any, plan: Any) -> Decision:
    """Write on the plan's side of the partner, whatever its state."""
    return ALLOWED if _as_plan_admin(user, plan) else may_draft(user, plan.enrollment_id)


@permission("plans.edit")
def edit(user: Any, plan: Any) -> Decision:
    """R-PLAN-09: after submission nothing is edited until the vendor sends it back."""
    decision = draft(user, plan)
    if decision and plan.status != PlanStatus.EDITING:
        if plan.status == PlanStatus.ACTION_REQUIRED:
            return denied(_("Open the plan for editing first."))
        if plan.status == PlanStatus.APPROVED:
            return denied(_("The plan is approved. An incentives admin can open it for changes."))
        return denied(_("The plan has been sent. It can be edited again when the vendor sends it back."))
    return decision


@permission("plans.edit_part")
def edit_part(user: Any, part: Any) -> Decision:
    """Campaigns and activities are edited with their plan."""
    return edit(user, part.plan)


@permission("plans.submit")
def submit(user: Any, plan: Any) -> Decision:
    """D-01: submitting binds the company."""
    return ALLOWED if _as_plan_admin(user, plan) else may_sign(user, plan.enrollment_id)


@permission("plans.review")
def review(user: Any, plan: Any) -> Decision:
    """Take, ask for action: the vendor's people of the program (D-01)."""
    return may_review(user, plan)


@permission("plans.decide")
def decide(user: Any, plan: Any) -> Decision:
    """D-02: any vendor incentives admin of the program may decide."""
    return may_decide(user, plan)


@permission("plans.comment")
def comment(user: Any, plan: Any) -> Decision:
    """Both sides may comment on what they may work on."""
    return review(user, plan) if user.is_vendor else draft(user, plan)
