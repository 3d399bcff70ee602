import inspect
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from core import permissions
from core.models import Holder
from core.workflow import Transition, Workflow, workflows

GENERATED = "<!-- Written by `manage.py describe`. Change the tables in the code, then run it again. -->"


class Command(BaseCommand):
    help = "Writes docs/workflows.md and docs/permissions.md from the tables in the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs"
        late = [name for name, text in pages(folder).items() if not _says(folder / name, text)]
        if options["check"]:
            if late:
                raise CommandError(f"out of date: {', '.join(late)}. Run: make manage ARGS=describe")
            return
        for name in late:
            (folder / name).write_text(pages(folder)[name])
            self.stdout.write(f"docs/{name}")


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def pages(folder: Path) -> dict[str, str]:
    """File name -> text of the generated pages, in English. folder: where roles.json lies."""
    with translation.override("en"):
        return {"workflows.md": workflows_page(), "permissions.md": permissions_page(folder / "roles.json")}


def workflows_page() -> str:
    parts = ["# Workflows", GENERATED, "One engine (`core/workflow.py`) makes every move of these tables."]
    for name in sorted(workflows()):
        parts += _workflow(workflows()[name])
    return "\n\n".join(parts) + "\n"


def _workflow(flow: Workflow) -> list[str]:
    states = [
        f"| `{state.value}` | {state.label} | {Holder(flow.holders.get(state, Holder.NOBODY)).label} |"
        for state in flow.states
    ]
    parts = [f"## {flow.name}", "\n".join(["| state | label | held by |", "|---|---|---|", *states])]
    if not flow.transitions:
        return [*parts, "No moves of its own: the object that is built on it moves it along (`core.workflow.follow`)."]
    moves = [_move(move) for move in flow.transitions]
    head = ["| move | from | to | permission | rules | comment | says in history |", "|---|---|---|---|---|---|---|"]
    return [*parts, _diagram(flow), "\n".join([*head, *moves])]


def _move(move: Transition) -> str:
    sources = ", ".join(f"`{source}`" for source in move.sources)
    rules = ", ".join(f"`{guard.__name__}`" for guard in move.guards) or "–"
    who = f"`{move.permission}`" if move.people else "our jobs only"
    return f"| `{move.name}` | {sources} | `{move.target}` | {who} | {rules} | {move.comment} | {move.sentence} |"


def _diagram(flow: Workflow) -> str:
    arrows = [f"    {source} --> {move.target}: {move.name}" for move in flow.transitions for source in move.sources]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {flow.initial}", *arrows, "```"])


def permissions_page(roles_file: Path) -> str:
    """Every registered name with its docstring, and with who has it in the ordinary case.

    roles_file: {"roles": {short: label}, "may": {permission: [short, …]}, "otherwise": the same for
    the names that answer otherwise in the case that "otherwise_note" tells}; a test holds it against the predicates.
    """
    table = json.loads(roles_file.read_text())
    roles: dict[str, str] = table["roles"]
    known = permissions.registered()
    head = [f"| permission | {' | '.join(roles.values())} | meaning |", "|---" * (len(roles) + 2) + "|"]

    def rows(may: dict[str, list[str]], names: Iterable[str]) -> list[str]:
        return [
            f"| `{name}` | "
            + " | ".join("yes" if role in may.get(name, ()) else "" for role in roles)
            + f" | {_first_line(known[name])} |"
            for name in sorted(names)
        ]

    return (
        "\n".join(
            [
                "# Permissions",
                "",
                GENERATED,
                "",
                table["note"],
                "",
                *head,
                *rows(table["may"], known),
                "",
                table["otherwise_note"],
                "",
                *head,
                *rows(table["otherwise"], table["otherwise"]),
            ]
        )
        + "\n"
    )


def _first_line(predicate: Any) -> str:
    text = inspect.getdoc(predicate) or ""
    return " ".join(text.split("\n\n")[0].split())
