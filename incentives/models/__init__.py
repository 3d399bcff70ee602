from incentives.models.activity_type import ActivityType
from incentives.models.earnings import Earning, EarningsImport, EarningsLine, EarningsProblem
from incentives.models.enrollment import Enrollment, IncentiveRole, VendorRole
from incentives.models.fund import Commitment, ExchangeRate, Fund, FundEntry
from incentives.models.payout_profile import PayingAccount, PayoutProfile
from incentives.models.program import FundType, Period, Program, ProgramYear, RuleSet
from incentives.models.rule_draft import DraftType, RuleDraft

__all__ = [
    "ActivityType",
    "Commitment",
    "DraftType",
    "Earning",
    "EarningsImport",
    "EarningsLine",
    "EarningsProblem",
    "Enrollment",
    "ExchangeRate",
    "Fund",
    "FundEntry",
    "FundType",
    "IncentiveRole",
    "PayingAccount",
    "PayoutProfile",
    "Period",
    "Program",
    "ProgramYear",
    "RuleDraft",
    "RuleSet",
    "VendorRole",
]
