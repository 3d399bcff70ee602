"""The only writes of plans and their parts, cut by noun."""

from plans.services.bounds import commit_amount, note_execution
from plans.services.parts import (
    add_activity,
    add_campaign,
    delete_activity,
    delete_campaign,
    edit_activity,
    edit_campaign,
    restore_activity,
    restore_campaign,
)
from plans.services.payouts import make_payouts, pay_plan
from plans.services.plan import (
    amend_plan,
    approve_plan,
    comment_plan,
    create_plan,
    edit_plan,
    reject_plan,
    reopen_plan,
    request_plan_action,
    submit_plan,
    take_plan,
)

__all__ = [
    "add_activity",
    "add_campaign",
    "amend_plan",
    "approve_plan",
    "comment_plan",
    "commit_amount",
    "create_plan",
    "delete_activity",
    "delete_campaign",
    "edit_activity",
    "edit_campaign",
    "edit_plan",
    "make_payouts",
    "note_execution",
    "pay_plan",
    "reject_plan",
    "reopen_plan",
    "request_plan_action",
    "restore_activity",
    "restore_campaign",
    "submit_plan",
    "take_plan",
]
