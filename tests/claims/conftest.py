import pytest

from tests.factories.claims import make_claim, make_proof


@pytest.fixture
def checked_proof(db, django_capture_on_commit_callbacks):
    """make_proof with every file through its check."""

    def make(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            proof = make_proof(**fields)
        return proof

    return make


@pytest.fixture
def claim_in(checked_proof):
    """claim_in(status, **fields of the proof): a claim in that state, with its cast on it."""

    def make(status="submitted", *, proof=None, **fields):
        return make_claim(status, proof=proof or checked_proof(**fields))

    return make
