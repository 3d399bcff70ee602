"""The page behind an invitation link, for people who cannot sign in yet."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.forms import AcceptForm
from accounts.models import Invitation
from core.views import FormPage

GONE = 410  # the link was right once


@method_decorator(never_cache, name="dispatch")
class AcceptInvitation(FormPage):
    """Sets name and password, opens the account and signs in. A link that is over says whom to ask."""

    public = "an invited person has no password yet; the secret link stands for it"
    template = "accounts/invitation.html"
    form_class = AcceptForm
    success_message = _("Welcome. Your account is open.")
    object = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        digest = services.hash_token(kwargs["token"])
        self.invitation = Invitation.objects.select_related("user", "invited_by").filter(token_hash=digest).first()
        if self.invitation is None or not self.invitation.is_open:
            return self.render(template="accounts/invitation_over.html", status=GONE)
        response = super().dispatch(request, *args, **kwargs)
        # The address is the secret. Not "no-referrer": browsers then send the form with a null origin.
        response["Referrer-Policy"] = "strict-origin"
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.get_form(None))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"user": self.invitation.user, "initial": {"name": self.invitation.user.name}}

    def save(self, form: Any) -> Any:
        user = services.accept_invitation(self.kwargs["token"], **form.cleaned_data)
        login(self.request, user)
        get_adapter().confirmed(user)
        return user

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            request.session.set_expiry(None)
        return response

    def get_success_url(self, result: Any) -> str:
        return "/"

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {"invitation": self.invitation, **extra}
