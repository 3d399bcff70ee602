"""What stands between a started database and the first page: tables, catalogue, demo company, static files.

One process for all of it, since starting Django costs more than most of the steps.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder

from embedded.steps import Steps


def _static_state(finders: Iterable[BaseFinder], root: Path) -> str:
    """Changes with every file that `collectstatic` would copy: path, size and time of change."""
    state = hashlib.sha256(str(root).encode())
    for finder in finders:
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            state.update(f"{storage.path(name)} {found.st_size} {found.st_mtime_ns}".encode())
    return state.hexdigest()


def collect_static(steps: Steps) -> None:
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    with steps.step("Static files") as step:
        state = _static_state(get_finders(), Path(settings.STATIC_ROOT))
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
    from django.core.management import CommandError

    try:
        status = main()
    except CommandError as error:
        print(f"    {error}", file=sys.stderr, flush=True)
        status = 1
    raise SystemExit(status)
