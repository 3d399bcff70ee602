"""manage.py read_files PATH… [--json] [--country XX]: the values read of files of this computer, without the
database.
"""

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proofs.management.commands.check_files import files_in
from proofs.reading.base import Reading
from proofs.reading.sandbox import Reader

FIELDS = ("supplier", "invoice_number", "date", "currency", "net", "tax", "total", "captured_at")


def country(text: str) -> str:
    """An ISO 3166 code of two letters."""
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ArgumentTypeError(f"{text!r} is no country code of two letters, such as DE")
    return text.upper()


class Command(BaseCommand):
    """Prints the values of every file; folders are walked in alphabetical order.

    With --json: a list of {path, values: {field: {value, page, box, confidence, sure}}}; dates ISO 8601, amounts with
    a decimal point, boxes in fractions of the page; a value not found is absent. The exit status is 0 whatever is
    found, 2 when a path does not exist.
    """

    help = "Read supplier, number, date and sums from files or folders and print them. Changes nothing."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="file, or folder that is walked")
        parser.add_argument("--json", action="store_true", help="machine-readable list")
        parser.add_argument("--country", type=country, metavar="XX", help="country of the suppliers")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [Path(path) for path in options["paths"]]
        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            raise CommandError(f"No such file or folder: {', '.join(missing)}", returncode=2)
        found = []
        with Reader() as reader:
            for path in files_in(paths):
                reading = reader.read(path, options["country"] or "")
                found.append(as_dict(path, reading))
                if not options["json"]:
                    self._print(path, reading)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))

    def _print(self, path: Path, reading: Reading) -> None:
        self.stdout.write(str(path))
        for name, value in reading.values.items():
            mark = "" if value.sure else f"  ? {value.doubt}".rstrip()
            self.stdout.write(f"    {name:15} {value.value}{mark}")


def as_dict(path: Path, reading: Reading) -> dict[str, Any]:
    """One entry of the machine-readable list."""
    return {
        "path": str(path),
        "values": {name: value.plain() for name, value in reading.values.items() if name in FIELDS},
    }
