from django.utils.translation import gettext_lazy as _

from core.models import Holder
from core.workflow import Transition, Workflow
from plans import permissions, rules  # noqa: F401  permissions register themselves
from plans.choices import PlanStatus as S

PLAN = Workflow(
    name="plans",
    states=S,
    initial=S.EDITING,
    holders={
        S.EDITING: Holder.PARTNER,
        S.ACTION_REQUIRED: Holder.PARTNER,
        S.SUBMITTED: Holder.VENDOR,
        S.UNDER_REVIEW: Holder.VENDOR,
        S.APPROVED: Holder.NOBODY,
        S.REJECTED: Holder.PARTNER,
    },
    transitions=(
        Transition(
            "submit",
            (S.EDITING,),
            S.SUBMITTED,
            "plans.submit",
            _("Send for approval"),
            _("sent the plan for approval"),
            guards=rules.SUBMISSION,
            comment_label=_("Comment to the reviewer"),
            tone="primary",
        ),
        Transition(
            "take",
            (S.SUBMITTED,),
            S.UNDER_REVIEW,
            "plans.review",
            _("Start the review"),
            _("started the review"),
            comment="none",
            tone="primary",
        ),
        Transition(
            "request_action",
            (S.UNDER_REVIEW,),
            S.ACTION_REQUIRED,
            "plans.review",
            _("Request action"),
            _("asked for changes"),
            comment="required",
            comment_label=_("What must the partner change?"),
        ),
        Transition(
            "approve",
            (S.UNDER_REVIEW,),
            S.APPROVED,
            "plans.decide",
            _("Approve"),
            _("approved the plan"),
            guards=(rules.limit_is_sound,),
            tone="primary",
        ),
        Transition(
            "reject",
            (S.UNDER_REVIEW,),
            S.REJECTED,
            "plans.decide",
            _("Reject"),
            _("rejected the plan"),
            comment="required",
            comment_label=_("Why is the plan rejected?"),
            tone="danger",
        ),
        Transition(
            "reopen",
            (S.ACTION_REQUIRED, S.REJECTED),
            S.EDITING,
            "plans.draft",
            _("Open for editing"),
            _("opened the plan for editing"),
            guards=(rules.window_is_open,),
            comment="none",
            tone="primary",
        ),
        # Amendment of an approved plan (approved to editing, D-10): from part 2.
    ),
)
