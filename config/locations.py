"""From addresses in the environment to what Django and django-storages want."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_LOCAL = "django.core.files.storage.FileSystemStorage"
_S3 = "storages.backends.s3.S3Storage"


def redis_cache_url(url: str) -> str:
    """Celery writes `redis+socket://`, the cache client `unix://`, for the same socket."""
    return url.replace("redis+socket://", "unix://", 1)


def s3_options(url: str, folder: str) -> dict[str, Any]:
    """Options of one private store below `folder` in the bucket of s3://key:secret@host[:port]/bucket?region=…

    Without a host the bucket is Amazon's; with one, the bucket stands in the path and not in the host name.
    """
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    bucket, _, prefix = parts.path.strip("/").partition("/")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": "/".join(part for part in (prefix, folder) if part),
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": True,
        "signature_version": "s3v4",
    }
    if query.get("region"):
        options["region_name"] = query["region"]
    if parts.username:
        options["access_key"] = unquote(parts.username)
        options["secret_key"] = unquote(parts.password or "")
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        options["endpoint_url"] = f"{query.get('scheme', 'https')}://{parts.hostname}{port}"
        options["addressing_style"] = "path"
    return options


def storages(url: str, var_dir: Path, *, packed_static: bool) -> dict[str, dict[str, Any]]:
    """Django's STORAGES: the private stores and the static files.

    `packed_static`: names carry a hash of the content and are cached for ever; needs `collectstatic`.
    """

    def store(folder: str) -> dict[str, Any]:
        if url:
            return {"BACKEND": _S3, "OPTIONS": s3_options(url, folder)}
        # No base_url: nothing but the download view may hand out a file.
        return {"BACKEND": _LOCAL, "OPTIONS": {"location": var_dir / "files" / folder, "base_url": None}}

    static = "config.static.PackedStorage" if packed_static else "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {
        "default": store("default"),
        "quarantine": store("quarantine"),
        "documents": store("documents"),
        "pictures": store("pictures"),
        "exports": store("exports"),
        "staticfiles": {"BACKEND": static},
    }
