"""Forms for what is typed: facts, answers, results, core requirements, comments."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from proofs import forms, rules, services
from proofs.services.proof import CARD_OF_FIELD
from proofs.views.base import PartForm, refuse_closed


class EditFacts(PartForm):
    """Name, dates, amount, impressions, pre-approval; while correcting only the fields of open cards."""

    title = _("The work")

    def get_form(self, data: Any = None, files: Any = None) -> forms.FactsForm:
        """What a stale form still sends of closed cards is read too, so that the service refuses a change of it."""
        form = facts_form(self.object, rules.open_cards(self.object), data, also=data or ())
        if not form.fields:
            refuse_closed(self.object, *CARD_OF_FIELD.values())
        return form

    def save(self, form: Any) -> Any:
        return services.edit_proof(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def back_url(self, card: str = "") -> str:
        return super().back_url(card or self.card_slug() or "facts")


def facts_form(
    proof: Any, opened: frozenset[str] | None, data: Any = None, also: Any = (), **kwargs: Any
) -> forms.FactsForm:
    """The form with the fields that are open, and those named in `also`."""
    initial = forms.facts_initial(proof)
    only = [name for name in initial if rules.is_open(CARD_OF_FIELD[name], opened) or name in also]
    if "period" in only:
        program = proof.enrollment.program
        periods = program.periods.draftable_on(program.today()) | program.periods.filter(pk=proof.period_id)
        kwargs["periods"] = periods.select_related("program")
    return forms.FactsForm(
        data, currency=proof.currency, only=only, preapproval=proof.spec.preapproval.required,
        countries={*proof.enrollment.program.countries, proof.country} - {""}, initial=initial, **kwargs,
    )  # fmt: skip


class EditValues(PartForm):
    """One card of values of the activity type, or all of a kind when no card is named."""

    kind = ""

    def save(self, form: Any) -> Any:
        return services.edit_proof(self.object.pk, actor=self.request.user, **{self.kind: form.values()})


class EditAnswers(EditValues):
    kind = "answers"
    title = _("About the activity")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return _with_fields(forms.answers_form(self.object, self.card_slug(), data))


class EditMetrics(EditValues):
    kind = "metrics"
    title = _("Results")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return _with_fields(forms.metrics_form(self.object, self.card_slug(), data))


class EditCore(EditValues):
    kind = "core_requirements"
    title = _("What must be shown")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        documents = self.object.documents.current().filter(generated=False)
        form = forms.core_form(self.object, self.card_slug(), documents, data)
        if form is None:
            raise Http404
        return form


def _with_fields(form: Any) -> Any:
    if not form.fields:
        raise Http404
    return form


class EditComments(PartForm):
    title = _("Final comments")

    def get_form(self, data: Any = None, files: Any = None) -> forms.CommentsForm:
        refuse_closed(self.object, rules.COMMENTS_CARD)
        return forms.CommentsForm(data, initial={"final_comments": self.object.final_comments})

    def save(self, form: Any) -> Any:
        return services.edit_proof(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def back_url(self, card: str = "") -> str:
        return super().back_url(card or rules.COMMENTS_CARD)


class Comment(PartForm):
    """A word to the other side, kept in the history (or an internal note of the vendor's people)."""

    permission = "proofs.comment"
    title = _("Comment")
    verb = _("Send")

    def get_form(self, data: Any = None, files: Any = None) -> forms.CommentForm:
        return forms.CommentForm(data, is_vendor=self.request.user.is_vendor)

    def save(self, form: Any) -> Any:
        audience = "vendor" if form.cleaned_data.get("internal") else "all"
        return services.comment_proof(
            self.object.pk, actor=self.request.user, comment=form.cleaned_data["comment"], audience=audience
        )

    def back_url(self, card: str = "") -> str:
        return self.object.get_absolute_url() + "#history"
