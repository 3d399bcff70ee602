from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT

from accounts.choices import Side
from accounts.models import Partner, User
from incentives.access import access_of, within
from incentives.choices import SOUND_STATES, EnrollmentStatus, PayoutState


class ProgramQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Programs one has a role in, or (company roles) in which one's company takes part."""
        access = access_of(user)
        if access.all_programs:
            return self.all()
        if access.is_vendor:
            return self.filter(pk__in=access.programs)
        if access.sees_company:
            return self.filter(enrollments__location__partner_id=access.company).distinct()
        return self.filter(enrollments__in=access.works_on).distinct()

    def administered_by(self, user: Any) -> Self:
        access = access_of(user)
        return self.all() if access.administers_all else self.filter(pk__in=access.administers)


class DossierQuerySet(models.QuerySet):
    """What hangs on an enrolment and is handed to the vendor: plans, proofs, claims and their parts.

    path: the way from the row to the object that carries `enrollment` and `first_submitted_at`.
    """

    path = ""

    def visible_to(self, user: Any) -> Self:
        """Rows of one's enrolments; the vendor's people see them from the first submission on. Default: none."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(within(user, f"{self.path}enrollment__"))
        return mine.filter(**{f"{self.path}first_submitted_at__isnull": False}) if user.is_vendor else mine


class EnrollmentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The pairs of location and program a person reaches."""
        return self.filter(within(user))

    def for_roles(self, user: Any) -> Self:
        """The pairs whose roles a partner's admin may give: all of the company's (R-ROLE-04)."""
        access = access_of(user)
        if access.company is None:
            return self.none()
        return self.filter(location__partner_id=access.company)

    def with_bank_data_of(self, user: Any) -> Self:
        """The pairs whose bank data the person may see (R-ROLE-12): as PayoutProfile.visible_to."""
        access = access_of(user)
        if access.administers_all:
            return self.all()
        if access.is_vendor:
            return self.filter(program_id__in=access.administers)
        return self.filter(pk__in=access.admin_of)

    def enrolled(self) -> Self:
        return self.filter(status=EnrollmentStatus.ENROLLED)

    def writable_by(self, user: Any) -> Self:
        """Where the person may draft a plan (D-01)."""
        access = access_of(user)
        own = Q(pk__in=access.works_on)
        if access.global_admin or access.billing_admin:
            own |= Q(location__partner_id=access.company)
        return self.enrolled().filter(own)

    def evidence_of(self, user: Any) -> Self:
        """Where the person writes evidence, as `proofs.draft` decides it (D-01): own pairs in whatever state, and for
        the global admin those of the company without plans."""
        access = access_of(user)
        own = Q(pk__in=access.works_on)
        if access.global_admin:
            own |= Q(location__partner_id=access.company, program__has_plans=False)
        return self.filter(own)

    def claimable_by(self, user: Any) -> Self:
        """Where the person may start a claim without plan: programs with co-op and without plans (D-01, R-PROG-05)."""
        access = access_of(user)
        own = Q(pk__in=access.works_on)
        if access.global_admin:
            own |= Q(location__partner_id=access.company)
        return self.enrolled().filter(own, program__has_coop=True, program__has_plans=False)


class PeriodQuerySet(models.QuerySet):
    def used_on(self, day: date) -> Self:
        """The period whose usage window contains the day (R-CAL-08)."""
        return self.filter(usage_start__lte=day, usage_end__gte=day)

    def claimable_on(self, day: date) -> Self:
        """The period whose claiming window contains the day (R-CAL-05)."""
        return self.filter(claiming_start__lte=day, claiming_end__gte=day)

    def draftable_on(self, day: date) -> Self:
        """Periods whose work has begun and can still be sent, now or once their claiming opens: the one that is open
        and the running half as a preview (R-CLM-05, R-FUND-10, P-05)."""
        return self.filter(usage_start__lte=day, claiming_end__gte=day)


class FundQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Funds of the pairs a person reaches, of the programs for the vendor's people (R-ROLE-02)."""
        return self.filter(within(user, "enrollment__")) if user.is_authenticated else self.none()


class FundEntryQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Entries of the funds a person reaches."""
        return self.filter(within(user, "fund__enrollment__")) if user.is_authenticated else self.none()


class PayoutProfileQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Bank data: incentives admins of the very pair, and the vendor's incentives admins of the program; nobody else
        (R-ROLE-12, D-01)."""
        access = access_of(user)
        if access.administers_all:
            return self.all()
        if access.is_vendor:
            return self.filter(enrollment__program_id__in=access.administers)
        return self.filter(enrollment_id__in=access.admin_of)

    def newest(self) -> Self:
        """The version that counts, one an enrolment."""
        return self.order_by("enrollment_id", "-version").distinct("enrollment_id")

    def waiting(self) -> Self:
        """For the vendor: to be validated, or to be confirmed by a second person (D-16)."""
        second = Q(state=PayoutState.VALIDATED, needs_second=True, second_by__isnull=True)
        return self.filter(Q(state=PayoutState.SUBMITTED) | second)


class PayingAccountQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """The vendor's own accounts: its incentives admins of the program."""
        access = access_of(user)
        if access.administers_all:
            return self.all()
        return self.filter(program_id__in=access.administers)


class EarningsImportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Files of earnings: one's own; those of others once every line is sound and of a program one administers."""
        access = access_of(user)
        if access.administers_all:
            return self.all()
        if not access.administers:
            return self.none()
        programs = list(access.administers)
        sound = Q(state__in=SOUND_STATES) & ~Q(program_ids=[])
        return self.filter(Q(created_by=user) | sound, program_ids__contained_by=programs)


class ActivityTypeQuerySet(models.QuerySet):
    def current(self) -> Self:
        """The newest version of each type."""
        return self.filter(superseded_at__isnull=True)

    def selectable(self) -> Self:
        return self.current().filter(enabled=True)

    def light(self) -> Self:
        """Without the long spec, with the category's name as `category_title`: for lists."""
        return self.defer("spec").annotate(category_title=KT("spec__category_name"))


def reviewers_of(program_id: int) -> models.QuerySet:
    """The vendor's people with a role in the program, reviewers and incentives admins alike (D-01, D-02)."""
    has_role = Q(vendor_roles__program_id=program_id) | Q(
        vendor_roles__isnull=False, vendor_roles__program__isnull=True
    )
    return User.objects.filter(has_role, side=Side.VENDOR, is_active=True).distinct()


def role_holders(program_id: int, role: str) -> models.QuerySet:
    """The vendor's active people with this very role in the program, or in every program."""
    here = Q(vendor_roles__program_id=program_id) | Q(vendor_roles__program__isnull=True)
    return User.objects.filter(here, vendor_roles__role=role, side=Side.VENDOR, is_active=True).distinct()


def partners_of(user: Any) -> models.QuerySet:
    """For the vendor's people: the companies with an enrolment in their programs. Others: none."""
    access = access_of(user)
    if access.all_programs:
        return Partner.objects.filter(locations__enrollments__isnull=False).distinct()
    return Partner.objects.filter(locations__enrollments__program_id__in=access.programs).distinct()
