"""The requirement tree as a list of documents, each with its place in it: the part of the tree that people edit.

What has conditions or is nested stays as it is; its documents are in the place KEPT.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from incentives.catalogue.specs import Rule

REQUIRED, OPTIONAL, KEPT = "required", "optional", "kept"
GROUPS = ("group_1", "group_2", "group_3")  # one document of each is enough; no type of ours has more than one group


def places_of(rule: Rule | None) -> dict[str, str]:
    """{slug of a document: REQUIRED, OPTIONAL, one of GROUPS, or KEPT}, in the order of the tree."""
    leaves, kept = _split(rule)
    places = dict(leaves)
    for node in kept:
        for slug in _documents(node):
            places.setdefault(slug, KEPT)
    return places


def has_kept(rule: Rule | None) -> bool:
    """Whether a part of the tree is more than the list can say."""
    return bool(_split(rule)[1])


def rule_of(places: Mapping[str, str], before: Rule | None = None) -> Rule | None:
    """The tree of these places, with what was kept of the tree before; that very tree when nothing was moved."""
    if before is not None and dict(places) == places_of(before):
        return before
    branches: list[Rule] = []
    for slug, place in places.items():
        if place == REQUIRED:
            branches.append({"doc": slug})
        elif place == OPTIONAL:
            branches.append({"optional": {"doc": slug}})
    for group in GROUPS:
        members = [{"doc": slug} for slug, place in places.items() if place == group]
        if members:
            branches.append({"any_of": members})
    branches += _split(before)[1]
    return {"all_of": branches} if branches else None


def _split(rule: Rule | None) -> tuple[list[tuple[str, str]], list[Rule]]:
    """(documents with their place, nodes that the list cannot say)."""
    if rule is None:
        return [], []
    groups: Iterator[str] = iter(GROUPS)
    leaves: list[tuple[str, str]] = []
    kept: list[Rule] = []
    for node in rule.get("all_of", [rule]):
        members = node.get("any_of")
        if "doc" in node:
            leaves.append((node["doc"], REQUIRED))
        elif "doc" in node.get("optional", {}):
            leaves.append((node["optional"]["doc"], OPTIONAL))
        elif members and all("doc" in one for one in members) and (group := next(groups, "")):
            leaves += [(one["doc"], group) for one in members]
        else:
            kept.append(node)
    return leaves, kept


def _documents(node: Any) -> Iterator[str]:
    """Every document a node names, in its conditions too."""
    if isinstance(node, dict):
        if isinstance(node.get("doc"), str):
            yield node["doc"]
        yield from node.get("core_requirements_not_shown_by", ())
        for inner in node.values():
            yield from _documents(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _documents(inner)
