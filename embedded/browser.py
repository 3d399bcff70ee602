"""A Chromium for the browser tests, without root and without anything installed on the machine."""

import fcntl
import io
import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from embedded.places import ROOT, remove

PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
INSTALLED = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Chromium's own sandbox needs privileges that a container often does not give; the pages are our own.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{home}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{home}/font-cache</cachedir>
</fontconfig>
"""


class NoBrowser(Exception):
    pass


@dataclass(frozen=True)
class Browser:
    program: Path
    env: dict[str, str]

    def launch_options(self) -> dict[str, object]:
        """What Playwright's `launch()` takes."""
        return {"executable_path": str(self.program), "args": ARGUMENTS, "env": {**os.environ, **self.env}}


def _extract(archive: Path, target: Path) -> None:
    import brotli

    data = io.BytesIO(brotli.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=data) as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(target, filter="data")
        else:
            tar.extractall(target)  # noqa: S202 — early 3.11 has no filter; the hash of the package is locked


def _unpack(home: Path) -> None:
    import brotli

    source = PACKAGE / "bin"
    fresh = home.with_name(home.name + ".new")
    remove(fresh)
    fresh.mkdir(parents=True)
    program = fresh / "chromium"
    program.write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
    program.chmod(0o755)
    _extract(source / "al2023.tar.br", fresh / "al2023")
    _extract(source / "fonts.tar.br", fresh / "fonts")
    _extract(source / "swiftshader.tar.br", fresh)
    # Without a list of fonts of its own the browser finds none on a bare machine, and text has no height.
    (fresh / "fonts.conf").write_text(_FONTS.format(home=home), encoding="utf-8")
    fresh.rename(home)


def _from_package(var: Path) -> Browser:
    """The browser of the npm package, unpacked once below `var`; safe when several processes ask at once."""
    version = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"]
    home = var / "browser" / version
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _unpack(home)
    libraries = [str(home / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return Browser(
        home / "chromium",
        {
            "FONTCONFIG_FILE": str(home / "fonts.conf"),
            "LD_LIBRARY_PATH": os.pathsep.join(path for path in libraries if path),
        },
    )


def find(var: Path | None = None) -> Browser:
    """$CHROMIUM, else the package's browser, else an installed one; NoBrowser says what to do."""
    if os.environ.get("CHROMIUM"):
        return Browser(Path(os.environ["CHROMIUM"]), {})
    if (PACKAGE / "bin" / "chromium.br").exists():
        return _from_package(var or ROOT / "var" / "test")
    for name in INSTALLED:
        program = shutil.which(name)
        if program:
            return Browser(Path(program), {})
    raise NoBrowser("No browser was found. Run `make setup`, or set CHROMIUM to a Chromium or Chrome program.")
