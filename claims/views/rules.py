"""Rules of a program in the vendor's hands: what is live, the draft and its changes, publishing (R-PROG-07)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import services
from claims.models import RuleRun
from claims.services.rule_runs import USUAL
from core import history
from core.views import FormPage, Page
from incentives import rule_draft
from incentives import services as incentives
from incentives.catalogue import with_vendor
from incentives.forms import rules as forms
from incentives.models import Program, RuleDraft
from proofs.choices import Level
from proofs.matching.codes import CODES
from proofs.views.documents import as_line

HISTORY_ROWS = 30
RUNS_SHOWN = 5
PERIODS_OFFERED = 8  # of the past, four years


class OfProgram(Page):
    """A page under a program for those who change its rules."""

    model = Program
    permission = "incentives.set_rules"

    @cached_property
    def draft(self) -> RuleDraft | None:
        return rule_draft.open_draft(self.object)

    @property
    def version(self) -> int:
        """Version of the draft that the person sees, 0 for none."""
        return self.draft.version if self.draft else 0

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:rules", args=[self.object.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        back = reverse("portal:rules", args=[self.object.pk])
        return super().get_context(program=self.object, draft=self.draft, back=back, **extra)


class RulesPage(OfProgram):
    """What is live, what the draft would change, and the types of one program year to edit (?year=pk)."""

    template = "claims/rules.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        program, draft = self.object, self.draft
        live = rule_draft.newest_rule_set(program)
        years = list(program.years.all())
        year = rule_draft.year_asked(years, self.request.GET.get("year", ""), program.today())
        runs = RuleRun.objects.filter(draft=draft).select_related("period", "program_year", "created_by")
        entries = history.for_page(program.history_thread, side=self.request.user.side)[:HISTORY_ROWS]
        return super().get_context(
            live=live,
            types=rule_draft.changed_types(draft) if draft else [],
            levels=rule_draft.changed_levels(draft, live, USUAL) if draft else [],
            runs=list(runs[:RUNS_SHOWN]) if draft else [],
            years=years,
            year=year,
            entries=list(rule_draft.entries_of(draft, year).values()) if year else [],
            compare=compare_form(program, draft) if draft else None,
            history=[as_line(entry) for entry in entries],
            zone=program.deadline_zone,
            vendored=vendored,
            **extra,
        )


def vendored(text: str) -> str:
    """A text of the rules with the vendor's name in it."""
    return with_vendor(text, settings.VENDOR_NAME)


def compare_form(program: Program, draft: RuleDraft, data: Any = None) -> forms.CompareForm:
    """The newest periods whose claiming has begun, and the years."""
    periods = program.periods.filter(claiming_start__lte=program.today()).order_by("-usage_start")[:PERIODS_OFFERED]
    return forms.CompareForm(
        data, periods=periods, years=program.years.all(), initial={"seen": draft.version}
    )  # fmt: skip


class EditLevels(OfProgram, FormPage):
    """One level for each check."""

    template = "claims/rule_levels.html"
    success_message = gettext_lazy("The levels stand in the draft. Nobody is judged by them yet.")

    def get_form(self, data: Any = None, files: Any = None) -> forms.LevelsForm:
        usual = {one.code: one.usual for one in CODES}
        now = rule_draft.levels_of(self.draft, rule_draft.newest_rule_set(self.object))
        return forms.LevelsForm(
            data, codes=CODES, levels=Level.values, initial={**usual, **now, "seen": self.version}
        )  # fmt: skip

    def save(self, form: forms.LevelsForm) -> Any:
        return incentives.save_draft_levels(
            self.object.pk, form.levels(), seen=form.cleaned_data["seen"], actor=self.request.user
        )

    def done_already(self, form: forms.LevelsForm) -> Any:
        now = rule_draft.levels_of(rule_draft.open_draft(self.object), rule_draft.newest_rule_set(self.object))
        return self.object if now == form.levels() else None


class DiscardRules(OfProgram, FormPage):
    """Throws the draft away."""

    form_class = forms.DiscardForm
    template = "claims/rule_confirm.html"
    success_message = gettext_lazy("The draft is discarded. The rules that are live stay as they are.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data, initial={"seen": self.version})

    def save(self, form: Any) -> Any:
        return incentives.discard_draft(self.object.pk, version=form.cleaned_data["seen"], actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lead = _("What was changed in it is lost, for everybody who works on it.")
        return super().get_context(
            title=_("Discard the draft"), lead=lead, verb=_("Discard the draft"), tone="danger", **extra
        )  # fmt: skip


class PublishRules(OfProgram, FormPage):
    """Puts the draft into force."""

    form_class = forms.PublishForm
    template = "claims/rule_confirm.html"
    success_message = gettext_lazy("The rules are published. What was begun before keeps its version.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        form = self.form_class(data, initial={"seen": self.version})
        if self.draft is not None and services.was_compared(self.draft):
            del form.fields["without_run"]
        return form

    def save(self, form: Any) -> Any:
        typed = form.cleaned_data
        return services.publish_rules(
            self.object.pk, version=typed["seen"], note=typed["note"], without_run=typed.get("without_run", False),
            actor=self.request.user,
        )  # fmt: skip

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lead = _("They hold for everything begun from now on. What was begun keeps the version it was begun under.")
        return super().get_context(
            title=_("Publish the rules"), lead=lead, verb=_("Publish"), tone="primary", **extra
        )  # fmt: skip


class CompareRules(OfProgram, FormPage):
    """Starts a run; the draft is compared with the claims of a period or a year."""

    template = "claims/rule_confirm.html"

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return compare_form(self.object, self.draft or RuleDraft(version=0), data)

    def save(self, form: Any) -> RuleRun:
        return services.start_run(
            self.object.pk, version=form.cleaned_data["seen"], actor=self.request.user,
            **form.spans[form.cleaned_data["span"]],
        )  # fmt: skip

    def get_success_url(self, result: RuleRun) -> str:
        return result.get_absolute_url()

    def get_context(self, **extra: Any) -> dict[str, Any]:
        lead = _("Every claim is judged again, by the rules it was checked under and by the draft.")
        return super().get_context(
            title=_("Compare with past claims"), lead=lead, verb=_("Compare"), tone="primary", **extra
        )  # fmt: skip
