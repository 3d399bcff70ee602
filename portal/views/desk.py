from claims.models import Claim
from core.views import Page


class Desk(Page):
    """The review desk of one claim: documents left, facts, checks and decision right."""

    model = Claim
    permission = "claims.review"
    template = "portal/desk.html"


class Queue(Page):
    """What the vendor owes an answer, by age against the promise."""

    permission = "claims.queue"
    template = "portal/queue.html"
