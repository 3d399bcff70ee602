import uuid
from typing import Any

from django.conf import settings
from django.db import models

from core import clock
from proofs.choices import FindingState
from proofs.models.document import Document
from proofs.models.proof import Proof
from proofs.querysets import OfProofQuerySet


class Finding(models.Model):
    """Something the reviewer wants fixed: on one document, on one card, or on the whole (R-CLM-19).

    card: slug of the card concerned, empty for the whole.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="findings")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="findings")
    card = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=8, choices=FindingState.choices, default=FindingState.OPEN)
    sent = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    reply = models.TextField(blank=True)
    fixed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    fixed_at = models.DateTimeField(null=True)

    objects = OfProofQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.text[:80]

    def as_plain(self) -> dict[str, Any]:
        return {"card": self.card, "document": self.document.name if self.document else "", "text": self.text}


class WarningAnswer(models.Model):
    """The partner's word on a warning of the checks that the reviewer reads beside it.

    mark: of the warning as it stood: when what it says changes, the answer no longer belongs to it.
    """

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="warning_answers")
    code = models.CharField(max_length=40)
    mark = models.CharField(max_length=64)
    text = models.TextField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proof", "mark"], name="warning_answered_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.text[:80]}"
