"""A process of its own for the parsing of a workbook: bounded, watched and always ended.

A file of 1.4 KB can abort the process that parses it, or ask it for 512 GB. Here that ends a child.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading import launcher

if TYPE_CHECKING:
    import polars as pl
    import psutil

log = logging.getLogger(__name__)

KEPT_ENVIRONMENT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
POLL_SECONDS = 0.02
SIGXCPU = 24
MEMORY_TAKEN = -1000  # no signal has this number
OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError", b"out of memory", b"capacity overflow")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the parsing process may use."""

    memory: int = limits.PARSER_MEMORY
    cpu_seconds: int = limits.PARSER_CPU_SECONDS
    seconds: float = limits.PARSER_SECONDS
    file_bytes: int = limits.PARSER_FILE_BYTES
    open_files: int = limits.PARSER_OPEN_FILES


BOUNDS = Bounds()


class Queue:
    """At most `places` run at once and `waiting` more wait; who comes later is told so.

    Examples
    --------
    >>> with Queue(places=1, waiting=0).place():
    ...     print("in")
    in
    """

    def __init__(self, places: int, waiting: int) -> None:
        self._room = threading.BoundedSemaphore(places + waiting)
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place and keep it.

        Raises
        ------
        LoyaltyError
            ``busy`` when too many wait already.
        """
        if not self._room.acquire(blocking=False):
            raise LoyaltyError("busy")
        try:
            with self._places:
                yield
        finally:
            self._room.release()


QUEUE = Queue(limits.PARSERS, limits.PARSERS_WAITING)


@dataclass(frozen=True, slots=True, eq=False)
class ParsedSheet:
    """One sheet as the parser handed it back.

    Parameters
    ----------
    name, hidden
        As in the workbook.
    frame
        Columns named by position and kind, see :meth:`loyalty.reading.cells.Cells.frame`; None where the
        sheet could not be read.
    first_row
        The spreadsheet's number of the first row.
    reason, holes
        Id of the error that kept the sheet from being read.
    """

    name: str
    hidden: bool
    frame: pl.DataFrame | None
    first_row: int = 1
    reason: str | None = None
    holes: Mapping[str, Any] | None = None


def parse(
    data: bytes, kind: str, meanwhile: Callable[[], None] | None = None, bounds: Bounds = BOUNDS
) -> tuple[list[ParsedSheet], int]:
    """Sheets of a workbook and the number of cells that were cut.

    Parameters
    ----------
    data
        The bytes of the file.
    kind
        What :func:`loyalty.reading.formats.sniff` said.
    meanwhile
        Called while the process works; what it raises ends the process.
    bounds
        What the process may use.

    Raises
    ------
    LoyaltyError
        ``encrypted``, ``unreadable``, ``too_much_memory``, ``took_too_long``, ``busy`` or one of the limits
        on sheets, cells and text.
    """
    with QUEUE.place(), TemporaryDirectory(prefix="loyalty-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = f"workbook.{'xls' if kind == 'biff' else kind}"
        (folder / file).write_bytes(data)
        job = {"file": file, "kind": kind, "bounds": asdict(bounds)}
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        outcome = _outcome(folder, _run(folder, meanwhile, bounds))
        return [_sheet(folder, record) for record in outcome["sheets"]], outcome["cut"]


def _run(folder: Path, meanwhile: Callable[[], None] | None, bounds: Bounds) -> int | None:
    """Exit status of the parser; None when it had to be ended for its time."""
    with open(folder / "stderr", "wb") as errors, _started(folder, errors) as process:
        try:
            if meanwhile:
                meanwhile()
            if sys.platform == "linux":
                process.communicate(timeout=bounds.seconds)
                return process.returncode
            return _watched(process, bounds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()


def _started(folder: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    package = Path(launcher.__file__).parents[1]
    libraries = [entry for entry in sys.path if os.path.isabs(entry)]  # isolated mode leaves some out
    return subprocess.Popen(
        [sys.executable, "-I", launcher.__file__, str(package), str(folder), *libraries],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # never written to: its end tells at once that the process has ended
        stderr=errors,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    return kept | temporary | {"POLARS_MAX_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


def _watched(process: subprocess.Popen[bytes], bounds: Bounds) -> int:
    """Wait where the system sets no bound on memory: look at it often and end the process past it."""
    import psutil

    end = time.monotonic() + bounds.seconds
    while time.monotonic() < end:
        try:
            if _memory(psutil.Process(process.pid)) > bounds.memory:
                process.kill()
                process.wait()
                return MEMORY_TAKEN
        except psutil.Error:
            pass
        try:
            return process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    raise subprocess.TimeoutExpired(process.args, bounds.seconds)


def _memory(process: psutil.Process) -> int:
    """Bytes a process holds; in a Windows venv the interpreter is a child of what was started."""
    return sum(part.memory_info().rss for part in (process, *process.children(recursive=True)))


def _outcome(folder: Path, status: int | None) -> dict[str, Any]:
    """The manifest of a parser that ended well; for any other end the error that says why."""
    manifest = folder / "manifest.json"
    if status in (0, 2) and manifest.exists():
        outcome: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        if "reason" not in outcome:
            return outcome
        log.info("workbook not read: %s", outcome)
        raise LoyaltyError(outcome["reason"], **outcome["holes"])
    said = (folder / "stderr").read_bytes()[-2000:]
    log.info("parser ended with %s: %s", status, said.decode("utf-8", "replace"))
    raise LoyaltyError(_reason(status, said))


def _reason(status: int | None, said: bytes) -> str:
    if status is None or (sys.platform != "win32" and status == -SIGXCPU):
        return "took_too_long"
    if status == MEMORY_TAKEN or any(words in said for words in OUT_OF_MEMORY):
        return "too_much_memory"
    return "unreadable"


def _sheet(folder: Path, record: dict[str, Any]) -> ParsedSheet:
    import polars as pl

    if "file" not in record:
        log.info("sheet not read: %s", record)
        return ParsedSheet(
            record["name"], record["hidden"], None, reason=record["reason"], holes=record["holes"]
        )
    frame = pl.read_ipc_stream((folder / record["file"]).read_bytes())
    return ParsedSheet(record["name"], record["hidden"], frame, record["first_row"])
