"""The editor of one activity type in the draft of the rules (R-ACT-03, R-ACT-06, D-18)."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.views.rules import OfProgram, vendored
from core.errors import RuleViolation, StateConflict
from core.views import FormPage
from incentives import rule_draft, wording
from incentives import services as incentives
from incentives.catalogue import fingerprint
from incentives.catalogue.places import has_kept
from incentives.catalogue.specs import ActivitySpec, Preapproval
from incentives.forms import rules as forms
from incentives.forms.activity_type import TypeForm
from incentives.models import DraftType, ProgramYear
from incentives.rule_draft import Entry
from proofs.forms.costs import with_more_lines


class TypePage(OfProgram, FormPage):
    """One type: its facts, and its lists with rows to add and remove, without script too."""

    template = "claims/rule_type.html"
    success_message = gettext_lazy("The activity type stands in the draft. Nobody sees it yet.")
    title: Any = ""

    @cached_property
    def year(self) -> ProgramYear:
        found: ProgramYear | None = self.object.years.filter(pk=self.kwargs["year"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def entries(self) -> dict[str, Entry]:
        return rule_draft.entries_of(self.draft, self.year)

    @cached_property
    def before(self) -> ActivitySpec:
        """What the person begins from."""
        raise NotImplementedError

    def mark(self) -> str:
        return rule_draft.NEW

    def slug(self, form: TypeForm) -> str:
        return rule_draft.slug_for(form.cleaned_data["name"], set(self.entries))

    def get_form(self, data: Any = None, files: Any = None) -> TypeForm:
        return TypeForm(data, before=self.before, words=rule_draft.words_for(self.entries), seen=self.mark())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        more = request.POST.get("more", "")
        if more:
            return self.render(form=self.get_form(with_more_lines(request.POST, more)))
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.render(form=form, status=422)
        try:
            self.save(form)
        except RuleViolation as refused:
            form.show(refused.problems)
            return self.render(form=form, status=422)
        except StateConflict:
            if not self.is_saved(form):
                raise
            return self.answer_repeat(None)
        messages.success(request, self.success_message)
        return HttpResponseRedirect(self.get_success_url(None))

    def save(self, form: TypeForm) -> Any:
        seen = form.cleaned_data["seen"]
        spec = form.spec(self.slug(form))
        return incentives.save_draft_type(self.object.pk, self.year.pk, spec, seen=seen, actor=self.request.user)

    def is_saved(self, form: TypeForm) -> bool:
        """Whether the draft has this very type already (a double click)."""
        spec = form.spec(self.slug(form))
        now = rule_draft.entries_of(rule_draft.open_draft(self.object), self.year).get(spec.slug)
        return now is not None and now.mark == fingerprint(spec)

    def get_success_url(self, result: Any) -> str:
        return f"{super().get_success_url(result)}?year={self.year.pk}"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        spec = self.before
        return super().get_context(
            title=self.title, year=self.year, spec=spec, kept_rule=has_kept(spec.proof_rule),
            needs=wording.needs(spec, settings.VENDOR_NAME), parts=[one.name for one in spec.components], **extra,
        )  # fmt: skip


class EditType(TypePage):
    """A type there is. A second click of the same input finds it as it was meant."""

    @cached_property
    def entry(self) -> Entry:
        found = self.entries.get(self.kwargs["slug"])
        if found is None:
            raise Http404
        return found

    @property
    def title(self) -> str:
        return vendored(self.entry.spec.name)

    @cached_property
    def before(self) -> ActivitySpec:
        return self.entry.spec

    def mark(self) -> str:
        return self.entry.mark

    def slug(self, form: TypeForm) -> str:
        return self.entry.slug

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(entry=self.entry, **extra)


class AddType(TypePage):
    """A new type, or (?copy=slug) a copy of one; it gets a slug of its own."""

    title = gettext_lazy("Add an activity type")

    @cached_property
    def before(self) -> ActivitySpec:
        source = self.entries.get(self.request.GET.get("copy", ""))
        if source is not None:
            return replace(source.spec, name=rule_draft.copied_name(source.spec.name)[:120], aliases=())
        words = rule_draft.words_for(self.entries)
        category, name = next(iter(words.categories.items()))
        return ActivitySpec(
            slug="", name="", enabled=True, category=category, category_name=name, aliases=(), only_programs=(),
            excluded_programs=(), preapproval=Preapproval(False), core_requirements=(), fields=(), proof_documents=(),
            proof_rule=None, cost_evidence="default", metrics=(), metrics_waived_for_expenses=(),
            eligible_expenses=(), caps=(), notes=(),
        )  # fmt: skip


class UndoType(OfProgram, FormPage):
    """Takes the changes of one type back."""

    form_class = forms.UndoForm
    template = "claims/rule_confirm.html"
    success_message = gettext_lazy("Its changes are taken back.")

    @cached_property
    def row(self) -> Any:
        rows = self.draft.types.all() if self.draft else DraftType.objects.none()
        found = rows.filter(program_year=self.kwargs["year"], slug=self.kwargs["slug"]).first()
        if found is None:
            raise Http404
        return found

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data, initial={"seen": self.row.fingerprint})

    def save(self, form: Any) -> Any:
        incentives.drop_draft_type(
            self.object.pk, self.kwargs["year"], self.kwargs["slug"], seen=form.cleaned_data["seen"],
            actor=self.request.user,
        )  # fmt: skip

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title = _("Take back the changes of “%(name)s”") % {"name": vendored(str(self.row))}
        lead = _("In the draft it is again as it is live.")
        return super().get_context(title=title, lead=lead, verb=_("Take them back"), tone="danger", **extra)
