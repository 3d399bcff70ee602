"""What one person may reach: computed once a request from the rows that give roles, so that a change works with
the next request (D-03)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from accounts.choices import SEES_COMPANY
from incentives.choices import PartnerRole, VendorRoleKind


@dataclass(frozen=True)
class Access:
    """company: id of the person's partner company · sees_company: a company role shows all its locations ·
    admin_of, user_of: enrolment ids · reviews, administers: program ids · reviews_all, administers_all: the
    vendor role holds for every program · has_coop: one of the programs reached has co-op funds (R-ROLE-10)."""

    is_vendor: bool = False
    company: UUID | None = None
    global_admin: bool = False
    account_admin: bool = False
    billing_admin: bool = False
    admin_of: frozenset[UUID] = field(default_factory=frozenset)
    user_of: frozenset[UUID] = field(default_factory=frozenset)
    reviews: frozenset[int] = field(default_factory=frozenset)
    administers: frozenset[int] = field(default_factory=frozenset)
    reviews_all: bool = False
    administers_all: bool = False
    has_coop: bool = False

    @property
    def sees_company(self) -> bool:
        return any(getattr(self, role) for role in SEES_COMPANY)

    @property
    def works_on(self) -> frozenset[UUID]:
        return self.admin_of | self.user_of

    @property
    def all_programs(self) -> bool:
        return self.reviews_all or self.administers_all

    @property
    def programs(self) -> frozenset[int]:
        return self.reviews | self.administers

    @property
    def has_any_role(self) -> bool:
        if self.is_vendor:
            return bool(self.programs) or self.all_programs
        return bool(self.works_on) or self.sees_company

    def may_administer(self, program_id: int) -> bool:
        return self.is_vendor and (self.administers_all or program_id in self.administers)

    def may_review(self, program_id: int) -> bool:
        """Vendor reviewers and incentives admins alike (D-01)."""
        return self.may_administer(program_id) or (self.is_vendor and (self.reviews_all or program_id in self.reviews))


def access_of(user: Any) -> Access:
    """The person's access, kept on the user object, which lives as long as the request."""
    cached = getattr(user, "_access", None)
    if cached is None:
        cached = user._access = _read(user)
    return cached


def within(user: Any, path: str = "") -> Q:
    """The nail of tenancy, written once: the condition on rows whose enrolment lies at `path` ("" for enrolments
    themselves, "enrollment__" for what hangs on one). One's own pairs; the company's for company roles; the
    program's for the vendor's people (R-ROLE-02, D-01). Without any role it holds for no row.
    """
    access = access_of(user)
    if access.all_programs:
        return Q()
    if access.is_vendor:
        return Q(**{f"{path}program_id__in": access.programs})
    if access.sees_company:
        return Q(**{f"{path}location__partner_id": access.company})
    return Q(**{f"{path}pk__in": access.works_on})


def forget(user: Any) -> None:
    """After roles were changed on this very object."""
    user.__dict__.pop("_access", None)
    user._state.fields_cache.pop("membership", None)


def _read(user: Any) -> Access:
    if not user.is_authenticated or not user.is_active:
        return Access()
    if user.is_vendor:
        return _read_vendor(user)
    membership = getattr(user, "membership", None)
    if membership is None:
        return Access()
    whole_company = any(getattr(membership, role) for role in SEES_COMPANY)
    roles = _rows(
        _PARTNER_ROLES + (_COMPANY if whole_company else ""), user.pk, *[membership.partner_id] * whole_company
    )
    return Access(
        company=membership.partner_id,
        global_admin=membership.global_admin,
        account_admin=membership.account_admin,
        billing_admin=membership.billing_admin,
        admin_of=frozenset(pk for pk, role, _coop in roles if role == PartnerRole.ADMIN),
        user_of=frozenset(pk for pk, role, _coop in roles if role == PartnerRole.USER),
        has_coop=any(coop for _pk, _role, coop in roles),
    )


_PARTNER_ROLES = """
SELECT r.enrollment_id, r.role, p.has_coop FROM incentives_incentiverole r
JOIN incentives_enrollment e ON e.id = r.enrollment_id JOIN incentives_program p ON p.id = e.program_id
WHERE r.user_id = %s
"""
_COMPANY = """
UNION ALL SELECT NULL, '', bool_or(p.has_coop) FROM accounts_location l
JOIN incentives_enrollment e ON e.location_id = l.id JOIN incentives_program p ON p.id = e.program_id
WHERE l.partner_id = %s
"""
_VENDOR_ROLES = """
SELECT r.program_id, r.role, coalesce(p.has_coop, true) FROM incentives_vendorrole r
LEFT JOIN incentives_program p ON p.id = r.program_id WHERE r.user_id = %s
"""


def _rows(query: str, *params: Any) -> list[tuple[Any, str, bool]]:
    """Asked by every request, hence plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def _read_vendor(user: Any) -> Access:
    rows = _rows(_VENDOR_ROLES, user.pk)
    roles = {(pk, role) for pk, role, _coop in rows}
    return Access(
        is_vendor=True,
        reviews=frozenset(pk for pk, role in roles if pk and role == VendorRoleKind.REVIEWER),
        administers=frozenset(pk for pk, role in roles if pk and role == VendorRoleKind.ADMIN),
        reviews_all=(None, VendorRoleKind.REVIEWER) in roles,
        administers_all=(None, VendorRoleKind.ADMIN) in roles,
        has_coop=any(coop for _pk, _role, coop in rows),
    )
