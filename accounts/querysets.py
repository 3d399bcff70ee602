from typing import Any, Self

from django.db import models


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Colleagues of the same company; for the vendor's people all of the vendor's side. Default: none."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self.filter(side="vendor")
        membership = getattr(user, "membership", None)
        if membership is None:
            return self.filter(pk=user.pk)
        return self.filter(membership__partner_id=membership.partner_id)


class LocationQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All locations of one's own company; for the vendor's people every location. Default: none."""
        if not user.is_authenticated:
            return self.none()
        if user.is_vendor:
            return self.all()
        membership = getattr(user, "membership", None)
        return self.none() if membership is None else self.filter(partner_id=membership.partner_id)
