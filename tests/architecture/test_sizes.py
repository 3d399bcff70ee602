"""Budgets of files and functions."""

from collections.abc import Iterable
from statistics import quantiles

from tests.architecture.source import APPS, Module, functions, module, modules

FUNCTION_LINES = 60
FUNCTION_LINES_P95 = 35
FILE_LINES = 400
VIEW_LINES = 300
SOURCES = (*APPS, "config", "demo", "embedded", "benchmarks")


def length(function) -> int:
    return function.end_lineno - function.lineno + 1


def long_functions(sources: Iterable[Module]) -> list[str]:
    return [
        f"{one.path}:{function.lineno} {function.name} has {length(function)} lines"
        for one in sources
        for function in functions(one.tree)
        if length(function) > FUNCTION_LINES
    ]


def p95(sources: Iterable[Module]) -> float:
    lengths = [length(function) for one in sources for function in functions(one.tree)]
    return quantiles(lengths, n=20)[-1]


def long_files(sources: Iterable[Module]) -> list[str]:
    found = []
    for one in sources:
        budget = VIEW_LINES if one.room in ("views", "api") or one.path.startswith("portal/views") else FILE_LINES
        lines = one.text.count("\n")
        if lines > budget:
            found.append(f"{one.path} has {lines} lines, {budget} are allowed")
    return found


def test_functions_are_short():
    sources = modules(*SOURCES)
    assert long_functions(sources) == []
    assert p95(sources) <= FUNCTION_LINES_P95


def test_files_are_short():
    assert long_files(modules(*SOURCES)) == []


def test_what_is_too_long_is_found():
    body = "    x = 1\n"
    bad = module("plans/views.py", "def f():\n" + body * 60 + "def g():\n" + body * 59 + "\n" * 200)
    assert long_functions([bad]) == ["plans/views.py:1 f has 61 lines"]
    assert long_files([bad]) == ["plans/views.py has 321 lines, 300 are allowed"]
    assert p95([bad]) > FUNCTION_LINES_P95
