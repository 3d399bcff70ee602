"""manage.py check_files PATH… [--json]: the checks of an upload on files of this computer, without the
database.
"""

import hashlib
import json
import mimetypes
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from proofs.checks.base import Level, Subject
from proofs.checks.runner import FAILED, UNKNOWN_KIND, Report, Result
from proofs.checks.sandbox import Sandbox


class Command(BaseCommand):
    """Prints a verdict for every file; folders are walked in alphabetical order.

    With --json: a list of {path, kind, verdict, checks: [{check, level, message}]}. The exit status is 0
    whatever the verdicts are, 2 when a path does not exist. Duplicates are not looked for, since that needs
    the database.
    """

    help = "Run the checks of an upload on files or folders and print their verdicts. Changes nothing."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="file, or folder that is walked")
        parser.add_argument("--json", action="store_true", help="machine-readable list")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [Path(path) for path in options["paths"]]
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise CommandError(f"No such file or folder: {', '.join(missing)}", returncode=2)
        if options["json"]:
            with Sandbox() as sandbox:
                found = [as_dict(path, check_file(path, sandbox)) for path in files_in(paths)]
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        verdicts: dict[str, int] = {}
        with Sandbox() as sandbox:
            for path in files_in(paths):
                report = check_file(path, sandbox)
                verdicts[report.verdict] = verdicts.get(report.verdict, 0) + 1
                self._print(path, report)
        counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        self.stdout.write(f"{sum(verdicts.values())} files: {counted or 'none'}")

    def _print(self, path: Path, report: Report) -> None:
        self.stdout.write(f"{report.verdict:8} {report.kind:8} {path}")
        for result in report.results:
            if result.level is not Level.PASS:
                self.stdout.write(f"{'':8} {result.level:8} {result.check}: {result.message}")


def files_in(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, each folder in alphabetical order; links are not
    followed.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (
                found for name in sorted(names) if (found := Path(folder, name)).is_file() and not found.is_symlink()
            )


def check_file(path: Path, sandbox: Sandbox) -> Report:
    """Runs the checks as they would run on an upload of this file from a browser."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        text = _("The file cannot be read: %(reason)s") % {"reason": error.strerror}
        return Report(UNKNOWN_KIND, FAILED, [Result("size", 1, Level.STOP, text, str(error), 0.0)])
    subject = Subject(
        path=path,
        name=path.name,
        declared_type=mimetypes.guess_type(path.name)[0] or "",
        size=size,
        sha256=digest,
        scanner_url=getattr(settings, "SCANNER_URL", ""),
        scanner_required=getattr(settings, "SCANNER_REQUIRED", False),
    )
    return sandbox.run(subject)


def as_dict(path: Path, report: Report) -> dict[str, Any]:
    """One line of the machine-readable list."""
    return {
        "path": str(path),
        "kind": report.kind,
        "verdict": report.verdict,
        "checks": [
            {"check": result.check, "level": str(result.level), "message": result.message} for result in report.results
        ],
    }
