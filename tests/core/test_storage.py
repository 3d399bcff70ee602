"""From quarantine to the document store: whole, and safe to repeat."""

from django.core.files.base import ContentFile

from core import storage

CONTENT = b"a whole file of evidence"


def waiting_file():
    return storage.quarantine().save(storage.new_key(), ContentFile(CONTENT))


def promoted(key):
    with storage.documents().open(key) as file:
        return file.read()


def test_a_promoted_file_is_there_twice_until_its_row_is_clean():
    key = waiting_file()
    storage.promote(key)
    storage.promote(key)
    assert (promoted(key), storage.quarantine().exists(key)) == (CONTENT, True)


def test_a_copy_cut_off_by_a_kill_is_written_anew():
    key = waiting_file()
    storage.documents().save(key, ContentFile(CONTENT[:7]))
    storage.promote(key)
    assert promoted(key) == CONTENT


def test_what_has_left_quarantine_stays_as_it_is():
    key = storage.documents().save(storage.new_key(), ContentFile(CONTENT))
    storage.promote(key)
    assert promoted(key) == CONTENT
