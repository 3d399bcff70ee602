from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from proofs.forms.values import COMMENT_MAX


class WarningForm(forms.Form):
    """The partner's word on a warning of the checks."""

    text = forms.CharField(
        label=_("Why is it right as it is?"),
        max_length=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The reviewer reads it beside the warning."),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
