from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import ALLOWED, Decision, denied, not_yours, permission
from incentives.access import access_of

PARTNER_SIDE = _("This is the partner's part.")
VENDOR_SIDE = _("This is the vendor's part.")


def may_draft(user: Any, enrollment_id: Any) -> Decision:
    """D-01: incentives users and admins of the pair draft and edit."""
    access = access_of(user)
    if access.is_vendor:
        return not_yours(PARTNER_SIDE)
    if enrollment_id in access.works_on:
        return ALLOWED
    return denied(_("You have no incentives role for this location and program. Ask a global or account admin."))


def may_sign(user: Any, enrollment_id: Any) -> Decision:
    """D-01: what binds the company is for the pair's incentives admins."""
    access = access_of(user)
    if access.is_vendor:
        return not_yours(PARTNER_SIDE)
    if enrollment_id in access.admin_of:
        return ALLOWED
    return denied(_("Only an incentives admin of this location may do this."))


def may_claim_without_plan(user: Any, enrollment: Any) -> Decision:
    """D-01: a claim without plan is drafted, sent and withdrawn by users and admins of the pair alike, and by the
    company's global admin, who needs no role for it."""
    access = access_of(user)
    if access.global_admin and access.company == enrollment.location.partner_id:
        return ALLOWED
    return may_draft(user, enrollment.pk)


def may_review(user: Any, obj: Any) -> Decision:
    """D-01: the vendor's reviewers and incentives admins of the program of `obj.enrollment`."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if access.may_review(obj.enrollment.program_id):
        return ALLOWED
    return denied(_("You have no role in this program."))


def may_decide(user: Any, obj: Any) -> Decision:
    """D-01: only the vendor's incentives admins of the program decide."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if access.may_administer(obj.enrollment.program_id):
        return ALLOWED
    return denied(_("Only an incentives admin of this program decides. You can recommend."))


@permission("incentives.give_vendor_roles")
def give_vendor_roles(user: Any, program: Any) -> Decision:
    """D-03: vendor incentives admins give vendor roles, in the programs they administer."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if program is None:
        allowed = bool(access.administers) or access.administers_all
    else:
        allowed = access.may_administer(program.pk)
    return ALLOWED if allowed else denied(_("Only an incentives admin of the program gives its roles."))


@permission("incentives.set_enrollment")
def set_enrollment(user: Any, enrollment: Any) -> Decision:
    """The vendor's incentives admin of the program sets enrolled or inactive."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if enrollment is not None and not access.may_administer(enrollment.program_id):
        return denied(_("Only an incentives admin of this program changes enrolments."))
    return ALLOWED


@permission("incentives.see_partners")
def see_partners(user: Any, obj: Any) -> Decision:
    """The vendor's list of partners and enrolments."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    return ALLOWED if access.has_any_role else denied(_("You have no role in any program yet."))


@permission("incentives.use")
def use(user: Any, obj: Any) -> Decision:
    """Pages of the incentives area: anyone with a role in it (R-ROLE-06, R-ROLE-07)."""
    if access_of(user).has_any_role:
        return ALLOWED
    return denied(_("You have no incentives role yet. The home page says who can give you one."))


@permission("incentives.see_funds")
def see_funds(user: Any, fund: Any) -> Decision:
    """Funds and their ledger: who sees the enrolment at all is decided on the queryset (R-ROLE-02, R-ROLE-12)."""
    if access_of(user).has_any_role:
        return ALLOWED
    return denied(_("You have no incentives role yet. The home page says who can give you one."))


@permission("incentives.set_calendar")
def set_calendar(user: Any, program: Any) -> Decision:
    """Periods, program years, zone and holidays are the vendor's incentives admin's (D-01, R-CAL-11)."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    allowed = access.may_administer(program.pk)
    return ALLOWED if allowed else denied(_("Only an incentives admin of this program changes its calendar."))


@permission("incentives.set_rules")
def set_rules(user: Any, program: Any) -> Decision:
    """Facts, activity types and levels of a program are its incentives admins' (D-01, R-PROG-07). Without a program, to
    add one: who administers every program, coming ones too."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if program is None:
        return ALLOWED if access.administers_all else denied(_("Only an admin of every program adds one."))
    allowed = access.may_administer(program.pk)
    return ALLOWED if allowed else denied(_("Only an incentives admin of this program changes its rules."))


@permission("incentives.book")
def book(user: Any, fund: Any) -> Decision:
    """Earnings, adjustments, rates, calendar: program data is the vendor's incentives admin's (D-01). Without a fund or
    program: whether the person administers any program."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if fund is None:
        allowed = bool(access.administers) or access.administers_all
    else:
        allowed = access.may_administer(fund.enrollment.program_id)
    return ALLOWED if allowed else denied(_("Only an incentives admin of this program does this."))


@permission("incentives.bank_data")
def bank_data(user: Any, enrollment: Any) -> Decision:
    """D-01, R-ROLE-12: an incentives admin of the pair sees (masked) and enters bank and tax data."""
    return may_sign(user, enrollment.pk)


@permission("incentives.check_bank_data")
def check_bank_data(user: Any, enrollment: Any) -> Decision:
    """D-16: the vendor's incentives admin of the program validates them."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if access.may_administer(enrollment.program_id):
        return ALLOWED
    return denied(_("Only an incentives admin of this program validates bank data."))


@permission("incentives.bank_list")
def bank_list(user: Any, obj: Any) -> Decision:
    """The list of bank and tax data: incentives admins of either side."""
    access = access_of(user)
    own = access.administers if access.is_vendor else access.admin_of
    allowed = bool(own) or access.administers_all
    return ALLOWED if allowed else denied(_("Bank data are for incentives admins only."))


@permission("incentives.paying_account")
def paying_account(user: Any, program: Any) -> Decision:
    """The vendor's own accounts: its incentives admins of the program."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if access.may_administer(program.pk):
        return ALLOWED
    return denied(_("Only an incentives admin of this program does this."))


@permission("incentives.import_earnings")
def import_earnings(user: Any, earnings_import: Any) -> Decision:
    """Files of earnings: the vendor's incentives admin, of every program the file speaks of (D-01)."""
    access = access_of(user)
    if not access.is_vendor:
        return not_yours(VENDOR_SIDE)
    if access.administers_all:
        return ALLOWED
    known = set(earnings_import.program_ids) if earnings_import is not None else set()
    if access.administers and known <= access.administers:
        return ALLOWED
    return denied(_("Only an incentives admin of every program in this file does this."))
