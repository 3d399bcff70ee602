"""What must hold for an enrolment: each question returns problems, empty means yes."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from incentives.choices import PayoutState
from incentives.models import Enrollment, PayoutProfile

CARD = "card-bank"


def newest_profile(enrollment: Enrollment | Any) -> PayoutProfile | None:
    """The bank and tax data that count (R-ENR-06), as a query."""
    return PayoutProfile.objects.filter(enrollment=enrollment).order_by("-version").first()


def payout_data_problems(enrollment: Enrollment) -> list[Problem]:
    """D-16, R-ENR-10: bank and tax data are there and were not rejected. Stops the submission of a claim; says nothing
    of what the data are, since incentives users read it too (R-ROLE-12)."""
    state = (
        PayoutProfile.objects.filter(enrollment=enrollment).order_by("-version").values_list("state", flat=True).first()
    )
    if state is None:
        text = _("Bank and tax data of this location are missing. An incentives admin of the location enters them.")
        return [Problem("payout_data_missing", text, "D-16", CARD)]
    if state == PayoutState.REJECTED:
        text = _("The vendor did not accept the bank and tax data. An incentives admin of the location corrects them.")
        return [Problem("payout_data_rejected", text, "D-16", CARD)]
    return []


def payout_data_warning(enrollment: Enrollment) -> str:
    """The same as one sentence for a page, empty when the data are complete (D-16)."""
    return " ".join(str(problem.message) for problem in payout_data_problems(enrollment))
