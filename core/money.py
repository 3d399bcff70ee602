"""Decimal amounts: minor units, rounding and display. An amount is a Decimal in major units."""

from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_decimal
from django.utils.translation import get_language

DEFAULT_MINOR_UNITS = 2
# ISO 4217, column "minor unit", where it is not 2. CLDR differs (it shows some currencies without the
# minor unit they legally have), so amounts would be cut when stored.
MINOR_UNITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
         "XOF", "XPF"),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip


def minor_units(currency: str) -> int:
    """Digits after the point of an ISO 4217 currency (EUR 2, JPY 0, KWD 3)."""
    return MINOR_UNITS.get(currency.upper(), DEFAULT_MINOR_UNITS)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Amount rounded half up (away from zero) to the currency's minor unit (D-11)."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)


def format_amount(amount: Decimal, currency: str, locale: str = "") -> str:
    """Amount in texts as the pages write it: ``1,234.00 EUR``, every minor digit, the code after a no-break space.

    Locale as de, de-at or de_AT; else the active one.
    """
    parsed = Locale.parse((locale or get_language() or "en").replace("-", "_"))
    code, digits = currency.upper(), minor_units(currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return f"{format_decimal(quantize(amount, code), format=pattern, locale=parsed)}\N{NO-BREAK SPACE}{code}"
