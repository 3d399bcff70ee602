"""The partner's answer to what a reviewer sent back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from proofs import forms, services
from proofs.models import Finding
from proofs.views.base import PartForm


class OfFinding(PartForm):
    part_model = Finding
    part_related = ("created_by", "document")

    def get_parts(self) -> Any:
        """What the reviewer has not sent yet is not there for the partner."""
        return super().get_parts().filter(sent=True)

    def back_url(self, card: str = "") -> str:
        return f"{self.object.get_absolute_url()}#finding-{self.part.pk}"


class MarkFixed(OfFinding):
    form_class = forms.FixedForm
    title = _("Mark as fixed")
    verb = _("Mark as fixed")

    def save(self, form: Any) -> Any:
        return services.mark_fixed(self.part.pk, actor=self.request.user, reply=form.cleaned_data["reply"])


class UndoFixed(OfFinding):
    form_class = forms.EmptyForm
    template = "proofs/confirm.html"
    title = _("Open this again?")
    verb = _("Open again")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(name=self.part.text, consequences=[], kind="primary", **extra)

    def save(self, form: Any) -> Any:
        return services.undo_fixed(self.part.pk, actor=self.request.user)
