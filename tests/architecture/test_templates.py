"""Templates: components explain themselves, nothing inline, no form without csrf, no text past translation, and
every macro is called with inputs it has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.test import Client
from jinja2 import nodes

from core.ui import environment
from tests.architecture.source import templates
from tests.factories.people import make_vendor_admin

HIDDEN = re.compile(r"\{#.*?#\}|<!--.*?-->|\{%\s*comment.*?endcomment\s*%\}", re.S)
SPOKEN = re.compile(r"\{%-?\s*(trans|blocktrans(?:late)?)\b.*?\{%-?\s*end\1.*?%\}", re.S)
# Private macros and blocks named after it put together parts of tags: class names, data attributes.
PARTS = re.compile(r"\{%-?\s*macro _.*?endmacro\s*-?%\}|\{%\s*block \w*class\w*.*?endblock\s*%\}", re.S)
LOGIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
TAG = re.compile(r"<[^>]*>", re.S)
MUTE = re.compile(r"<(svg|code|kbd|style|script|template data-raw)\b.*?</\1>", re.S)
# Attributes whose text a person reads or hears.
READ_OUT = re.compile(r"""\s(title|alt|aria-label|placeholder|label)\s*=\s*(?P<q>["'])(?P<text>.*?)(?P=q)""", re.S)
HANDLER = re.compile(r"<[a-z][^>]*?\s(on[a-z]+)\s*=", re.I | re.S)
STYLE = re.compile(r"<[a-z][^>]*?\sstyle\s*=|<style\b", re.I | re.S)
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.I | re.S)
FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<body>.*?)</form>", re.I | re.S)
QUERY = re.compile(r"[?&]\w+=")  # part of an address
# Signs that stand for themselves in every language.
WORD = re.compile(r"[^\W\d_]{2,}")
NO_WORDS = {"Proofline", "ms"}


def without_header(pages: Mapping[str, str]) -> list[str]:
    """Components whose first comment does not say what they are for."""
    return [
        name
        for name, text in pages.items()
        if name.startswith("components/") and not re.match(r"\s*\{#\s*\S+(\s+\S+){4,}", text)
    ]


def inline_code(pages: Mapping[str, str]) -> list[str]:
    """What the content security policy would block."""
    found = []
    for name, raw in pages.items():
        text = HIDDEN.sub("", raw)
        plain = LOGIC.sub("", text)  # a `>` inside an expression would end the tag too early
        found += [f"{name}: {match.group(1)}=" for match in HANDLER.finditer(plain)]
        found += [f"{name}: inline style" for _ in STYLE.finditer(plain)]
        for match in SCRIPT.finditer(plain):
            if match["body"].strip() or "src=" not in match["attributes"]:
                found.append(f"{name}: inline script")
    return found


def forms_without_csrf(pages: Mapping[str, str]) -> list[str]:
    return [
        name
        for name, text in pages.items()
        for match in FORM.finditer(HIDDEN.sub("", text))
        if re.search(r"""method\s*=\s*["']?post""", match["attributes"], re.I)
        and not re.search(r"csrf_input|csrf_token", match["body"])
    ]


def untranslated(pages: Mapping[str, str]) -> list[str]:
    """Words between tags, or in attributes that are read out, which did not pass gettext."""
    found = []
    for name, raw in pages.items():
        text = MUTE.sub(" ", LOGIC.sub(" ", SPOKEN.sub(" ", PARTS.sub(" ", HIDDEN.sub("", raw)))))
        seen = [match["text"] for match in READ_OUT.finditer(text)] + [TAG.sub("\n", text)]
        words = [
            word
            for part in seen
            for word in WORD.findall(QUERY.sub(" ", re.sub(r"&\w+;", " ", part)))
            if word not in NO_WORDS
        ]
        if words:
            found.append(f"{name}: {' '.join(words[:8])}")
    return found


@dataclass(frozen=True)
class Macro:
    inputs: tuple[str, ...]
    open: bool  # takes further named inputs


def macros(text: str) -> dict[str, Macro]:
    found = {}
    for node in environment().parse(text).find_all(nodes.Macro):
        names = {name.name for name in node.find_all(nodes.Name)}
        found[node.name] = Macro(tuple(argument.name for argument in node.args), bool(names & {"kwargs", "varargs"}))
    return found


def unknown_inputs(pages: Mapping[str, str]) -> list[str]:
    """Calls of a component with a named input it does not have, or with too many inputs."""
    known = {name: macros(text) for name, text in pages.items()}
    found = []
    for name, text in pages.items():
        tree = environment().parse(text)
        here = dict(known[name])
        for imported in tree.find_all(nodes.FromImport):
            source = known.get(getattr(imported.template, "value", ""), {})
            for one in imported.names:
                original, alias = one if isinstance(one, tuple) else (one, one)
                if original in source:
                    here[alias] = source[original]
                elif source:
                    found.append(f"{name}:{imported.lineno} imports {original}, which is not there")
        for call in tree.find_all(nodes.Call):
            macro = here.get(call.node.name) if isinstance(call.node, nodes.Name) else None
            if macro is None or macro.open:
                continue
            wrong = [keyword.key for keyword in call.kwargs if keyword.key not in macro.inputs]
            if wrong or len(call.args) + len(call.kwargs) > len(macro.inputs):
                found.append(f"{name}:{call.lineno} {call.node.name}({', '.join(wrong) or 'too many'})")
    return found


def ours() -> dict[str, str]:
    return templates("templates")


def all_pages() -> dict[str, str]:
    return {**ours(), **templates("templates_django")}


def test_components_say_what_they_are_for():
    assert without_header(ours()) == []
    assert without_header({"components/x.html": "{# badge #}<b>", "components/y.html": "<b>", "z.html": ""}) == [
        "components/x.html", "components/y.html",
    ]  # fmt: skip


def test_nothing_is_inline():
    assert inline_code(all_pages()) == []


def test_inline_code_is_found():
    bad = {
        "a.html": '<button {% if x > 1 %}disabled{% endif %} onclick="go()">',
        "b.html": '<p style="color:red"></p><style>p{}</style>',
        "c.html": "<script>go()</script><script src='x.js'></script>",
        "d.html": "{# <p onclick='x'> #}<p data-once=1>",
    }
    assert inline_code(bad) == [
        "a.html: onclick=", "b.html: inline style", "b.html: inline style", "c.html: inline script",
    ]  # fmt: skip


def test_every_form_carries_the_csrf_token():
    assert forms_without_csrf(all_pages()) == []
    assert forms_without_csrf(
        {"a.html": '<form method="post"></form>', "b.html": "<form method=post>{{ csrf_input }}</form><form></form>"}
    ) == ["a.html"]


def test_every_text_can_be_translated():
    # The gallery shows made-up texts, to developers only.
    assert untranslated({n: text for n, text in all_pages().items() if not n.startswith("demo/")}) == []


def test_a_text_past_translation_is_found():
    bad = {
        "a.html": "<h1>Your plans</h1>",
        "b.html": '<img alt="A poster"><p>{{ _("Fine") }}: 3 &nbsp; {% trans %}Fine too{% endtrans %}</p>',
        "c.html": '<b title="{{ _("Fine") }}">{% if x %}·{% endif %}</b>',
    }
    assert untranslated(bad) == ["a.html: Your plans", "b.html: poster"]


def test_components_are_called_with_inputs_they_have():
    assert unknown_inputs(ours()) == []


def test_an_unknown_input_is_found():
    bad = {
        "components/badge.html": "{% macro badge(label, tone='grey') %}{{ label }}{% endmacro %}",
        "page.html": "{% from 'components/badge.html' import badge, gone %}\n{{ badge('x', colour='red') }}\n"
        "{{ badge('x', 'red', 1) }}{{ badge('x', tone='red') }}",
    }
    assert unknown_inputs(bad) == [
        "page.html:1 imports gone, which is not there", "page.html:2 badge(colour)", "page.html:3 badge(too many)",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_gallery_renders_every_component():
    client = Client()
    client.force_login(make_vendor_admin())
    assert client.get("/ui/").status_code == 200


def test_an_unknown_input_stops_the_rendering():
    macro = "{% macro badge(label) %}{{ label }}{% endmacro %}{{ badge('x', colour='red') }}"
    with pytest.raises(TypeError, match="colour"):
        environment().from_string(macro).render()
