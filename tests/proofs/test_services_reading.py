"""The life of one reading: text first, eyes where there is none, a lease as the checks have (D-20)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import storage
from proofs import services
from proofs.checking import check_document, read_document
from proofs.choices import ReadBy, Section
from proofs.models import Document, DocumentReading
from proofs.reading.base import Box, Page, Row, Word
from proofs.requirements.costs import INVOICES_SLUG
from proofs.services.reading import EYES_SECONDS, TEXT_SECONDS, Read
from tests.factories.claims import make_proof
from tests.factories.files import picture, upload
from tests.factories.invoices import PAPERS

pytestmark = pytest.mark.django_db
PAPER = PAPERS["german, block at the right"]


@pytest.fixture
def proof():
    return make_proof(complete=False)


@pytest.fixture
def clock(time_machine):
    """clock(seconds): so much later."""
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    return lambda seconds: time_machine.move_to(start + timedelta(seconds=seconds), tick=False)


@pytest.fixture
def drop(proof):
    def take(content, name, kind, card=INVOICES_SLUG):
        section = Section.INVOICE if card == INVOICES_SLUG else Section.PROOF
        [one] = services.add_files(
            proof.pk, card, [upload(content, name, kind)], actor=proof.cast.user, section=section
        )  # fmt: skip
        check_document(one.document.pk)
        return Document.objects.get(pk=one.document.pk)

    return take


def again(document):
    return DocumentReading.objects.get(document=document)


def seen(image, number):
    """Eyes that see one line: what the engine of OCR gives back."""
    words = ["Total", "EUR", "12.50"]
    boxes = [Box(0.1 + at / 10, 0.5, 0.18 + at / 10, 0.52) for at in range(3)]
    return Page(number, [Row([Word(word, box, 0.99) for word, box in zip(words, boxes, strict=True)])], drawn=True)


def test_a_clean_invoice_is_read_by_its_text_and_copied_to_look_at(drop):
    document = drop(PAPER.pdf(), "a.pdf", "application/pdf")
    assert (again(document).by, again(document).state) == ("text", "waiting")
    assert read_document(document.pk, ReadBy.TEXT) is True
    reading = again(document)
    assert (reading.state, reading.attempts, reading.values["total"]["value"]) == ("done", 1, "1487.50")
    assert any("1.487,50" in line[2] for line in reading.lines)
    assert list(document.pictures.values_list("page", flat=True)) == [0, 1]
    assert all(storage.pictures().exists(one.key) for one in document.pictures.all())


def test_only_what_is_clean_is_read(drop):
    document = drop(b"%PDF-1.4 broken", "a.pdf", "application/pdf")
    assert (document.state, DocumentReading.objects.filter(document=document).exists()) == ("refused", False)


def test_a_photographed_invoice_waits_for_the_eyes(drop, settings):
    settings.READ_PICTURES = True
    document = drop(picture(), "a.png", "image/png")
    read_document(document.pk, ReadBy.TEXT)
    assert (again(document).by, again(document).state) == ("eyes", "waiting")
    assert read_document(document.pk, ReadBy.TEXT) is False
    assert read_document(document.pk, ReadBy.EYES, seen) is True
    reading = again(document)
    assert (reading.state, reading.values["total"]["value"], reading.values["currency"]["value"]) == (
        "done", "12.50", "EUR",
    )  # fmt: skip
    assert document.pictures.count() == 2


def test_without_eyes_a_photo_is_done_when_its_copy_is(drop):
    document = drop(picture(), "a.png", "image/png")
    read_document(document.pk, ReadBy.TEXT)
    assert (again(document).by, again(document).state, again(document).values) == ("text", "done", {})


def test_evidence_that_is_no_paper_is_copied_and_not_read(drop, settings):
    settings.READ_PICTURES = True
    document = drop(PAPER.pdf(), "poster.pdf", "application/pdf", card="final_piece")
    read_document(document.pk, ReadBy.TEXT)
    assert (again(document).state, again(document).values, document.pictures.count()) == ("done", {}, 2)


@pytest.mark.parametrize(("by", "seconds"), [(ReadBy.TEXT, TEXT_SECONDS), (ReadBy.EYES, EYES_SECONDS)])
def test_a_lost_worker_frees_the_reading_and_two_end_it(drop, clock, settings, by, seconds):
    settings.READ_PICTURES = True
    document = drop(picture(), "a.png", "image/png")
    if by == ReadBy.EYES:
        read_document(document.pk, ReadBy.TEXT)
    ticket = services.start_reading(document.pk, by)
    assert services.start_reading(document.pk, by) is None
    clock(seconds + 4)
    assert services.requeue_readings() == 1
    assert services.finish_reading(ticket, Read(values={"total": {}})) is False
    assert services.start_reading(document.pk, by).attempt == 2
    clock(2 * (seconds + 4))
    assert services.requeue_readings() == 1
    assert (again(document).state, again(document).values) == ("failed", {})


def test_what_cannot_be_read_is_given_up_and_never_repeated(drop, monkeypatch, settings):
    settings.READ_PICTURES = True
    document = drop(picture(), "a.png", "image/png")
    read_document(document.pk, ReadBy.TEXT)

    def blind(image, number):
        raise RuntimeError("engine")

    assert read_document(document.pk, ReadBy.EYES, blind) is False
    assert again(document).state == "failed"
    assert services.start_reading(document.pk, ReadBy.EYES) is None


def test_what_was_clean_before_readings_were_kept_is_read_by_the_sweep(drop):
    document = drop(PAPER.pdf(), "a.pdf", "application/pdf")
    DocumentReading.objects.all().delete()
    assert (services.requeue_readings(), services.requeue_readings()) == (1, 0)
    assert again(document).state == "waiting"


def test_a_second_copy_replaces_the_first(drop, django_capture_on_commit_callbacks):
    document = drop(PAPER.pdf(), "a.pdf", "application/pdf")
    read_document(document.pk, ReadBy.TEXT)
    old = [one.key for one in document.pictures.all()]
    DocumentReading.objects.filter(document=document).update(state="waiting")
    with django_capture_on_commit_callbacks(execute=True):
        read_document(document.pk, ReadBy.TEXT)
    new = [one.key for one in document.pictures.all()]
    assert len(new) == 2
    assert set(old) & set(new) == set()
    assert not any(storage.pictures().exists(key) for key in old)
