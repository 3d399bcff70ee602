"""Which way imports may point: down the row of apps, down the layers inside them."""

import ast
import re
from collections.abc import Iterable, Iterator

from django.apps import apps as installed

from tests.architecture.source import APPS, WIRING, Module, module, modules

LAYERS = {
    "choices": 0,
    # Pure and without rows: models may ask them for a cheap property.
    "models": 1, "querysets": 1, "access": 1, "deadlines": 1, "calendar": 1, "catalogue": 1,
    "rules": 2, "permissions": 2,
    "workflow": 3,
    "services": 4, "notifications": 4,
    "forms": 5, "tasks": 5, "checking": 5, "adapter": 5, "exports": 5,
    "views": 6, "api": 6, "urls": 6, "admin": 6, "management": 6,
}  # fmt: skip
SUBJECT = 2  # calendar.py, requirements/, checks/ and the like: pure, no writes
# Machinery is open to all layers, except what belongs to the web, to jobs or to writing.
CORE_LAYERS = {
    "workflow": 3, "notify": 4, "jobs": 4, "export_jobs": 4, "forms": 5, "tasks": 5, "views": 6, "middleware": 6,
    "downloads": 6, "management": 6,
}  # fmt: skip
# The one way to start a job, and the one command that runs them by hand, need the Celery app.
ALLOWED_WIRING = {("core/jobs.py", "config.celery"), ("core/management/commands/sweep.py", "config.celery")}
NEVER = {("notifications", "services"), ("tasks", "models"), ("tasks", "querysets")}
FORBIDDEN_FILES = {"utils.py", "helpers.py", "managers.py", "selectors.py", "signals.py"}


def imported(node: ast.AST) -> list[str]:
    """Dotted names that an import statement brings in: module and, for `from a import b`, also `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def imports(one: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(one.tree):
        for name in imported(node):
            yield node.lineno, name


def layer(app: str, room: str) -> int:
    if app == "core":
        return CORE_LAYERS.get(room, 0)
    return LAYERS.get(room, SUBJECT)


def upward_imports(sources: Iterable[Module]) -> list[str]:
    found = []
    for one in sources:
        for line, name in imports(one):
            target = name.split(".")[0]
            if target in WIRING:
                if (one.path, ".".join(name.split(".")[:2])) not in ALLOWED_WIRING:
                    found.append(f"{one.path}:{line} imports wiring: {name}")
            elif target in APPS and APPS.index(target) > APPS.index(one.app):
                found.append(f"{one.path}:{line} imports upwards: {name}")
    return found


def crossed_layers(sources: Iterable[Module]) -> list[str]:
    """A room imports rooms of its own layer or below, in its own app and in earlier ones."""
    found = []
    for one in sources:
        if one.app == "portal" or one.room in ("apps", "__init__") or (one.app == "core" and one.room == "checks"):
            continue
        own = layer(one.app, one.room)
        for line, name in imports(one):
            app, _, rest = name.partition(".")
            if app not in APPS or not rest:
                continue
            room = rest.split(".")[0]
            if layer(app, room) > own or (app == one.app and (one.room, room) in NEVER):
                found.append(f"{one.path}:{line} ({one.room}) imports {name}")
    return found


def late_imports_without_reason(sources: Iterable[Module]) -> list[str]:
    """An import inside a function says on its line why it is not at the top."""
    found = []
    for one in sources:
        for function in ast.walk(one.tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom) and not reason(one.line(node.lineno)):
                    found.append(f"{one.path}:{node.lineno} imports inside a function without a reason")
    return found


def reason(line: str) -> bool:
    _, _, comment = line.partition("#")
    said = re.sub(r"(noqa|type: *ignore)[^#\s]*(: *[A-Z0-9, ]+)?(\[[\w-]+\])?", "", comment)
    return len(re.findall(r"[A-Za-z]{2,}", said)) >= 3


def upward_accessors(sources: Iterable[Module], accessors: Iterable[tuple[str, str, str]]) -> list[str]:
    """Reverse relations are an import in disguise: rooms below the app that owns a relation do not use its name.

    accessors: (owning app, app of the target, accessor name).
    """
    found = []
    for owner, target, name in accessors:
        for one in sources:
            if APPS.index(one.app) >= APPS.index(owner):
                continue
            brought_in = {alias.asname or alias.name.split(".")[0] for alias in _aliases(one.tree)}
            lines = {node.lineno for node in ast.walk(one.tree) if _uses(node, name, brought_in)}
            found += [f"{one.path}:{line} reaches up from {target} to {owner} by .{name}" for line in sorted(lines)]
    return found


def _aliases(tree: ast.AST) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from node.names


def _uses(node: ast.AST, name: str, brought_in: set[str]) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == name:
        return not (isinstance(node.value, ast.Name) and node.value.id in {*brought_in, "self"})
    if isinstance(node, ast.keyword):
        return bool(node.arg) and node.arg.startswith(f"{name}__")
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(f"{name}__")


def relations_into_lower_apps() -> list[tuple[str, str, str]]:
    found = []
    for model in installed.get_models():
        app = model._meta.app_label
        if app not in APPS:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.remote_field is None:
                continue
            target = field.related_model._meta.app_label
            accessor = field.remote_field.get_accessor_name()
            if target in APPS and APPS.index(target) < APPS.index(app) and accessor:
                found.append((app, target, accessor))
    return found


def unwelcome_files(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path.split("/")[-1] in FORBIDDEN_FILES]


def test_no_app_imports_a_later_one():
    assert upward_imports(modules(*APPS)) == []


def test_an_upward_import_is_found():
    bad = [
        module("plans/services.py", "from claims.models import Claim\n"),
        module("proofs/rules.py", "def late():\n    import claims  # it was so handy to have here\n"),
        module("core/ui.py", "from demo.views import Gallery\n"),
    ]
    assert upward_imports(bad) == [
        "plans/services.py:1 imports upwards: claims.models.Claim",
        "proofs/rules.py:2 imports upwards: claims",
        "core/ui.py:1 imports wiring: demo.views.Gallery",
    ]


def test_no_room_imports_a_higher_layer():
    assert crossed_layers(modules(*APPS)) == []


def test_a_crossed_layer_is_found():
    bad = [
        module("plans/models.py", "from plans.services import submit_plan\n"),
        module("plans/rules.py", "from core.views import Page\n"),
        module("proofs/services/documents.py", "from proofs.forms import DocumentForm\n"),
        module("claims/notifications.py", "from claims import services\n"),
        module("claims/tasks.py", "from claims.models import Claim\n"),
    ]
    assert crossed_layers(bad) == [
        "plans/models.py:1 (models) imports plans.services.submit_plan",
        "plans/rules.py:1 (rules) imports core.views.Page",
        "proofs/services/documents.py:1 (services) imports proofs.forms.DocumentForm",
        "claims/notifications.py:1 (notifications) imports claims.services",
        "claims/tasks.py:1 (tasks) imports claims.models.Claim",
    ]


def test_late_imports_say_why():
    assert late_imports_without_reason(modules(*APPS, "config")) == []


def test_a_late_import_without_reason_is_found():
    bad = module("plans/rules.py", "def f():\n    import os  # noqa: F401\n    import re  # heavy, one page needs it\n")
    assert late_imports_without_reason([bad]) == ["plans/rules.py:2 imports inside a function without a reason"]


def test_nobody_reaches_up_by_a_reverse_relation():
    assert upward_accessors(modules(*APPS), relations_into_lower_apps()) == []


def test_a_reach_upwards_is_found():
    bad = module(
        "proofs/rules.py", "from plans import claims\n\nclaims.claims\nproof.claims.all()\nf(claims__status='x')\n"
    )
    assert upward_accessors([bad], [("claims", "proofs", "claims")]) == [
        "proofs/rules.py:4 reaches up from proofs to claims by .claims",
        "proofs/rules.py:5 reaches up from proofs to claims by .claims",
    ]


def test_there_is_no_junk_drawer():
    assert unwelcome_files(one.path for one in modules(*APPS)) == []
    assert unwelcome_files(["plans/utils.py", "plans/rules.py"]) == ["plans/utils.py"]
