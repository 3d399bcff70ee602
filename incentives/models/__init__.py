from incentives.models.activity_type import ActivityType
from incentives.models.enrollment import Enrollment, IncentiveRole, VendorRole
from incentives.models.program import FundType, Period, Program, ProgramYear

__all__ = [
    "ActivityType",
    "Enrollment",
    "FundType",
    "IncentiveRole",
    "Period",
    "Program",
    "ProgramYear",
    "VendorRole",
]
