"""What elements and attributes of office files mean danger: macros, programs, data and templates from elsewhere."""

import re
from dataclasses import dataclass, field
from enum import Enum

from proofs.checks.formats.office_xml import Listener
from proofs.checks.limits import MAX_SHOWN_LETTERS


class Reason(Enum):
    """What was found. Those up to MISMATCH refuse the file, the most dangerous first; the others are told of."""

    MACRO = "macro"
    PROGRAM = "program"
    ACTIVE_X = "control that runs code"
    DDE = "command for another program (DDE)"
    TEMPLATE = "template from elsewhere"
    REMOTE = "content that runs from elsewhere"
    ENTITIES = "entities"
    BOMB = "expands too far"
    ARCHIVE = "archive inside"
    LOCKED = "locked"
    TOO_COMPLEX = "too complex"
    DAMAGED = "damaged"
    MISMATCH = "says it is another kind"
    EMBEDDED = "embedded file"
    OUTSIDE = "reads from elsewhere"
    LINK = "link to a program or file"


@dataclass
class Found:
    """What a walk met: reason -> what it was, in the order met and each once; `charts` names data behind charts."""

    reasons: dict[Reason, list[str]] = field(default_factory=dict)
    charts: set[str] = field(default_factory=set)

    def add(self, reason: Reason, what: str) -> None:
        known = self.reasons.setdefault(reason, [])
        if what not in known:
            known.append(what)


# Links that a click opens in a browser, a mail program or a telephone.
_PLAIN_LINK = re.compile(r"(?:https?|mailto|tel|sms|ftp):|#", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?|ftp|mhtml|smb|search-ms|ms-[a-z-]+):|//", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_RUNS_ELSEWHERE = frozenset({"oleObject", "frame", "subDocument", "aFChunk", "control"})
_MACRO_PARTS = frozenset({"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet"})
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject|vbaData|macrosheet", re.IGNORECASE)
_MAIN_TYPE = re.compile(r"(wordprocessingml|spreadsheetml|presentationml)\.\w+\.main\+xml")
# A field that hands a command to another program, also when its letters are spelt by their numbers.
_DDE_FIELD = re.compile(r"\bDDE(?:AUTO)?\b|\bQUOTE(?:\s+\d{2,3}){3,}", re.IGNORECASE)


def is_remote(target: str) -> bool:
    """Whether a target lies on another computer; a template of the writer's own disk is an ordinary trace."""
    target = target.strip().replace("\\", "/")
    if not target.lower().startswith("file:"):
        return _REMOTE.match(target) is not None
    path = target[len("file:") :].lstrip("/")
    slashes = len(target) - len("file:") - len(path)
    return slashes > 3 or (slashes == 2 and path[1:2] != ":")  # file:///C:/… is the writer's own disk


def is_odd_link(target: str) -> bool:
    """Whether a click would open something else than a web page, a mail or a place in the document."""
    target = target.strip()
    if not target or _PLAIN_LINK.match(target):
        return False
    return bool(_LOCAL_FILE.match(target) or _SCHEME.match(target))


class PackageHazards(Listener):
    """Reads one part of a Word, Excel or PowerPoint file."""

    is_done = False

    def __init__(self, part: str, found: Found) -> None:
        self._part, self._found = part, found
        self._fields: list[str] = []
        self._length = 0
        self._reads = False
        self.main_families: set[str] = set()

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "Relationship" and self._part.endswith(".rels"):
            self._relationship(values)
        elif name in ("Override", "Default"):
            self._content_type(values.get("ContentType", ""))
        elif name == "ddeLink":
            command = f"{values.get('ddeService', '')} {values.get('ddeTopic', '')}".strip()
            self._found.add(Reason.DDE, command)
        elif name == "connection":
            self._found.add(Reason.OUTSIDE, values.get("name", "") or self._part)
        elif name == "fldSimple":
            self._field("\n" + values.get("instr", ""))
        elif name == "fldChar" and values.get("fldCharType") == "begin":
            self._field("\n")
        self._reads = name in ("instrText", "delInstrText")
        action = values.get("action", "")
        if action.startswith("ppaction://program"):
            self._found.add(Reason.PROGRAM, self._part)
        elif action.startswith("ppaction://macro"):
            self._found.add(Reason.MACRO, self._part)

    def text(self, data: str) -> None:
        if self._reads:
            self._field(data)

    def end(self, name: str) -> None:
        self._reads = False
        if name in ("document", "hdr", "ftr", "footnotes", "endnotes", "comments"):
            match = _DDE_FIELD.search("".join(self._fields))
            if match:
                self._found.add(Reason.DDE, match.group())

    def _field(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > 20 * MAX_SHOWN_LETTERS:  # honest tables of contents stay far below
            self._found.add(Reason.TOO_COMPLEX, f"fields of {self._part}")
        else:
            self._fields.append(piece)

    def _content_type(self, kind: str) -> None:
        if _MACRO_TYPE.search(kind):
            self._found.add(Reason.MACRO, kind)
        if "activex" in kind.lower():
            self._found.add(Reason.ACTIVE_X, kind)
        match = _MAIN_TYPE.search(kind)
        if match:
            self.main_families.add(match[1])

    def _relationship(self, values: dict[str, str]) -> None:
        kind, target = values.get("Type", "").rpartition("/")[2], values.get("Target", "")
        if kind in _MACRO_PARTS:
            self._found.add(Reason.MACRO, target)
        elif kind == "control" and "/activeX" in f"/{target}":
            self._found.add(Reason.ACTIVE_X, target)
        if values.get("TargetMode", "").lower() == "external":
            self._external(kind, target)
        elif kind == "package" and "/charts/" in self._part:
            self._found.charts.add(target.rpartition("/")[2])

    def _external(self, kind: str, target: str) -> None:
        if kind == "hyperlink":
            if is_odd_link(target):
                self._found.add(Reason.LINK, target)
        elif kind == "attachedTemplate":
            if is_remote(target):
                self._found.add(Reason.TEMPLATE, target)
        elif kind in _RUNS_ELSEWHERE and is_remote(target):
            self._found.add(Reason.REMOTE, target)
        else:
            self._found.add(Reason.OUTSIDE, target)


class OpenHazards(Listener):
    """Reads one part of an OpenDocument file."""

    is_done = False

    def __init__(self, part: str, found: Found) -> None:
        self._part, self._found = part, found
        self.root_type = ""

    def start(self, name: str, values: dict[str, str]) -> None:
        target = values.get("href", "")
        if name == "encryption-data":
            self._found.add(Reason.LOCKED, self._part)
        elif name == "file-entry" and values.get("full-path") == "/":
            self.root_type = values.get("media-type", "")
        elif name in ("dde-source", "dde-link", "dde-connection-decl"):
            self._found.add(Reason.DDE, values.get("dde-topic", "") or self._part)
        elif name == "applet":
            self._found.add(Reason.ACTIVE_X, target or self._part)
        action = values.get("action", "")
        if action == "execute":
            self._found.add(Reason.PROGRAM, target or self._part)
        if (
            action == "macro"
            or values.get("macro-name")
            or target.lower().startswith(("vnd.sun.star.script:", "macro:"))
        ):
            self._found.add(Reason.MACRO, values.get("macro-name") or target or self._part)
        elif name == "a":
            if is_odd_link(target):
                self._found.add(Reason.LINK, target)
        elif name == "template":
            if is_remote(target):
                self._found.add(Reason.TEMPLATE, target)
        elif is_remote(target) or is_odd_link(target):
            self._found.add(Reason.OUTSIDE, target)

    def text(self, data: str) -> None:
        """Nothing in the words of a document does anything."""

    def end(self, name: str) -> None:
        """Everything is known when an element begins."""
