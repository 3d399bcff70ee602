"""Broken files through the whole way of an upload, with a real worker: each has a verdict, and only clean ones are kept
where they can be served. `make fuzz` breaks many more, without database and worker."""

import random
from collections import Counter

import pytest

from core import storage
from proofs import services as proofs
from proofs.checks.limits import MAX_FILES_PER_PROOF
from proofs.choices import DocumentState
from proofs.models import Document, DocumentCheck
from tests.factories.claims import make_proof
from tests.factories.files import upload
from tests.fuzz.corpus import broken_file, good_files
from tests.fuzz.judge import SHOWN
from tests.fuzz.mutations import MUTATIONS

SEED = "every time the same"
FILES = 300
SECONDS = 200.0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_broken_file_is_left_without_a_verdict_or_served_without_having_been_decoded(worker, wait_until):
    for first in range(0, FILES, MAX_FILES_PER_PROOF):
        proof = make_proof(complete=False)
        for number in range(first, min(first + MAX_FILES_PER_PROOF, FILES)):
            name, data = broken_file(SEED, number)
            file = upload(data, f"{number} {name}", "application/octet-stream")
            [received] = proofs.add_files(proof.pk, "extra", [file], actor=proof.cast.user, note="x")
            assert received.problem is None
    sent = Document.objects.filter(name__regex=r"^\d+ ")
    wait_until(lambda: not sent.undecided().exists(), SECONDS, "a verdict for every file")

    verdicts = Counter(sent.values_list("state", flat=True))
    assert sum(verdicts.values()) == FILES
    assert set(verdicts) == {DocumentState.CLEAN, DocumentState.REFUSED}
    assert not DocumentCheck.objects.filter(document__in=sent, check_name="process").exists(), "a process was lost"
    for one in sent:
        clean = one.state == DocumentState.CLEAN
        assert (one.name, one.is_servable, storage.documents().exists(one.key)) == (one.name, clean, clean)
        if clean and one.kind in SHOWN:
            assert one.facts["width"] * one.facts["height"] > 0


def test_a_broken_file_is_the_same_every_time_and_never_the_good_one():
    broken = [broken_file(SEED, number) for number in range(60)]
    assert broken == [broken_file(SEED, number) for number in range(60)]
    assert [name for name, data in broken if data == good_files()[name]] == []
    assert broken != [broken_file("another word", number) for number in range(60)]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_way_to_break_a_file_does(mutation):

    data, other = good_files()["invoice.pdf"], good_files()["photo.jpg"]
    assert any(mutation(random.Random(seed), data, other) != data for seed in range(3))
