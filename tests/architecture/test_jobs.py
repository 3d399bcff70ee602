"""Jobs: started by name through one door, with ids only, known and limited in time."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from tests.architecture.source import APPS, Module, calls, literal, module, modules

FORBIDDEN = {"delay", "apply_async", "send_task", "s", "si", "signature"}
# The one door, and the worker that sweeps as soon as it is there.
DOORS = {("core/jobs.py", "send_task"), ("config/celery.py", "send_task")}


@dataclass(frozen=True)
class Task:
    name: str
    app: str
    arguments: tuple[str, ...]
    limited: bool
    line: str


def tasks(sources: Iterable[Module]) -> list[Task]:
    found = []
    for one in sources:
        for function in one.tree.body:
            if isinstance(function, ast.FunctionDef):
                for decorator in function.decorator_list:
                    if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "shared_task":
                        found.append(_task(one, function, decorator))
                    elif getattr(decorator, "id", "") == "shared_task":
                        found.append(Task("", one.app, (), False, f"{one.path}:{function.lineno}"))
    return found


def _task(one: Module, function: ast.FunctionDef, decorator: ast.Call) -> Task:
    options = {keyword.arg: keyword.value for keyword in decorator.keywords}
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.arg != "self"]
    names += [f"*{a.arg}" for a in (arguments.vararg, arguments.kwarg) if a]
    return Task(
        name=literal(options.get("name")) or "",
        app=one.app,
        arguments=tuple(names),
        limited="time_limit" in options,
        line=f"{one.path}:{function.lineno}",
    )


def badly_made(found: Iterable[Task]) -> list[str]:
    """Tasks without a name of their app, without a time limit, or that take more than ids."""
    problems = []
    for task in found:
        if not task.name.startswith(f"{task.app}.") or ("_" not in task.name and task.name != f"{task.app}.purge"):
            problems.append(f"{task.line} is not named {task.app}.verb_noun")
        if not task.limited:
            problems.append(f"{task.line} has no time limit")
        if not all(name.endswith("_id") for name in task.arguments):
            problems.append(f"{task.line} takes more than ids")
    return problems


def badly_started(sources: Iterable[Module], known: Mapping[str, Task]) -> list[str]:
    """enqueue with an unknown name or arguments the task does not take, and any other way to start a job."""
    problems = []
    for one in sources:
        for name, call in calls(one.tree):
            where = f"{one.path}:{call.lineno}"
            if name in FORBIDDEN and isinstance(call.func, ast.Attribute) and (one.path, name) not in DOORS:
                problems.append(f"{where} starts a job with .{name}(")
            if name != "enqueue":
                continue
            job = literal(call.args[0]) if call.args else None
            if job not in known:
                problems.append(f"{where} enqueues {job!r}, which no task is called")
            elif sorted(keyword.arg or "**" for keyword in call.keywords) != sorted(known[job].arguments):
                problems.append(f"{where} enqueues {job} with other arguments than it takes")
    return problems


def unknown_in_timetable(timetable: Mapping[str, Mapping], known: Iterable[str]) -> list[str]:
    return sorted({entry["task"] for entry in timetable.values()} - set(known))


def forgotten(timetable: Mapping[str, Mapping], known: Mapping[str, Task]) -> list[str]:
    """Tasks without arguments are errands of the timetable; one that is not in it never runs."""
    errands = {name for name, task in known.items() if not task.arguments}
    return sorted(errands - {entry["task"] for entry in timetable.values()})


def our_tasks() -> dict[str, Task]:
    return {task.name: task for task in tasks(one for one in modules(*APPS) if one.room == "tasks")}


def test_tasks_are_named_limited_and_take_ids():
    assert badly_made(tasks(modules(*APPS))) == []
    assert [task.line for task in tasks(one for one in modules(*APPS) if one.room != "tasks")] == []


def test_jobs_are_started_by_name_through_one_door():
    assert badly_started(modules(*APPS, "config", "demo"), our_tasks()) == []


def test_the_timetable_names_known_tasks():
    assert unknown_in_timetable(settings.CELERY_BEAT_SCHEDULE, our_tasks()) == []


def test_every_errand_is_in_the_timetable():
    assert forgotten(settings.CELERY_BEAT_SCHEDULE, our_tasks()) == []


def test_celery_knows_the_same_tasks():
    from config.celery import app  # late: Celery reads the settings

    app.loader.import_default_modules()
    assert sorted(name for name in app.tasks if name.split(".")[0] in APPS) == sorted(our_tasks())


def test_bad_tasks_are_found():
    bad = module(
        "plans/tasks.py",
        "@shared_task\ndef one():\n    pass\n"
        "@shared_task(name='plans.send_plan', time_limit=5)\ndef two(plan):\n    pass\n"
        "@shared_task(name='claims.send_plan')\ndef three(plan_id):\n    pass\n",
    )
    assert badly_made(tasks([bad])) == [
        "plans/tasks.py:2 is not named plans.verb_noun", "plans/tasks.py:2 has no time limit",
        "plans/tasks.py:5 takes more than ids",
        "plans/tasks.py:8 is not named plans.verb_noun", "plans/tasks.py:8 has no time limit",
    ]  # fmt: skip


def test_bad_starts_are_found():
    known = {"plans.send_plan": Task("plans.send_plan", "plans", ("plan_id",), True, "")}
    bad = module(
        "plans/services.py",
        "enqueue('plans.send_plan', plan_id=1)\nenqueue('plans.gone')\nenqueue('plans.send_plan', plan=1)\n"
        "send_plan.delay(1)\napp.send_task('x')\n",
    )
    assert badly_started([bad], known) == [
        "plans/services.py:2 enqueues 'plans.gone', which no task is called",
        "plans/services.py:3 enqueues plans.send_plan with other arguments than it takes",
        "plans/services.py:4 starts a job with .delay(",
        "plans/services.py:5 starts a job with .send_task(",
    ]
    assert unknown_in_timetable({"x": {"task": "plans.gone"}}, known) == ["plans.gone"]
    errand = Task("plans.tidy_up", "plans", (), True, "")
    assert forgotten({"x": {"task": "plans.send_plan"}}, {**known, "plans.tidy_up": errand}) == ["plans.tidy_up"]
