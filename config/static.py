"""How static files are named when they are served for real."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class PackedStorage(ManifestStaticFilesStorage):
    """Names with a hash of the content, so that browsers keep them for a year.

    A name that is not in the manifest is served as it is instead of failing the page.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        try:
            return super().stored_name(name)
        except ValueError:
            return name
