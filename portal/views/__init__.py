"""Answers that belong to no single page: what is not there, not allowed, or broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core import kept_input
from core.context import request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old, or came from elsewhere: nothing was changed. What the person typed is shown again; a
    form of another site does not bring our cookies along, so that its text is not."""
    typed = kept_input.typed_texts(request) if kept_input.COOKIE in request.COOKIES else []
    return render(request, "errors/csrf.html", {"typed": typed}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The body could not be read, or is larger than a form of ours can be."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or ""), "back_href": "/"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Missing and foreign look the same (R-ROLE-22)."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is broken."""
    page = render_to_string("errors/500.html", {"request_id": request_id.get()}, using="jinja2")
    return HttpResponse(page, status=500)
