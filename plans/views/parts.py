"""Campaigns and activities: added and changed on their own pages, which also open in place."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core import history
from core.views import FormPage
from incentives import wording
from incentives.models import ActivityType
from plans import services
from plans.forms import ActivityForm, CampaignForm, type_name
from plans.models import Activity, Campaign, Plan

OF_PLAN = ("enrollment__program", "enrollment__location__partner", "program_year")
OF_CAMPAIGN = tuple(f"plan__{path}" for path in OF_PLAN)
OF_ACTIVITY = tuple(f"campaign__plan__{path}" for path in OF_PLAN)


class InPlace(FormPage):
    """A form that the plan's page opens in place: sent from there, the page is asked to show itself anew."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302 and request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return response


class NewCampaign(InPlace):
    model = Plan
    select_related = OF_PLAN
    permission = "plans.edit"
    template = "plans/campaign.html"
    form_class = CampaignForm

    def save(self, form: CampaignForm) -> Campaign:
        return services.add_campaign(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def done_already(self, form: CampaignForm) -> Campaign | None:
        return _added_just_now(self, self.object, self.object.campaigns, "campaign", form)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(plan=self.object, title=_("New campaign"), verb=_("Add campaign"), **extra)


def _added_just_now(page: FormPage, plan: Plan, parts: Any, noun: str, form: forms.Form) -> Any:
    """The part that this person has just added with exactly these values."""
    changes = {noun: ["", form.cleaned_data["name"]]}
    if history.just_did(plan, f"plans.add_{noun}", actor=page.request.user, changes=changes):
        return parts.filter(**form.cleaned_data).first()
    return None


class EditCampaign(FormPage):
    model = Campaign
    select_related = OF_CAMPAIGN
    permission = "plans.edit_part"
    template = "plans/campaign.html"
    form_class = CampaignForm
    success_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        fields = ("name", "starts_on", "ends_on", "objective")
        return {"initial": {name: getattr(self.object, name) for name in fields}}

    def save(self, form: CampaignForm) -> Campaign:
        return services.edit_campaign(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(plan=self.object.plan, title=_("Change campaign"), verb=_("Save"), **extra)


class DeletePart(FormPage):
    """Says what goes, and asks."""

    permission = "plans.edit_part"
    template = "plans/delete.html"
    form_class = forms.Form

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def get_success_url(self, result: Plan) -> str:
        return f"{result.get_absolute_url()}#campaigns"


class DeleteCampaign(DeletePart):
    model = Campaign
    select_related = OF_CAMPAIGN
    success_message = _("The campaign is removed.")

    def save(self, form: forms.Form) -> Plan:
        return services.delete_campaign(self.object.pk, actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        activities = list(self.object.activities.all())
        return super().get_context(plan=self.object.plan, activities=activities, **extra)


class DeleteActivity(DeletePart):
    model = Activity
    select_related = OF_ACTIVITY
    success_message = _("The activity is removed.")

    def save(self, form: forms.Form) -> Plan:
        return services.delete_activity(self.object.pk, actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(plan=self.object.plan, activities=[self.object], **extra)


class RestorePart(DeletePart):
    """Puts back what a change took out, after a question (D-10)."""

    template = "plans/restore.html"

    def get_queryset(self) -> Any:
        return self.model.with_removed.visible_to(self.request.user).select_related(*self.select_related)

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()


class RestoreCampaign(RestorePart):
    model = Campaign
    select_related = OF_CAMPAIGN
    success_message = _("The campaign is back.")

    def save(self, form: forms.Form) -> Campaign:
        return services.restore_campaign(self.object.pk, actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(plan=self.object.plan, **extra)


class RestoreActivity(RestorePart):
    model = Activity
    select_related = OF_ACTIVITY
    success_message = _("The activity is back.")

    def save(self, form: forms.Form) -> Activity:
        return services.restore_activity(self.object.pk, actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(plan=self.object.plan, **extra)


class ActivityFormPage(InPlace):
    """What adding and changing share: the campaign, and the types of its plan's program year (R-ACT-06)."""

    template = "plans/activity.html"
    form_class = ActivityForm
    campaign: Campaign
    verb: Any = ""
    title: Any = ""

    @cached_property
    def types(self) -> list[ActivityType]:
        year = self.campaign.plan.program_year
        return list(year.activity_types.selectable().light())

    def initial(self) -> dict[str, Any]:
        campaign = self.campaign
        return {
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
            "countries": [campaign.plan.enrollment.location.country],
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            "program": self.campaign.plan.enrollment.program,
            "types": self.types,
            "initial": self.initial(),
        }

    def get_context(self, **extra: Any) -> dict[str, Any]:
        plan = self.campaign.plan
        vendor = settings.VENDOR_NAME
        specs = plan.program_year.activity_types.selectable().order_by("name")
        needed = [(type_name(one.name), wording.needs(one.parsed, vendor)) for one in specs]
        return super().get_context(
            plan=plan, campaign=self.campaign, title=self.title, verb=self.verb, needed=needed, **extra
        )


class NewActivity(ActivityFormPage):
    model = Campaign
    select_related = OF_CAMPAIGN
    permission = "plans.edit_part"
    title, verb = _("New activity"), _("Add activity")

    @property
    def campaign(self) -> Campaign:
        return self.object

    def save(self, form: ActivityForm) -> Activity:
        return services.add_activity(self.object.pk, actor=self.request.user, **form.cleaned_data)

    def done_already(self, form: ActivityForm) -> Activity | None:
        return _added_just_now(self, self.object.plan, self.object.activities, "activity", form)


class EditActivity(ActivityFormPage):
    model = Activity
    select_related = (*OF_ACTIVITY, "activity_type")
    permission = "plans.edit_part"
    title, verb = _("Change activity"), _("Save")
    success_message = _("Saved.")

    @property
    def campaign(self) -> Campaign:
        return self.object.campaign

    @cached_property
    def types(self) -> list[ActivityType]:
        """The activity's own version stays choosable after a newer one came (R-ACT-06)."""
        own = self.object.activity_type
        year = self.campaign.plan.program_year
        found = list(year.activity_types.selectable().light())
        if own.pk in {one.pk for one in found}:
            return found
        own.category_title = own.category_name
        return sorted([own, *(one for one in found if one.slug != own.slug)], key=lambda one: (one.category, one.name))

    def initial(self) -> dict[str, Any]:
        fields = ("name", "countries", "starts_on", "ends_on", "budget")
        return {
            **{name: getattr(self.object, name) for name in fields},
            "activity_type": str(self.object.activity_type_id),
        }

    def save(self, form: ActivityForm) -> Activity:
        return services.edit_activity(self.object.pk, actor=self.request.user, **form.cleaned_data)
