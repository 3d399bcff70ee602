"""Facts of a program: added and changed by the vendor's incentives admins (R-PROG-07)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from claims import services
from core.views import FormPage
from incentives import services as incentives
from incentives.forms.program import NewProgramForm, ProgramForm
from incentives.models import Program
from incentives.services.program import FACTS


class EditProgram(FormPage):
    model = Program
    permission = "incentives.set_rules"
    form_class: Any = ProgramForm
    template = "claims/program_form.html"
    title: Any = gettext_lazy("Facts of the program")
    lead: Any = gettext_lazy("They hold from now on. What was booked and paid before stays as it is.")
    success_message = gettext_lazy("The facts are changed. They hold from now on.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        initial = {name: getattr(self.object, name) for name in FACTS}
        return self.form_class(
            data, initial={**initial, "seen": incentives.facts_mark(self.object)},
            frozen=services.frozen_facts(self.object),
        )  # fmt: skip

    def save(self, form: Any) -> Program:
        return services.change_facts(
            self.object.pk, seen=form.cleaned_data["seen"], actor=self.request.user, **form.facts()
        )

    def done_already(self, form: Any) -> Any:
        program, typed = self.get_object(), form.facts()
        return program if all(getattr(program, name) == typed[name] for name in FACTS) else None

    def get_success_url(self, result: Any) -> str:
        return reverse("incentives:program", args=[result.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(title=self.title, lead=self.lead, program=self.object, **extra)


class NewProgram(EditProgram):
    model = None
    form_class = NewProgramForm
    title = gettext_lazy("Add a program")
    lead = gettext_lazy("Then add periods and a program year in its calendar; activity types come with the year.")
    success_message = gettext_lazy("The program is added.")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        names = ("has_coop", "has_plans", "settlement", "rebate_share", "plan_review_days", "currency")
        return self.form_class(data, initial={name: Program._meta.get_field(name).default for name in names})

    def save(self, form: Any) -> Program:
        return incentives.add_program(actor=self.request.user, slug=form.cleaned_data["slug"], **form.facts())

    def done_already(self, form: Any) -> Any:
        return None
