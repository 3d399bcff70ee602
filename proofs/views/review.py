"""The reviewer's word on the evidence: verdict on a document, findings on a card or on the whole (R-CLM-19)."""

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.http import Http404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from core.forms import COMMENT_MAX
from core.views import FormPage
from proofs import services
from proofs.choices import Verdict
from proofs.models import Document, Finding, Proof


def _reason(label: Any, *, required: bool) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, required=required, max_length=COMMENT_MAX, widget=widget)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    reason = _reason(_("What must be done again?"), required=False)

    def ask_only_why(self) -> None:
        """The verdict was chosen by the button already: redo, and the reason is all that is left to say."""
        self.fields["verdict"].widget = forms.HiddenInput()
        self.fields["reason"].required = True


class FindingForm(forms.Form):
    """card: slug of the card concerned, empty for the whole."""

    card = forms.CharField(max_length=160, required=False, widget=forms.HiddenInput)
    text = _reason(_("What must be fixed?"), required=True)


class ConfirmForm(forms.Form):
    """Nothing to type."""


class _ReviewForm(FormPage, ABC):
    """A form of the review desk about one proof; leads back to where it was opened."""

    permission = "proofs.review"
    template = "proofs/review_form.html"
    title: Any = ""
    verb: Any = ""
    subject = ""

    @abstractmethod
    def fetch(self) -> tuple[Any, Proof]:
        """(what is judged, its proof), both visible to the person."""

    def get_object(self) -> Proof:
        self.item, proof = self.fetch()
        return proof

    def get_success_url(self, result: Any) -> str:
        return self.back_href()

    def back_href(self, document: Any = None) -> str:
        """The page of ours that sent the person here (?next=), with the document open; else the proof's own page."""
        following = self.request.GET.get("next", "")
        if not following.startswith("/") or not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
            return self.object.get_absolute_url()
        return f"{following}?doc={document}" if document else following

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(
            title=self.title, verb=self.verb, subject=self.subject, back_href=self.back_href(), **extra
        )


def _first(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


class GiveVerdict(_ReviewForm):
    model = Document
    form_class = VerdictForm
    title = _("Judge this document")
    verb = _("Save the verdict")

    def fetch(self) -> tuple[Document, Proof]:
        visible = Document.objects.visible_to(self.request.user).current()
        document = _first(visible.filter(pk=self.kwargs["pk"]).select_related("proof__enrollment"))
        self.subject = document.name
        return document, document.proof

    def get_form(self, data: Any = None, files: Any = None) -> VerdictForm:
        asked = self.request.GET.get("verdict", "")
        initial = asked if asked in Verdict.values else self.item.verdict or Verdict.ACCEPTED
        form = VerdictForm(data, initial={"verdict": initial})
        if asked == Verdict.REDO:
            form.ask_only_why()
        return form

    def save(self, form: VerdictForm) -> Document:
        return services.give_verdict(
            self.item.pk,
            form.cleaned_data["verdict"],
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
        )

    def get_success_url(self, result: Document) -> str:
        """On to the next document without a verdict, so that the hands stay on the keys."""
        more = self.object.documents.current().filter(verdict="").exists()
        return self.back_href() if more else self.back_href(result.pk)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {**super().get_context(**extra), "back_href": self.back_href(self.item.pk)}


class AddFinding(_ReviewForm):
    model = Proof
    form_class = FindingForm
    title = _("Note what must be fixed")
    verb = _("Note it")

    def fetch(self) -> tuple[Proof, Proof]:
        visible = Proof.objects.visible_to(self.request.user).select_related("enrollment")
        proof = _first(visible.filter(pk=self.kwargs["pk"]))
        self.subject = proof.name
        return proof, proof

    def get_form(self, data: Any = None, files: Any = None) -> FindingForm:
        return FindingForm(data, initial={"card": self.request.GET.get("card", "")[:160]})

    def save(self, form: FindingForm) -> Finding:
        return services.add_finding(self.object.pk, actor=self.request.user, **form.cleaned_data)


class DropFinding(_ReviewForm):
    model = Finding
    form_class = ConfirmForm
    title = _("Take this note back?")
    verb = _("Take it back")

    def fetch(self) -> tuple[Finding, Proof]:
        visible = Finding.objects.visible_to(self.request.user)
        finding = _first(visible.filter(pk=self.kwargs["pk"]).select_related("proof__enrollment"))
        self.subject = finding.text if self.request.user.is_vendor else ""
        return finding, finding.proof

    def save(self, form: ConfirmForm) -> Proof:
        return services.drop_finding(self.item.pk, actor=self.request.user)
