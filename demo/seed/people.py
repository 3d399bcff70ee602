"""Companies, locations, people and roles, given by the people who may give them."""

from typing import Any

from django.contrib.auth.hashers import make_password

from accounts import services as accounts
from accounts.choices import CompanyRole, Side
from accounts.models import Location, Membership, Partner, User
from core import history
from core.history import SystemJob
from demo.seed.cast import COMPANIES, FIRST_ADMIN, PASSWORD, VENDOR, VENDOR_DOMAIN, Company, Person
from incentives import services as incentives
from incentives.access import forget
from incentives.models import Enrollment, Program

JOB = SystemJob("set-up")


class House:
    """Everybody and everything made so far, by the names of cast.py."""

    def __init__(self, programs: dict[str, Program]) -> None:
        self.programs = programs
        self.users: dict[str, User] = {}
        self.enrollments: dict[tuple[str, str], Enrollment] = {}
        self._password = make_password(PASSWORD)

    def open_account(self, user: User, name: str) -> User:
        """One hash for all: hashing sixty times would take longer than everything else."""
        user.password, user.is_active = self._password, True
        user.save(update_fields=["password", "is_active"])
        self.users[name] = user
        return user


def make_vendor(house: House) -> None:
    incentives.invite_first_vendor_admin(f"{FIRST_ADMIN.mail}@{VENDOR_DOMAIN}", FIRST_ADMIN.name)
    first = User.objects.get(email=f"{FIRST_ADMIN.mail}@{VENDOR_DOMAIN}")
    house.open_account(first, FIRST_ADMIN.name)
    for person in VENDOR[1:]:
        user = accounts.create_person(f"{person.mail}@{VENDOR_DOMAIN}", person.name, side=Side.VENDOR, partner=None)
        house.open_account(user, person.name)
        for slug, role in person.roles:
            incentives.set_vendor_role(user.pk, house.programs[slug], role, True, actor=first)
    make_technician(house)


def make_technician(house: House) -> None:
    user = User.objects.create_superuser(f"technician@{VENDOR_DOMAIN}", name="Ravi Menon")
    house.open_account(user, "Ravi Menon")


def make_companies(house: House) -> None:
    for company in COMPANIES:
        boss = house.users[FIRST_ADMIN.name]
        partner = accounts.create_partner(company.name, company.country, actor=boss)
        for site in company.sites:
            location = accounts.create_location(
                partner, code=site.code, name=site.name, city=site.city, country=site.country, actor=boss
            )
            _enroll(house, company, location, site)
        _people(house, company, partner)


def _enroll(house: House, company: Company, location: Location, site: Any) -> None:
    for slug in site.programs:
        enrollment = incentives.enroll(
            location, house.programs[slug], actor=house.users[FIRST_ADMIN.name], currency=company.currency
        )
        house.enrollments[site.city, slug] = enrollment


def _people(house: House, company: Company, partner: Partner) -> None:
    first = company.people[0]
    head = accounts.create_person(f"{first.mail}@{company.domain}", first.name, side=Side.PARTNER, partner=partner)
    house.open_account(head, first.name)
    _first_admin(head)  # R-ROLE-08: who enrols the company becomes its global admin
    for person in company.people:
        user = head if person is first else _colleague(house, company, partner, person, head)
        for role in person.company_roles:
            accounts.set_company_role(user.pk, role, True, actor=head)
        _give_roles(house, company, person, user, head)


def _first_admin(user: User) -> None:
    Membership.objects.filter(user=user).update(global_admin=True)
    label = str(CompanyRole.GLOBAL_ADMIN.label)
    history.record(user, "accounts.grant_company_role", actor=JOB, changes={"role": ["", label]})
    forget(user)


def _colleague(house: House, company: Company, partner: Partner, person: Person, head: User) -> User:
    email = f"{person.mail}@{company.domain}"
    user = accounts.create_person(email, person.name, side=Side.PARTNER, partner=partner)
    if person.invited:
        return user
    return house.open_account(user, person.name)


def _give_roles(house: House, company: Company, person: Person, user: User, head: User) -> None:
    for key, role in person.roles.items():
        slug, _at, city = key.partition("@")
        for site in company.sites:
            if slug in site.programs and city in ("", site.city):
                incentives.set_role(user.pk, house.enrollments[site.city, slug].pk, role, actor=head)


def invite_the_newest(house: House) -> None:
    """Who was invited these days and has not come yet; no mail, the link is made anew on the person's page."""
    for company in COMPANIES:
        for person in company.people:
            if person.invited:
                user = User.objects.get(email=f"{person.mail}@{company.domain}")
                accounts.issue_invitation(user, actor=house.users[company.people[0].name])


def close_enrollments(house: House) -> None:
    """What the vendor has set inactive meanwhile; last, because nothing new may be planned there."""
    for company in COMPANIES:
        for site in company.sites:
            for slug in site.inactive:
                incentives.set_enrollment_status(
                    house.enrollments[site.city, slug].pk, "inactive", actor=house.users[FIRST_ADMIN.name]
                )
