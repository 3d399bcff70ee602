"""Which of the languages on offer a person reads."""

from typing import Any

from django.conf import settings


def language_of(user: Any) -> str:
    """The person's own choice when it is on offer, else the installation's language."""
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
