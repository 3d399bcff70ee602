"""D-20 with a real worker: its children, or the whole of it, are killed at random in the middle of many files.

`make kill FILES=500` plays it with more.
"""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from core.models import HistoryEntry
from proofs import services as proofs
from proofs.choices import DocumentState
from proofs.models import Document, DocumentCheck
from tests.factories.claims import make_proof
from tests.factories.files import pdf_upload, picture, upload
from tests.factories.plans import make_plan

FILES = int(os.environ.get("KILL_FILES", "40"))
A_PROOF = 100  # files of one proof
FILES_A_KILL = 20
WHOLE = 2  # every second kill takes everything, as when the machine goes
SECONDS_A_FILE = 2.0
LAST_SECONDS = 90.0  # two leases and the sweeps behind them

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def children(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def kill_something(worker, chance, number):
    if number % WHOLE == 1:
        worker.kill()
        worker.start()
        return "worker"
    victims = children(worker.pid)
    if victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(victims), signal.SIGKILL)
    return "child"


def stored_files():
    """Keys of everything in quarantine and among the documents."""
    folders = [Path(settings.STORAGES[store]["OPTIONS"]["location"]) for store in ("quarantine", "documents")]
    return {str(path.relative_to(folder)) for folder in folders for path in folder.rglob("*") if path.is_file()}


def send_files():
    plan = make_plan(status="approved")
    made = [make_proof(plan, complete=False, name=f"Folder {at}") for at in range(0, FILES, A_PROOF)]
    for number in range(FILES):
        proof = made[number // A_PROOF]
        even = number % 2
        file = pdf_upload(f"{number}.pdf") if even else upload(picture(size=(2400, 1800)), f"{number}.png")
        [received] = proofs.add_files(proof.pk, "extra", [file], actor=plan.cast.user, note="x")
        assert received.problem is None
    return made


def test_every_file_has_one_verdict_whatever_is_killed(worker, wait_until):
    chance = random.Random(FILES)
    there_before = stored_files()
    made = send_files()
    mine = Document.objects.filter(proof__in=made)
    kills = Counter()
    ends = time.monotonic() + LAST_SECONDS + FILES * SECONDS_A_FILE
    while sum(kills.values()) < FILES / FILES_A_KILL:
        time.sleep(chance.uniform(0.5, 1.5))
        kills[kill_something(worker, chance, sum(kills.values()))] += 1
    assert kills["child"] > 0
    assert kills["worker"] > 0
    wait_until(lambda: not mine.undecided().exists(), max(ends - time.monotonic(), LAST_SECONDS), "a verdict for each")

    states = Counter(mine.values_list("state", flat=True))
    print(f"{FILES} files, killed {dict(kills)}: {dict(states)}")
    assert set(states) <= {DocumentState.CLEAN, DocumentState.REFUSED}
    assert states[DocumentState.REFUSED] <= sum(kills.values())  # two lost attempts, none of them the file's fault
    verdicts = HistoryEntry.objects.filter(
        thread__in=[proof.pk for proof in made], action="proofs.document_checked"
    )  # fmt: skip
    assert Counter(Counter(verdicts.values_list("document_id", flat=True)).values()) == {1: FILES}
    per_check = Counter(DocumentCheck.objects.filter(document__in=mine).values_list("document_id", "position"))
    assert set(per_check.values()) == {1}
    assert stored_files() - there_before == set(mine.values_list("key", flat=True))
