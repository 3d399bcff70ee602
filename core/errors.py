"""The three answers a refused request can have, each mapped to a status code in one place (core/middleware.py)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way of a move.

    code: slug for tests and links · message: what is wrong and what to do, for people ·
    rule: id of the rule (R-…, D-nn) · anchor: html id of the place on the page · subject: name of the thing meant.
    """

    code: str
    message: str
    rule: str = ""
    anchor: str = ""
    subject: str = ""


class RuleViolation(Exception):
    """One or more rules forbid the move; carries all problems at once (HTTP 422)."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("; ".join(str(problem.message) for problem in self.problems))


class StateConflict(Exception):
    """The object is meanwhile in another state than the move starts from (HTTP 409)."""

    def __init__(self, message: str, current_status: str = ""):
        self.message = message
        self.current_status = current_status
        super().__init__(str(message))


class Denied(Exception):
    """The actor may not do this; `reason` is shown to the person (HTTP 403)."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(str(reason))
