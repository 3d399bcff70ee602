"""Is the saved e-mail whole, and are the files attached to it such as we would take one by one?"""

import hashlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from proofs.checks.base import CannotDecide, Check, Level, Outcome, Subject, worst_first
from proofs.checks.formats.mail import Attached, BadMail, Mail, MailFault, read_mail
from proofs.checks.formats.outlook import read_outlook
from proofs.checks.kinds import MAIL_KINDS, extension_of, foreign_name, kind_for_name
from proofs.checks.limits import (
    HEAD_BYTES,
    MAX_MAIL_ATTACHMENTS,
    MAX_MAIL_BYTES,
    MAX_MAIL_DEPTH,
    MAX_MAIL_SECONDS,
    MEGABYTE,
    QUOTED_LETTERS,
)
from proofs.checks.name import visible
from proofs.checks.office import named
from proofs.checks.text import SCRIPT

if TYPE_CHECKING:
    from proofs.checks.runner import Attachment, Report

# What comes with e-mails, is no evidence and does nothing when opened: dates, cards, signatures, keys, plain data.
# It stays in the e-mail and is named. Everything else that we do not take refuses the e-mail (D-22).
_HARMLESS = frozenset({"ics", "vcf", "p7s", "asc", "sig", "pgp", "csv", "xml", "json", "log", "md"})
_HARMLESS_NAMES = frozenset({"winmail.dat"})


@dataclass
class _Budget:
    """What an e-mail and all e-mails in it may use together."""

    attachments: int = MAX_MAIL_ATTACHMENTS
    bytes: int = MAX_MAIL_BYTES
    until: float = field(default_factory=lambda: time.thread_time() + MAX_MAIL_SECONDS)


class MailCheck(Check):
    """Takes the e-mail apart and runs all checks on every file attached to it, e-mails inside it included.

    One refused attachment refuses the e-mail and is named with its reason: whoever opens the e-mail opens it too.
    Sets the facts mail (date, from, to, subject), text, has_text, attachments (name, kind, size; no kind = stays
    inside) and leaves the files that were checked in `scratch["attachments"]`.
    """

    name = "mail"
    version = 1

    def applies_to(self, subject: Subject) -> bool:
        return subject.kind in MAIL_KINDS

    def run(self, subject: Subject) -> Sequence[Outcome]:
        if subject.inside >= MAX_MAIL_DEPTH:
            return [Outcome(Level.STOP, _fault_text(MailFault.NESTED), f"{subject.inside} levels")]
        try:
            mail = read_outlook(subject.data) if subject.kind == "msg" else read_mail(subject.data)
        except BadMail as error:
            return [Outcome(Level.STOP, _fault_text(error.fault), error.detail)]
        budget: _Budget = subject.scratch.get("budget") or _Budget()
        _keep_facts(subject, mail)
        taken: list[Attachment] = []
        found: list[Outcome] = []
        for one in mail.attached:
            found += self._judge(one, subject, budget, taken)
            if budget.attachments < 0 or budget.bytes < 0 or time.thread_time() > budget.until:
                return worst_first([*found, _too_much()])
        subject.scratch["attachments"] = taken
        if not any(outcome.level is Level.STOP for outcome in found):
            subject.facts["text"] = mail.text
        return worst_first([*found, *_told(mail, taken)])

    def _judge(self, one: Attached, subject: Subject, budget: _Budget, taken: "list[Attachment]") -> list[Outcome]:
        budget.attachments -= 1
        budget.bytes -= len(one.data)
        name = visible(one.name, QUOTED_LETTERS)
        fact = {"name": name, "kind": "", "size": len(one.data)}
        subject.facts["attachments"].append(fact)
        if one.broken:
            text = _("The attachment “%(name)s” did not arrive whole: its encoding is broken. Save the e-mail again.")
            return [Outcome(Level.STOP, text % {"name": name})]
        if kind_for_name(one.name) is None:
            return [_not_taken(one, name)]
        checked = _check(one, subject, budget)
        fact["kind"] = checked.report.kind
        taken.append(checked)
        return _refused(name, checked.report)


def _check(one: Attached, subject: Subject, budget: _Budget) -> "Attachment":
    from proofs.checks.runner import Attachment, run_checks  # the runner's list of checks holds this one

    digest = hashlib.sha256(one.data).hexdigest()
    with tempfile.NamedTemporaryFile() as file:
        file.write(one.data)
        file.flush()
        inner = Subject(
            path=Path(file.name),
            name=one.name,
            declared_type="",
            size=len(one.data),
            sha256=digest,
            scanner_url=subject.scanner_url,
            scanner_required=subject.scanner_required,
            inside=subject.inside + 1,
            scratch={"budget": budget},
        )
        return Attachment(one.name, one.data, digest, run_checks(inner))


def _refused(name: str, report: "Report") -> list[Outcome]:
    """The stops of an attachment as stops of its e-mail; what the machine could not judge is raised on."""
    stops = [result for result in report.results if result.level is Level.STOP]
    if report.verdict == "failed":
        raise CannotDecide(stops[-1].message, f"{name}: {stops[-1].detail}")
    text = _("The attachment “%(name)s” is not accepted. %(reason)s")
    return [
        Outcome(Level.STOP, text % {"name": name, "reason": one.message}, f"{one.check}: {one.detail}") for one in stops
    ]


def _not_taken(one: Attached, name: str) -> Outcome:
    """An attachment of a kind we do not take: harmless ones stay in the e-mail, all others refuse it."""
    found = foreign_name(one.data[:HEAD_BYTES])
    known = extension_of(one.name) in _HARMLESS or one.name.lower() in _HARMLESS_NAMES
    if known and (not found or extension_of(one.name) == "xml"):
        text = _("The attachment “%(name)s” stays in the e-mail and is not shown. If it is evidence, save it as PDF.")
        return Outcome(Level.WARNING, text % {"name": name})
    text = _(
        "The attachment “%(name)s” is of a kind that is not accepted. Save the e-mail without it, or print the "
        "e-mail to PDF and upload that."
    )
    return Outcome(Level.STOP, text % {"name": name}, found)


def _keep_facts(subject: Subject, mail: Mail) -> None:
    subject.facts["mail"] = {"date": mail.date, "from": mail.sender, "to": mail.to, "subject": mail.subject}
    subject.facts["has_text"] = any(char.isalnum() for char in mail.text)
    subject.facts["attachments"] = []


def _told(mail: Mail, taken: "list[Attachment]") -> list[Outcome]:
    """What is not wrong but worth a look."""
    found = []
    doubtful = [
        one.name for one in taken if any(result.level is Level.WARNING for result in one.report.results)
    ]  # said in full on their own sheets
    if doubtful:
        text = _("Something is to be looked at in attached files: %(names)s. Open them to see what.")
        found.append(Outcome(Level.WARNING, text % {"names": named(doubtful)}))
    if mail.left_out:
        text = _(
            "What is attached as an Outlook item cannot be taken out: %(names)s. If it is evidence, save it on its own."
        )
        found.append(Outcome(Level.WARNING, text % {"names": named(mail.left_out)}))
    if SCRIPT.search(mail.html):
        text = _("The e-mail contains program code of a web page. Only its words are shown.")
        found.append(Outcome(Level.WARNING, text))
    if not mail.date:
        found.append(Outcome(Level.NOTE, _("The e-mail does not say when it was sent.")))
    return found


def _too_much() -> Outcome:
    text = _(
        "The e-mail holds more than can be checked at once: at most %(count)d files of %(limit)d MB together, e-mails "
        "inside it included. Upload the files that are evidence one by one."
    )
    return Outcome(Level.STOP, text % {"count": MAX_MAIL_ATTACHMENTS, "limit": MAX_MAIL_BYTES // MEGABYTE})


def _fault_text(fault: MailFault) -> str:
    """What is wrong with the e-mail, and what to do."""
    texts = {
        MailFault.NOT_A_MAIL: _("The file is not an e-mail: it does not say who wrote it to whom."),
        MailFault.HEADERS: _("The e-mail has too much data before its text to be read."),
        MailFault.NESTED: _("E-mails inside e-mails are nested too deep."),
        MailFault.TOO_COMPLEX: _("The e-mail has too many parts to be checked completely."),
        MailFault.CUT_OFF: _("The e-mail is incomplete: it is cut off (truncated)."),
        MailFault.DAMAGED: _("The e-mail is damaged and cannot be read completely."),
        MailFault.HIDDEN: _("The e-mail holds data that are no part of it, where another file can hide."),
    }
    if fault is MailFault.TOO_MANY:
        return _too_much().message
    return f"{texts[fault]} {_('Save it again in its mail program, or print it to PDF, and upload that.')}"
