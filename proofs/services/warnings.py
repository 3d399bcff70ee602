"""The partner's word on a warning of the checks."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core import clock, history
from core.errors import Problem, RuleViolation, StateConflict
from proofs.choices import Level
from proofs.evidence import checklist_of
from proofs.models import Proof, WarningAnswer
from proofs.services.access import editable

history.describe(
    {
        "proofs.answer_warning": _("answered a warning of the checks"),
        "proofs.drop_answer": _("took back the answer to a warning"),
    }
)


def answer_warning(proof_id: Any, mark: str, *, actor: Any, text: str) -> WarningAnswer:
    """Answer one warning, by its mark, or change the answer; the reviewer reads it beside the warning.

    Raises RuleViolation without words; StateConflict when the checks say something else by now; Denied when the card is
    closed. Stops are not answered: they are mended.
    """
    if not text.strip():
        raise RuleViolation([Problem("text_missing", _g("Write why it is right as it is."), anchor="id_text")])
    with transaction.atomic():
        proof = editable(proof_id, actor)
        match = next((one for one in checklist_of(proof).matches if one.mark == mark), None)
        if match is None or match.level != Level.WARNING:
            raise StateConflict(_g("The checks no longer warn of this. Look at the card again."), proof.status)
        editable(proof_id, actor, match.found.card)
        said = {"text": text.strip(), "code": match.code, "answered_by": actor, "answered_at": clock.now()}
        answer, new = WarningAnswer.objects.get_or_create(proof=proof, mark=mark, defaults=said)
        if new or answer.text != said["text"]:
            before = "" if new else answer.text
            for name, value in said.items():
                setattr(answer, name, value)
            answer.save(update_fields=[*said])
            told = {"warning": ["", match.found.reason], "answer": [before, answer.text]}
            history.record(proof, "proofs.answer_warning", actor=actor, changes=told)
    return answer


def drop_answer(proof_id: Any, mark: str, *, actor: Any) -> Proof:
    """Take an answer back; nothing happens when there is none."""
    with transaction.atomic():
        proof = editable(proof_id, actor)
        answer = proof.warning_answers.filter(mark=mark).first()
        if answer is not None:
            history.record(proof, "proofs.drop_answer", actor=actor, changes={"answer": [answer.text, ""]})
            answer.delete()
    return proof
