"""The evidence bundle: every byte as promised, readable anywhere, for the vendor's people only."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import tracemalloc
import unicodedata
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from claims import bundle
from claims.models import Claim
from core import storage
from core.archive import CHUNK, Archive, Entry, PartChanged
from core.models import HistoryEntry
from proofs import services as proofs
from proofs.models import Document, Invoice
from tests.factories.claims import sign_report
from tests.factories.files import pdf, upload
from tests.factories.plans import make_plan

pytestmark = pytest.mark.django_db

NAMES = [
    "Straße Nr. 5 – Überblick.pdf",
    "CON.pdf",
    "..\\..\\windows\\evil.pdf",
    "../../etc/passwd.pdf",
    "same.pdf",
    "SAME.pdf",
    "e\u0301te\u0301.pdf",
    "価格表.pdf",
    "trailing dots... .pdf",
    'quotes "and" <angles>|?*.pdf',
    "right\u202eto-left.pdf",
    "no ending",
    "two.endings.pdf.pdf",
    "=cmd|' /C calc'!A0.pdf",
    "x" * 250 + ".pdf",
    "\U0001f600" * 60 + ".pdf",
]


def download(client, claim, user=None, **headers):
    client.force_login(user or claim.cast.reviewer)
    return client.get(f"/claims/{claim.pk}/bundle/", headers=headers)


def body(response):
    return b"".join(response.streaming_content)


def opened(response):
    return zipfile.ZipFile(io.BytesIO(body(response)))


@pytest.fixture
def zoo(checked_proof, django_capture_on_commit_callbacks):
    """A claim with files of every awkward name, a typed address and a typed text."""
    proof = checked_proof()
    user = proof.cast.user
    with django_capture_on_commit_callbacks(execute=True):
        files = [upload(pdf(), name, "application/pdf") for name in NAMES]
        proofs.add_files(proof.pk, "extra", files, actor=user, note='=HYPERLINK("x")')
    for kind, value in (("url", "https://example.com/poster"), ("text", "Grüße aus München")):
        proofs.add_typed(proof.pk, "extra", kind, value, actor=user, note="-2+3")
    Invoice.objects.filter(proof=proof).update(supplier="Licht/blick: Medien", number="2026\\1187")
    Document.objects.filter(proof=proof, state="refused").update(removed_at=datetime.now(UTC))
    return claim_with_cast(proof)


def claim_with_cast(proof):
    """A submitted claim as a row, for evidence that the rules would not let through."""
    claim = Claim.objects.create(
        number="CLM-2026-900001", status="submitted", holder="vendor", enrollment=proof.enrollment, proof=proof,
        amount=proof.amount, currency=proof.currency, created_by=proof.cast.admin,
        first_submitted_at=datetime.now(UTC), submitted_at=datetime.now(UTC),
    )  # fmt: skip
    claim.cast = proof.cast
    return claim


def test_every_file_has_the_bytes_that_were_uploaded(client, claim_in):
    claim = claim_in("approved")
    response = download(client, claim)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    content = body(response)
    assert int(response["Content-Length"]) == len(content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    invoice = Invoice.objects.get(proof=claim.proof)
    assert archive.namelist() == [
        "index.csv",
        "manifest.json",
        "history.txt",
        f"1 Invoices/01 Lichtblick Medien {invoice.number}.pdf",
        "3 Proof documents/01 poster.png",
    ]
    assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    manifest = json.loads(archive.read("manifest.json"))
    assert [one["path"] for one in manifest["files"]] == archive.namelist()[3:]
    for facts in manifest["files"]:
        document = Document.objects.get(pk=facts["id"])
        stored = storage.documents().open(document.key).read()
        assert archive.read(facts["path"]) == stored
        digest = hashlib.sha256(stored).hexdigest()
        assert (facts["sha256"], document.sha256, facts["size"]) == (digest, digest, len(stored))
        assert [one["check"] for one in facts["checks"]] == list(document.checks.values_list("check_name", flat=True))
        assert {type(one["version"]) for one in facts["checks"]} == {int}
    claim_facts = manifest["claim"]
    assert (claim_facts["number"], claim_facts["amount_asked"], claim_facts["amount_approved"]) == (
        claim.number, "4120.000", "4120.000",
    )  # fmt: skip
    history = archive.read("history.txt").decode()
    assert history.count("\n20") == HistoryEntry.objects.filter(thread=claim.proof_id).count()


def test_the_zip_opens_with_the_tool_of_the_system(client, zoo, tmp_path):
    tool = shutil.which("unzip")
    path = tmp_path / "bundle.zip"
    path.write_bytes(body(download(client, zoo)))
    if tool:
        subprocess.run([tool, "-tq", str(path)], check=True, capture_output=True)
    zipfile.ZipFile(path).extractall(tmp_path / "out")
    inside = [one for one in (tmp_path / "out").rglob("*") if one.is_file()]
    assert len(inside) == len(zipfile.ZipFile(path).namelist())


def test_names_are_safe_everywhere_and_never_collide(client, zoo):
    archive = opened(download(client, zoo))
    names = archive.namelist()
    clean = zoo.proof.documents.filter(state="clean", removed_at=None).count()
    assert len(names) == clean + 3
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        folder, _slash, file = name.rpartition("/")
        assert folder in ("", "1 Invoices", "3 Proof documents")
        assert not set(file) & set('<>:"/\\|?*')
        assert not any(unicodedata.category(one) in ("Cc", "Cf") for one in file)
        assert unicodedata.is_normalized("NFC", file)
        assert len(file.encode()) <= 150
        assert file == file.strip(" .")
    assert [name for name in names if name.startswith("1 ")] == ["1 Invoices/01 Licht_blick_ Medien 2026_1187.pdf"]
    typed = [name for name in names if name.endswith(("Address.txt", "Text.txt"))]
    assert [archive.read(name).decode() for name in typed] == ["https://example.com/poster\n", "Grüße aus München\n"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON", "CON"),
        ("a\u202eb", "a b"),
        ("...", "File"),
        ("", "File"),
        ("e\u0301", "\u00e9"),
        ("a\x00b", "a b"),
        ("y" * 300, "y" * 120),
        ("\u00e9" * 100, "\u00e9" * 60),
    ],
)
def test_a_safe_name(name, expected):
    assert bundle.safe_name(name) == expected


def test_no_cell_of_the_index_is_a_formula(client, zoo):
    text = opened(download(client, zoo)).read("index.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][0] == "path"
    assert len(rows) == zoo.proof.documents.filter(state="clean", removed_at=None).count() + 1
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert {row[4] for row in rows[2:]} >= {'\'=HYPERLINK("x")', "'-2+3"}


def test_the_same_claim_gives_the_same_bytes_and_one_word_changes_them(client, claim_in):
    claim = claim_in("submitted")
    first = download(client, claim)
    second = download(client, claim, claim.cast.vendor_admin)
    content = body(first)
    assert (body(second), second["ETag"]) == (content, first["ETag"])
    assert download(client, claim, if_none_match=first["ETag"]).status_code == 304
    proofs.comment_proof(claim.proof_id, actor=claim.cast.reviewer, comment="One more word")
    third = download(client, claim)
    assert (third["ETag"] == first["ETag"], body(third) == content) == (False, False)


def test_a_broken_download_goes_on_where_it_stopped(client, claim_in):
    claim = claim_in("submitted")
    whole = download(client, claim)
    content, tag = body(whole), whole["ETag"]
    size = len(content)
    for asked, part in (
        ("bytes=0-0", content[:1]),
        ("bytes=100-", content[100:]),
        ("bytes=-37", content[-37:]),
        (f"bytes=500-{size + 99}", content[500:]),
    ):
        answer = download(client, claim, range=asked, if_range=tag)
        assert (answer.status_code, int(answer["Content-Length"])) == (206, len(part))
        assert body(answer) == part
    assert download(client, claim, range=f"bytes={size}-").status_code == 416
    assert body(download(client, claim, range="bytes=0-9", if_range='"old"')) == content
    assert body(download(client, claim, range="lines=1-2")) == content


@pytest.mark.parametrize("harm", ["gone", "longer"])
def test_a_file_that_is_not_as_stored_is_named_before_the_first_byte(client, claim_in, harm):
    claim = claim_in("submitted")
    document = claim.proof.documents.get(section="proof")
    store = storage.documents()
    if harm == "gone":
        store.delete(document.key)
    else:
        path = store.path(document.key)
        content = store.open(document.key).read()
        store.delete(document.key)
        with open(path, "wb") as file:
            file.write(content + b"x")
    before = HistoryEntry.objects.count()
    answer = download(client, claim)
    assert answer.status_code == 409
    assert "<li>3 Proof documents/01 poster.png</li>" in answer.content.decode()
    assert HistoryEntry.objects.count() == before


def test_only_clean_current_documents_are_in_it(client, zoo):
    documents = zoo.proof.documents.filter(card="extra", key__gt="").order_by("created_at")
    Document.objects.filter(pk=documents[0].pk).update(removed_at=datetime.now(UTC))
    Document.objects.filter(pk=documents[1].pk).update(state="refused")
    Document.objects.filter(pk=documents[2].pk).update(state="pending")
    manifest = json.loads(opened(download(client, zoo)).read("manifest.json"))
    expected = zoo.proof.documents.filter(state="clean", removed_at=None)
    assert {one["id"] for one in manifest["files"]} == {str(one.pk) for one in expected}


def test_the_certification_report_is_in_it(client, checked_proof):
    proof = checked_proof()
    day = proof.executed_to
    proofs.save_certification(
        proof.pk, actor=proof.cast.user, activity="Layout", period_from=day, period_to=day, currency="EUR",
        certifier_name="Jonas", certifier_title="Head", certified_on=day,
        lines=[{"is_work": False, "description": "Paper", "amount": 12}],
    )  # fmt: skip
    sign_report(proof)
    claim = claim_with_cast(proof)
    archive = opened(download(client, claim))
    [name] = [one for one in archive.namelist() if one.startswith("2 Certification/")]
    assert name == f"2 Certification/01 Certification report {proof.number}.pdf"
    assert archive.read(name)[:5] == b"%PDF-"


def test_the_partner_gets_no_bundle_and_a_download_leaves_no_history(client, claim_in):
    claim = claim_in("submitted")
    stranger = make_plan().cast
    before = HistoryEntry.objects.count()
    for user, status in (
        (claim.cast.admin, 403),
        (claim.cast.user, 403),
        (stranger.admin, 404),
        (stranger.reviewer, 404),
    ):
        assert download(client, claim, user).status_code == status
    with capture_logs() as logs:
        assert download(client, claim).status_code == 200
    assert [(one["event"], one["claim"]) for one in logs if one["event"] == "bundle download"] == [
        ("bundle download", claim.number)
    ]
    assert HistoryEntry.objects.count() == before


# The format ------------------------------------------------------------------------------------------------

MOMENT = datetime(2026, 11, 3, 12, 30, 10, tzinfo=UTC)


def entry(path, content):
    return Entry(path, len(content), zlib.crc32(content), MOMENT, content=content)


def test_more_entries_than_a_plain_zip_can_count():
    entries = [entry(f"f/{number}", b"x") for number in range(65_600)]
    archive = Archive(entries)
    content = b"".join(archive.stream(open))
    assert len(content) == archive.length
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 65_600


class Zeros(io.RawIOBase):
    """A file of a given size that takes no memory."""

    def __init__(self, size):
        self.left = size

    def seek(self, place, whence=0):
        self.left -= place
        return place

    def read(self, count=-1):
        count = min(count, self.left)
        self.left -= count
        return bytes(count)


def test_a_file_of_more_than_four_gigabytes_is_laid_out_and_its_ends_can_be_read(tmp_path):
    size = 5 * 2**30
    big = Entry("big.bin", size, 0, MOMENT, key="big")
    after = entry("after.txt", b"behind the big one")
    archive = Archive([big, after])
    place = tmp_path / "sparse.zip"
    head_end = archive.parts[1].start
    with place.open("wb") as file:
        file.write(b"".join(archive.stream(lambda key: Zeros(size), 0, head_end - 1)))
        file.truncate(head_end + size)
        file.seek(head_end + size)
        file.write(b"".join(archive.stream(lambda key: Zeros(size), head_end + size)))
    assert place.stat().st_size == archive.length
    opened_file = zipfile.ZipFile(place)
    assert [(one.filename, one.file_size) for one in opened_file.infolist()] == [("big.bin", size), ("after.txt", 18)]
    assert opened_file.read("after.txt") == b"behind the big one"


def test_memory_does_not_grow_with_the_files():
    size = 64 * 2**20
    archive = Archive([Entry(f"{number}.bin", size, 0, MOMENT, key="x") for number in range(4)])
    tracemalloc.start()
    total = sum(len(chunk) for chunk in archive.stream(lambda key: Zeros(size)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == archive.length
    assert peak < 8 * CHUNK


@pytest.mark.parametrize("really", [9, 11])
def test_a_file_that_changes_while_it_is_sent_breaks_the_answer_off(really):
    archive = Archive([Entry("a", 10, 0, MOMENT, key="a")])
    with pytest.raises(PartChanged):
        list(archive.stream(lambda key: io.BytesIO(bytes(really))))
