from accounts.views.invitation import AcceptInvitation
from accounts.views.people import CompanyRoles, InviteColleague, Reinvite, RevokeInvitation, SetAccount

__all__ = ["AcceptInvitation", "CompanyRoles", "InviteColleague", "Reinvite", "RevokeInvitation", "SetAccount"]
