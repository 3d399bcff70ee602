"""Forms of claims. What they cannot know is asked by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.choices import Recommendation
from core.forms import COMMENT_MAX, AmountField, MoveForm
from incentives.querysets import reviewers_of


def _text(label: Any, *, required: bool = False, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=COMMENT_MAX, widget=forms.Textarea(attrs={"rows": rows})
    )


class SubmitForm(forms.Form):
    comment = _text(_("Comment to the reviewer"), rows=3)


class CommentForm(forms.Form):
    """internal: read on the vendor's side only."""

    comment = _text(_("Comment"), required=True)
    internal = forms.BooleanField(label=_("Internal note: the partner does not see it"), required=False)


class ApproveForm(MoveForm):
    """The amount starts with what was recommended, else with what is asked."""

    def __init__(self, *args: Any, obj: Any, **kwargs: Any):
        super().__init__(*args, obj=obj, **kwargs)
        start = obj.recommended_amount if obj.recommendation == Recommendation.APPROVE else obj.amount
        self.fields["amount"] = AmountField(obj.currency, label=_("Amount you approve"), initial=start)
        self.fields["comment"].help_text = _("Needed when you approve less than was asked; the partner reads it.")
        self.order_fields(["amount", "comment"])


class RecommendForm(forms.Form):
    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"), choices=Recommendation.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, files: Any = None, *, claim: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        self.fields["recommendation"].initial = claim.recommendation or Recommendation.APPROVE
        start = claim.amount if claim.recommended_amount is None else claim.recommended_amount
        self.fields["amount"] = AmountField(claim.currency, label=_("Amount to approve"), required=False, initial=start)
        self.fields["comment"] = _text(_("Reason"))


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.display_name


class AssignForm(forms.Form):
    """People of the vendor with a role in the claim's program."""

    def __init__(self, data: Any = None, files: Any = None, *, claim: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        people = reviewers_of(claim.enrollment.program_id)
        self.fields["person"] = PersonField(
            people, label=_("Who reviews this claim?"), empty_label=None, initial=claim.assigned_to_id
        )
