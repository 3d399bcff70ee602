import structlog
from django.http import HttpRequest, HttpResponseBase

from claims import bundle
from claims.models import Claim
from core import downloads, storage
from core.views import Page

log = structlog.get_logger("claims.bundle")


class BundleDownload(Page):
    """The evidence of one claim as a ZIP. The download stands in the log, not in the claim's history (D-24)."""

    model = Claim
    permission = "claims.bundle"
    template = "claims/bundle_missing.html"
    select_related = (
        "proof__activity_type", "enrollment__location__partner", "enrollment__program", "period", "decided_by",
    )  # fmt: skip

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        planned = bundle.plan(self.object)
        store = storage.documents()
        gone = downloads.missing(planned.archive, store)
        if gone:
            log.error("bundle incomplete", claim=self.object.number, files=[entry.path for entry in gone])
            return self.render(status=409, missing=[entry.path for entry in gone])
        log.info("bundle download", claim=self.object.number, user=str(request.user.pk), etag=planned.etag)
        return downloads.serve_archive(request, planned.archive, planned.name, store, etag=planned.etag)
