"""What two versions of the rules differ in, in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from incentives import wording
from incentives.catalogue.specs import ActivitySpec, DocumentSpec, FieldSpec, with_vendor
from incentives.catalogue.vocabulary import DOCUMENT_KINDS


@dataclass(frozen=True)
class Change:
    """One thing that becomes another: what, as it is, as it will be; empty = not there."""

    what: str
    before: str
    after: str


def changes_of(old: ActivitySpec | None, new: ActivitySpec, families: list[str]) -> list[Change]:
    """Everything in which a type differs from its version before, or that it is new."""
    if old is None:
        return [Change(_("New activity type"), "", _plain(new.name)), *_differences({}, _facts(new, families))]
    return _differences(_facts(old, families), _facts(new, families))


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    names = [*new, *(name for name in old if name not in new)]
    return [
        Change(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name, "") != new.get(name, "")
    ]


def _facts(spec: ActivitySpec, families: list[str]) -> dict[str, str]:
    """The whole type as {what: words}; every member of the spec is in one of them."""
    yes, no = _("yes"), _("no")
    facts = {
        _("Name"): spec.name,
        _("Category"): spec.category_name,
        _("Can be chosen"): yes if spec.enabled else no,
        _("Pre-approval needed"): f"{yes if spec.preapproval.required else no} {spec.preapproval.note}".strip(),
        _("Cost evidence"): wording.cost_evidence(spec, settings.VENDOR_NAME),
        _("Vendor's share"): f"{spec.vendor_share} %" if spec.vendor_share else "",
        _("Proof"): ", ".join(wording.needs(spec, settings.VENDOR_NAME)),
        _("Pays for"): _labels(spec.eligible_expenses),
        _("Caps"): "; ".join(wording.caps(spec, families)),
        _("Caps of other programs"): "; ".join(wording.other_caps(spec, families)),
        _("Results not asked when paid for"): ", ".join(spec.metrics_waived_for_expenses),
        _("Also called"): ", ".join(spec.aliases),
        _("Notes"): " ".join(spec.notes),
        _("Parts"): ", ".join(one.name for one in spec.components),
    }  # fmt: skip
    facts |= {_named(_("Core requirement"), one.label): one.text for one in spec.core_requirements}
    facts |= {_named(_("Question"), one.label): _question(one) for one in spec.fields}
    facts |= {_named(_("Document"), one.label): _document(one) for one in spec.proof_documents}
    facts |= {
        _named(_("Result"), one.name): f"{one.unit_label}, {_('required') if one.required else _('optional')}"
        for one in spec.metrics
    }
    return {name: _plain(text) for name, text in facts.items()}


def _named(kind: str, name: str) -> str:
    return f"{kind} “{_plain(name)}”"


def _plain(text: str) -> str:
    return with_vendor(text, settings.VENDOR_NAME)


def _labels(parts: Iterable[Any]) -> str:
    return ", ".join(one.label for one in parts)


def _question(one: FieldSpec) -> str:
    choices = " / ".join(choice.label for choice in one.choices)
    least = _("at least %(count)s of: %(choices)s") if one.multiple else _("one of: %(choices)s")
    return " ".join(filter(None, [least % {"count": one.min_choices, "choices": choices}, one.help]))


def _document(one: DocumentSpec) -> str:
    kinds = ", ".join(str(DOCUMENT_KINDS[kind]) for kind in one.kinds)
    text = _("%(count)s or more; %(kinds)s") % {"count": one.min_items, "kinds": kinds}
    if one.from_invoices:
        text = _("%(text)s; the file of an invoice counts") % {"text": text}
    return ". ".join(filter(None, [text, one.description]))


def level_word(level: str) -> str:
    return {
        "pass": _("not checked"),
        "note": _("note"),
        "warning": _("warning"),
        "stop": _("stop"),
    }[level]


def level_changes(
    old: Mapping[str, str], new: Mapping[str, str], usual: Mapping[str, tuple[str, str]]
) -> list[Change]:  # fmt: skip
    """Checks whose level changes. usual: {code: (question, usual level)}."""
    changes = []
    for code, (question, level) in usual.items():
        before, after = old.get(code, level), new.get(code, level)
        if before != after:
            changes.append(Change(str(question), level_word(before), level_word(after)))
    return changes
