"""The form behind every move: a comment, with the wording of the table."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

COMMENT_MAX = 5000  # characters; longer texts belong into a document


class MoveForm(forms.Form):
    """Confirmation of a move, with a comment when the table asks for one. Moves may add fields by subclassing."""

    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, files: Any = None, *, transition: Any, obj: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        self.transition, self.obj = transition, obj
        field = self.fields["comment"]
        field.label = transition.comment_label
        field.required = transition.comment == "required"
        if transition.comment == "none":
            del self.fields["comment"]
        else:
            self.order_fields([*(name for name in self.fields if name != "comment"), "comment"])
