"""The bytes of a document and of its viewable copy."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from core import storage
from core.downloads import serve
from proofs.checks.kinds import BY_NAME
from proofs.views.documents import OfDocument


class Download(OfDocument):
    """The bytes of a clean file; anything else answers 404."""

    inline = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        kind = BY_NAME.get(self.part.kind)
        if self.inline and not (kind and kind.may_preview):
            raise Http404
        return serve(self.part, storage.documents(), inline=self.inline)


class View(Download):
    """The same inside a page, for kinds a browser may preview."""

    inline = True


class Picture(OfDocument):
    """One page of the viewable copy; 0 is the thumbnail. Only of what may be downloaded too."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        picture = self.part.pictures.filter(page=self.kwargs["page"]).first()
        if picture is None or not self.part.is_servable:
            raise Http404
        return serve(picture, storage.pictures(), inline=True)
