"""Bank and tax data: entered by the partner's incentives admins, judged by the vendor's (D-16, R-ROLE-12)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from claims import services
from claims.forms import BankForm, RejectBankForm
from core import history
from core.errors import StateConflict
from core.paging import keyset_page
from core.permissions import can, require
from core.views import FormPage, Page
from incentives import services as incentives
from incentives.choices import PayoutState
from incentives.models import Enrollment, PayoutProfile
from incentives.rules import newest_profile
from proofs.forms import EmptyForm
from proofs.views.documents import as_line

secret_number = method_decorator(sensitive_post_parameters("account_number"), name="dispatch")
HISTORY_ROWS = 50


class BankList(Page):
    """The pairs whose bank data one may see, with the state of the newest version; the vendor's waiting ones first."""

    permission = "incentives.bank_list"
    template = "claims/bank_list.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        user = self.request.user
        pairs = Enrollment.objects.with_bank_data_of(user).select_related("location__partner", "program")
        page = keyset_page(pairs, self.request.GET)
        newest = {
            one.enrollment_id: one
            for one in PayoutProfile.objects.filter(enrollment__in=page.rows).newest()
        }  # fmt: skip
        waiting = PayoutProfile.objects.none()
        if user.is_vendor:
            counts = PayoutProfile.objects.visible_to(user).newest()
            waiting = (
                PayoutProfile.objects.filter(pk__in=counts.values("pk"))
                .waiting()
                .select_related("enrollment__location__partner", "enrollment__program")
                .order_by("submitted_at")
            )
        return {
            "page": page,
            "rows": [{"enrollment": one, "profile": newest.get(one.pk)} for one in page.rows],
            "waiting": list(waiting[:50]),
            "state_labels": dict(PayoutState.choices),
            **extra,
        }


@secret_number
class EditBank(FormPage):
    """A new version of the data of one pair. What was entered before stays on record (R-ENR-06)."""

    model = Enrollment
    permission = "incentives.bank_data"
    select_related = ("location__partner", "program")
    template = "claims/bank.html"
    form_class = BankForm
    success_message = gettext_lazy("Saved. The vendor validates the data; you are told when something is wrong.")

    def get_form_kwargs(self) -> dict[str, Any]:
        before = newest_profile(self.object)
        country = self.object.location.country
        initial = {
            "country": country,
            "bank_country": country,
            "tax_country": country,
            "currency": self.object.currency,
            "holder": self.object.location.partner.name,
        }
        return {"before": before, "initial": {} if before else initial}

    def save(self, form: BankForm) -> Enrollment:
        services.submit_bank_data(self.object.pk, actor=self.request.user, **form.cleaned_data)
        return self.object

    def get_success_url(self, result: Enrollment) -> str:
        return reverse("claims:bank", args=[result.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        versions = list(self.object.payout_profiles.select_related("submitted_by", "validated_by"))
        return super().get_context(
            profile=versions[0] if versions else None,
            versions=versions,
            state_labels=dict(PayoutState.choices),
            offers=[] if versions else self.offers(),
            zone=self.object.program.deadline_zone,
            entries=_entries(versions, "partner"),
            **extra,
        )

    def offers(self) -> list[PayoutProfile]:
        """R-ENR-05: what the same location has entered in other programs, as far as the person may see it."""
        rows = PayoutProfile.objects.visible_to(self.request.user).filter(
            enrollment__location=self.object.location_id
        )  # fmt: skip
        newest = PayoutProfile.objects.filter(pk__in=rows.newest().values("pk"))
        return list(newest.exclude(state=PayoutState.REJECTED).select_related("enrollment__program"))


def _entries(versions: list[PayoutProfile], side: str) -> list[dict[str, Any]]:
    rows = history.for_page([one.pk for one in versions], side=side)[:HISTORY_ROWS]
    return [as_line(entry) for entry in rows]


class TakeOverBank(FormPage):
    """One click: the data that the same location has in another program."""

    model = Enrollment
    permission = "incentives.bank_data"
    select_related = ("location__partner", "program")
    template = "accounts/confirm.html"
    form_class = EmptyForm
    success_message = gettext_lazy("Taken over. The vendor validates the data for this program.")

    def source(self) -> PayoutProfile:
        found = PayoutProfile.objects.visible_to(self.request.user).filter(
            pk=self.kwargs["source"], enrollment__location=self.object.location_id
        )
        profile = found.select_related("enrollment__program").first()
        if profile is None:
            raise Http404
        return profile

    def save(self, form: Any) -> Enrollment:
        services.take_over_bank_data(self.object.pk, self.source().pk, actor=self.request.user)
        return self.object

    def get_success_url(self, result: Enrollment) -> str:
        return reverse("claims:bank", args=[result.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        source = self.source()
        text = f"{source.holder}, {source.masked}, {source.currency}"
        return super().get_context(
            title=_("Take the data over from %(program)s?") % {"program": source.enrollment.program.name},
            verb=_("Take over"),
            kind="primary",
            consequences=[{"icon": "building-bank", "text": text}],
            back_href=self.get_success_url(self.object),
            **extra,
        )


class CheckBank(Page):
    """One version, masked, for the vendor's incentives admin who validates it."""

    model = PayoutProfile
    permission = "incentives.bank_list"
    select_related = (
        "enrollment__location__partner", "enrollment__program", "submitted_by", "validated_by", "second_by",
    )  # fmt: skip
    template = "claims/bank_check.html"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        profile, user = self.object, self.request.user
        may = can(user, "incentives.check_bank_data", profile.enrollment)
        newest = newest_profile(profile.enrollment)
        current = newest is not None and newest.pk == profile.pk
        return super().get_context(
            profile=profile,
            current=current,
            state_label=PayoutState(profile.state).label,
            may_judge=bool(may) and current and profile.state == PayoutState.SUBMITTED,
            may_confirm=bool(may)
            and current
            and profile.state == PayoutState.VALIDATED
            and profile.needs_second
            and profile.second_by_id is None,
            own=profile.validated_by_id == user.pk,
            zone=profile.enrollment.program.deadline_zone,
            entries=_entries([profile], "vendor" if user.is_vendor else "partner"),
            **extra,
        )


class JudgeBank(FormPage):
    """Validate, reject with a reason, or confirm as second person."""

    model = PayoutProfile
    permission = "incentives.bank_list"
    select_related = ("enrollment__location__partner", "enrollment__program")
    template = "claims/money_form.html"
    success_message = gettext_lazy("Saved.")
    words = {
        "validate": (gettext_lazy("Validate these data?"), gettext_lazy("Validate")),
        "reject": (gettext_lazy("Reject these data?"), gettext_lazy("Reject")),
        "confirm": (gettext_lazy("Confirm these data as second person?"), gettext_lazy("Confirm")),
    }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["word"] not in self.words:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()
        wanted = PayoutState.VALIDATED if kwargs["word"] == "confirm" else PayoutState.SUBMITTED
        if self.object.state != wanted:
            raise StateConflict(_("These data were judged already."), self.object.state)
        return super().get(request, *args, **kwargs)

    def refuse_others(self) -> None:
        require(self.request.user, "incentives.check_bank_data", self.object.enrollment)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse_others()
        return super().post(request, *args, **kwargs)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return RejectBankForm(data) if self.kwargs["word"] == "reject" else EmptyForm(data)

    def save(self, form: Any) -> PayoutProfile:
        pk, actor = self.object.pk, self.request.user
        if self.kwargs["word"] == "reject":
            return services.reject_bank_data(pk, actor=actor, reason=form.cleaned_data["reason"])
        if self.kwargs["word"] == "confirm":
            return incentives.confirm_payout_profile(pk, actor=actor)
        return incentives.validate_payout_profile(pk, actor=actor)

    def get_success_url(self, result: PayoutProfile) -> str:
        return reverse("claims:bank_check", args=[result.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        title, verb = self.words[self.kwargs["word"]]
        profile = self.object
        return super().get_context(
            title=title,
            verb=verb,
            hint=f"{profile.holder}, {profile.masked}, {profile.currency}",
            danger=self.kwargs["word"] == "reject",
            back_href=self.get_success_url(profile),
            **extra,
        )
