"""Pages fetch one object only through `visible_to`, so that a stranger's answer is always 404."""

import ast
from collections.abc import Iterable

from tests.architecture.source import APPS, Module, calls, module, modules
from tests.architecture.test_writes import is_outer


def past_the_queryset(sources: Iterable[Module]) -> list[str]:
    """`Model.objects.get(…)` and `get_object_or_404(Model, …)`: nobody was asked whether the person may see it."""
    found = []
    for one in sources:
        for name, call in calls(one.tree):
            manager = call.func.value if isinstance(call.func, ast.Attribute) else None
            direct = name in ("get", "aget") and isinstance(manager, ast.Attribute) and manager.attr == "objects"
            shortcut = name.startswith("get_object_or_404") and call.args and isinstance(call.args[0], ast.Name)
            if direct or shortcut:
                found.append(f"{one.path}:{call.lineno} {ast.unparse(call.func)}(")
    return found


def test_pages_fetch_through_the_queryset():
    assert past_the_queryset(one for one in modules(*APPS) if is_outer(one) and one.room != "checking") == []


def test_a_fetch_past_the_queryset_is_found():
    bad = module(
        "plans/views.py",
        "Plan.objects.get(pk=pk)\nget_object_or_404(Plan, pk=pk)\n"
        "Plan.objects.visible_to(user).get(pk=pk)\nrequest.GET.get('x')\n",
    )
    assert past_the_queryset([bad]) == ["plans/views.py:1 Plan.objects.get(", "plans/views.py:2 get_object_or_404("]
