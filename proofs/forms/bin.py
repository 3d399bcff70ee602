"""Input of the receipt bin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PutOnForm(forms.Form):
    """The card for files of the receipt bin. Chosen at first: the one asked for, else the likeliest, which comes
    first."""

    card = forms.ChoiceField(label=_("Card"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, files: Any = None, *, cards: list[tuple[str, str]], asked: str = ""):
        slugs = [slug for slug, _label in cards]
        first = slugs[0] if slugs else ""
        super().__init__(data, files, initial={"card": asked if asked in slugs else first})
        self.fields["card"].choices = cards  # type: ignore[attr-defined]
