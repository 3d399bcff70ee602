from incentives.views.partners import PartnerList, PartnerPage, SetEnrollment
from incentives.views.people import EditRoles, EditVendorRoles, InviteVendorColleague, ReinviteVendorColleague
from incentives.views.programs import ProgramList, ProgramPage

__all__ = [
    "EditRoles",
    "EditVendorRoles",
    "InviteVendorColleague",
    "PartnerList",
    "PartnerPage",
    "ProgramList",
    "ProgramPage",
    "ReinviteVendorColleague",
    "SetEnrollment",
]
