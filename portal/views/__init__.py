"""Answers that belong to no single page: what is not there, not allowed, or broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.context import request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old, or came from elsewhere: nothing was changed."""
    return render(request, "errors/csrf.html", {"back_href": request.path}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception or ""), "back_href": "/"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Missing and foreign look the same (R-ROLE-22)."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is broken."""
    page = render_to_string("errors/500.html", {"request_id": request_id.get()}, using="jinja2")
    return HttpResponse(page, status=500)
