"""Validation of requirement trees. Nodes:

{"doc": slug} · {"optional": node} · {"all_of": [node…]} · {"any_of": [node…]} · {"when": condition, "then": node} ·
{"union_of_component_rules": [activity slug…], "min_components": n}

Conditions: {"field": slug, "equals": value} · {"expense_includes": expense slug} ·
{"core_requirements_not_shown_by": [doc slug…]}
"""

from typing import Any

from incentives.catalogue.vocabulary import COMPONENTS_FIELD

UNION = "union_of_component_rules"


def rule_problems(where: str, activity: dict[str, Any], activities: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the requirement tree of one activity, unused documents included.

    activity and activities have the right shape; the tree itself may be anything.
    """
    rule = activity["proof_rule"]
    if rule is None:
        return [f"{where}: is enabled but has no proof_rule"] if activity["enabled"] else []
    reader = _Reader(where, activity, activities)
    reader.read(rule)
    unused = sorted(reader.documents - reader.used)
    return reader.problems + [f"{where}: document {slug!r} is in no rule" for slug in unused]


class _Reader:
    def __init__(self, where: str, activity: dict[str, Any], activities: list[dict[str, Any]]):
        self.where = where
        self.activity = activity
        self.others = {item["slug"]: item for item in activities}
        self.documents = {item["slug"] for item in activity["proof_documents"]}
        self.fields = {item["slug"]: item for item in activity["fields"]}
        self.used: set[str] = set()
        self.problems: list[str] = []

    def add(self, text: str) -> None:
        self.problems.append(f"{self.where}: {text}")

    def read(self, node: Any) -> None:
        keys = sorted(node) if isinstance(node, dict) else []
        if keys == ["doc"]:
            self.use_document(node["doc"])
        elif keys == ["optional"]:
            self.read(node["optional"])
        elif keys in (["all_of"], ["any_of"]):
            self.read_branches(keys[0], node[keys[0]])
        elif keys == ["then", "when"]:
            self.read_condition(node["when"])
            self.read(node["then"])
        elif keys == ["min_components", UNION]:
            self.read_union(node[UNION], node["min_components"])
        else:
            self.add(f"unknown rule {node!r}")

    def read_branches(self, name: str, branches: Any) -> None:
        if not isinstance(branches, list) or not branches:
            self.add(f"{name} has no branches")
            return
        for branch in branches:
            self.read(branch)

    def use_document(self, slug: Any) -> None:
        if isinstance(slug, str) and slug in self.documents:
            self.used.add(slug)
        else:
            self.add(f"unknown document {slug!r} in the rule")

    def read_condition(self, condition: Any) -> None:
        keys = sorted(condition) if isinstance(condition, dict) else []
        if keys == ["equals", "field"]:
            self.read_field_condition(condition["field"], condition["equals"])
        elif keys == ["expense_includes"]:
            if condition["expense_includes"] not in self.activity["eligible_expenses"]:
                self.add(f"condition on expense type {condition['expense_includes']!r}, which is not eligible")
        elif keys == ["core_requirements_not_shown_by"]:
            self.read_shown_by(condition["core_requirements_not_shown_by"])
        else:
            self.add(f"unknown condition {condition!r}")

    def read_field_condition(self, slug: Any, value: Any) -> None:
        field = self.fields.get(slug) if isinstance(slug, str) else None
        if field is None:
            self.add(f"condition on unknown field {slug!r}")
        elif value not in [choice["value"] for choice in field["choices"]]:
            self.add(f"condition on {value!r}, which is no choice of {slug}")

    def read_shown_by(self, slugs: Any) -> None:
        if not isinstance(slugs, list) or not slugs:
            self.add("core_requirements_not_shown_by names no document")
            return
        for slug in slugs:
            if not isinstance(slug, str) or slug not in self.documents:
                self.add(f"condition on unknown document {slug!r}")
        if not self.activity["core_requirements"]:
            self.add("core_requirements_not_shown_by needs core requirements")

    def read_union(self, slugs: Any, least: Any) -> None:
        if not isinstance(slugs, list) or not slugs:
            self.add(f"{UNION} names no component")
            return
        field = self.fields.get(COMPONENTS_FIELD)
        choices = [choice["value"] for choice in field["choices"]] if field else []
        if choices != slugs:
            self.add(f"the choices of the field {COMPONENTS_FIELD!r} are not the components of the rule")
        if type(least) is not int or not 1 <= least <= len(slugs):
            self.add(f"min_components is not a whole number from 1 to {len(slugs)}")
        elif field and field["min_choices"] != least:
            self.add(f"min_choices of {COMPONENTS_FIELD!r} is not min_components")
        self.read_components([slug for slug in slugs if self.is_component(slug)])

    def is_component(self, slug: Any) -> bool:
        other = self.others.get(slug) if isinstance(slug, str) else None
        rule = other["proof_rule"] if other else None
        if not isinstance(rule, dict) or UNION in rule:
            self.add(f"{slug!r} cannot be a component")
            return False
        return True

    def read_components(self, slugs: list[str]) -> None:
        """Components share one set of uploads and answers, so their slugs must not collide."""
        for name in ("proof_documents", "fields"):
            seen = self.documents if name == "proof_documents" else set(self.fields)
            for slug in slugs:
                own = {item["slug"] for item in self.others[slug][name]}
                for clash in sorted(own & seen):
                    self.add(f"{name} {clash!r} of component {slug} is already used")
                seen = seen | own
