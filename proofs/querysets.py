from typing import Any, Self

from django.db import models

from incentives.models import Enrollment
from proofs.choices import UNDECIDED, DocumentState


class ProofQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Proofs of one's enrolments; the vendor's people see one from its first submission on. Default: none."""
        if not user.is_authenticated:
            return self.none()
        mine = self.filter(enrollment__in=Enrollment.objects.visible_to(user).values("pk"))
        return mine.filter(first_submitted_at__isnull=False) if user.is_vendor else mine


class OfProofQuerySet(models.QuerySet):
    """Rows that belong to one proof and are seen by whoever sees the proof."""

    def visible_to(self, user: Any) -> Self:
        from proofs.models import Proof  # the queryset is defined before the model it asks

        return self.filter(proof__in=Proof.objects.visible_to(user).values("pk"))


class DocumentQuerySet(OfProofQuerySet):
    def current(self) -> Self:
        """Without what was removed."""
        return self.filter(removed_at__isnull=True)

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)

    def clean(self) -> Self:
        return self.filter(state=DocumentState.CLEAN)
