"""Facts of a program on which claims hang: asked here, written by incentives (R-PROG-07)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g

from claims.models import Claim
from core.errors import Problem, RuleViolation
from core.permissions import require
from core.workflow import lock
from incentives import services as incentives
from incentives.models import Program

SETTLED_BY = ("settlement", "currency", "has_coop", "has_plans", "families")  # what decides how a claim is paid (D-08)


def frozen_facts(program: Program) -> tuple[str, ...]:
    """Facts that stay as they are once something was claimed."""
    claimed = Claim.objects.filter(enrollment__program=program).exists()
    return SETTLED_BY if claimed else ()


def change_facts(pk: Any, *, seen: str, actor: Any, **facts: Any) -> Program:
    """Change a program's facts. Raises as `incentives.change_program`, and RuleViolation for what stays."""
    with transaction.atomic():
        program = lock(Program, pk)
        require(actor, "incentives.set_rules", program)
        moved = [name for name in frozen_facts(program) if facts[name] != getattr(program, name)]
        if moved:
            text = _g("This stays as it is: something was claimed already.")
            raise RuleViolation([Problem("claimed_already", text, "D-08", f"id_{name}") for name in moved])
        return incentives.change_program(program, facts, seen=seen, actor=actor)
