from core.views import Page
from plans.models import Plan


class PlanPage(Page):
    """The plan with its proofs and claims."""

    model = Plan
    permission = "plans.view"
    template = "portal/plan.html"
