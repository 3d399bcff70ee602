"""The requirement tree of an activity type → the document cards that apply now (D-18)."""

from typing import Any

from incentives.catalogue import ActivitySpec
from incentives.catalogue.specs import Rule
from proofs.requirements.checklist import Card
from proofs.requirements.documents import any_of_card, document_card
from proofs.requirements.evidence import Evidence


def rule_cards(evidence: Evidence, spec: ActivitySpec, rule: Rule | None, required: bool = True) -> list[Card]:
    """Cards of one node; spec is the activity, or the component, whose documents the node names."""
    if rule is None:
        return []
    if "doc" in rule:
        document = spec.document(rule["doc"])
        if document is None:
            raise ValueError(f"{spec.slug}: unknown document {rule['doc']!r}")
        return [document_card(evidence, document, required=required)]
    if "optional" in rule:
        return rule_cards(evidence, spec, rule["optional"], required=False)
    if "all_of" in rule:
        return [card for branch in rule["all_of"] for card in rule_cards(evidence, spec, branch, required)]
    if "any_of" in rule:
        branches = [rule_cards(evidence, spec, branch, required=False) for branch in rule["any_of"]]
        branches = [branch for branch in branches if branch]
        return [any_of_card(branches)] if branches else []
    if "when" in rule:
        return rule_cards(evidence, spec, rule["then"], required) if holds(evidence, rule["when"]) else []
    if "union_of_component_rules" in rule:
        chosen = spec.chosen_components(dict(evidence.fields))
        return [card for part in chosen for card in rule_cards(evidence, part, part.proof_rule, required)]
    raise ValueError(f"{spec.slug}: unknown rule {rule!r}")


def holds(evidence: Evidence, condition: dict[str, Any]) -> bool:
    """Whether a condition of the catalogue is true of the evidence as it stands."""
    if "field" in condition:
        return condition["equals"] in evidence.answers(condition["field"])
    if "expense_includes" in condition:
        return condition["expense_includes"] in evidence.expense_types_used()
    if "core_requirements_not_shown_by" in condition:
        slugs = condition["core_requirements_not_shown_by"]
        return any(not _shown_by(evidence, one.slug, slugs) for one in evidence.spec.core_requirements)
    raise ValueError(f"unknown condition {condition!r}")


def _shown_by(evidence: Evidence, core_slug: str, document_slugs: list[str]) -> bool:
    declared = evidence.core_requirements.get(core_slug) or {}
    document = evidence.document_by_id(declared.get("document_id"))
    return bool(declared.get("declared")) and document is not None and document.requirement_slug in document_slugs
