"""The engine behind every status: legal moves are data, one function executes them.

A service opens the transaction, locks its rows in the fixed order (D-14) and calls `apply`, which asks in this
order: is the move legal from the present state (409)? may the actor (403)? do the rules allow it (422, all
problems at once)? and then writes status, holder, named fields and history together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Denied, Problem, RuleViolation, StateConflict
from core.history import SystemJob
from core.models import Audience, Holder
from core.permissions import Decision, can

COMMENT = _("Comment")
Guard = Callable[[Any, Mapping[str, Any]], list[Problem]]


@dataclass(frozen=True)
class Transition:
    """One legal move.

    sources/target: statuses · permission: registered name · label: verb on the button · sentence: what history
    says · guards: questions of rules.py, each (obj, context) -> problems · comment: "none", "optional" or
    "required" · system: a job of ours may do it · tone: look of the button · people: False when only jobs do it.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: Any
    sentence: Any
    guards: tuple[Guard, ...] = ()
    comment: str = "optional"
    comment_label: Any = COMMENT
    system: bool = False
    people: bool = True
    tone: str = "plain"


@dataclass(frozen=True)
class Move:
    """A transition as one person sees it from the present state: a button, or a grey one with its reason."""

    transition: Transition
    decision: Decision

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def allowed(self) -> bool:
        return self.decision.allowed

    @property
    def reason(self) -> Any:
        return self.decision.reason


@dataclass(frozen=True)
class Workflow:
    """States, who holds each, and the table of moves of one model. `name` is the app label used in actions."""

    name: str
    states: type[models.TextChoices]
    initial: str
    holders: Mapping[str, str]
    transitions: tuple[Transition, ...]
    by_name: dict[str, Transition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {t.name: t for t in self.transitions})
        history.describe({f"{self.name}.{t.name}": t.sentence for t in self.transitions})
        history.describe({f"{self.name}.follow": _("moved on with what belongs to it")})
        _workflows[self.name] = self

    def __getitem__(self, name: str) -> Transition:
        return self.by_name[name]


_workflows: dict[str, Workflow] = {}


def workflows() -> dict[str, Workflow]:
    return dict(_workflows)


def lock(model: type[models.Model], pk: Any) -> Any:
    """Fetch one row under a row lock; StateConflict when it is gone. Call inside a transaction, in the order of D-14.

    Rows that merely point at it may be written meanwhile: history names its actor, who may be locked as well.
    """
    return existing(model._default_manager.select_for_update(of=("self",), no_key=True), pk)


def existing(rows: Any, pk: Any) -> Any:
    """One row of a queryset or manager; StateConflict when somebody has removed it since it was shown."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise StateConflict(_g("This has been removed meanwhile."))
    return row


def available(workflow: Workflow, obj: Any, user: Any) -> list[Move]:
    """The moves that are legal from the present state and belong to the person's side, in table order."""
    moves = []
    for transition in workflow.transitions:
        if transition.people and obj.status in transition.sources:
            decision = can(user, transition.permission, obj)
            if decision.shown:
                moves.append(Move(transition, decision))
    return moves


def allows(workflow: Workflow, obj: Any, user: Any, name: str) -> bool:
    """Is the move legal from here and open to the person? (Rules are not asked.)"""
    transition = workflow[name]
    return obj.status in transition.sources and bool(can(user, transition.permission, obj))


def apply(
    workflow: Workflow,
    obj: Any,
    name: str,
    *,
    actor: Any,
    comment: str = "",
    fields: Mapping[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
) -> Any:
    """Move `obj` (locked by the caller, in a transaction) and write history. Returns `obj`.

    fields: values saved together with the status; the guards still see the old ones. context: what the guards need
    to know beside the object. Raises StateConflict, Denied or RuleViolation (with every problem); then nothing is
    written.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a move needs a transaction")
    transition = workflow[name]
    _require_state(workflow, obj, transition)
    _require_actor(transition, obj, actor)
    problems = _comment_problems(transition, comment)
    for guard in transition.guards:
        problems.extend(guard(obj, context or {}))
    if problems:
        raise RuleViolation(problems)
    old = obj.status
    _move(workflow, obj, transition.target, fields or {})
    history.record(
        obj,
        f"{workflow.name}.{name}",
        actor=actor,
        old=old,
        new=obj.status,
        comment=comment.strip(),
        changes=changes,
        audience=Audience.ALL,
    )
    return obj


def follow(workflow: Workflow, obj: Any, status: str, *, actor: Any, fields: Mapping[str, Any] | None = None) -> None:
    """Set the status of an object that is driven by another one (D-07); written to history as "follows"."""
    if not connection.in_atomic_block:
        raise RuntimeError("a move needs a transaction")
    if obj.status == status:
        return
    old = obj.status
    _move(workflow, obj, status, fields or {})
    history.record(obj, f"{workflow.name}.follow", actor=actor, old=old, new=status, audience=Audience.ALL)


def _move(workflow: Workflow, obj: Any, status: str, fields: Mapping[str, Any]) -> None:
    obj.status = status
    for name, value in fields.items():
        setattr(obj, name, value)
    holder = workflow.holders.get(status, Holder.NOBODY)
    if obj.holder != holder:
        obj.holder, obj.holder_since = holder, clock.now()
    obj.save(update_fields=["status", "holder", "holder_since", "updated_at", *fields])


def _require_state(workflow: Workflow, obj: Any, transition: Transition) -> None:
    if obj.status not in transition.sources:
        label = workflow.states(obj.status).label
        raise StateConflict(
            _g("This is meanwhile “%(status)s”. Look at it again before you decide.") % {"status": label},
            current_status=obj.status,
        )


def _require_actor(transition: Transition, obj: Any, actor: Any) -> None:
    if isinstance(actor, SystemJob):
        if not transition.system:
            raise Denied(_g("A job may not do this."))
        return
    decision = can(actor, transition.permission, obj)
    if not decision:
        raise Denied(decision.reason)


def _comment_problems(transition: Transition, comment: str) -> list[Problem]:
    if transition.comment == "required" and not comment.strip():
        return [
            Problem(
                "comment_missing",
                _g("Write a reason, so that the other side knows what to do."),
                anchor="id_comment",
            )
        ]
    return []
