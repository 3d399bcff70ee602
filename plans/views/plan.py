"""A plan's own form, first in two steps, later in one; and the comment."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import history
from core.errors import RuleViolation
from core.ui import query
from core.views import FormPage
from incentives.models import Enrollment
from incentives.querysets import reviewers_of
from plans import services
from plans.forms import ChooseEnrollmentForm, CommentForm, PlanForm
from plans.models import Plan

PLAN_PARTS = ("enrollment__location__partner", "enrollment__program", "program_year", "reviewer")


class NewPlan(FormPage):
    """First the location and program (?enrollment=…), then the rest: the choices of the second step hang on it."""

    permission = "plans.create"
    template = "plans/new.html"
    form_class = PlanForm
    success_message = _("The plan is created. Add its first campaign.")
    existing: Plan | None = None
    enrollment: Enrollment | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("enrollment"):
            enrollments = self.enrollments()
            if len(enrollments) == 1:
                return HttpResponseRedirect(query({}, enrollment=enrollments[0].pk))
            form = ChooseEnrollmentForm(enrollments=enrollments)
            return self.render("plans/new_where.html", form=form, enrollments=enrollments)
        self.enrollment = self.get_enrollment(request.GET["enrollment"])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.enrollment = self.get_enrollment(request.GET.get("enrollment", ""))
        return super().post(request, *args, **kwargs)

    def enrollments(self) -> list[Enrollment]:
        rows = Enrollment.objects.writable_by(self.request.user).filter(program__has_plans=True)
        return list(rows.select_related("location", "program"))

    def get_enrollment(self, pk: str) -> Enrollment:
        try:
            wanted = UUID(pk)
        except ValueError:
            raise Http404 from None
        rows = Enrollment.objects.writable_by(self.request.user).select_related("location__partner", "program")
        found = rows.filter(pk=wanted).first()
        if found is None:
            raise Http404
        return found

    def years(self) -> Any:
        """Only years in which a plan can still be sent for the first time (R-PLAN-10)."""
        program = self.enrollment.program
        return program.years.filter(ends_on__gte=program.today()).order_by("starts_on")

    def get_form(self, data: QueryDict | None = None, files: Any = None) -> PlanForm:
        return PlanForm(
            data,
            files,
            enrollment=self.enrollment,
            reviewers=reviewers_of(self.enrollment.program_id),
            years=self.years(),
        )

    def save(self, form: PlanForm) -> Plan:
        try:
            plan = services.create_plan(self.enrollment, actor=self.request.user, **form.cleaned_data)
        except RuleViolation as refused:
            if any(problem.code == "plan_exists" for problem in refused.problems):
                self.existing = (
                    Plan.objects.visible_to(self.request.user)
                    .filter(
                        enrollment=self.enrollment,
                        fund_type=form.cleaned_data["fund_type"],
                        program_year=form.cleaned_data["program_year"],
                    )
                    .first()
                )
            raise
        self.hint_at_namesake(plan)
        return plan

    def hint_at_namesake(self, plan: Plan) -> None:
        """Two plans may bear one name; whoever did not mean it can still change it."""
        there = Plan.objects.visible_to(self.request.user).filter(enrollment__location=plan.enrollment.location)
        other = there.filter(name__iexact=plan.name).exclude(pk=plan.pk).first()
        if other is not None:
            text = _g("%(number)s at this location has the same name. Edit this plan to give it another one.")
            messages.info(self.request, text % {"number": other.number})

    def done_already(self, form: PlanForm) -> Plan | None:
        plan, typed = self.existing, form.cleaned_data
        if plan is None or not history.just_did(plan, "plans.create", actor=self.request.user):
            return None
        return plan if all(getattr(plan, name) == value for name, value in typed.items()) else None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(enrollment=self.enrollment, existing=self.existing, **extra)


class EditPlan(FormPage):
    model = Plan
    select_related = PLAN_PARTS
    permission = "plans.edit"
    template = "plans/edit.html"
    form_class = PlanForm
    success_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        plan = self.object
        fields = ("name", "reviewer", "requested_limit", "comments")
        return {
            "plan": plan,
            "enrollment": plan.enrollment,
            "reviewers": reviewers_of(plan.enrollment.program_id),
            "initial": {name: getattr(plan, name) for name in fields},
        }

    def save(self, form: PlanForm) -> Plan:
        return services.edit_plan(self.object.pk, actor=self.request.user, **form.cleaned_data)


class CommentPlan(FormPage):
    model = Plan
    select_related = PLAN_PARTS
    permission = "plans.comment"
    template = "plans/comment.html"
    form_class = CommentForm

    def save(self, form: CommentForm) -> Plan:
        return services.comment_plan(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def get_success_url(self, result: Plan) -> str:
        return f"{reverse('portal:plan', args=[result.pk])}#history"
