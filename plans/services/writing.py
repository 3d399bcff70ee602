"""What the writes of a plan and of its parts share: the lock, the refusal, the history of what changed."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _g

from core import history
from core.errors import Problem, RuleViolation
from core.money import quantize
from core.permissions import require
from core.workflow import lock
from plans.models import Plan


def editable(pk: Any, actor: Any) -> Plan:
    """The plan under its lock, open for editing by this person (Denied otherwise)."""
    plan = lock(Plan, pk)
    require(actor, "plans.edit", plan)
    return plan


def refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleViolation(problems)


def insert(row: Any, taken: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RuleViolation([Problem("name_taken", taken, anchor="id_name")]) from None


def save_changes(row: Any, plan: Plan, action: str, names: tuple[str, ...], fields: dict[str, Any], actor: Any) -> None:
    """Save the named fields and write what changed to the plan's history."""
    before = {name: getattr(row, name) for name in names}
    for name in names:
        if name in fields:
            setattr(row, name, fields[name])
    changes = {
        name: [written(before[name], plan.currency), written(getattr(row, name), plan.currency)]
        for name in names
        if before[name] != getattr(row, name)
    }
    if not changes:
        return
    try:
        with transaction.atomic():
            row.save(update_fields=list(changes))
    except IntegrityError:
        raise RuleViolation([Problem("name_taken", _g("This name is taken."), anchor="id_name")]) from None
    if row is not plan:
        changes = {f"{row}: {name}": value for name, value in changes.items()}
    history.record(plan, action, actor=actor, changes=changes)


def written(value: Any, currency: str) -> str:
    """A value as history keeps it: readable without its column."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Decimal):
        return f"{quantize(value, currency)} {currency}"
    return "" if value is None else str(value)
