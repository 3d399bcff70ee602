"""Is this a bank account, is this a tax number? Pure; no problem ever repeats a number (D-16)."""

import re
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.numbers import is_currency
from django.utils.translation import gettext as _
from stdnum import bic as bics
from stdnum import get_cc_module
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from core.errors import Problem
from incentives.choices import AccountKind

RULE = "D-16"
SHOWN = 4
LEAST_HIDDEN = 4  # of a short number fewer digits are shown, so that this many stay unknown
OTHER_NUMBER = re.compile(r"[A-Z0-9]{5,34}")
ROUTING_CODE = re.compile(r"[A-Za-z0-9-]{2,28}")
# What ISO 20022 takes in names (Latin letters, digits, some marks); banks refuse the rest.
PLAIN_TEXT = re.compile(r"[^\x00-\x1f\x7f<>]+")


@dataclass(frozen=True)
class Account:
    """What a person typed. number is the full one and lives only as long as the request."""

    kind: str
    number: str
    bank_country: str
    bic: str = ""
    routing_code: str = ""


def plain(number: str) -> str:
    """Without blanks and dashes, in capitals: how account numbers and codes are stored and compared."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", number).upper()


def last_digits(number: str) -> str:
    return number[-min(SHOWN, max(len(number) - LEAST_HIDDEN, 1)) :]


def country_codes() -> list[str]:
    """Two letters of every land that CLDR knows."""
    known = {str(code) for code in Locale("en").territories}
    return sorted(code for code in known if re.fullmatch(r"[A-Z]{2}", code) and code not in _NOT_LANDS)


_NOT_LANDS = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def account_problems(account: Account) -> list[Problem]:
    """Everything wrong with the account, each at its field: check digits, country, BIC."""
    problems = _number_problems(account)
    problems += _bic_problems(account)
    if account.routing_code and not ROUTING_CODE.fullmatch(account.routing_code):
        text = _("A routing code has 2 to 28 letters and digits.")
        problems.append(Problem("routing_code", text, RULE, "id_routing_code"))
    return problems


def _number_problems(account: Account) -> list[Problem]:
    anchor = "id_account_number"
    if account.kind == AccountKind.OTHER:
        if OTHER_NUMBER.fullmatch(account.number):
            return []
        text = _("An account number has 5 to 34 letters and digits.")
        return [Problem("account_number", text, RULE, anchor)]
    try:
        ibans.validate(account.number)
    except ValidationError:
        text = _("This is not a valid IBAN: its check digits do not fit. Compare it with a statement of the bank.")
        return [Problem("iban", text, RULE, anchor)]
    if account.number[:2] != account.bank_country:
        text = _("The IBAN belongs to another country than the bank. Correct one of the two.")
        return [Problem("iban_country", text, RULE, "id_bank_country")]
    return []


def _bic_problems(account: Account) -> list[Problem]:
    anchor = "id_bic"
    if not account.bic:
        if account.kind == AccountKind.IBAN or account.routing_code:
            return []
        text = _("Enter the BIC or the routing code of the bank: without an IBAN it cannot be found otherwise.")
        return [Problem("bic_missing", text, RULE, anchor)]
    if not bics.is_valid(account.bic):
        return [Problem("bic", _("This is not a valid BIC. It has 8 or 11 characters."), RULE, anchor)]
    if account.bic[4:6] != account.bank_country:
        text = _("The BIC belongs to a bank in another country. Correct the BIC or the country of the bank.")
        return [Problem("bic_country", text, RULE, anchor)]
    return []


def tax_problems(country: str, number: str) -> list[Problem]:
    """The VAT number's form and check digits, in countries that have one; elsewhere only that there is a number."""
    anchor = "id_tax_number"
    if not number.strip():
        return [Problem("tax_number_missing", _("Enter the tax number."), RULE, anchor)]
    module: Any = get_cc_module(country.lower(), "vat") if re.fullmatch(r"[A-Z]{2}", country) else None
    if module is not None and not module.is_valid(number):
        text = _("This is not a valid VAT number of the tax country. Write it with its check digit.")
        return [Problem("tax_number", text, RULE, anchor)]
    return []


def code_problems(currency: str, **countries: str) -> list[Problem]:
    """Codes that mean nothing. countries: field name -> code."""
    problems = []
    known = set(country_codes())
    for name, code in countries.items():
        if code not in known:
            problems.append(Problem("country", _("Choose a country."), RULE, f"id_{name}"))
    if not is_currency(currency):
        text = _("Enter the three letters of a currency, such as EUR.")
        problems.append(Problem("currency", text, RULE, "id_currency"))
    return problems


def text_problems(**texts: str) -> list[Problem]:
    """Marks that no payment file can carry. texts: field name -> text."""
    text = _("Use letters, digits and common marks only.")
    return [
        Problem("text", text, RULE, f"id_{name}")
        for name, value in texts.items()
        if value and not PLAIN_TEXT.fullmatch(value)
    ]
