"""Static files: which files of the browser packages are served, and their names when served for real."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage, Storage


class PackageStorage(FileSystemStorage):
    """One folder of a package; `prefix` is where `collectstatic` puts its files."""

    def __init__(self, prefix: str, folder: Path, patterns: tuple[str, ...]) -> None:
        super().__init__(location=folder)
        self.prefix = prefix
        self.patterns = patterns

    def file(self, path: str) -> str | None:
        """The file that is served as `path`, if it is one of this package's."""
        name = path.removeprefix(f"{self.prefix}/")
        wanted = name != path and any(fnmatch(name, pattern) for pattern in self.patterns)
        return self.path(name) if wanted and self.exists(name) else None


class BrowserPackagesFinder(BaseFinder):
    """Files straight out of node_modules, as settings.BROWSER_PACKAGES names them.

    Each entry: (prefix of the address, folder, patterns of the file names below that folder). Only what
    matches is there at all: not every file that a package carries is meant for a page.
    """

    def __init__(self) -> None:
        self.packages = [PackageStorage(*entry) for entry in settings.BROWSER_PACKAGES]

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The first file, or with `find_all` the list of all; an empty list when there is none."""
        found = [file for package in self.packages if (file := package.file(path))]
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for package in self.packages:
            folder = Path(package.location)
            names = {p.relative_to(folder).as_posix() for glob in package.patterns for p in folder.glob(glob)}
            for name in sorted(names):
                yield name, package


class PackedStorage(ManifestStaticFilesStorage):
    """Names with a hash of the content, so that browsers keep them for a year.

    A name that leads to no file stays as it is instead of failing the page: packages mention files that
    they do not carry.
    """

    manifest_strict = False
    # Our modules import each other by name; those names get their hash too.
    support_js_module_import_aggregation = True

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            return name
