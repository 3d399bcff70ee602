from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.choices import CompanyRole
from core.clock import time_zones


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The link is sent there. It works once and for 7 days.")
    )


class AcceptForm(forms.Form):
    """Name and password of an invited person; Django's validators judge the password."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password:
            try:
                validate_password(password, self.user)
            except ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


class CompanyRolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles for the whole company"),
        choices=CompanyRole.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        usual = _g("The usual one (%(zone)s)") % {"zone": settings.TIME_ZONE}
        self.fields["time_zone"].choices = [("", usual), *((zone, zone.replace("_", " ")) for zone in time_zones())]


class EmptyForm(forms.Form):
    """A step that only asks to confirm."""
