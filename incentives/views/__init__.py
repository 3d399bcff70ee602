from incentives.views.bookings import AdjustFund, RollOverFund
from incentives.views.earnings import (
    BookImport,
    DiscardImport,
    ImportList,
    ImportPage,
    ImportProblems,
    UploadEarnings,
)
from incentives.views.partners import PartnerList, PartnerPage, SetEnrollment
from incentives.views.people import EditRoles, EditVendorRoles, InviteVendorColleague, ReinviteVendorColleague
from incentives.views.programs import ProgramList, ProgramPage
from incentives.views.rates import ImportRates, NewRate, RateTable

__all__ = [
    "AdjustFund",
    "BookImport",
    "DiscardImport",
    "EditRoles",
    "EditVendorRoles",
    "ImportList",
    "ImportPage",
    "ImportProblems",
    "ImportRates",
    "InviteVendorColleague",
    "NewRate",
    "PartnerList",
    "PartnerPage",
    "ProgramList",
    "ProgramPage",
    "RateTable",
    "ReinviteVendorColleague",
    "RollOverFund",
    "SetEnrollment",
    "UploadEarnings",
]
