"""People, companies and roles. Each function makes what it needs and takes what you give."""

from itertools import count

from accounts.choices import Side
from accounts.models import Location, Membership, Partner, User
from incentives.choices import PartnerRole, VendorRoleKind
from incentives.models import IncentiveRole, VendorRole

PASSWORD = "correct horse battery"
_number = count(1)


def make_user(name="", *, side=Side.PARTNER, email="", **fields):
    number = next(_number)
    name = name or f"Person {number}"
    email = email or f"person{number}@example.com"
    return User.objects.create_user(email, PASSWORD, name=name, side=side, **fields)


def make_partner(name="Fabrikam Retail GmbH", country="DE"):
    return Partner.objects.create(name=name, country=country)


def make_location(partner=None, *, name="Fabrikam Munich", city="Munich", country="DE"):
    partner = partner or make_partner()
    return Location.objects.create(
        partner=partner, code=f"{4000000 + next(_number)}", name=name, city=city, country=country
    )


def make_member(partner, name="", **roles):
    """A person of a company; roles: global_admin, account_admin, billing_admin."""
    user = make_user(name)
    Membership.objects.create(user=user, partner=partner, **roles)
    return user


def make_incentive_user(enrollment, name="", role=PartnerRole.USER):
    user = make_member(enrollment.location.partner, name)
    IncentiveRole.objects.create(user=user, enrollment=enrollment, role=role)
    return user


def make_incentive_admin(enrollment, name=""):
    return make_incentive_user(enrollment, name, PartnerRole.ADMIN)


def make_vendor_person(program=None, name="", role=VendorRoleKind.REVIEWER):
    user = make_user(name, side=Side.VENDOR)
    VendorRole.objects.create(user=user, program=program, role=role)
    return user


def make_reviewer(program, name=""):
    return make_vendor_person(program, name, VendorRoleKind.REVIEWER)


def make_vendor_admin(program=None, name=""):
    return make_vendor_person(program, name, VendorRoleKind.ADMIN)
