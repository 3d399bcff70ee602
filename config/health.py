"""Which part works and which does not: a page for people, JSON for machines, 503 when one is down.

Says nothing but names, states and milliseconds: anybody may ask.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app
from config.locations import redis_cache_url
from core import storage
from proofs.checks.malware import scanner_at

logger = structlog.get_logger(__name__)
# A worker answers within milliseconds; a second means that none is there.
WORKER_SECONDS = 1.0


class Down(Exception):
    """The part answered, but not as it should."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _queue() -> None:
    with redis.Redis.from_url(redis_cache_url(settings.REDIS_URL), socket_timeout=3) as client:
        client.ping()


def _worker() -> None:
    if not app.control.ping(timeout=WORKER_SECONDS, limit=1):
        raise Down("no worker answered")


def _files() -> None:
    for store in (storage.quarantine(), storage.documents()):
        store.delete(store.save("health/probe", ContentFile(b"ok")))


def _scanner() -> None:
    scanner_at(settings.SCANNER_URL).ping()


@dataclass(frozen=True)
class Part:
    name: str
    label: str | Promise
    probe: Callable[[], None]


PARTS = (
    Part("database", _("Database"), _database),
    Part("queue", _("Job queue"), _queue),
    Part("worker", _("Job worker"), _worker),
    Part("files", _("File storage"), _files),
    Part("scanner", _("Malware scanner"), _scanner),
)


@dataclass(frozen=True)
class State:
    name: str
    label: str | Promise
    state: str  # "ok" | "down" | "not configured"
    milliseconds: int


def examine(part: Part) -> State:
    if part.name == "scanner" and not settings.SCANNER_URL:
        return State(part.name, part.label, "down" if settings.SCANNER_REQUIRED else "not configured", 0)
    began = time.monotonic()
    try:
        part.probe()
        state = "ok"
    except Exception as error:  # whatever goes wrong in there, the answer is the same: this part is down
        logger.warning("health_part_down", part=part.name, error=repr(error))
        state = "down"
    return State(part.name, part.label, state, round((time.monotonic() - began) * 1000))


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    states = [examine(part) for part in PARTS]
    status = 503 if any(one.state == "down" for one in states) else 200
    if "text/html" not in request.headers.get("Accept", ""):
        parts = {one.name: {"state": one.state, "milliseconds": one.milliseconds} for one in states}
        return JsonResponse({"status": "ok" if status == 200 else "down", "parts": parts}, status=status)
    # Without the request: the frame of a page asks the database, which may be the part that is down.
    page = render_to_string("errors/health.html", {"states": states, "healthy": status == 200}, using="jinja2")
    return HttpResponse(page, status=status)
