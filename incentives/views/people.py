"""Giving and taking roles: a company's admins for its people, the vendor's incentives admins for the vendor's."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.forms import EmptyForm, InviteForm
from accounts.models import User
from accounts.views.people import LINK
from core.views import FormPage
from incentives import services
from incentives.access import access_of
from incentives.forms import RolesForm, VendorRolesForm
from incentives.models import Enrollment, Program

SAVED = _("Saved. It counts from the next page this person opens.")


class EditRoles(FormPage):
    """Roles of one colleague per location and program (R-ROLE-01, R-ROLE-04)."""

    model = User
    permission = "accounts.manage_people"
    template = "incentives/roles.html"
    form_class = RolesForm
    success_message = SAVED

    def get_form_kwargs(self) -> dict[str, Any]:
        enrollments = Enrollment.objects.for_roles(self.request.user).select_related("location", "program")
        held = dict(self.object.incentive_roles.values_list("enrollment_id", "role"))
        return {"enrollments": enrollments, "held": held}

    def save(self, form: Any) -> Any:
        return services.set_roles(self.object.pk, form.roles(), actor=self.request.user)

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:person", args=[self.object.pk])

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(person=self.object, **extra)


class VendorPerson(FormPage):
    """A form about one person of the vendor's side."""

    permission = "incentives.give_vendor_roles"
    form_class: Any = EmptyForm

    def get_object(self) -> Any:
        return None

    def person(self) -> User:
        found = User.objects.visible_to(self.request.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:person", args=[self.kwargs["pk"]])


class EditVendorRoles(VendorPerson):
    """Roles of a person of the vendor, in the programs the giver administers (D-03)."""

    template = "incentives/vendor_roles.html"
    form_class = VendorRolesForm
    success_message = SAVED

    def get_form_kwargs(self) -> dict[str, Any]:
        self.shown = self.person()
        programs: list[Any] = list(Program.objects.administered_by(self.request.user))
        if access_of(self.request.user).administers_all:
            programs.insert(0, None)
        held = self.shown.vendor_roles.values_list("program_id", "role")
        return {"programs": programs, "held": held}

    def save(self, form: Any) -> Any:
        return services.set_vendor_roles(self.shown.pk, form.roles(), actor=self.request.user)

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"person": self.shown, **extra}


class InviteVendorColleague(FormPage):
    permission = "incentives.give_vendor_roles"
    template = "accounts/invite.html"
    form_class = InviteForm
    object = None
    success_message = _("Invited. Now give the roles this person needs.")

    def save(self, form: Any) -> Any:
        user, token = services.invite_vendor_colleague(actor=self.request.user, **form.cleaned_data)
        self.request.session[LINK] = (str(user.pk), token)
        return user

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:person", args=[result.pk])


class ReinviteVendorColleague(VendorPerson):
    template = "accounts/confirm.html"
    success_message = _("A new link was made and mailed. The old one no longer works.")

    def save(self, form: Any) -> Any:
        user, token = services.reinvite_vendor_colleague(self.person().pk, actor=self.request.user)
        self.request.session[LINK] = (str(user.pk), token)
        return user

    def get_context(self, **extra: Any) -> dict[str, Any]:
        person = self.person()
        text = _g("It goes to %(email)s and works once, for 7 days.") % {"email": person.email}
        return {
            "person": person,
            "title": _g("Send %(name)s a new link?") % {"name": person.display_name},
            "verb": _g("Send a new link"),
            "kind": "primary",
            "consequences": [
                {"icon": "mail", "text": text},
                {"icon": "link-off", "text": _g("The link sent before stops working.")},
            ],
            **extra,
        }
