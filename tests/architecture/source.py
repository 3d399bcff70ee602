"""What the guards read: our own source files, as text and as syntax trees. Guards are functions over these, so that
each of them also runs on a bad example."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# A later app may import an earlier one, never the reverse. A new app takes its place here, and in an ADR.
APPS = ("core", "accounts", "incentives", "plans", "proofs", "claims", "portal")
# They may import everything and are imported by nobody.
WIRING = ("config", "demo", "embedded", "tests", "benchmarks")
OUTSIDE = ("views", "api", "urls", "admin", "management")


@dataclass(frozen=True)
class Module:
    """One Python file. path: relative to the root, with slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def room(self) -> str:
        """`services` for plans/services.py and for proofs/services/documents.py."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def line(self, number: int) -> str:
        return self.text.splitlines()[number - 1]


def module(path: str, text: str) -> Module:
    return Module(path, text)


def modules(*folders: str, migrations: bool = False) -> list[Module]:
    """Every Python file below these folders of the project, without migrations unless asked for."""
    return [
        Module(path.relative_to(ROOT).as_posix(), path.read_text())
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if ("migrations" in path.parts) == migrations
    ]


def templates(folder: str = "templates") -> dict[str, str]:
    """Name -> text of our templates; the name is the one that {% include %} uses."""
    base = ROOT / folder
    return {path.relative_to(base).as_posix(): path.read_text() for path in sorted(base.rglob("*.html"))}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of its name: `save` for `row.save()`, `apply` for `apply()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def literal(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
