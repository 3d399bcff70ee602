"""What may live in core: used by two apps at least, or named as wiring; and free of the words of the business."""

import re
from collections.abc import Iterable, Mapping

from tests.architecture.source import APPS, ROOT, Module, module, modules
from tests.architecture.test_imports import imports

# Django and Celery find these by their name.
FOUND_BY_NAME = {"apps", "checks", "models", "migrations", "management", "admin", "tasks"}
ENOUGH_APPS = 2
WORDS = re.compile(
    r"(?<![A-Za-z])([Pp]rogram|[Pp]lan|[Pp]roof|[Cc]laim|[Ff]und)s?(?![a-z])"
    r"|(?<=[a-z])(Program|Plan|Proof|Claim|Fund)s?(?![a-z])"  # inside CamelCase
)


def lonely(core: Iterable[Module], others: Iterable[Module], settings: str) -> list[str]:
    """Rooms of core that neither two apps use, directly or through another room of core, nor the settings name."""
    rooms = {one.room for one in core if one.room != "__init__"}
    users: dict[str, set[str]] = {room: set() for room in rooms}
    needs: dict[str, set[str]] = {room: set() for room in rooms}
    for one in [*core, *others]:
        for _line, name in imports(one):
            app, _, rest = name.partition(".")
            room = rest.split(".")[0]
            if app == "core" and room in rooms:
                if one.app == "core":
                    needs.setdefault(one.room, set()).add(room)
                else:
                    users[room].add(one.app)
    wired = {room for room in rooms if f'"core.{room}.' in settings or f'"core.{room}"' in settings}
    at_home = {room for room in rooms if len(users[room]) >= ENOUGH_APPS} | wired | (rooms & FOUND_BY_NAME)
    return sorted(rooms - _with_what_they_need(at_home, needs))


def _with_what_they_need(at_home: set[str], needs: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(at_home)
    while waiting:
        room = waiting.pop()
        reached.add(room)
        waiting |= needs.get(room, set()) - reached
    return reached


def business_words(core: Iterable[Module]) -> list[str]:
    return [
        f"{one.path}:{number} says “{found.group()}”"
        for one in core
        for number, line in enumerate(one.text.splitlines(), 1)
        for found in WORDS.finditer(line)
    ]


def test_core_holds_only_what_two_apps_use():
    settings = (ROOT / "config/settings.py").read_text()
    assert lonely(modules("core"), modules(*APPS[1:]), settings) == []


def test_a_lonely_module_is_found():
    core = [module("core/clock.py", ""), module("core/tax.py", ""), module("core/middleware.py", "")]
    others = [
        module("plans/rules.py", "from core import clock\nfrom core import tax\n"),
        module("claims/rules.py", "from core.clock import now\n"),
    ]
    assert lonely(core, others, 'MIDDLEWARE = ["core.middleware.RequestIdMiddleware"]') == ["tax"]


def test_core_is_free_of_business_words():
    assert business_words(modules("core")) == []


def test_a_business_word_is_found():
    bad = module(
        "core/ui.py", "x = Claim\nplan_id = 1\nlast_fund = 2\n# planet, explanation, programme\nPlanPage = 1\n"
    )
    assert business_words([bad]) == [
        "core/ui.py:1 says “Claim”",
        "core/ui.py:2 says “plan”",
        "core/ui.py:3 says “fund”",
        "core/ui.py:5 says “Plan”",
    ]
