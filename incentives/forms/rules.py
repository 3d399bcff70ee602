"""Forms of a draft of the rules: levels of the checks, comparing, publishing, discarding."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from incentives import wording
from incentives.forms.rule_rows import TEXT_MAX
from incentives.rule_words import level_word


class LevelsForm(forms.Form):
    """One level for each check (R-PROG-07). seen: version of the draft the person was shown, 0 for none."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, codes: Iterable[Any], levels: Sequence[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.codes = {one.code: one for one in codes}
        for code, one in self.codes.items():
            allowed = levels[levels.index(one.least) :]
            self.fields[code] = forms.ChoiceField(
                label=one.label, choices=[(level, self._label(level, one.usual)) for level in allowed]
            )

    def _label(self, level: str, usual: str) -> str:
        word = level_word(level)
        return _g("%(level)s (usual)") % {"level": word} if level == usual else word

    def levels(self) -> dict[str, str]:
        """{code: level} that differ from the usual ones."""
        return {
            code: self.cleaned_data[code] for code, one in self.codes.items() if self.cleaned_data[code] != one.usual
        }


class PublishForm(forms.Form):
    """What is new, and whether the draft is published though it was not compared. seen: its version."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    note = forms.CharField(
        label=_("What is new"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the history of the program."),
    )  # fmt: skip
    without_run = forms.BooleanField(
        label=_("Publish without comparing this draft with past claims"), required=False
    )  # fmt: skip


class DiscardForm(forms.Form):
    """Confirmation. seen: version of the draft the person was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class UndoForm(forms.Form):
    """Confirmation. seen: state of the type in the draft."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CompareForm(forms.Form):
    """Claims of a period or of a program year. seen: version of the draft."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    span = forms.ChoiceField(label=_("Claims of"))

    def __init__(self, *args: Any, periods: Iterable[Any], years: Iterable[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.spans = {f"period-{one.pk}": {"period": one} for one in periods}
        self.spans |= {f"year-{one.pk}": {"year": one} for one in years}
        self.fields["span"].choices = [
            (name, wording.period_text(span["period"]) if "period" in span else _g("program year %(name)s") % {
                "name": span["year"]}) for name, span in self.spans.items()
        ]  # fmt: skip
