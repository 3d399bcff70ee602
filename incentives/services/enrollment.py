"""Enrolments of a location in a program."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Location
from core import history
from core.permissions import require
from core.workflow import lock
from incentives.choices import EnrollmentStatus
from incentives.models import Enrollment, Program

history.describe(
    {
        "incentives.enroll": _("enrolled"),
        "incentives.set_enrollment": _("changed the enrolment of"),
    }
)


def enroll(location: Location, program: Program, *, actor: Any, currency: str = "") -> Enrollment:
    """Enrol a location; currency defaults to the program's."""
    with transaction.atomic():
        enrollment = Enrollment.objects.create(
            location=location, program=program, currency=currency or program.currency
        )
        history.record(enrollment, "incentives.enroll", actor=actor, new=enrollment.status)
    return enrollment


def set_enrollment_status(enrollment_id: Any, status: str, *, actor: Any) -> Enrollment:
    """Set enrolled or inactive (R-ENR-07). Inactive: nothing new may be planned or submitted."""
    with transaction.atomic():
        enrollment = lock(Enrollment, enrollment_id)
        require(actor, "incentives.set_enrollment", enrollment)
        status = EnrollmentStatus(status)
        if enrollment.status != status:
            old, enrollment.status = enrollment.status, status
            enrollment.save(update_fields=["status"])
            history.record(enrollment, "incentives.set_enrollment", actor=actor, old=old, new=status)
    return enrollment
