"""Pages, forms and jobs never write: services are the only door."""

import ast
from collections.abc import Iterable

from tests.architecture.source import APPS, Module, calls, module, modules

WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "aget_or_create", "acreate", "asave", "adelete", "aupdate", "select_for_update", "set_password",
}  # fmt: skip
OUTER_ROOMS = {"views", "api", "forms", "tasks", "admin", "urls", "checking"}
# Calls of a view's own hook `self.save(form)`, which is one service call.
OWN_HOOKS = {("views", "save")}


def is_outer(one: Module) -> bool:
    return one.app == "portal" or one.room in OUTER_ROOMS


def writes(sources: Iterable[Module]) -> list[str]:
    found = []
    for one in sources:
        for name, call in calls(one.tree):
            if name not in WRITES or not isinstance(call.func, ast.Attribute):
                continue
            receiver = call.func.value
            own = isinstance(receiver, ast.Name) and receiver.id == "self"
            service = isinstance(receiver, ast.Name) and receiver.id.endswith("services")
            if (own and (one.room, name) in OWN_HOOKS) or service or _is_plain(receiver):
                continue
            found.append(f"{one.path}:{call.lineno} calls .{name}(")
    return found


def _is_plain(receiver: ast.AST) -> bool:
    """`attrs.update`, `context.update`, `super().save`: dictionaries and hooks, never rows."""
    if isinstance(receiver, ast.Call):
        return isinstance(receiver.func, ast.Name) and receiver.func.id == "super"
    last = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return last in {"attrs", "context"}


def test_only_services_write():
    assert writes(one for one in modules(*APPS) if is_outer(one)) == []


def test_a_write_elsewhere_is_found():
    bad = module(
        "plans/views.py",
        "class V:\n"
        "    def post(self, form):\n"
        "        self.save(form)\n"
        "        plan.save()\n"
        "        Plan.objects.filter(pk=1).update(status='approved')\n"
        "        Plan.objects.get_or_create(pk=1)\n"
        "        Plan.objects.bulk_create([])\n"
        "        plan.delete()\n",
    )
    assert writes([bad]) == [
        f"plans/views.py:{line} calls .{name}("
        for line, name in ((4, "save"), (5, "update"), (6, "get_or_create"), (7, "bulk_create"), (8, "delete"))
    ]


def test_which_rooms_are_outer():
    assert [
        path
        for path in ("plans/views.py", "portal/home.py", "plans/views/plan.py", "plans/services.py", "core/history.py")
        if is_outer(module(path, ""))
    ] == ["plans/views.py", "portal/home.py", "plans/views/plan.py"]
