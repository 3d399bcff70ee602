"""What a parser finds in the structure of a PDF: active content and embedded files."""

import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pikepdf.settings

from proofs.checks.formats.pdf_bytes import (
    ACTIVE_NAME,
    EMBEDDED,
    FORM,
    LAUNCH,
    MEDIA,
    REMOTE,
    SCRIPT,
    SENDS,
    has_form_script,
    is_script_link,
)
from proofs.checks.limits import (
    MAX_PDF_NODES,
    MAX_PDF_OBJECTS,
    MAX_PDF_PAGE_BYTES,
    MAX_PDF_SECONDS,
    MAX_PDF_STREAM_BYTES,
    MEGABYTE,
)

# Process-wide in qpdf, and harmless for whatever else uses it: a few bytes must not expand to gigabytes.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_PDF_STREAM_BYTES,
    png_max_memory=MAX_PDF_STREAM_BYTES,
    tiff_max_memory=MAX_PDF_STREAM_BYTES,
    run_length_max_memory=MAX_PDF_STREAM_BYTES,
    doc_max_warnings=1000,
)

_ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/SubmitForm": SENDS,
    "/ImportData": SENDS,
    "/GoToR": REMOTE,
    "/GoToE": REMOTE,
}
# A link that may be a script: written as text with a colon soon, or in hexadecimal.
_LINK = re.compile(rb"/URI\s*(?:<(?!<)|\([^:]{0,60}:)")
_FILE_SPEC = re.compile(rb"/EF\b")
# Deflate packs at most 1,032 bytes into one.
_BEST_DEFLATE = 1032
# Damage a parser repairs, in qpdf's words.
_REPAIRED = re.compile(r"damaged|reconstruct|expected end|EOF|recover|xref not found", re.IGNORECASE)


@dataclass
class Opened:
    """The parsed document, or why there is none: `needs_password`, or `error` in the parser's words."""

    pdf: pikepdf.Pdf | None = None
    needs_password: bool = False
    error: str = ""

    @property
    def repaired(self) -> str:
        """The parser's first complaint about damaged structure, "" when none."""
        complaints = [str(item) for item in self.pdf.get_warnings()] if self.pdf else []
        return next((text for text in complaints if _REPAIRED.search(text)), "")


@dataclass
class Findings:
    """What the structure holds: reasons as in `pdf_bytes`; attachments = name of each embedded file → other
    name under which the document lists it, "" when the same; too_complex = why not everything was looked
    at.
    """

    reasons: set[str] = field(default_factory=set)
    attachments: dict[str, str] = field(default_factory=dict)
    too_complex: str = ""


def open_pdf(path: Path) -> Opened:
    """Opens with an empty password. Never raises for what is in the file."""
    try:
        return Opened(pikepdf.open(path, suppress_warnings=True))
    except pikepdf.PasswordError as error:
        return Opened(needs_password=True, error=str(error))
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as error:
        return Opened(error=f"{type(error).__name__}: {error}")


def walk(pdf: pikepdf.Pdf) -> Findings:
    """Looks at every object of the document, reachable or not.

    One call per object writes it out as text; only objects in which a suspicious name stands are then taken
    apart, so honest documents cost microseconds per object.
    """
    findings = Findings()
    deadline = time.monotonic() + MAX_PDF_SECONDS
    try:
        objects = pdf.objects
        if len(objects) > MAX_PDF_OBJECTS:
            findings.too_complex = f"{len(objects)} objects"
            return findings
        for index, item in enumerate(objects):
            if index % 256 == 0 and time.monotonic() > deadline:
                findings.too_complex = f"stopped after {index} objects"
                return findings
            if isinstance(item, pikepdf.Object):
                _look_at(item, findings, deadline)
        if findings.attachments:
            _add_listed_names(pdf, findings)
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as error:
        findings.too_complex = f"{type(error).__name__}: {error}"
    return findings


def page_fits(pdf: pikepdf.Pdf, index: int) -> bool:
    """Whether the drawing commands of a page and the forms it uses expand to less than MAX_PDF_PAGE_BYTES."""
    try:
        return sum(_expanded_sizes(pdf.pages[index].obj)) < MAX_PDF_PAGE_BYTES
    except (pikepdf.PdfError, ValueError, TypeError):
        # A broken page is for the reader to judge.
        return True


def _expanded_sizes(page: Any) -> Iterator[int]:
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    resources = page.get("/Resources")
    drawn = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if isinstance(drawn, pikepdf.Dictionary):
        forms = [item for _, item in drawn.items() if isinstance(item, pikepdf.Stream)]
        streams += [item for item in forms if item.get("/Subtype") == pikepdf.Name.Form]
    yield from (_expanded_size(stream) for stream in streams if isinstance(stream, pikepdf.Stream))


def _expanded_size(stream: pikepdf.Stream) -> int:
    """Bytes of a stream after expansion, counted up to MAX_PDF_PAGE_BYTES."""
    raw = stream.read_raw_bytes()
    if len(raw) * _BEST_DEFLATE < MEGABYTE and not isinstance(stream.get("/Filter"), pikepdf.Array):
        return len(raw)
    try:
        if stream.get("/Filter") == pikepdf.Name.FlateDecode:
            return len(zlib.decompressobj().decompress(raw, MAX_PDF_PAGE_BYTES))
        return len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
    except zlib.error:
        return len(raw)
    except pikepdf.PdfError as error:
        over = "memory" in str(error).lower() or "limit" in str(error).lower()
        return MAX_PDF_PAGE_BYTES if over else len(raw)


def _look_at(item: Any, findings: Findings, deadline: float) -> None:
    top = item.stream_dict if isinstance(item, pikepdf.Stream) else item
    text = top.unparse(resolved=True)
    suspicious = ACTIVE_NAME.search(text) or _FILE_SPEC.search(text)
    if not suspicious and not (_LINK.search(text) and _may_be_script(text)):
        return
    for node in _dictionaries(top, findings, deadline):
        _judge(node, findings)


def _may_be_script(text: bytes) -> bool:
    return b"script" in text.lower() or b"/URI <" in text


def _dictionaries(top: Any, findings: Findings, deadline: float) -> Iterator[pikepdf.Dictionary]:
    """The dictionaries written inside one object; objects it only refers to are looked at on their own."""
    stack, visited = [top], 0
    while stack:
        node = stack.pop()
        visited += 1
        if visited > MAX_PDF_NODES or (visited % 256 == 0 and time.monotonic() > deadline):
            findings.too_complex = f"stopped after {visited} values in one object"
            return
        if isinstance(node, pikepdf.Dictionary):
            yield node
            children = [child for _, child in node.items()]
        elif isinstance(node, pikepdf.Array):
            children = list(node)
        else:
            continue
        stack += [child for child in children if isinstance(child, pikepdf.Object) and not child.is_indirect]


def _judge(node: pikepdf.Dictionary, findings: Findings) -> None:
    action, subtype = node.get("/S"), node.get("/Subtype")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        findings.reasons.add(_ACTIONS[str(action)])
    # A font may be called /JS; only text or a stream of text is a script.
    if isinstance(node.get("/JS"), (pikepdf.String, pikepdf.Stream)) or _is_filled(node.get("/JavaScript")):
        findings.reasons.add(SCRIPT)
    if isinstance(node.get("/URI"), pikepdf.String) and is_script_link(bytes(node["/URI"])):
        findings.reasons.add(SCRIPT)
    if node.get("/OnInstantiate") is not None:
        findings.reasons.add(SCRIPT)
    if "/RichMediaContent" in node or (isinstance(subtype, pikepdf.Name) and str(subtype) == "/RichMedia"):
        findings.reasons.add(MEDIA)
    if "/XFA" in node:
        findings.reasons.add(FORM)
        if _form_runs_something(node["/XFA"]):
            findings.reasons.add(SCRIPT)
    if isinstance(node.get("/EF"), pikepdf.Dictionary):
        findings.reasons.add(EMBEDDED)
        findings.attachments.setdefault(_file_name(node), "")


def _add_listed_names(pdf: pikepdf.Pdf, findings: Findings) -> None:
    """Other names of the files found; a broken list of names takes nothing away from what was found."""
    try:
        for listed, spec in pdf.attachments.items():
            name = _file_name(spec.obj)
            if listed.strip() and listed != name:
                findings.attachments[name] = listed
    except (pikepdf.PdfError, KeyError, ValueError, TypeError):
        return


def _is_filled(tree: Any) -> bool:
    """Whether a name tree has an entry; programs leave empty ones behind."""
    if isinstance(tree, pikepdf.Dictionary):
        return bool(len(tree.get("/Names", ())) or len(tree.get("/Kids", ())) or not {"/Names", "/Kids"} & set(tree))
    return tree is not None


def _form_runs_something(form: Any) -> bool:
    parts = list(form) if isinstance(form, pikepdf.Array) else [form]
    for part in parts:
        if isinstance(part, pikepdf.Stream):
            try:
                if has_form_script(part.read_bytes()):
                    return True
            except pikepdf.PdfError:
                return True
        elif isinstance(part, pikepdf.String) and has_form_script(bytes(part)):
            return True
    return False


def _file_name(spec: pikepdf.Dictionary) -> str:
    for key in ("/UF", "/F", "/Unix", "/DOS", "/Mac"):
        value = spec.get(key)
        if isinstance(value, pikepdf.String) and str(value).strip():
            return str(value)
    return "?"
