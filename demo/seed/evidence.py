"""The evidence of one proof: what its activity type asks for, as files that look like the real thing."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from demo.seed import papers, pictures
from demo.seed.papers import Bill, Supplier
from proofs import services as proofs
from proofs.checking import check_document
from proofs.models import Document, Proof
from proofs.services import Received

TAX = {"DE": 19, "AT": 20, "FR": 20, "GB": 20, "NL": 21, "ES": 21}
LANGUAGE = {"DE": "de", "AT": "de", "FR": "fr", "GB": "en", "NL": "nl", "ES": "es"}
SUPPLIERS = {
    "DE": (
        Supplier("Lichtblick Medien GmbH", "Lindwurmstr. 88", "80337 München", "DE 811 204 556", "#1d4f91", 0),
        Supplier("Druckhaus Elbe KG", "Billstr. 12", "20539 Hamburg", "DE 277 310 942", "#274c3a", 1),
        Supplier("Messebau Kurz GmbH", "Industriestr. 4", "70565 Stuttgart", "DE 146 772 018", "#a0421f", 2),
    ),
    "FR": (
        Supplier("Atelier Rhône Communication", "14 rue Mercière", "69002 Lyon", "FR 61 452 118 903", "#5d2a66", 1),
        Supplier("Imprimerie Belleville", "41 rue Rébeval", "75019 Paris", "FR 18 390 447 215", "#1f5e63", 2),
    ),
    "GB": (
        Supplier("Harbour Street Media Ltd", "9 Wapping Lane", "London E1W 2RN", "GB 284 7715 02", "#24324f", 0),
        Supplier("Pennine Print Co.", "3 Mill Yard", "Manchester M4 6AJ", "GB 771 0925 40", "#7a1f2b", 1),
    ),
    "NL": (Supplier("Grachten Media B.V.", "Oudegracht 211", "3511 NK Utrecht", "NL 8120.44.771.B01", "#b5541c", 2),),
    "ES": (Supplier("Gran Vía Creativos S.L.", "C. de Fuencarral 45", "28004 Madrid", "ES B-84417720", "#8a6d1a", 0),),
}
SUPPLIERS["AT"] = SUPPLIERS["DE"]
METRICS = {
    "estimated_reach": "180000",
    "number_of_calls": "1240",
    "successful_contacts": "318",
    "registered_guests": "64",
    "attendees_or_visitors": "2100",
    "attendees": "18",
    "results_summary": "412,000 impressions, 3,910 clicks, 126 enquiries, 31 orders.",
}


@dataclass(frozen=True)
class Scene:
    """What the makers of files need to know."""

    proof: Proof
    company: str
    country: str
    seed: int

    @property
    def title(self) -> str:
        return self.proof.name

    @property
    def address(self) -> str:
        words = [word for word in self.title.lower().split() if word.isascii() and word.isalnum()]
        host = self.company.split()[0].lower().encode("ascii", "ignore").decode()
        return f"https://www.{host}.example/{'-'.join(words[:4])}"


def _script(scene: Scene) -> bytes:
    lines = [
        f"Good morning, my name is …, I am calling for {scene.company}.",
        "We help companies of your size to work safely in the Contoso cloud. May I ask three short questions?",
        "1. Which devices do your colleagues use today?",
        "2. Who looks after updates and backups?",
        "3. When does your present contract end?",
        "Thank you. May I send you our Contoso guide by e-mail?",
    ]
    return papers.sheet(f"Call script: {scene.title}", scene.company, lines, "#3b4a63")


def _invitation(scene: Scene) -> bytes:
    lines = [
        f"{scene.company} invites you, together with Contoso.",
        "",
        f"{scene.proof.executed_from:%d %B %Y}, 9:00 to 16:00. Attendance is free, seats are limited.",
        "",
        "Please register by e-mail or telephone. We look forward to seeing you.",
    ]
    return papers.sheet(scene.title, f"Invitation by {scene.company}", lines)


def _plain(title: str, *lines: str) -> Callable[[Scene], bytes]:
    return lambda scene: papers.sheet(
        f"{title}: {scene.title}", f"{scene.company} · {scene.proof.number}", lines, "#4a3f6b"
    )


# card -> (name of the file, maker of its bytes, note); "url" makers give an address
FILES: dict[str, tuple[str, Callable[[Scene], bytes], str]] = {
    "final_piece": (
        "poster_final.jpg",
        lambda s: pictures.poster(s.title, s.company, s.seed),
        "The printed poster as it hung",
    ),
    "ad_screenshot": (
        "banner_live.png",
        lambda s: pictures.screenshot(s.title, s.company, s.address, s.seed),
        "The advertisement as it was shown",
    ),
    "site_screenshot": (
        "website.png",
        lambda s: pictures.screenshot(s.title, s.company, s.address, s.seed),
        "The page on the day it went live",
    ),
    "proof_of_mailing": (
        "posting_receipt.pdf",
        _plain("Posting receipt", "2,400 pieces handed in, bulk letter, 20 g."),
        "Receipt of the post office",
    ),
    "proof_of_emailing": (
        "mailing_report.png",
        lambda s: pictures.screenshot(f"Report: {s.title}", s.company, "https://mail.example/reports", s.seed),
        "Report of the mailing tool",
    ),
    "event_invitation": ("invitation.pdf", _invitation, "Invitation sent four weeks before"),
    "event_agenda": (
        "agenda.pdf",
        lambda s: papers.agenda(s.title, s.company, s.proof.executed_from, LANGUAGE[s.country]),
        "Agenda handed out on site",
    ),
    "event_photos": ("IMG_4402.jpg", lambda s: pictures.photo(s.title, s.seed), "The room during the talk"),
    "participation_photo": (
        "IMG_5117.jpg",
        lambda s: pictures.photo(s.title, s.seed + 50),
        "Our booth on the first day",
    ),
    "call_script": ("call_script.pdf", _script, "Script used by the call centre"),
    "offer_with_terms": (
        "offer_terms.pdf",
        lambda s: papers.terms(s.title, s.company, s.proof.executed_from),
        "Offer with its terms",
    ),
    "training_agenda": (
        "training_agenda.pdf",
        lambda s: papers.agenda(s.title, s.company, s.proof.executed_from, "en"),
        "Agenda of the training",
    ),
    "vendor_presentation": (
        "slides.pdf",
        _plain("Slides", "Contoso devices in the shop: talk, show, compare.", "Eight questions customers ask."),
        "Slides of the trainer",
    ),
    "concept_materials": (
        "concept.pdf",
        _plain("Concept", "Pilot with 12 workplaces over six weeks.", "Result: moved to the Contoso cloud."),
        "Report of the pilot",
    ),
}
ADDRESSES = {"landing_page_url": "The page the advertisement leads to", "site_url": "The page itself"}


def upload(content: bytes, name: str) -> Any:
    """Bytes as the upload handler would leave them."""
    kinds = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
    file: Any = SimpleUploadedFile(name, content, kinds[name.rsplit(".", 1)[-1]])
    file.sent_name, file.byte_count, file.too_large = name, len(content), False
    file.sha256, file.crc32 = hashlib.sha256(content).hexdigest(), zlib.crc32(content)
    return file


def add_all(scene: Scene, cards: tuple[str, ...], actor: User, *, without: tuple[str, ...] = ()) -> None:
    """Everything submission asks for, less the parts named in `without` (cards, "invoices", "metrics", "core")."""
    first = None
    for card in cards:
        if card not in without:
            document = add_document(scene, card, actor)
            first = first or document
    if "invoices" not in without:
        add_invoice(scene, actor)
    spec = scene.proof.spec
    fields: dict[str, Any] = {}
    if "metrics" not in without:
        fields["metrics"] = {one.slug: METRICS[one.slug] for one in spec.metrics if one.required}
    if "core" not in without and first is not None:
        fields["core_requirements"] = {
            one.slug: {"declared": True, "document_id": str(first.pk)} for one in spec.core_requirements
        }
    if fields:
        proofs.edit_proof(scene.proof.pk, actor=actor, **fields)


def add_document(scene: Scene, card: str, actor: User) -> Document:
    if card in ADDRESSES:
        return proofs.add_typed(scene.proof.pk, card, "url", scene.address, actor=actor, note=ADDRESSES[card])
    name, make, note = FILES[card]
    return add_file(scene, card, upload(make(scene), name), actor, note)


def add_file(scene: Scene, card: str, file: Any, actor: User, note: str) -> Document:
    """Upload one file and run the real checks on it."""
    [received] = proofs.add_files(scene.proof.pk, card, [file], actor=actor, note=note)
    return _checked(received)


def _checked(received: Received) -> Document:
    if received.document is None:
        raise ValueError(f"{received.name} was not taken: {received.problem}")
    check_document(received.document.pk)
    return received.document


def add_invoice(scene: Scene, actor: User) -> None:
    """One or two lines that together are the amount asked, typed in and as the supplier's PDF."""
    bill = bill_of(scene)
    lines = [
        {"description": text, "expense_type": slug, "net": net, "tax": tax, "gross": net + tax}
        for (text, net, tax), slug in zip(bill.lines, _expenses(scene), strict=False)
    ]
    name = f"{papers.WORDS[bill.language][0]}_{bill.number.replace('/', '-')}.pdf"
    _invoice, received = proofs.add_invoice(
        scene.proof.pk,
        actor=actor,
        supplier=bill.supplier.name,
        number=bill.number,
        date=bill.day,
        currency=bill.currency,
        lines=lines,
        files=[upload(papers.invoice(bill), name)],
    )
    for one in received:
        _checked(one)


def _expenses(scene: Scene) -> list[str]:
    return [one.slug for one in scene.proof.spec.eligible_expenses][:2]


def bill_of(scene: Scene) -> Bill:
    proof = scene.proof
    suppliers = SUPPLIERS[scene.country]
    rate = TAX[scene.country]
    labels = [one.label for one in proof.spec.eligible_expenses][:2]
    first = (proof.amount * Decimal("0.7")).quantize(Decimal(1)) if len(labels) > 1 else proof.amount
    nets = [first, proof.amount - first] if len(labels) > 1 else [first]
    lines = tuple(
        (label, net, (net * rate / 100).quantize(Decimal("0.01"))) for label, net in zip(labels, nets, strict=True)
    )
    return Bill(
        supplier=suppliers[scene.seed % len(suppliers)],
        number=f"{proof.executed_to:%Y}-{1100 + scene.seed * 7 % 800:04d}",
        day=proof.executed_to + timedelta(days=1),
        customer=scene.company,
        customer_town=proof.enrollment.location.city,
        currency=proof.currency,
        language=LANGUAGE[scene.country],
        tax_rate=rate,
        lines=lines,
    )
