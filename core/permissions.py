"""Named permissions: one registry, one question, an answer that carries its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Denied


@dataclass(frozen=True)
class Decision:
    """Answer to "may this person do that?".

    reason: why not, for the greyed button · shown: False when the act does not belong to the person's side of
    the house at all, so that no button is drawn.
    """

    allowed: bool
    reason: Any = ""
    shown: bool = True

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)
Predicate = Callable[[Any, Any], Decision]
_registry: dict[str, Predicate] = {}


def denied(reason: Any) -> Decision:
    return Decision(False, reason)


def not_yours(reason: Any) -> Decision:
    """Denied, and the button is not drawn: the act belongs to other people."""
    return Decision(False, reason, shown=False)


def permission(name: str) -> Callable[[Predicate], Predicate]:
    """Register a predicate (user, obj) -> Decision under `app.verb`. A name may be registered once."""

    def register(predicate: Predicate) -> Predicate:
        if name in _registry and _registry[name] is not predicate:
            raise ValueError(f"permission {name} is registered twice")
        _registry[name] = predicate
        return predicate

    return register


def registered() -> dict[str, Predicate]:
    return dict(_registry)


def can(user: Any, name: str, obj: Any = None) -> Decision:
    """Decide `name` for `user` on `obj`. Unknown names are a programming error (KeyError), never a silent no."""
    predicate = _registry[name]
    if user is None or not user.is_authenticated or not user.is_active:
        return Decision(False, _("Sign in first."))
    return predicate(user, obj)


def require(user: Any, name: str, obj: Any = None) -> None:
    """Raise Denied with the reason when `user` may not do `name` on `obj`."""
    decision = can(user, name, obj)
    if not decision:
        raise Denied(decision.reason)
