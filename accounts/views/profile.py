"""What a person sets for themselves."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.forms import PreferencesForm
from core.languages import language_of
from core.views import FormPage


class Profile(FormPage):
    """Language and time zone of the person who looks at it."""

    permission = "accounts.use"
    template = "accounts/profile.html"
    form_class = PreferencesForm
    object = None
    success_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        return {"initial": {"language": language_of(user), "time_zone": user.time_zone}}

    def save(self, form: Any) -> Any:
        return services.set_preferences(actor=self.request.user, **form.cleaned_data)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302:  # the pages follow the cookie, the mails the person
            language = request.POST["language"]
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        return response

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:profile")
