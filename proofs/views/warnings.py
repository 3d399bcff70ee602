"""Answers to warnings of the checks."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from proofs import forms, services
from proofs.choices import Level
from proofs.evidence import checklist_of, dossier_of
from proofs.matching.base import Match
from proofs.views.base import PartForm


class AnswerWarning(PartForm):
    """Why it is right although the checks warn; the reviewer reads it beside the warning. `mark` names the warning."""

    title = _("Answer a warning")
    verb = _("Save the answer")
    template = "proofs/warning.html"

    def match(self) -> Match | None:
        checklist = checklist_of(self.object, dossier_of(self.object, self.request.user))
        return next((one for one in checklist.matches if one.mark == self.kwargs["mark"]), None)

    def get_form(self, data: Any = None, files: Any = None) -> forms.WarningForm:
        answer = self.object.warning_answers.filter(mark=self.kwargs["mark"]).first()
        return forms.WarningForm(data, initial={"text": answer.text if answer else ""})

    def get_context(self, **extra: Any) -> dict[str, Any]:
        match = self.match()
        if match is None or match.level != Level.WARNING:
            raise Http404
        return super().get_context(match=match, **extra)

    def save(self, form: Any) -> Any:
        text = form.cleaned_data["text"]
        return services.answer_warning(self.object.pk, self.kwargs["mark"], actor=self.request.user, text=text)

    def get_success_url(self, result: Any) -> str:
        return self.back_url(self.card_slug())


class DropAnswer(PartForm):
    form_class = forms.EmptyForm
    template = "proofs/confirm.html"
    title = _("Take the answer back?")
    verb = _("Take it back")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(name="", consequences=[], kind="primary", **extra)

    def save(self, form: Any) -> Any:
        return services.drop_answer(self.object.pk, self.kwargs["mark"], actor=self.request.user)
