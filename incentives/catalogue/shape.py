"""Shape of parsed JSON: the right keys and types, before anything asks what the values mean.

A shape is: str, int, bool (exactly that type; true is no int) · a compiled pattern (text that matches it) ·
[shape] (a list of such) · MapOf(shape) (an object with free keys) · a dict (an object with exactly these
keys; a key that ends with "?" may be absent) · object (anything; whoever reads it judges it).
"""

import re
from dataclasses import dataclass
from typing import Any

NAMES = {str: "text", int: "a whole number", bool: "true or false"}


@dataclass(frozen=True)
class MapOf:
    shape: Any


def shape_problems(where: str, value: Any, shape: Any) -> list[str]:
    """Every deviation of value from shape, each starting with the place it is at."""
    if shape is object:
        return []
    if isinstance(shape, type):
        fits = type(value) is shape
        return [] if fits else [f"{where}: is not {NAMES[shape]}"]
    if isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and shape.fullmatch(value) is not None
        return [] if fits else [f"{where}: {value!r} does not match {shape.pattern}"]
    if isinstance(shape, list):
        return _list_problems(where, value, shape[0])
    if not isinstance(value, dict):
        return [f"{where}: is not a JSON object"]
    if isinstance(shape, MapOf):
        return [text for key, item in value.items() for text in shape_problems(f"{where}.{key}", item, shape.shape)]
    return _object_problems(where, value, shape)


def _list_problems(where: str, value: Any, shape: Any) -> list[str]:
    if not isinstance(value, list):
        return [f"{where}: is not a list"]
    problems = []
    for position, item in enumerate(value, start=1):
        problems += shape_problems(f"{where}.{name_of(item, position)}", item, shape)
    return problems


def name_of(item: Any, position: int) -> str:
    """How an item of a list is called in a problem: by its slug, else by its position from 1."""
    slug = item.get("slug") if isinstance(item, dict) else None
    return slug if isinstance(slug, str) and slug else str(position)


def _object_problems(where: str, value: dict[str, Any], shape: dict[str, Any]) -> list[str]:
    members = {key.removesuffix("?"): item for key, item in shape.items()}
    required = [key for key in shape if not key.endswith("?")]
    problems = [f"{where}: unknown key {key!r}" for key in value if key not in members]
    problems += [f"{where}: {key!r} is missing" for key in required if key not in value]
    for key, item in members.items():
        if key in value:
            problems += shape_problems(f"{where}.{key}", value[key], item)
    return problems
