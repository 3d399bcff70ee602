"""Cards of what is typed about the work itself: name, dates, amount, reach, pre-approval, answers."""

import re
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem
from core.money import minor_units, quantize
from incentives.catalogue.specs import FieldSpec
from proofs.requirements.checklist import Card, anchor_of, state_of
from proofs.requirements.evidence import Evidence

SECTION_FACTS = "facts"
SECTION_FIELDS = "fields"
LEAST_SHARE, WHOLE_SHARE = 1, 100  # per cent, R-CLM-35
WHOLE_NUMBER = re.compile(r"[0-9]+")


def fact_cards(evidence: Evidence) -> list[Card]:
    """Name, date, amount, estimated impressions and pre-approval id, in this order (R-POE-02, -03); the country where
    no plan says it, the conference where caps count by it."""
    cards = [_name_card(evidence), _date_card(evidence)]
    if evidence.countries:
        cards.append(_country_card(evidence))
    cards += [_amount_card(evidence), _impressions_card(evidence), _preapproval_card(evidence)]
    if evidence.spec.asks_for_conference:
        cards.append(_conference_card(evidence))
    return cards


def is_whole_number(value: object) -> bool:
    """A whole number from 0, as number or as typed text."""
    return WHOLE_NUMBER.fullmatch(str(value).strip()) is not None


def _name_card(evidence: Evidence) -> Card:
    present = bool(evidence.name.strip())
    problems = [] if present else [_problem("name", "name_missing", _("Enter a name."), "R-POE-02")]
    return _card("name", _("Name"), problems, present)


def _date_card(evidence: Evidence) -> Card:
    first, last = evidence.executed_from, evidence.executed_to
    if first is None or last is None:
        text = _("Enter the first and the last day of the work.")
        return _card("date", _("Date of execution"), [_problem("date", "date_missing", text, "R-POE-02")], False)
    problems = []
    if first > last:
        text = _("The first day is after the last day. Swap or correct them.")
        problems.append(_problem("date", "dates_reversed", text, "D-05"))
    if last > evidence.today:
        text = _("The last day is in the future. Submit after the work is done.")
        problems.append(_problem("date", "executed_in_future", text, "D-05"))
    problems += _window_problems(evidence)
    return _card("date", _("Date of execution"), problems, True)


def _window_problems(evidence: Evidence) -> list[Problem]:
    """R-POE-04, T-POE-1: inside the campaign; without one inside the usage period (D-05, R-CAL-08)."""
    window = (evidence.campaign_start, evidence.campaign_end)
    code, rule = "outside_campaign", "R-POE-04"
    text = _("The work must lie inside the campaign, %(start)s to %(end)s. Correct the dates.")
    if None in window:
        window = (evidence.usage_start, evidence.usage_end)
        code, rule = "outside_usage_period", "R-CAL-08"
        text = _("The work must lie inside the usage period, %(start)s to %(end)s. Correct the dates.")
    start, end = window
    first, last = evidence.executed_from, evidence.executed_to
    if start is None or end is None or first is None or last is None:
        return []
    if start <= first and last <= end:
        return []
    days = {"start": date_format(start), "end": date_format(end)}
    return [_problem("date", code, text % days, rule)]


def _amount_card(evidence: Evidence) -> Card:
    amount = evidence.amount
    problems = []
    if amount is None:
        problems.append(_problem("amount", "amount_missing", _("Enter the amount you ask for."), "R-POE-02"))
    elif not amount.is_finite() or amount <= 0:
        text = _("Enter an amount greater than zero.")
        problems.append(_problem("amount", "amount_not_positive", text, "R-POE-12"))
    elif quantize(amount, evidence.currency) != amount:
        problems.append(_problem("amount", "amount_too_fine", _digits_text(evidence), "R-POE-12"))
    share = evidence.vendor_share
    if share is not None and not LEAST_SHARE <= share <= WHOLE_SHARE:
        text = _("The share of the vendor's content goes from 1 to 100 %. Leave it empty when it is all of it.")
        problems.append(_problem("amount", "vendor_share_outside", text, "R-CLM-35"))
    return _card("amount", _("Amount"), problems, amount is not None)


def _country_card(evidence: Evidence) -> Card:
    """D-06: a country the program lists."""
    present = bool(evidence.country)
    problems = []
    if not present:
        text = _("Choose the country in which the work took place.")
        problems.append(_problem("country", "country_missing", text, "R-CLM-06"))
    elif evidence.country not in evidence.countries:
        text = _("This program does not take place in %(country)s. Choose one of its countries.")
        message = text % {"country": evidence.country}
        problems.append(_problem("country", "country_foreign", message, "D-06"))
    return _card("country", _("Country"), problems, present)


def _conference_card(evidence: Evidence) -> Card:
    """D-11: which conference, when it began, who went: the caps count by them (R-CAP-04)."""
    wanted = (
        ("conference_name_missing", _("Enter the name of the conference."), evidence.conference_name.strip()),
        ("conference_day_missing", _("Enter the first day of the conference."), evidence.conference_on),
        ("attendees_missing", _("Name the people who attended the conference."), evidence.attendees),
    )
    problems = [_problem("conference", code, text, "D-11") for code, text, value in wanted if not value]
    present = any(value for _code, _text, value in wanted)
    return _card("conference", _("Conference"), problems, present)


def _digits_text(evidence: Evidence) -> str:
    digits = minor_units(evidence.currency)
    if not digits:
        return _("%(currency)s has no decimals. Enter a whole amount.") % {"currency": evidence.currency}
    text = _("%(currency)s has %(digits)d decimals. Round the amount.")
    return text % {"currency": evidence.currency, "digits": digits}


def _impressions_card(evidence: Evidence) -> Card:
    """R-POE-05: a whole number of people from 0; may stay empty."""
    value = evidence.estimated_impressions
    present = value is not None and str(value).strip() != ""
    problems = []
    if present and not is_whole_number(value):
        text = _("Enter the number of people as a whole number, 0 or more.")
        problems.append(_problem("impressions", "impressions_not_whole", text, "R-POE-05"))
    return _card("impressions", _("Estimated impressions"), problems, present, required=False)


def _preapproval_card(evidence: Evidence) -> Card:
    """R-POE-06: demanded where the activity type demands pre-approval."""
    required = evidence.spec.preapproval.required
    present = bool(evidence.preapproval_id.strip())
    problems = []
    if required and not present:
        text = _("Enter the pre-approval ID you were sent.")
        problems.append(_problem("preapproval", "preapproval_missing", text, "R-POE-06"))
    note = evidence.text(evidence.spec.preapproval.note)
    return _card("preapproval", _("Pre-approval ID"), problems, present, required=required, note=note)


def field_cards(evidence: Evidence) -> Iterator[Card]:
    """Questions of the activity type and of the components chosen (D-18)."""
    specs = [evidence.spec, *evidence.spec.chosen_components(dict(evidence.fields))]
    for spec in specs:
        for field in spec.fields:
            yield _field_card(evidence, field)


def _field_card(evidence: Evidence, field: FieldSpec) -> Card:
    slug = f"field-{field.slug}"
    label = evidence.text(field.label)
    answers = list(dict.fromkeys(evidence.answers(field.slug)))
    known = [choice.value for choice in field.choices]
    problems = [
        _problem(slug, "choice_unknown", _("“%(value)s” is not offered. Choose again.") % {"value": value}, "D-18")
        for value in answers
        if value not in known
    ]
    if not field.multiple and len(answers) > 1:
        text = _("Choose only one: %(label)s.") % {"label": label}
        problems.append(_problem(slug, "too_many_choices", text, "D-18"))
    if not problems and len(answers) < field.min_choices:
        text = ngettext(
            "Choose at least %(count)d: %(label)s.",
            "Choose at least %(count)d: %(label)s.",
            field.min_choices,
        )
        text = text % {"count": field.min_choices, "label": label}
        problems.append(_problem(slug, "choice_missing", text, "D-18"))
    required = field.min_choices > 0
    return Card(
        slug=slug,
        section=SECTION_FIELDS,
        title=label,
        help=evidence.text(field.help),
        required=required,
        state=state_of(problems, present=bool(answers)),
        items=tuple(answers),
        problems=tuple(problems),
    )


def _problem(slug: str, code: str, message: str, rule: str) -> Problem:
    return Problem(code, message, rule, anchor_of(slug))


def _card(
    slug: str, title: str, problems: list[Problem], present: bool, *, required: bool = True, note: str = ""
) -> Card:
    return Card(
        slug=slug,
        section=SECTION_FACTS,
        title=title,
        help=note,
        required=required,
        state=state_of(problems, present=present),
        problems=tuple(problems),
    )
