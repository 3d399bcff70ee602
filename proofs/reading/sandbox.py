"""Reading behind the walls of the checks: decoders are C code on hostile input, so a file may cost its process."""

from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from proofs.checks.sandbox import ChildProcess, limit_process
from proofs.reading.base import Reading
from proofs.reading.reader import read_path

SECONDS = 120  # for one file: twenty pages of OCR at three to four seconds, and some patience


def _read(path: Path, country: str) -> Reading:
    from proofs.reading.ocr import read_picture  # only the process that reads pictures loads it

    return read_path(path, country=country, eyes=read_picture)


class Reader(ChildProcess):
    """Reads files in one child process that is replaced when it is lost; a context manager."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__(limit_process)
        self._seconds = seconds

    def read(self, path: Path, country: str = "") -> Reading:
        """What is read of a file; an empty reading when it cannot be: broken, hostile, no document, too slow."""
        try:
            return self._started().submit(_read, path, country).result(timeout=self._seconds)
        except (BrokenProcessPool, TimeoutError):
            self._stop()
        except Exception:  # decoders raise whatever they like at files of strangers
            return Reading()
        return Reading()
