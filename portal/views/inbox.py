"""A person's own messages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.forms import EmptyForm
from core import notify
from core.models import Notification
from core.views import FormPage, Page

PAGE_SIZE = 50


class Inbox(Page):
    """Unread first, then the newest; ?before=id goes further back."""

    permission = "accounts.use"
    template = "portal/inbox.html"
    object = None

    def get_context(self, **extra: Any) -> dict[str, Any]:
        rows = Notification.objects.filter(user=self.request.user).order_by("-id")
        mark = self.request.GET.get("before", "")
        unread: list[Notification] = []
        if mark.isascii() and mark.isdigit() and len(mark) < 19:
            rows = rows.filter(pk__lt=int(mark))
        else:
            mark = ""
            unread = list(rows.filter(read_at__isnull=True)[:PAGE_SIZE])
            rows = rows.exclude(pk__in=[row.pk for row in unread])
        found = list(rows[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        more = f"?before={shown[-1].pk}" if len(found) > PAGE_SIZE else ""
        return {"unread": unread, "rows": shown, "further_back": bool(mark), "next_href": more, **extra}


class OpenMessage(Page):
    """Marks the message as read and goes where it points. A mail's link may lead here too."""

    permission = "accounts.use"
    object = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = notify.open_row(request.user, kwargs["pk"])
        if row is None:
            raise Http404
        safe = url_has_allowed_host_and_scheme(row.url, allowed_hosts=None)
        return HttpResponseRedirect(row.url if safe else reverse("portal:inbox"))


class ReadAll(FormPage):
    permission = "accounts.use"
    template = "accounts/confirm.html"
    form_class = EmptyForm
    object = None
    success_message = _("All messages are marked as read.")

    def save(self, form: Any) -> Any:
        return notify.read_all(self.request.user)

    def get_success_url(self, result: Any) -> str:
        return reverse("portal:inbox")

    def get_context(self, **extra: Any) -> dict[str, Any]:
        return {
            "title": _g("Mark all messages as read?"),
            "verb": _g("Mark all as read"),
            "kind": "primary",
            "consequences": [],
            "back_href": reverse("portal:inbox"),
            **extra,
        }
