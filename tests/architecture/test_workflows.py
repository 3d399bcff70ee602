"""Every move of every table can be reached, has its service, its permission and a test, and runs under a lock."""

import ast
import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace

from claims.choices import PROOF_STATUS
from core import permissions
from core.workflow import workflows
from tests.architecture.source import ROOT, Module, calls, functions, literal, module, modules

NOUNS = {"plans": "plan", "proofs": "proof", "claims": "claim", "payments": "payment", "runs": "run"}
HOMES = {"payments": "claims", "runs": "claims"}  # tables that live in an app of another name
# A workflow that is moved by another one (D-07): the states it is put into.
DRIVEN = {"proofs": set(PROOF_STATUS.values())}
LOCKERS = {"lock", "locked", "select_for_update"}
MOVERS = {"apply", "follow"}


def unreachable(flow, driven: Iterable[str] = ()) -> list[str]:
    """States that no path from the first one reaches."""
    reached = {flow.initial, *driven}
    while True:
        more = {t.target for t in flow.transitions if reached & set(t.sources)} - reached
        if not more:
            return sorted(set(flow.states.values) - reached)
        reached |= more


def without_permission(flow, registered: Mapping[str, object]) -> list[str]:
    return [f"{flow.name}.{t.name}: {t.permission}" for t in flow.transitions if t.permission not in registered]


def service_of(transition: str, noun: str, services: Iterable[Module]) -> str:
    """The public function that makes the move: it names the move, and is called verb_noun after it.

    A repeated move may share the service of the first: resubmit is made by submit_claim.
    """
    for one in services:
        bodies = {function.name: function for function in one.tree.body if isinstance(function, ast.FunctionDef)}
        for name in bodies:
            words = name.split("_")
            if name.startswith("_") or noun not in words:
                continue
            verb = "_".join(word for word in words if word != noun)
            if transition.endswith(verb) and transition in _literals(name, bodies):
                return name
    return ""


def _literals(name: str, bodies: Mapping[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> set[str]:
    """Texts in a function and in the private functions it calls."""
    found = {text for node in ast.walk(bodies[name]) if (text := literal(node))}
    for called, _ in calls(bodies[name]):
        if called.startswith("_") and called in bodies and called not in seen:
            found |= _literals(called, bodies, seen | {name})
    return found


def without_service(flow, services: Iterable[Module]) -> list[str]:
    services = list(services)
    return [t.name for t in flow.transitions if not service_of(t.name, NOUNS[flow.name], services)]


def without_transition(flows, services: Iterable[Module]) -> list[str]:
    """Moves that a service names and no table of its app knows."""
    known = {t.name for flow in flows for t in flow.transitions}
    named = {
        call.args[2].value
        for one in services
        for name, call in calls(one.tree)
        if name == "apply" and len(call.args) > 2 and literal(call.args[2])
    }
    return sorted(named - known)


def without_test(flow, services: Iterable[Module], tests: str) -> list[str]:
    services = list(services)
    return [
        t.name
        for t in flow.transitions
        if not re.search(rf"\b{service_of(t.name, NOUNS[flow.name], services) or t.name}\b", tests)
    ]


def moves_without_lock(services: Iterable[Module]) -> list[str]:
    """Functions that use the engine on a row that neither they nor all their callers have locked.

    A public one may leave the lock to its caller when its docstring says so.
    """
    found = []
    for one in services:
        bodies = {function.name: function for function in functions(one.tree)}
        lockers = _lockers(bodies)
        for name, function in bodies.items():
            uses = {called for called, _ in calls(function)}
            if uses & MOVERS and not (name in lockers or _callers_lock(name, bodies, lockers) or _says_so(function)):
                found.append(f"{one.path}: {name}")
    return found


def _lockers(bodies: Mapping[str, ast.FunctionDef]) -> set[str]:
    locking = set(LOCKERS)
    while True:
        more = {n for n, f in bodies.items() if {called for called, _ in calls(f)} & locking} - locking
        if not more:
            return locking
        locking |= more


def _callers_lock(name: str, bodies: Mapping[str, ast.FunctionDef], lockers: set[str]) -> bool:
    callers = {other for other, function in bodies.items() if name in {called for called, _ in calls(function)}}
    return name.startswith("_") and bool(callers) and callers <= lockers


def _says_so(function: ast.FunctionDef) -> bool:
    return "lock" in (ast.get_docstring(function) or "").lower()


def _services(app: str) -> list[Module]:
    return [one for one in modules(HOMES.get(app, app)) if one.room == "services"]


def _at_home_with(name: str) -> list:
    """The tables whose services live in the same app."""
    home = HOMES.get(name, name)
    return [flow for other, flow in workflows().items() if HOMES.get(other, other) == home]


def _test_texts() -> str:
    return "\n".join(
        path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if "architecture" not in path.parts
    )


def _table(**changes):
    """A little table of two moves, and what is wrong with it."""
    moves = {
        "submit": SimpleNamespace(name="submit", sources=("editing",), target="sent", permission="plans.submit"),
        "burn": SimpleNamespace(name="burn", sources=("lost",), target="ash", permission="plans.burn"),
    }
    fields = {"name": "plans", "initial": "editing", "transitions": tuple(moves.values())}
    states = SimpleNamespace(values=["editing", "sent", "lost", "ash"])
    return SimpleNamespace(states=states, **{**fields, **changes})


def test_every_state_can_be_reached():
    assert {name: unreachable(flow, DRIVEN.get(name, ())) for name, flow in workflows().items()} == {
        "plans": [],
        "proofs": [],
        "claims": [],
        "payments": [],
        "runs": [],
    }


def test_an_unreachable_state_is_found():
    assert unreachable(_table()) == ["ash", "lost"]
    assert unreachable(_table(), {"lost"}) == []


def test_every_move_names_a_registered_permission():
    for flow in workflows().values():
        assert without_permission(flow, permissions.registered()) == []


def test_an_unregistered_permission_is_found():
    assert without_permission(_table(), permissions.registered()) == ["plans.burn: plans.burn"]


def test_every_move_has_its_service_and_every_service_its_move():
    for name, flow in workflows().items():
        assert without_service(flow, _services(name)) == []
        assert without_transition(_at_home_with(name), _services(name)) == []


def test_a_missing_service_and_a_missing_move_are_found():
    services = module(
        "plans/services.py",
        "def submit_plan(pk):\n    lock(Plan, pk)\n    apply(PLAN, pk, 'submit')\n"
        "def melt_plan(pk):\n    lock(Plan, pk)\n    apply(PLAN, pk, 'melt')\n",
    )
    assert without_service(_table(), [services]) == ["burn"]
    assert without_transition([_table()], [services]) == ["melt"]
    assert without_test(_table(), [services], "services.submit_plan(pk)") == ["burn"]


def test_every_move_is_mentioned_by_a_test():
    tests = _test_texts()
    for name, flow in workflows().items():
        assert without_test(flow, _services(name), tests) == []


def test_the_engine_is_used_under_a_lock():
    assert moves_without_lock(one for name in workflows() for one in _services(name)) == []


def test_a_move_without_lock_is_found():
    bad = module(
        "plans/services.py",
        "def submit_plan(pk):\n    apply(PLAN, Plan.objects.get(pk=pk), 'submit')\n"
        "def take_plan(pk):\n    _move(lock(Plan, pk), 'take')\n"
        "def _move(plan, name):\n    apply(PLAN, plan, name)\n"
        "def follow_claim(plan):\n    '''The caller has locked the plan.'''\n    follow(PLAN, plan, 'x')\n",
    )
    assert moves_without_lock([bad]) == ["plans/services.py: submit_plan"]
