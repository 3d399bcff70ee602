"""What a company's admins do with its people. The pages that show them stand in the portal."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.choices import GIVES_ROLES
from accounts.forms import CompanyRolesForm, EmptyForm, InviteForm
from accounts.models import User
from core.views import FormPage

LINK = "invitation_link"  # session key: (person, token), shown once on the person's page


class InviteColleague(FormPage):
    permission = "accounts.manage_people"
    template = "accounts/invite.html"
    form_class = InviteForm
    object = None
    success_message = _("Invited. Now give the roles this person needs.")

    def save(self, form: Any) -> Any:
        user, token = services.invite_colleague(actor=self.request.user, **form.cleaned_data)
        self.request.session[LINK] = (str(user.pk), token)
        return user

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:person", args=[result.pk])


class PersonForm(FormPage):
    """A form about one colleague; ends on that person's page."""

    model = User
    permission = "accounts.manage_people"
    select_related = ("membership",)
    template = "accounts/confirm.html"
    form_class: Any = EmptyForm

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:person", args=[self.object.pk])

    def about(self) -> dict[str, Any]:
        """title, verb, kind and consequences of a step that only asks to confirm."""
        return {}

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return super().get_context(person=self.object, **{**self.about(), **extra})


class CompanyRoles(PersonForm):
    template = "accounts/company_roles.html"
    form_class = CompanyRolesForm
    success_message = _("Saved. It counts from the next page this person opens.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"roles": [str(role) for role in self.object.membership.roles]}}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        form = self.get_form(request.POST)
        given_up = self.given_up(form.cleaned_data["roles"]) if form.is_valid() else []
        if given_up and "confirmed" not in request.POST:
            return self.render("accounts/confirm.html", **_about_giving_up(given_up, form.cleaned_data["roles"]))
        return super().post(request, *args, **kwargs)

    def given_up(self, kept: Any) -> list[str]:
        """The roles that let one give roles and that the person takes from themselves now; the last is refused."""
        if self.object.pk != self.request.user.pk or not any(role in kept for role in GIVES_ROLES):
            return []
        held = self.object.membership.roles
        return [str(role.label) for role in held if role in GIVES_ROLES and role not in kept]

    def save(self, form: Any) -> Any:
        return services.set_company_roles(self.object.pk, form.cleaned_data["roles"], actor=self.request.user)


def _about_giving_up(labels: list[str], kept: list[str]) -> dict[str, Any]:
    names = ", ".join(labels)
    return {
        "title": _g("Give up your own role: %(roles)s?") % {"roles": names},
        "verb": _g("Give it up"),
        "kind": "danger",
        "consequences": [
            {"icon": "user-minus", "text": _g("%(roles)s ends for you with the next page.") % {"roles": names}},
            {"icon": "user-check", "text": _g("Only another admin can give it back to you.")},
        ],
        "hidden": [("confirmed", "1"), *(("roles", role) for role in kept)],
    }


class Reinvite(PersonForm):
    success_message = _("A new link was made and mailed. The old one no longer works.")

    def about(self) -> dict[str, Any]:
        name = {"name": self.object.display_name}
        return {
            "title": _g("Send %(name)s a new link?") % name,
            "verb": _g("Send a new link"),
            "kind": "primary",
            "consequences": [
                {
                    "icon": "mail",
                    "text": _g("It goes to %(email)s and works once, for 7 days.") % {"email": self.object.email},
                },
                {"icon": "link-off", "text": _g("The link sent before stops working.")},
            ],
        }

    def save(self, form: Any) -> Any:
        user, token = services.reinvite_colleague(self.object.pk, actor=self.request.user)
        self.request.session[LINK] = (str(user.pk), token)
        return user


class RevokeInvitation(PersonForm):
    success_message = _("The link no longer works.")

    def about(self) -> dict[str, Any]:
        return {
            "title": _g("Withdraw the invitation of %(name)s?") % {"name": self.object.display_name},
            "verb": _g("Withdraw the invitation"),
            "kind": "danger",
            "consequences": [{"icon": "link-off", "text": _g("The link that was sent stops working at once.")}],
        }

    def save(self, form: Any) -> Any:
        return services.revoke_invitation(self.object.pk, actor=self.request.user)


class SetAccount(PersonForm):
    """Close or open a colleague's account; `what` in the address says which."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs["what"] not in ("close", "open"):
            raise Http404
        self.opens = kwargs["what"] == "open"
        return super().dispatch(request, *args, **kwargs)

    def about(self) -> dict[str, Any]:
        name = {"name": self.object.display_name}
        if self.opens:
            title, verb, icon = _g("Open the account of %(name)s again?"), _g("Open the account"), "lock-open"
            text = _g("The person can sign in again with the password and the roles from before.")
        else:
            title, verb, icon = _g("Close the account of %(name)s?"), _g("Close the account"), "lock"
            text = _g(
                "The person is signed out with the next page and cannot sign in. What they did stays in the history."
            )
        return {
            "title": title % name,
            "verb": verb,
            "kind": "primary" if self.opens else "danger",
            "consequences": [{"icon": icon, "text": text}],
        }

    def save(self, form: Any) -> Any:
        return services.set_active(self.object.pk, self.opens, actor=self.request.user)
