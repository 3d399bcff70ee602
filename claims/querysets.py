from typing import Self

from claims.choices import OVER
from incentives.querysets import DossierQuerySet


class ClaimQuerySet(DossierQuerySet):
    def live(self) -> Self:
        return self.exclude(status__in=OVER).filter(final_at__isnull=True)
