"""A saved e-mail taken apart: who wrote to whom, its words, and the files attached to it."""

import mimetypes
import re
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email import errors, policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesFeedParser
from email.utils import getaddresses, parsedate_to_datetime
from enum import Enum
from html.parser import HTMLParser

from proofs.checks.limits import (
    MAX_MAIL_ATTACHMENTS,
    MAX_MAIL_HEADER_BYTES,
    MAX_MAIL_HTML,
    MAX_MAIL_LINE,
    MAX_MAIL_LINES,
    MAX_MAIL_PARSE_SECONDS,
    MAX_MAIL_PARTS,
    MAX_MAIL_PEOPLE,
    MAX_PART_HEADER_BYTES,
    MAX_SHOWN_LETTERS,
    ZIP_CHUNK_BYTES,
)
from proofs.checks.name import visible


class MailFault(Enum):
    """Why an e-mail cannot be taken apart."""

    NOT_A_MAIL = "no e-mail"
    HEADERS = "headers too long"
    NESTED = "nested too deep"
    TOO_MANY = "too many attachments"
    TOO_COMPLEX = "too complex"
    CUT_OFF = "cut off"
    DAMAGED = "damaged"
    HIDDEN = "data that are no part of it"


class BadMail(Exception):
    """An e-mail that must not be read on; `fault` says why, the text is for us."""

    def __init__(self, fault: MailFault, detail: str) -> None:
        super().__init__(detail)
        self.fault, self.detail = fault, detail


@dataclass(frozen=True)
class Attached:
    """One file in an e-mail as it was sent; `broken` when its encoding is not whole."""

    name: str
    data: bytes
    broken: bool = False


@dataclass
class Mail:
    """What an e-mail says. left_out: names of what is in it and cannot be taken out. date: ISO 8601, "" when unknown.

    html: its web page, if it has one, in which scripts are looked for.
    """

    sender: str = ""
    to: list[str] = field(default_factory=list)
    subject: str = ""
    date: str = ""
    text: str = ""
    html: str = ""
    attached: list[Attached] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, one: Attached) -> None:
        if len(self.attached) >= MAX_MAIL_ATTACHMENTS:
            raise BadMail(MailFault.TOO_MANY, f"more than {MAX_MAIL_ATTACHMENTS}")
        self.attached.append(one)


# The header lines that the parser takes apart letter by letter.
_PART_HEADER = re.compile(
    rb"(?:\A|[\r\n])content-(?:type|disposition|transfer-encoding):[^\r\n]*(?:(?:\r?\n|\r)[ \t][^\r\n]*)*",
    re.IGNORECASE,
)
_HEADERS_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
# The parser is lenient and meant for honest input: all of these it raises on other input.
PARSER_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError, OSError,
    errors.MessageError, struct.error,
)  # fmt: skip
_CUT_OFF = (errors.CloseBoundaryNotFoundDefect, errors.StartBoundaryNotFoundDefect)
_BROKEN = (errors.InvalidBase64CharactersDefect, errors.InvalidBase64LengthDefect)
# A file written between the lines of the text, as mail programs of the eighties did; some still unpack it.
_UUENCODED = re.compile(r"^begin [0-7]{3,4} \S[^\r\n]*\r?\n[!-`]", re.MULTILINE)


def read_mail(data: bytes) -> Mail:
    """Take an .eml apart. Raises BadMail. An attached e-mail is given as one more file, not looked into.

    The older, plainer rules of the parser are used: the newer ones read every header letter by letter.
    """
    lines = data.count(b"\n") + data.count(b"\r")
    if lines > 2 * MAX_MAIL_LINES:  # the parser keeps each as a string of its own
        raise BadMail(MailFault.TOO_COMPLEX, f"{lines} line ends")
    _bound_headers(data)
    try:
        message = _parse(data)
        return _mail_of(message)
    except BadMail:
        raise
    except RecursionError as error:
        raise BadMail(MailFault.NESTED, "parts nested too deep for the parser") from error
    except PARSER_ERRORS as error:
        raise BadMail(MailFault.DAMAGED, repr(error)[:300]) from error


def _bound_headers(data: bytes) -> None:
    match = _HEADERS_END.search(data[: MAX_MAIL_HEADER_BYTES + 4])
    if match is None:
        fault = MailFault.HEADERS if len(data) > MAX_MAIL_HEADER_BYTES else MailFault.CUT_OFF
        raise BadMail(fault, "the headers do not end")
    for found in _PART_HEADER.finditer(data):
        if found.end() - found.start() > MAX_PART_HEADER_BYTES:
            raise BadMail(MailFault.HEADERS, f"{found.end() - found.start()} bytes at {found.start()}")


def _parse(data: bytes) -> Message:
    """Fed piece by piece, since parts nested in parts make the parser slower with every level."""
    parser = BytesFeedParser(policy=policy.compat32)
    until = time.thread_time() + MAX_MAIL_PARSE_SECONDS
    for at in range(0, len(data), ZIP_CHUNK_BYTES):
        parser.feed(data[at : at + ZIP_CHUNK_BYTES])
        if time.thread_time() > until:
            raise BadMail(MailFault.TOO_COMPLEX, "takes too long")
    return parser.close()


def _mail_of(message: Message) -> Mail:
    if not (message["From"] or message["Sender"]) or not any(
        message[name] for name in ("Date", "Subject", "To", "Message-ID", "Received")
    ):
        raise BadMail(MailFault.NOT_A_MAIL, f"headers: {[name[:40] for name in message.keys()[:20]]}")
    mail = Mail(
        sender=header_text(message["From"] or message["Sender"]),
        to=_people(message),
        subject=header_text(message["Subject"]),
        date=_date(message["Date"]),
    )
    text: list[str] = []
    html: list[str] = []
    for number, part in enumerate(list(_leaves(message)), 1):  # counted before any of them is read
        body = _body_of(part)
        if body is None:
            mail.add(_attachment(part, number))
        else:
            (html if part.get_content_subtype() == "html" else text).append(body)
    mail.html = "\n".join(html)
    set_text(mail, "\n".join(text))
    return mail


def set_text(mail: Mail, text: str) -> None:
    """Its words as they are shown: the plain ones, else those of its web page."""
    if _UUENCODED.search(text):
        raise BadMail(MailFault.HIDDEN, "a file written into the text")
    mail.text = readable(text if text.strip() else text_of_html(mail.html))


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; an attached e-mail is one of them."""
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > MAX_MAIL_PARTS:
            raise BadMail(MailFault.TOO_COMPLEX, f"more than {MAX_MAIL_PARTS} parts")
        if any(isinstance(defect, _CUT_OFF) for defect in part.defects):
            raise BadMail(MailFault.CUT_OFF, repr(part.defects)[:300])
        payload = part.get_payload()
        if part.get_content_type() == "message/rfc822" or not isinstance(payload, list):
            yield part
        elif part.get_content_maintype() == "multipart":
            waiting += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        # What is left are reports of mail programs to mail programs: delivered, read.


def _body_of(part: Message) -> str | None:
    """The words of a part that is the text of the e-mail; None for a file."""
    if part.get_content_type() not in ("text/plain", "text/html", "text/rfc822-headers"):
        return None
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return None
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, UnicodeError):
        return data.decode("cp1252", errors="replace")


def _attachment(part: Message, number: int) -> Attached:
    name = header_text(part.get_filename(), most=4 * MAX_MAIL_LINE, raw=True)
    if part.get_content_type() == "message/rfc822":
        held = part.get_payload()
        inner = held[0] if isinstance(held, list) and held else None
        if not isinstance(inner, Message):
            raise BadMail(MailFault.DAMAGED, f"part {number}: an empty e-mail")
        name = name or header_text(inner["Subject"]).replace("/", "-") or f"e-mail-{number}"
        data = inner.as_bytes(policy=policy.compat32.clone(max_line_length=None))
        return Attached(name if name.lower().endswith(".eml") else f"{name}.eml", data)
    raw = part.get_payload(decode=True)
    ending = mimetypes.guess_extension(part.get_content_type()) or ".bin"
    broken = any(isinstance(defect, _BROKEN) for defect in part.defects)
    return Attached(name or f"attachment-{number}{ending}", raw if isinstance(raw, bytes) else b"", broken)


def header_text(value: object, most: int = MAX_MAIL_LINE, *, raw: bool = False) -> str:
    """A header in words. raw: with everything invisible in it, which the check of names has to see."""
    source = str(value or "")[: 4 * most]
    try:
        text = str(make_header(decode_header(source)))
    except PARSER_ERRORS:
        text = source
    return text[:most].replace("\r", "").replace("\n", "") if raw else visible(text, most)


def _people(message: Message) -> list[str]:
    lines = [header_text(value, most=MAX_MAIL_PEOPLE * MAX_MAIL_LINE) for value in message.get_all("To", [])[:5]]
    pairs = getaddresses(lines)[:MAX_MAIL_PEOPLE]
    people = [f"{name} <{address}>" if name and address else address or name for name, address in pairs]
    return [visible(one, MAX_MAIL_LINE) for one in people if one]


def _date(value: object) -> str:
    try:
        sent = parsedate_to_datetime(str(value or "")[:MAX_MAIL_LINE])
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).isoformat()
    except PARSER_ERRORS:
        return ""


def readable(text: str) -> str:
    """As much of a text as is shown: no control characters, no more than one empty line at a time."""
    kept = "".join(char for char in text[: 4 * MAX_SHOWN_LETTERS] if char.isprintable() or char in "\n\t")
    return re.sub(r"[ \t]*\n(?:[ \t]*\n){2,}", "\n\n", kept).strip()[:MAX_SHOWN_LETTERS]


class _Words(HTMLParser):
    """Collects what a reader would see of a web page."""

    _LINES = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"})
    _SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._LINES:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The words of a web page, without anything that it would do."""
    words = _Words()
    try:
        words.feed(html[:MAX_MAIL_HTML])
        words.close()
    except PARSER_ERRORS:  # markup that even a lenient reader gives up on: what was read so far
        pass
    return "".join(words.pieces)
