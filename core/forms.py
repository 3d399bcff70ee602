"""Forms every app uses: amounts as people type them, and the form behind every move."""

import re
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.money import minor_units

COMMENT_MAX = 5000  # characters; longer texts belong into a document
AMOUNT_DIGITS = 12  # before the decimal point: what numeric(15, 3) holds
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"(\d*)(?:[.,](\d*))?")


def read_amount(text: str, digits: int) -> Decimal:
    """The amount a person meant: 1.234,56 · 1,234.56 · 1 234.56 · 1'234.56 · 1234,5 are all read.

    The last of two different marks is the decimal mark. A single mark before exactly three digits groups
    thousands, unless the currency has three digits itself: then the active language decides. Sign allowed.
    Raises ValueError when the text is no amount.
    """
    text = re.sub(r"[\s\u00a0\u202f'’_]", "", text).replace("\u2212", "-")
    sign = -1 if text.startswith("-") else 1
    text = text[1:] if text[:1] in ("+", "-") else text
    whole, fraction = text, ""
    if "." in text and "," in text:
        mark = max(".,", key=text.rfind)
        whole, fraction = text.rsplit(mark, 1)
        if not _GROUPED.fullmatch(whole) or mark in whole:
            raise ValueError(text)
    elif not _is_grouped(text, digits):
        plain = _PLAIN.fullmatch(text)
        if plain is None:
            raise ValueError(text)
        whole, fraction = plain[1], plain[2] or ""
    whole = re.sub(r"[.,]", "", whole)
    if not re.fullmatch(r"[0-9]*", whole + fraction) or not whole + fraction:
        raise ValueError(text)
    return sign * Decimal(f"{whole or 0}.{fraction or 0}")


def _is_grouped(text: str, digits: int) -> bool:
    if not _GROUPED.fullmatch(text):
        return False
    marks = re.sub(r"\d", "", text)
    return digits != 3 or len(marks) > 1 or marks != get_format("DECIMAL_SEPARATOR")


class AmountField(forms.CharField):
    """An amount of money; cleans to a Decimal in major units, or None when empty and not required.

    currency: its minor unit bounds the digits · min_value: smallest amount allowed (default: zero), None for
    amounts that may be negative · whole_digits: what the column holds before the decimal mark.
    """

    def __init__(
        self,
        currency: str = "EUR",
        *,
        required: bool = True,
        min_value: Decimal | None = Decimal(0),
        whole_digits: int = AMOUNT_DIGITS,
        **kwargs: Any,
    ):
        self.currency, self.min_value, self.whole_digits = currency, min_value, whole_digits
        super().__init__(required=required, max_length=60, **kwargs)

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as it would be typed: the digits of the currency, no grouping."""
        if not isinstance(value, Decimal):
            return value
        cut = value.quantize(Decimal(1).scaleb(-minor_units(self.currency)), rounding=ROUND_DOWN)
        return str(cut).replace(".", get_format("DECIMAL_SEPARATOR"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Decimal | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        text = re.sub(rf"^{re.escape(self.currency)}|{re.escape(self.currency)}$", "", text, flags=re.I).strip()
        digits = minor_units(self.currency)
        try:
            amount = read_amount(text, digits)
        except ValueError:
            raise forms.ValidationError(_("Type an amount in figures, for example 1,234.56."), code="invalid") from None
        self._check(amount, digits)
        return amount.quantize(Decimal(1).scaleb(-digits))

    def _check(self, amount: Decimal, digits: int) -> None:
        if abs(amount) >= Decimal(10) ** self.whole_digits:
            raise forms.ValidationError(
                _("This amount is too large: at most %(digits)s digits before the decimal mark.")
                % {"digits": self.whole_digits},
                code="too_large",
            )
        if self.min_value is not None and amount < self.min_value:
            if self.min_value <= 0:
                raise forms.ValidationError(_("The amount cannot be negative."), code="negative")
            raise forms.ValidationError(
                _("The amount must be at least %(least)s.") % {"least": self.prepare_value(self.min_value)},
                code="too_small",
            )
        if amount != amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN):
            raise forms.ValidationError(_too_many_digits(self.currency, digits), code="digits")


class CountField(forms.CharField):
    """A whole number as people type it: 12.000, 12,000 and 12 000 become 12000. Everything else stays as typed, for
    whoever judges the draft."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        plain = re.sub(r"[\s\u00a0\u202f'’_]", "", text)
        if re.fullmatch(r"[0-9]+", plain) or (_GROUPED.fullmatch(plain) and plain.isascii()):
            return re.sub(r"[.,]", "", plain)
        return text


class MeasureField(forms.DecimalField):
    """A number with decimals, read as amounts are: 2,5 and 2.5 are the same."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            try:
                value = read_amount(value, self.decimal_places or 0)
            except ValueError:
                raise forms.ValidationError(_("Type a number, for example 2.5."), code="invalid") from None
        return super().to_python(value)


def _too_many_digits(currency: str, digits: int) -> str:
    if not digits:
        return _g("%(currency)s has no digits after the decimal mark.") % {"currency": currency}
    return ngettext(
        "%(currency)s has at most %(digits)s digit after the decimal mark.",
        "%(currency)s has at most %(digits)s digits after the decimal mark.",
        digits,
    ) % {"currency": currency, "digits": digits}


class MoveForm(forms.Form):
    """Confirmation of a move, with a comment when the table asks for one. Subclasses may add fields."""

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
