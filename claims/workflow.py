from django.utils.translation import gettext_lazy as _

from claims import permissions, rules  # noqa: F401  permissions register themselves
from claims.choices import ClaimStatus as S
from core.models import Holder
from core.workflow import Transition, Workflow

CLAIM = Workflow(
    name="claims",
    states=S,
    initial=S.EDITING,
    holders={
        S.EDITING: Holder.PARTNER,
        S.ACTION_REQUIRED: Holder.PARTNER,
        S.SUBMITTED: Holder.VENDOR,
        S.UNDER_REVIEW: Holder.VENDOR,
    },
    transitions=(
        Transition(
            "submit",
            (S.EDITING,),
            S.SUBMITTED,
            "claims.submit",
            _("Send"),
            _("sent the claim"),
            # From part 2: funds available, caps, plan limit, bank and tax data.
            guards=(rules.claiming_is_open, rules.evidence_may_be_sent),
            comment_label=_("Comment to the reviewer"),
            tone="primary",
        ),
        Transition(
            "resubmit",
            (S.ACTION_REQUIRED,),
            S.SUBMITTED,
            "claims.submit",
            _("Send back for review"),
            _("sent the claim back for review"),
            guards=(rules.correction_is_open, rules.evidence_may_be_sent),
            comment_label=_("Comment to the reviewer"),
            tone="primary",
        ),
        Transition(
            "withdraw",
            (S.SUBMITTED,),
            S.WITHDRAWN,
            "claims.submit",
            _("Withdraw"),
            _("withdrew the claim"),
            tone="danger",
        ),
        Transition(
            "take",
            (S.SUBMITTED,),
            S.UNDER_REVIEW,
            "claims.review",
            _("Start the review"),
            _("started the review"),
            comment="none",
            tone="primary",
        ),
        Transition(
            "request_action",
            (S.UNDER_REVIEW,),
            S.ACTION_REQUIRED,
            "claims.review",
            _("Request action"),
            _("asked for action"),
            comment="required",
            comment_label=_("What must the partner do?"),
        ),
        Transition(
            "approve",
            (S.UNDER_REVIEW,),
            S.APPROVED,
            "claims.decide",
            _("Approve"),
            _("approved the claim"),
            guards=(rules.approved_amount_is_sound,),
            tone="primary",
        ),
        Transition(
            "reject",
            (S.UNDER_REVIEW,),
            S.REJECTED,
            "claims.decide",
            _("Reject"),
            _("rejected the claim"),
            comment="required",
            comment_label=_("Why is the claim rejected?"),
            tone="danger",
        ),
        Transition(
            "expire",
            (S.EDITING,),
            S.EXPIRED,
            "claims.system",
            _("Expire"),
            _("let the claim expire, its claiming period is over"),
            system=True,
            people=False,
        ),
        Transition(
            "close_unanswered",
            (S.ACTION_REQUIRED,),
            S.REJECTED,
            "claims.system",
            _("Reject, no answer"),
            _("rejected the claim, no answer in time"),
            system=True,
            people=False,
        ),
        # Rejected to disputed and back: from part 2.
    ),
)
