"""Static files: which files of the browser packages are served, and how files are named when served for real."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage, Storage


class BrowserPackagesFinder(BaseFinder):
    """Files straight out of node_modules, as settings.BROWSER_PACKAGES names them.

    Each entry: (prefix of the address, folder, patterns of the file names below that folder). Only what matches is
    there at all: not every file that a package carries is meant for a page.
    """

    def __init__(self) -> None:
        self.packages: list[tuple[FileSystemStorage, tuple[str, ...]]] = []
        for prefix, folder, patterns in settings.BROWSER_PACKAGES:
            storage = FileSystemStorage(location=folder)
            storage.prefix = prefix
            self.packages.append((storage, patterns))

    def check(self, **kwargs: object) -> list[object]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str] | None:
        found: list[str] = []
        for storage, patterns in self.packages:
            start = f"{storage.prefix}/"
            name = path.removeprefix(start)
            if name == path or not any(fnmatch(name, pattern) for pattern in patterns):
                continue
            if storage.exists(name):
                if not find_all:
                    return storage.path(name)
                found.append(storage.path(name))
        return found if find_all else None

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, Storage]]:
        for storage, patterns in self.packages:
            folder = Path(storage.location)
            names = {path.relative_to(folder).as_posix() for pattern in patterns for path in folder.glob(pattern)}
            for name in sorted(names):
                yield name, storage


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
