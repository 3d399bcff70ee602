"""The runner always ends in a verdict, stops where it should and tells every reason."""

import logging

import pytest

from proofs.checks.base import CannotDecide, Check, Level, Outcome
from proofs.checks.order import CHECKS
from proofs.checks.runner import run_checks
from tests.proofs.checking import FILES, subject_of


class Says(Check):
    """A check that answers, or raises, what it is told."""

    version = 3

    def __init__(self, name, *answers, raises=None, after_stop=False, applies=True, told_first=False):
        self.name, self.answers, self.raises = name, answers, raises
        self.after_stop, self.applies, self.told_first = after_stop, applies, told_first

    def applies_to(self, subject):
        return self.applies

    def run(self, subject):
        if self.raises:
            raise self.raises
        return [Outcome(level, f"{self.name} {level}") for level in self.answers]


def report(*checks):
    return run_checks(subject_of(FILES / "good" / "invoice.pdf"), checks)


def told(result):
    return [(item.check, str(item.level)) for item in result.results]


def test_clean_with_notes_and_warnings():
    result = report(Says("a"), Says("b", Level.WARNING, Level.NOTE), Says("c", applies=False))
    assert (result.verdict, told(result)) == ("clean", [("a", "pass"), ("b", "warning"), ("b", "note")])


def test_stops_after_the_first_stop_but_tells_all_its_reasons():
    result = report(Says("a", Level.STOP, Level.STOP, Level.NOTE), Says("b", Level.STOP))
    assert (result.verdict, told(result)) == ("refused", [("a", "stop"), ("a", "stop"), ("a", "note")])


def test_a_check_marked_so_runs_after_a_stop():
    result = report(Says("a", Level.STOP), Says("b", Level.STOP, after_stop=True), Says("c"))
    assert (result.verdict, told(result)) == ("refused", [("a", "stop"), ("b", "stop")])


def test_checks_without_the_mark_are_passed_over_after_a_stop():
    result = report(Says("a", Level.STOP), Says("b"), Says("c", Level.STOP, after_stop=True))
    assert (result.verdict, told(result)) == ("refused", [("a", "stop"), ("c", "stop")])


def test_the_most_dangerous_stop_is_told_first():
    result = report(Says("a", Level.STOP), Says("b", Level.STOP, after_stop=True, told_first=True))
    assert (result.verdict, told(result)) == ("refused", [("b", "stop"), ("a", "stop")])


def test_a_harmless_outcome_of_a_dangerous_check_keeps_its_place():
    result = report(Says("a", Level.STOP), Says("b", Level.WARNING, after_stop=True, told_first=True))
    assert (result.verdict, told(result)) == ("refused", [("a", "stop"), ("b", "warning")])


@pytest.mark.parametrize("error", [ZeroDivisionError("x"), RecursionError(), MemoryError(), KeyError("kind")])
def test_an_error_of_ours_is_failed_not_refused(error, caplog):
    caplog.set_level(logging.CRITICAL)
    result = report(Says("a"), Says("b", raises=error), Says("c"))
    assert (result.verdict, told(result)) == ("failed", [("a", "pass"), ("b", "stop")])
    assert result.results[-1].message == (
        "The file could not be checked because of an error on our side. Try again; if it stays, save it as new."
    )
    assert result.results[-1].detail == f"{type(error).__name__}: {error}"


def test_cannot_decide_keeps_its_message(caplog):
    caplog.set_level(logging.CRITICAL)
    result = report(Says("a", raises=CannotDecide("Try again later.", "socket closed")), Says("b"))
    last = result.results[-1]
    assert (result.verdict, last.message, last.detail) == ("failed", "Try again later.", "socket closed")


def test_an_error_after_a_stop_does_not_hide_the_refusal(caplog):
    caplog.set_level(logging.CRITICAL)
    result = report(Says("a", Level.STOP), Says("b", raises=ValueError(), after_stop=True))
    assert (result.verdict, told(result)) == ("refused", [("a", "stop"), ("b", "stop")])


def test_results_carry_version_and_duration():
    result = report(Says("a", Level.NOTE, Level.NOTE))
    assert [item.version for item in result.results] == [3, 3]
    assert result.results[0].duration_ms >= 0.0
    assert result.results[1].duration_ms == 0.0


def test_a_file_that_vanished_is_failed(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    path = tmp_path / "gone.pdf"
    path.write_bytes(b"%PDF-1.4")
    subject = subject_of(path)
    path.unlink()
    assert run_checks(subject).verdict == "failed"


def test_a_copy_that_is_not_whole_is_failed(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)
    path = tmp_path / "short.pdf"
    path.write_bytes(b"%PDF-1.4")
    subject = subject_of(path)
    subject.size += 1
    result = run_checks(subject)
    assert (result.verdict, told(result)) == ("failed", [("size", "stop")])


def test_levels_are_ordered():
    assert [level.rank for level in (Level.PASS, Level.NOTE, Level.WARNING, Level.STOP)] == [0, 1, 2, 3]


def test_the_list_of_checks():
    """Names are stored with the results, so they are part of the data."""
    assert [check.name for check in CHECKS] == [
        "size",
        "name",
        "kind",
        "text",
        "table",
        "active",
        "pdf",
        "image",
        "media",
        "office",
        "mail",
        "likeness",
        "malware",
    ]
