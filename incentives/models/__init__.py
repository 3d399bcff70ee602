from incentives.models.activity_type import ActivityType
from incentives.models.enrollment import Enrollment, IncentiveRole, VendorRole
from incentives.models.fund import Commitment, ExchangeRate, Fund, FundEntry
from incentives.models.program import FundType, Period, Program, ProgramYear

__all__ = [
    "ActivityType",
    "Commitment",
    "Enrollment",
    "ExchangeRate",
    "Fund",
    "FundEntry",
    "FundType",
    "IncentiveRole",
    "Period",
    "Program",
    "ProgramYear",
    "VendorRole",
]
