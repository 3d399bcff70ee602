"""Request id, security headers, kept input, and the one mapping of our errors to status codes."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from core import kept_input
from core.context import request_id
from core.errors import Denied, RuleViolation, StateConflict

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
)
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Binds all history rows and log lines of one click; takes over a proxy's X-Request-Id when it looks sane."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        value = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        mark = request_id.set(value)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(mark)
        response["X-Request-Id"] = value
        return response


class SecurityHeadersMiddleware:
    """Strict content security policy on every page that does not carry a stricter one of its own."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        if getattr(request, "_cached_user", None) is not None and request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-store")
        return response


class KeptInputMiddleware:
    """Remembers whose browser this is, so that text typed into an ended session can be given back."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept_input.remember_person(request, response)
        return response


class ErrorMiddleware:
    """StateConflict 409, Denied 403, RuleViolation 422: one page each, or JSON for a script that asks for it."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StateConflict):
            return _answer(request, 409, {"message": str(exception.message)})
        if isinstance(exception, Denied):
            return _answer(request, 403, {"reason": str(exception.reason)})
        if isinstance(exception, RuleViolation):
            return _answer(request, 422, {"problems": exception.problems})
        return None


def _answer(request: HttpRequest, status: int, context: dict) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        messages = [str(p.message) for p in context.get("problems", [])] or [
            context.get("message") or context.get("reason", "")
        ]
        return JsonResponse({"ok": False, "errors": messages}, status=status)
    back = request.META.get("HTTP_REFERER", "")
    same_host = back.startswith(f"{request.scheme}://{request.get_host()}/")
    return render(
        request,
        f"errors/{status}.html",
        {"back_href": back if same_host else "/", "typed": kept_input.typed_texts(request), **context},
        status=status,
    )
