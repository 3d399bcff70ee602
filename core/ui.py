"""What page templates can use: the Jinja2 environment, its formatters, and the form renderer.

Contract: formatters accept ``None`` and answer an en dash, never raise on a value a model can hold,
and follow the language and the time zone that are active for the request. They return plain text
unless the name says otherwise; markup is always safe (escaped here).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any

from babel.numbers import format_decimal, get_currency_precision
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from core import clock
from core.looks import TONE_ICONS, look
from core.ui_dates import (
    NOTHING,
    clock_time,
    date,
    date_range,
    datetime,
    deadline,
    distance,
    due,
    moment,
    own_time,
    parsed_locale,
    time_of_day,
    written_locale,
)

__all__ = [
    "clock_time", "date", "date_range", "datetime", "deadline", "distance", "due", "moment", "own_time", "time_of_day",
]  # fmt: skip


# --- Numbers ---------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _decimal(value: Decimal, places: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=parsed_locale(locale)).replace("-", "−")


def amount(value: Decimal | int | None, currency: str) -> str:
    """``4120`` and ``EUR`` → ``4,120.00``: the figure alone, with the digits that currency has."""
    if value is None:
        return NOTHING
    return _decimal(Decimal(value), get_currency_precision(currency), written_locale())


def money(value: Decimal | int | None, currency: str) -> Markup:
    """Markup: the amount with its currency after it in small type, never broken over two lines."""
    if value is None:
        return Markup('<span class="pl-amount">–</span>')
    return _money(amount(value, currency), currency)


@lru_cache(maxsize=4096)
def _money(figure: str, currency: str) -> Markup:
    return Markup('<span class="pl-amount">{} <small>{}</small></span>').format(figure, currency)


def money_text(value: Decimal | int | None, currency: str) -> str:
    """The same as plain text, for titles, buttons and mails: ``4,120.00 EUR``."""
    return NOTHING if value is None else f"{amount(value, currency)} {currency}"


def number(value: Decimal | int | None, places: int = 0) -> str:
    """A count or a measure with thousands separators."""
    return NOTHING if value is None else _decimal(Decimal(value), places, written_locale())


def percent(value: Decimal | int | None) -> str:
    """``60`` → ``60 %``, ``12.50`` → ``12.5 %``: as many digits as it has, two at most."""
    if value is None:
        return NOTHING
    exact = Decimal(value).normalize()
    return f"{number(exact, max(0, -int(exact.as_tuple().exponent)))}\N{NO-BREAK SPACE}%"


def filesize(size: int | None) -> str:
    """Bytes in the unit people read, decimal steps as file managers show: ``184 kB``, ``4.8 MB``."""
    if size is None:
        return NOTHING
    if size < 1000:
        return ngettext("%(size)s byte", "%(size)s bytes", size) % {"size": size}
    value = size / 1000
    for unit in ("kB", "MB"):
        if value < 999.5:
            return f"{number(Decimal(str(round(value, 1))), 0 if value >= 100 or unit == 'kB' else 1)} {unit}"
        value /= 1000
    return f"{number(Decimal(str(round(value, 1))), 1)} GB"


@lru_cache(maxsize=1024)
def _territory(code: str, locale: str) -> str:
    return parsed_locale(locale).territories.get(code.upper(), code)


def country(code: str | None) -> str:
    """``DE`` → ``Germany`` in the active language; an unknown code stays as it is."""
    return NOTHING if not code else _territory(code, written_locale())


# --- Icons, links, columns -------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    """The shapes of one Tabler outline icon. Raises FileNotFoundError for a name that does not exist."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"not an icon name: {name!r}")
    folder = Path(settings.BASE_DIR) / "node_modules/@tabler/icons/icons/outline"
    shapes = re.findall(r"<(?:path|circle|rect|line|polyline)\b[^>]*>", (folder / f"{name}.svg").read_text())
    return "".join(shape for shape in shapes if 'stroke="none"' not in shape)


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 18, label: str = "", tone: str = "") -> Markup:
    """Markup: an inline icon, hidden from screen readers unless ``label`` gives it a meaning of its own."""
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    shapes = Markup(_drawing(name))  # noqa: S704 - our own package file, never input
    return Markup(
        '<svg class="pl-icon{3}" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {1}>'
        "{2}</svg>"
    ).format(size, meaning, shapes, f" pl-text-{tone}" if tone else "")


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Address of a named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def query(params: Any, **changes: Any) -> str:
    """``?…`` with ``changes`` put into ``params`` (a QueryDict or dict); ``None`` or "" takes one out."""
    merged = params.copy()
    for key, value in changes.items():
        if value in (None, ""):
            merged.pop(key, None)
        else:
            merged[key] = value
    encoded = merged.urlencode() if hasattr(merged, "urlencode") else urlencode(merged, doseq=True)
    return f"?{encoded}"


@dataclass(frozen=True)
class Column:
    """One column of a data table. ``sort`` is the address that sorts by it, ``direction`` asc/desc/""."""

    label: str
    numeric: bool = False
    sort: str = ""
    direction: str = ""
    hidden_label: bool = False


# --- Forms -----------------------------------------------------------------------------------------

_CLASSES = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}


def control_kind(field: BoundField) -> str:
    """How a field is laid out: ``choices`` (radios or boxes), ``checkbox``, ``hidden`` or ``plain``."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "option_template_name"):
        return "checkbox"
    return "choices" if field.use_fieldset and hasattr(widget, "option_template_name") else "plain"


def described_by(field: BoundField, *extra: str) -> str:
    """Ids of the help and error texts of a field, for ``aria-describedby``; empty when it has none."""
    ids = [f"{field.auto_id}_help"] if field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join([*ids, *(part for part in extra if part)])


def control(field: BoundField, **attrs: Any) -> Markup:
    """Markup: the input of a form field with our classes, its help and its error tied to it."""
    widget = field.field.widget
    name = _CLASSES.get(getattr(widget, "input_type", ""), "form-control")
    own = widget.attrs.get("class", "")
    merged: dict[str, Any] = {"class": f"{name} {own}".strip() + (" is-invalid" if field.errors else "")}
    ids = described_by(field, attrs.pop("described_by", ""))
    if ids:
        merged["aria-describedby"] = ids
    if field.errors:
        merged["aria-invalid"] = "true"
    merged.update({key.replace("_", "-"): value for key, value in attrs.items() if value not in ("", None)})
    return Markup(field.as_widget(attrs=merged))  # noqa: S704 - made and escaped by the widget


class FormRenderer(TemplatesSetting):
    """Forms and fields through our templates; single inputs through Django's own.

    Needs ``django.forms`` among the installed apps, so that Django's input templates are found.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


# --- Environment -----------------------------------------------------------------------------------


def initials(name: str) -> str:
    """``Katharina Brandl`` → ``KB``; at most two letters, never empty."""
    words = [word for word in re.split(r"[\s.@_-]+", name or "") if word]
    return ("".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))).upper() or "?"


@lru_cache(maxsize=8192)
def _translated(message: str, language: str | None) -> str:
    return gettext(message)


def text(message: str) -> str:
    """gettext for templates, which ask for the same two hundred texts on every page."""
    return _translated(message, get_language())


@lru_cache(maxsize=8192)
def _safe(message: str, language: str | None) -> Markup:
    return Markup(gettext(message)) % {}  # noqa: S704 - our own text, never input


@pass_eval_context
def say(mode: EvalContext, message: str, /, **variables: Any) -> str:
    """``_`` of templates: what Jinja's own does, without two detours for each of a page's hundred texts."""
    if not variables and mode.autoescape:
        return _safe(message, get_language())
    said = text(message)
    return (Markup(said) if mode.autoescape else said) % variables  # noqa: S704


class PlainCalls(Context):
    """Jinja's context, calling plain functions at once: what it looks up before each call is a tenth of a page."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Functions that want the context, and everything else that can be called, go the usual way."""
        if type(called) is not FunctionType or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)  # Jinja's own, as in its call
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


def environment(**options: Any) -> Environment:
    """The Jinja2 environment of all our pages: unknown names are errors, everything is escaped."""
    options["undefined"] = StrictUndefined
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701
    env.context_class = PlainCalls
    env.install_gettext_callables(  # type: ignore[attr-defined]
        text, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals["_"] = say
    formatters = (
        amount, money, money_text, number, filesize, date, date_range, datetime, distance, deadline, due, own_time,
        moment, initials, country, percent, time_of_day, clock.zone_name,
    )  # fmt: skip
    env.filters.update({function.__name__: function for function in formatters})
    env.globals.update({function.__name__: function for function in formatters})
    env.globals.update(
        url=url, static=static, icon=icon, look=look, query=query, column=Column, tone_icons=TONE_ICONS,
        control=control, control_kind=control_kind, described_by=described_by, languages=settings.LANGUAGES,
        static_root=lambda: settings.STATIC_URL,
        current_language=lambda: get_language() or settings.LANGUAGE_CODE, escape=escape,
    )  # fmt: skip
    return env
