"""The gallery at /ui/: each component in each state, with invented data. Changes nothing."""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import Problem


class ExampleForm(forms.Form):
    """One field of each kind."""

    number = forms.CharField(label=_("Invoice number"), help_text=_("As printed on the invoice."))
    amount = forms.DecimalField(label=_("Amount"), min_value=0)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("Type"), choices=[("print", _("Print advertising")), ("mail", _("Direct mail"))])
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        choices=[("DE", _("Germany")), ("AT", _("Austria")), ("CH", _("Switzerland"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    side = forms.ChoiceField(
        label=_("Who did the work"),
        choices=[("own", _("Our own people")), ("agency", _("An agency"))],
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    sure = forms.BooleanField(label=_("Agency worked for this activity only"), required=False)
    scan = forms.FileField(label=_("Scan"), required=False)


def _history(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "actor": "Ana Ribeiro",
            "text": "asked a question",
            "at": now - timedelta(hours=1),
            "quote": "Are the demo days held with your own staff, or with an agency?\nIt decides the proof.",
        },
        {
            "actor": "Daniel Osei",
            "text": "sent it back with 3 things to fix",
            "at": now - timedelta(days=2),
            "icon": "rotate-clockwise",
            "tone": "amber",
        },
        {
            "actor": "Katharina Brandl",
            "text": "changed the amount",
            "at": now - timedelta(days=3),
            "changes": [{"label": "Amount", "old": "4,860.00 EUR", "new": "4,500.00 EUR"}],
        },
        {
            "actor": "Ana Ribeiro",
            "text": "wrote",
            "at": now - timedelta(days=5),
            "internal": True,
            "quote": "Check the logo.",
        },
    ]


def _parts() -> list[dict[str, Any]]:
    figures = (
        ("paid", "Paid", "14380"),
        ("approved", "Approved", "6240"),
        ("review", "In review", "7980"),
        ("planned", "Planned", "6400"),
        ("free", "Free", "5000"),
        ("expired", "Expired", "2000"),
    )
    return [
        {"kind": kind, "label": label, "amount": Decimal(figure), "href": "#money"} for kind, label, figure in figures
    ]


def gallery(request: HttpRequest) -> HttpResponse:
    """Public because it shows invented data only and exists only in the demo."""
    now = clock.now().astimezone(UTC)
    typed = {"w-number": "2026-1187", "w-amount": "-5", "w-first_day": "", "w-kind": "print"}
    wrong = ExampleForm(typed, prefix="w")
    wrong.is_valid()
    problems = [
        Problem("invoice", "Add the invoice of the third party.", anchor="need-missing"),
        Problem("reach", "Type the estimated reach.", anchor="metric-reach"),
    ]
    return render(
        request,
        "demo/gallery.html",
        {
            "form": ExampleForm(initial={"kind": "mail"}),
            "wrong": wrong,
            "now": now,
            "today": now.date(),
            "soon": now + timedelta(days=4),
            "problems": problems,
            "history": _history(now),
            "parts": _parts(),
            "long_name": "Proseware Handels- und Dienstleistungsgesellschaft für Büroelektronik "
            "und Datenverarbeitung mit beschränkter Haftung Nord",
        },
    )


def confirm(request: HttpRequest) -> HttpResponse:
    """Public like the gallery: a confirm page that leads nowhere."""
    return render(request, "demo/confirm.html", {})
