from accounts.views.invitation import AcceptInvitation
from accounts.views.people import CompanyRoles, InviteColleague, Reinvite, RevokeInvitation, SetAccount
from accounts.views.profile import Profile

__all__ = [
    "AcceptInvitation",
    "CompanyRoles",
    "InviteColleague",
    "Profile",
    "Reinvite",
    "RevokeInvitation",
    "SetAccount",
]
