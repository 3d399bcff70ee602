"""Forms of claims. What they cannot know is asked by the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.amounts import CostLine
from claims.choices import LineOutcome, Recommendation
from claims.services import LineWord
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
    """The amount starts with what was recommended, else with what can be paid; each cost line has its own word.

    lines: the eligible costs, as claims.payable.cost_lines gives them. When a line is changed and the amount is left as
    it was, everything that the lines leave is approved.
    """

    def __init__(self, *args: Any, obj: Any, lines: Sequence[CostLine] = (), **kwargs: Any):
        super().__init__(*args, obj=obj, **kwargs)
        self.lines = lines
        most = obj.amount if obj.payable is None else obj.payable
        self.start = min(obj.recommended_amount, most) if obj.recommendation == Recommendation.APPROVE else most
        self.fields["amount"] = AmountField(obj.currency, label=_("Amount you approve"), initial=self.start)
        self.fields["comment"].help_text = _("Needed when you approve less than can be paid; the partner reads it.")
        for line in lines:
            self._add_line(line, obj.currency)
        self.order_fields(["amount", "comment"])

    def _add_line(self, line: CostLine, currency: str) -> None:
        self.fields[f"outcome_{line.id}"] = forms.ChoiceField(
            label=_("Decision"), choices=LineOutcome.choices, initial=LineOutcome.AS_IS, required=False
        )
        self.fields[f"amount_{line.id}"] = AmountField(currency, label=_("Accepted"), required=False)
        self.fields[f"reason_{line.id}"] = forms.CharField(label=_("Reason"), required=False, max_length=COMMENT_MAX)

    def rows(self) -> list[tuple[CostLine, Any, Any, Any]]:
        """(line, outcome, amount, reason) for the table."""
        names = ("outcome", "amount", "reason")
        return [(line, *(self[f"{name}_{line.id}"] for name in names)) for line in self.lines]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        words = []
        for line in self.lines:
            outcome = typed.pop(f"outcome_{line.id}", "") or LineOutcome.AS_IS
            amount, reason = typed.pop(f"amount_{line.id}", None), typed.pop(f"reason_{line.id}", "")
            words.append(LineWord(line.id, outcome, amount, reason))
        changed = any(word.outcome != LineOutcome.AS_IS for word in words)
        typed["lines"] = words if changed else []
        if changed and typed.get("amount") == self.start:
            typed["amount"] = None
        return typed


class RecommendForm(forms.Form):
    recommendation = forms.ChoiceField(
        label=_("What do you recommend?"), choices=Recommendation.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, files: Any = None, *, claim: Any, **kwargs: Any):
        super().__init__(data, files, **kwargs)
        self.fields["recommendation"].initial = claim.recommendation or Recommendation.APPROVE
        most = claim.amount if claim.payable is None else claim.payable
        start = most if claim.recommended_amount is None else claim.recommended_amount
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
