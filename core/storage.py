"""Private file stores. A key is random; a person's file name is text in the database, never part of a path."""

import os
import secrets
from pathlib import Path

from django.core.files.storage import FileSystemStorage, Storage, storages


def quarantine() -> Storage:
    """Where every upload waits until the checks have passed. Nothing is served from here."""
    return storages["quarantine"]


def documents() -> Storage:
    """Where clean files live. Handed out by core/downloads.py only."""
    return storages["documents"]


def pictures() -> Storage:
    """Viewable copies of documents, made by us. Handed out by core/downloads.py only, like the documents."""
    return storages["pictures"]


def exports() -> Storage:
    """Files made of lists, until they expire. Handed out by core/downloads.py to whoever asked for them."""
    return storages["exports"]


def new_key() -> str:
    """A fresh key of 128 random bits, spread over folders."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token[2:4]}/{token}"


def promote(key: str) -> None:
    """Bring a file from quarantine into the document store under the same key. Safe to repeat.

    The quarantined one stays until the row says that it is clean; on one disk no byte is copied. What a killed copy
    left behind is shorter than its source and is written anew.
    """
    source, target = quarantine(), documents()
    if target.exists(key):
        if not source.exists(key) or target.size(key) == source.size(key):
            return
        target.delete(key)
    if isinstance(source, FileSystemStorage) and isinstance(target, FileSystemStorage):
        path = Path(target.path(key))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.link(source.path(key), path)
            return
        except FileExistsError:
            return
        except OSError:
            pass  # two disks, or a file system without links: copy
    with source.open(key) as content:
        target.save(key, content)
