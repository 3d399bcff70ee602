"""Typed text survives an ended session: kept on the server for an hour, refilled for the same person only."""

import re
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict

from core import clock
from core.models import KeptInput

COOKIE = "known_as"  # says who last signed in with this browser; signed, gives no access
COOKIE_DAYS = 30
KEEP_FOR = timedelta(hours=1)
MAX_CHARACTERS = 200_000  # a form of ours stays far below
MAX_FORMS = 20  # per person, so that a stranger's browser cannot fill the table
WORTH_KEEPING = 4  # characters; shorter values are ticks and choices
_MACHINE = re.compile(r"[0-9a-f-]{32,40}|\d+")  # ids and counters of the form itself
NEVER_KEPT = ("password", "csrfmiddlewaretoken", "token", "otp", "code", "account_number")


def remember_person(request: HttpRequest, response: HttpResponse) -> None:
    user = getattr(request, "_cached_user", None)
    if user is None or not user.is_authenticated:
        return
    known = signing.dumps(str(user.pk), salt=COOKIE)
    if _known_pk(request) != str(user.pk):
        response.set_cookie(
            COOKIE,
            known,
            max_age=COOKIE_DAYS * 86400,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )


def _known_pk(request: HttpRequest) -> str:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_DAYS * 86400)
    except signing.BadSignature:
        return ""


def keep(request: HttpRequest) -> bool:
    """Store the text fields of this POST for the person this browser last belonged to. False when unknown."""
    pk = _known_pk(request)
    if not pk:
        return False
    text = _without_secrets(request).urlencode()
    if not text or len(text) > MAX_CHARACTERS:
        return False
    mine = KeptInput.objects.filter(user_id=pk)
    mine.filter(path=request.path).delete()
    if mine.count() >= MAX_FORMS:
        return False
    KeptInput.objects.create(user_id=pk, path=request.path, data=text)
    return True


def _without_secrets(request: HttpRequest) -> QueryDict:
    data = request.POST.copy()
    for name in list(data):
        if any(word in name.lower() for word in NEVER_KEPT):
            del data[name]
    return data


def typed_texts(request: HttpRequest) -> list[str]:
    """What a person wrote into the fields of this POST, for a page that has to refuse it: nothing typed is lost."""
    if request.method != "POST":
        return []
    texts = [value.strip() for name, values in _without_secrets(request).lists() for value in values]
    return [text for text in texts if len(text) >= WORTH_KEEPING and not _MACHINE.fullmatch(text)]


def take(request: Any) -> QueryDict | None:
    """What this person had typed for this address within the last hour, once; None when nothing was kept."""
    kept = (
        KeptInput.objects.filter(user=request.user, path=request.path, created_at__gt=clock.now() - KEEP_FOR)
        .order_by("-id")
        .first()
    )
    if kept is None:
        return None
    kept.delete()
    return QueryDict(kept.data)


def purge(before: Any = None) -> int:
    """Delete what is older than an hour; returns how many."""
    return KeptInput.objects.filter(created_at__lte=clock.now() - KEEP_FOR).delete()[0]
