"""Encryption of single values and small files at rest. Keys come from FIELD_KEY, and always from SECRET_KEY as well,
so that what was written before a key was set stays readable."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"proofline field encryption"
_KEY_BYTES = 32  # what Fernet takes


class CannotUnseal(Exception):
    """None of the keys fits: FIELD_KEY or SECRET_KEY was changed without keeping the old one."""


def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    """The first one encrypts, every one decrypts."""
    return MultiFernet([_fernet(secret) for secret in (*settings.FIELD_KEYS, settings.SECRET_KEY)])


def seal(content: bytes) -> bytes:
    """Encrypted and authenticated, printable ASCII; different each time."""
    return _keys().encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """What `seal` was given. Raises CannotUnseal; says nothing about the content."""
    try:
        return _keys().decrypt(sealed)
    except InvalidToken:
        raise CannotUnseal from None


def reseal(sealed: bytes) -> bytes:
    """The same content under the first key. Raises CannotUnseal."""
    try:
        return _keys().rotate(sealed)
    except InvalidToken:
        raise CannotUnseal from None
