"""Pages that belong to no single app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was too old, or came from elsewhere: nothing was changed."""
    return render(request, "errors/csrf.html", {"back_href": request.path}, status=403)
