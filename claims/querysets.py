from typing import Any, Self

from django.db import models
from django.db.models import Q

from claims.choices import OVER
from incentives.access import access_of, within
from incentives.querysets import DossierQuerySet


class ClaimQuerySet(DossierQuerySet):
    def live(self) -> Self:
        return self.exclude(status__in=OVER).filter(final_at__isnull=True)


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Payments of one's pairs, of one's programs for the vendor's people. What bank account they go to is asked
        apart (R-ROLE-12)."""
        return self.filter(within(user, "enrollment__")) if user.is_authenticated else self.none()

    def in_year(self, year: int) -> Self:
        """Sent in that year, or not sent yet and approved in it (R-DASH-07)."""
        sent = Q(sent_on__year=year)
        return self.filter(sent | Q(sent_on__isnull=True, approved_at__year=year))


class OfPaymentQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Rows that belong to one payment and are seen by whoever sees it."""
        return self.filter(within(user, "payment__enrollment__")) if user.is_authenticated else self.none()


class RunQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Runs are for the vendor's incentives admins of the program (D-01)."""
        access = access_of(user)
        if access.administers_all:
            return self.all()
        return self.filter(program_id__in=access.administers) if access.is_vendor else self.none()
