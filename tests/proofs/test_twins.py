"""Twins across proofs and partners, and what may be told of them (R-CLM-12, R-ROLE-03)."""

import io

import pytest
from django.db import connection
from django.utils import timezone

from proofs import services
from proofs.elsewhere import uses_of
from proofs.models import Document, Likeness, Proof, Twin
from proofs.requirements.evidence import Use
from tests.factories.claims import check_files, make_proof
from tests.factories.files import picture, upload
from tests.factories.people import make_vendor_admin
from tests.factories.pictures import receipt

pytestmark = pytest.mark.django_db


def jpeg(shown, quality=90):
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def put(proof, content, name="receipt.jpg"):
    services.add_files(proof.pk, "final_piece", [upload(content, name, "image/jpeg")], actor=proof.cast.user)
    check_files(proof)
    document = proof.documents.order_by("-created_at").first()
    services.find_twins(document)
    return document


def send(proof):
    Proof.objects.filter(pk=proof.pk).update(first_submitted_at=timezone.now())


@pytest.fixture
def pair():
    """The same receipt in the proofs of two partners, the second time encoded anew."""
    mine, theirs = make_proof(complete=False), make_proof(complete=False)
    earlier = put(theirs, jpeg(receipt(1, 1)))
    return put(mine, jpeg(receipt(1, 1), 60)), earlier, mine, theirs


def rows():
    return list(Twin.objects.values_list("document", "other", "how"))


def test_a_picture_encoded_anew_is_a_twin_across_partners(pair):
    later, earlier, *_proofs = pair
    assert rows() == [(later.pk, earlier.pk, "alike")]
    assert 0 < Twin.objects.get().distance <= 200


def test_the_same_bytes_are_a_twin(pair):
    copy = make_proof(complete=False)
    third = put(copy, jpeg(receipt(1, 1)))
    assert set(third.twins.values_list("other", "how")) == {(pair[1].pk, "same"), (pair[0].pk, "alike")}


def test_no_twin_inside_one_proof():
    proof = make_proof(complete=False)
    put(proof, jpeg(receipt(1, 1)))
    put(proof, jpeg(receipt(1, 1), 60))
    assert rows() == []


def test_another_receipt_of_the_shop_is_no_twin():
    put(make_proof(complete=False), jpeg(receipt(1, 1)))
    put(make_proof(complete=False), jpeg(receipt(1, 2)))
    assert rows() == []


def test_what_was_removed_is_left_out(pair):
    later, earlier, _mine, theirs = pair
    services.remove_document(earlier.pk, actor=theirs.cast.user)
    assert services.find_twins(later) == 0
    assert rows() == []


def test_looking_again_changes_nothing(pair):
    later, earlier, *_proofs = pair
    before = rows()
    assert (services.find_twins(later), services.find_twins(earlier)) == (1, 0)
    assert rows() == before


def test_a_blank_picture_has_no_looks():
    document = put(make_proof(complete=False), picture(), "blank.png")
    assert not document.looks.exists()


def test_the_index_is_used():
    proof = make_proof(complete=False)
    document = put(proof, jpeg(receipt(1, 1)))
    Likeness.objects.bulk_create(
        Likeness(document=document, sketch=b"", bands=list(range(n * 40, n * 40 + 30))) for n in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE proofs_likeness")
    plan = Likeness.objects.sharing([7, 4_000_000], at_most=20).explain()
    assert "likeness_bands" in plan
    assert "Seq Scan" not in plan


def told(document, user):
    """Where else that document is used, as far as the person may know."""
    document = Document.objects.select_related("proof__enrollment__location").get(pk=document.pk)
    return uses_of(document.proof, [document], user).get(document.pk, ())


def test_a_draft_of_a_stranger_is_not_told_of(pair):
    later, earlier, mine, theirs = pair
    assert told(later, mine.cast.user) == ()
    assert told(earlier, theirs.cast.user) == ()


def test_of_a_sent_one_of_a_stranger_only_the_fact_is_told(pair):
    later, earlier, mine, theirs = pair
    send(theirs)
    assert told(later, mine.cast.user) == told(later, None) == (Use("", alike=True),)
    assert told(earlier, theirs.cast.user) == ()  # mine was not sent


def test_what_was_rejected_is_free_again(pair):
    later, _earlier, mine, theirs = pair
    send(theirs)
    Proof.objects.filter(pk=theirs.pk).update(status="rejected")
    assert told(later, mine.cast.user) == ()


def test_the_own_one_is_shown_even_while_it_is_a_draft():
    mine = make_proof(complete=False)
    second = make_proof(plan=plan_of(mine), complete=False, name="Second wave")
    earlier, later = put(mine, jpeg(receipt(1, 1))), put(second, jpeg(receipt(1, 1), 60))
    assert told(earlier, mine.cast.user) == (Use(f"Second wave ({second.number})", alike=True),)
    assert told(later, mine.cast.user) == (Use(f"{mine.name} ({mine.number})", alike=True),)


def plan_of(proof):
    plan = proof.activity.campaign.plan
    plan.cast = proof.cast
    return plan


def test_the_vendor_is_told_whose_a_sent_one_is_where_the_program_is_theirs(pair):
    """Two programs: the reviewer of one of them learns the fact, an administrator of both the company and number."""
    later, _earlier, mine, theirs = pair
    send(mine)
    send(theirs)
    assert told(later, mine.cast.reviewer) == (Use("", alike=True),)
    partner = theirs.enrollment.location.partner.name
    everywhere = make_vendor_admin(None, "Somebody of both")
    assert told(later, everywhere) == (Use(f"{partner}, {theirs.number}", alike=True),)


def test_the_queries_do_not_grow(pair, django_assert_num_queries):
    _later, _earlier, mine, theirs = pair
    send(theirs)
    documents = list(Document.objects.filter(proof=mine))
    mine = Proof.objects.select_related("enrollment__location").get(pk=mine.pk)
    user = theirs.cast.user
    for _number in range(2):
        with django_assert_num_queries(2):
            uses_of(mine, documents, user)
        for number in range(3):
            another = make_proof(complete=False)
            put(another, jpeg(receipt(1, 1), 70 + number))
            send(another)
