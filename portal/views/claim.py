from claims.models import Claim
from core.views import Page


class ClaimPage(Page):
    """The claim: what is asked, where it stands, its evidence."""

    model = Claim
    permission = "claims.view"
    template = "portal/claim.html"
