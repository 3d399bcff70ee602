"""An e-mail saved by Outlook (.msg), an OLE container: the same `Mail` as from the open format."""

import io

import olefile
from oxmsg.attachment import Attachment
from oxmsg.domain import constants
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.message import Message
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from proofs.checks.formats.mail import (
    PARSER_ERRORS,
    Attached,
    BadMail,
    Mail,
    MailFault,
    header_text,
    set_text,
)
from proofs.checks.formats.trailing import Trailing, judge_trailing
from proofs.checks.limits import MAX_MAIL_DEPTH, MAX_MAIL_LINE, MAX_MAIL_PEOPLE, MAX_OLE_ENTRIES

_OURS = "__"  # how every name in the root of such a file begins
_PROPERTIES = "__properties_version1.0"
_INNER_MESSAGE = "__substg1.0_3701000D"
_CLASSES = ("ipm.note", "report.ipm.note")
_FREE_SECTOR = 0xFFFFFFFF


def read_outlook(data: bytes) -> Mail:
    """Take a .msg apart. Raises BadMail. Files attached to an e-mail inside it are given like its own."""
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            _judge(ole, data)
            storage = Storage.from_ole(ole)
        mail = _mail_of(Message(storage))
        _take_out(storage, mail, 1)
        return mail
    except BadMail:
        raise
    except RecursionError as error:
        raise BadMail(MailFault.NESTED, "entries nested too deep") from error
    except (
        *PARSER_ERRORS,
        UnrecognizedCodePageError,
        UnsupportedEncodingError,
    ) as error:  # the format's own error is an OSError
        raise BadMail(MailFault.DAMAGED, repr(error)[:300]) from error


def _judge(ole: olefile.OleFileIO, data: bytes) -> None:
    """Before anything is read: every entry is loaded into memory, so together they may not exceed the file."""
    entries = [entry for entry in ole.direntries if entry is not None]
    if len(entries) > MAX_OLE_ENTRIES:
        raise BadMail(MailFault.TOO_COMPLEX, f"{len(entries)} entries")
    total = sum(entry.size for entry in entries if entry.entry_type == olefile.STGTY_STREAM)
    if total > len(data):
        raise BadMail(MailFault.TOO_COMPLEX, f"entries of {total} bytes in a file of {len(data)}")
    names = {kid.name for kid in ole.root.kids}
    if _PROPERTIES not in names:
        raise BadMail(MailFault.NOT_A_MAIL, f"holds {sorted(names)[:5]!r}")
    foreign = sorted(name for name in names if not name.startswith(_OURS))
    if foreign:
        raise BadMail(MailFault.HIDDEN, f"also holds {foreign[:5]!r}")
    used = max((at for at, next_one in enumerate(ole.fat) if next_one != _FREE_SECTOR), default=0)
    what, detail = judge_trailing(data, (used + 2) * ole.sectorsize)
    if what is Trailing.DANGEROUS:
        raise BadMail(MailFault.HIDDEN, detail)


def _mail_of(message: Message) -> Mail:
    if not message.message_class.lower().startswith(_CLASSES):
        raise BadMail(MailFault.NOT_A_MAIL, f"class {message.message_class[:80]!r}")
    sent = message.sent_date
    people = [(one.name, one.email_address) for one in message.recipients[:MAX_MAIL_PEOPLE]]
    mail = Mail(
        sender=header_text(message.sender),
        to=[header_text(f"{name} <{address}>" if name and address else name or address) for name, address in people],
        subject=header_text(message.subject),
        date=sent.isoformat() if sent else "",
    )
    try:
        mail.html = message.html_body or ""
    except (LookupError, UnicodeError, UnrecognizedCodePageError, UnsupportedEncodingError):
        mail.html = ""  # letters nobody can decode; its plain text is there all the same
    set_text(mail, message.body or "")
    return mail


def _take_out(storage: Storage, mail: Mail, depth: int) -> None:
    for number, held in enumerate(storage.iter_attachment_storages(), 1):
        attachment = Attachment(held)
        name = _name(attachment.properties) or f"attachment-{number}.bin"
        if attachment.file_bytes is not None:
            mail.add(Attached(name, attachment.file_bytes))
            continue
        mail.left_out.append(name)
        for inner in (one for one in held.storages if one.name == _INNER_MESSAGE):
            if depth >= MAX_MAIL_DEPTH:
                raise BadMail(MailFault.NESTED, f"more than {MAX_MAIL_DEPTH} levels")
            _take_out(inner, mail, depth + 1)


def _name(properties: Properties) -> str:
    """The long name, else the short one, else what is shown beneath the icon."""
    for kind in (constants.PID_ATTACH_LONG_FILENAME, constants.PID_ATTACH_FILENAME, constants.PID_DISPLAY_NAME):
        name = properties.str_prop_value(kind)
        if name:
            return name[: 4 * MAX_MAIL_LINE].rstrip("\0")
    return ""
