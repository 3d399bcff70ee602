"""The only writes of programs, calendars, catalogue versions, enrolments and roles, cut by noun."""

from incentives.services.enrollment import (
    enroll,
    set_enrollment_status,
)
from incentives.services.program import (
    create_program,
    create_program_year,
    generate_periods,
    publish_catalogue,
)
from incentives.services.roles import (
    invite_first_vendor_admin,
    invite_vendor_colleague,
    reinvite_vendor_colleague,
    set_role,
    set_roles,
    set_vendor_role,
    set_vendor_roles,
)

__all__ = [
    "create_program",
    "create_program_year",
    "enroll",
    "generate_periods",
    "invite_first_vendor_admin",
    "invite_vendor_colleague",
    "publish_catalogue",
    "reinvite_vendor_colleague",
    "set_enrollment_status",
    "set_role",
    "set_roles",
    "set_vendor_role",
    "set_vendor_roles",
]
