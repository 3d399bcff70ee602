"""The ladder of a claim in words: every rung says why (D-11). Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from claims.amounts import ASKED, CAP, ELIGIBLE, LIMIT, SHARE
from core.money import format_amount
from incentives.catalogue.vocabulary import CAP_PERCENT


def label(code: str) -> str:
    """Name of a rung."""
    return {
        ELIGIBLE: _("Eligible costs"),
        SHARE: _("Share of the vendor's content"),
        ASKED: _("Asked"),
        CAP: _("Cap"),
        LIMIT: _("Limit of the plan"),
    }[code]


def reason(rung: Mapping[str, Any], currency: str) -> str:
    """Why the rung stands where it stands, in the claim's currency."""
    facts = rung["facts"]
    if rung["code"] == SHARE:
        return _("%(share)s %% of the content is the vendor's") % {"share": _plain(facts["share"])}
    if rung["code"] == ASKED:
        return _("not more than was asked")
    if rung["code"] == LIMIT:
        return _("the limit in force leaves %(left)s") % {"left": format_amount(Decimal(facts["left"]), currency)}
    if rung["code"] == CAP:
        return _cap(facts)
    return _("net costs of the expense types that this activity pays for; tax on fares and rooms only")


def _plain(percent: str) -> str:
    return f"{Decimal(percent).normalize():f}"


def _cap(facts: Mapping[str, Any]) -> str:
    own = facts["currency"]
    limit = format_amount(Decimal(facts["limit"]), own)
    if facts["kind"] == CAP_PERCENT:
        text = _("at most %(percent)s %% of the %(earned)s earned, that is %(limit)s") % {
            "percent": _plain(facts["percent"]),
            "earned": format_amount(Decimal(facts["earned"]), own),
            "limit": limit,
        }
    elif facts["person"]:
        text = _("at most %(limit)s for %(person)s at this conference") % {"limit": limit, "person": facts["person"]}
    else:
        text = _("at most %(limit)s in the period") % {"limit": limit}
    used = Decimal(facts["used"])
    if not used:
        return text
    return _("%(cap)s; other claims take %(used)s of it") % {"cap": text, "used": format_amount(used, own)}


def in_short(rungs: list[dict[str, Any]], asked: Decimal, payable: Decimal, currency: str) -> str:
    """One sentence before submission: ``Of 6,000.00 EUR at most 5,000.00 EUR can be paid, because …``."""
    if payable >= asked:
        return _("All of %(asked)s can be paid.") % {"asked": format_amount(asked, currency)}
    cutting = [rung for rung in rungs if Decimal(rung["cut"]) and Decimal(rung["amount"]) < asked]
    reasons = "; ".join(reason(rung, currency) for rung in cutting)
    return _("Of %(asked)s at most %(payable)s can be paid, because %(reasons)s.") % {
        "asked": format_amount(asked, currency),
        "payable": format_amount(payable, currency),
        "reasons": reasons,
    }


def steps(rungs: list[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    """The rungs for the component `ladder`: label, amount, note where something was taken; steps that took nothing and
    say nothing are left out."""
    shown = []
    for rung in rungs:
        cut = Decimal(rung["cut"])
        if cut or rung["code"] in (ELIGIBLE, CAP):
            shown.append(
                {"label": label(rung["code"]), "amount": Decimal(rung["amount"]), "note": reason(rung, currency)}
            )
    return shown
