"""What stands between a started database and the first page: tables, catalogue, demo company, static files.

One process for all of it, since starting Django costs more than most of the steps.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from embedded.steps import Steps


def _static_state(folders: list[Path], root: Path) -> str:
    """Changes with every file that `collectstatic` would copy: path, size and time of change."""
    state = hashlib.sha256(str(root).encode())

    def files(folder: Path) -> Iterator[str]:
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                found = os.stat(path)
                yield f"{path} {found.st_size} {found.st_mtime_ns}"

    for folder in folders:
        for line in sorted(files(folder)):
            state.update(line.encode())
    return state.hexdigest()


def collect_static(steps: Steps) -> None:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    with steps.step("Static files") as step:
        folders = [Path(s.location) for finder in get_finders() for s in getattr(finder, "storages", {}).values()]
        state = _static_state(folders, Path(settings.STATIC_ROOT))
        stamp = Path(settings.VAR_DIR) / "run" / "static.stamp"
        if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).exists():
            step.skipped = True
            return
        stamp.unlink(missing_ok=True)
        shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def main() -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    steps = Steps()
    with steps.step("Tables"):
        call_command("migrate", interactive=False, verbosity=0)
    quiet = StringIO()
    with steps.step("Activity catalogue"):
        call_command("load_catalogue", verbosity=0, stdout=quiet)
    if settings.DEMO:
        with steps.step("Demo company set"):
            call_command("seed_demo", verbosity=0, stdout=quiet)
    if "--seed-only" in sys.argv:
        return 0
    collect_static(steps)
    if settings.DEMO:
        accounts = StringIO()
        call_command("demo_accounts", stdout=accounts)
        (Path(settings.VAR_DIR) / "run" / "accounts.txt").write_text(accounts.getvalue(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
