"""A claim without plan ("co-op management"): where, then what; the evidence page follows (R-CLM-01…07)."""

from typing import Any
from uuid import UUID

from django.db.models import Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _

from claims.forms import NewClaimForm
from core.errors import RuleViolation
from core.permissions import require
from core.ui import query
from core.views import FormPage
from incentives.ledger import USD
from incentives.models import ActivityType, Enrollment, ExchangeRate, Period
from plans.forms import ChooseEnrollmentForm
from proofs import rules, services
from proofs.models import Proof


class NewClaim(FormPage):
    """First the location and program (?enrollment=…), then the rest. Makes the evidence of the claim; the claim itself
    begins when it is sent (D-07)."""

    permission = "proofs.create_without_plan"
    template = "claims/new.html"
    success_message = _("The claim is begun. Nothing is sent yet: add the evidence, then send it.")
    enrollment: Enrollment | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("enrollment"):
            enrollments = self.enrollments()
            if len(enrollments) == 1:
                return HttpResponseRedirect(query({}, enrollment=enrollments[0].pk))
            form = ChooseEnrollmentForm(enrollments=enrollments)
            return self.render("claims/new_where.html", form=form, enrollments=enrollments)
        self.enrollment = self.get_enrollment(request.GET["enrollment"])
        problems = rules.program_takes_claims_without_plan(self.enrollment)
        if problems:
            raise RuleViolation(problems)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.enrollment = self.get_enrollment(request.GET.get("enrollment", ""))
        return super().post(request, *args, **kwargs)

    def enrollments(self) -> list[Enrollment]:
        rows = Enrollment.objects.claimable_by(self.request.user)
        return list(rows.select_related("location", "program"))

    def get_enrollment(self, pk: str) -> Enrollment:
        """A pair one sees, whatever its program: a program with plans says that it has plans."""
        try:
            wanted = UUID(pk)
        except ValueError:
            raise Http404 from None
        rows = Enrollment.objects.visible_to(self.request.user).select_related("location__partner", "program")
        found = rows.filter(pk=wanted).first()
        if found is None:
            raise Http404
        require(self.request.user, self.permission, found)
        return found

    def periods(self) -> QuerySet[Period]:
        program = self.enrollment.program
        return program.periods.draftable_on(program.today()).select_related("program").order_by("usage_start")

    def types(self, periods: QuerySet[Period]) -> list[ActivityType]:
        """What can be chosen for work in these periods: each type once, in the words of the newest year (R-CAL-12)."""
        span = periods.aggregate(first=Min("usage_start"), last=Max("usage_end"))
        if span["first"] is None:
            return []
        rows = ActivityType.objects.selectable().light().filter(
            program_year__program=self.enrollment.program,
            program_year__starts_on__lte=span["last"],
            program_year__ends_on__gte=span["first"],
        )  # fmt: skip
        newest = {one.slug: one for one in rows.order_by("program_year__starts_on")}
        return sorted(newest.values(), key=lambda one: (one.category, one.name))

    def currencies(self) -> list[str]:
        """The enrolment's first, then those the vendor has rates for (R-CUR-01, D-12)."""
        rated = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
        others = [USD, *rated] if rated else []
        return list(dict.fromkeys([self.enrollment.currency, *others]))

    def get_form(self, data: QueryDict | None = None, files: Any = None) -> NewClaimForm:
        periods = self.periods()
        return NewClaimForm(
            data,
            files,
            enrollment=self.enrollment,
            periods=periods,
            types=self.types(periods),
            currencies=self.currencies(),
        )

    def save(self, form: NewClaimForm) -> Proof:
        return services.create_proof_without_plan(self.enrollment, actor=self.request.user, **form.cleaned_data)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(enrollment=self.enrollment, **extra)
