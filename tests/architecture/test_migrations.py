"""Migrations: complete, in one line, free of our code, and never destructive without a word why."""

import ast
import re
from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from tests.architecture.source import APPS, WIRING, Module, module, modules
from tests.architecture.test_imports import imported

# What Django itself writes into migrations: defaults of fields and the text of our triggers, both without models.
# proofs.matching.same: who changes how invoices are marked marks them all anew, in a migration of its own.
PURE = {"core.clock", "core.triggers", "proofs.matching.same", "proofs.matching.same.mark_of"}
DESTRUCTIVE = {"RemoveField", "DeleteModel", "RenameField", "RenameModel"}
LINES = 400


def leaves(nodes: Iterable[tuple[str, str]]) -> dict[str, int]:
    """App -> number of last migrations, where there is more than one."""
    counted: dict[str, int] = {}
    for app, _name in nodes:
        counted[app] = counted.get(app, 0) + 1
    return {app: count for app, count in counted.items() if count > 1}


def our_code_inside(sources: Iterable[Module]) -> list[str]:
    return [
        f"{one.path}:{node.lineno} imports {name}"
        for one in sources
        for node in ast.walk(one.tree)
        for name in imported(node)
        if name.split(".")[0] in (*APPS, *WIRING) and name not in PURE
    ]


def destructive_without_note(sources: Iterable[Module]) -> list[str]:
    """Operations that throw data away, without a comment on the line before."""
    return [
        f"{one.path}:{node.lineno} {node.func.attr}"
        for one in sources
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DESTRUCTIVE
        if not re.match(r"\s*#", one.line(max(node.lineno - 1, 1)))
    ]


def changes_without_migration(state: ProjectState, models: ProjectState) -> Mapping[str, list]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(state, models, NonInteractiveMigrationQuestioner(dry_run=True))
    return {app: found for app, found in detector.changes(graph=loader.graph).items() if app in APPS}


def sources() -> list[Module]:
    return modules(*APPS, migrations=True)


def test_models_and_migrations_agree():
    state = MigrationLoader(None, ignore_no_migrations=True).project_state()
    assert changes_without_migration(state, ProjectState.from_apps(apps)) == {}


def test_a_missing_migration_is_found():
    state = MigrationLoader(None, ignore_no_migrations=True).project_state()
    state.remove_field("core", "notification", "read_at")
    assert list(changes_without_migration(state, ProjectState.from_apps(apps))) == ["core"]


def test_each_app_has_one_last_migration():
    assert leaves(MigrationLoader(None).graph.leaf_nodes()) == {}
    assert leaves([("plans", "0002_a"), ("plans", "0002_b"), ("claims", "0001")]) == {"plans": 2}


def test_migrations_do_not_use_our_code():
    assert our_code_inside(sources()) == []


def test_migrations_are_short():
    later = [one for one in sources() if not one.path.endswith("0001_initial.py")]  # the first ones are whole models
    assert [one.path for one in later if one.text.count("\n") > LINES] == []


def test_what_throws_data_away_says_why():
    assert destructive_without_note(sources()) == []


def test_bad_migrations_are_found():
    bad = module(
        "plans/migrations/0009_bad.py",
        "import core.clock\nfrom plans.services import submit_plan\n"
        "operations = [\n    migrations.RemoveField('plan', 'x'),\n    # moved to y in 0008\n"
        "    migrations.DeleteModel('Z'),\n]\n",
    )
    assert our_code_inside([bad]) == ["plans/migrations/0009_bad.py:2 imports plans.services.submit_plan"]
    assert destructive_without_note([bad]) == ["plans/migrations/0009_bad.py:4 RemoveField"]
