"""The divisor of the upload figure: a bare Django view that receives, writes and hashes the same bytes."""

import hashlib
import os
import zlib

from django.conf import settings

settings.configure(
    SECRET_KEY="only-for-a-measurement",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
    FILE_UPLOAD_TEMP_DIR=os.environ["BARE_UPLOAD_DIR"],
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  the settings come first
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


def receive(request: HttpRequest) -> HttpResponse:
    upload = request.FILES["files"]
    digest, crc = hashlib.sha256(), 0
    for chunk in upload.chunks():
        digest.update(chunk)
        crc = zlib.crc32(chunk, crc)
    return HttpResponse(f"{digest.hexdigest()} {crc}")


urlpatterns = [path("upload/", receive)]
application = get_wsgi_application()
