"""Reading behind the walls of the checks: decoders are C code on hostile input, so a file may cost its process."""

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType

from proofs.checks.sandbox import limit_process
from proofs.reading.base import Reading
from proofs.reading.reader import read_path

SECONDS = 120  # for one file: twenty pages of OCR at three to four seconds, and some patience


def _read(path: Path, country: str) -> Reading:
    from proofs.reading.ocr import read_picture  # only the process that reads pictures loads it

    return read_path(path, country=country, eyes=read_picture)


class Reader:
    """Reads files in one child process that is replaced when it is lost; a context manager."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop()

    def read(self, path: Path, country: str = "") -> Reading:
        """What is read of a file; an empty reading when it cannot be: broken, hostile, no document, too slow."""
        try:
            return self._started().submit(_read, path, country).result(timeout=self._seconds)
        except (BrokenProcessPool, TimeoutError):
            self._stop()
        except Exception:  # decoders raise whatever they like at files of strangers
            return Reading()
        return Reading()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("forkserver"), initializer=limit_process)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
