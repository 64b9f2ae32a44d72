"""The parsing process: what it may use, what becomes of it, and what is said when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil
import pytest

from loyalty.errors import LoyaltyError
from loyalty.reading import child
from loyalty.reading.child import Bounds, Queue
from tests.reading.packing import row, xlsx

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
TABLE = xlsx(row(1, A=1, B=2.5) + row(2, A=3))


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whatever happens: no process, no temporary file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith("loyalty-")]


def parsed_by(script: str, monkeypatch: pytest.MonkeyPatch, folder: Path, **bounds: float) -> LoyaltyError:
    """The error when the parsing process runs `script` instead."""
    file = folder / "script.py"
    file.write_text(script, encoding="utf-8")
    monkeypatch.setattr(child.launcher, "__file__", str(file))
    with pytest.raises(LoyaltyError) as caught:
        child.parse(TABLE, "xlsx", bounds=Bounds(**bounds))
    return caught.value


def test_sheets_come_back() -> None:
    sheets, cut = child.parse(TABLE, "xlsx")
    assert [(sheet.name, sheet.hidden, sheet.first_row) for sheet in sheets] == [("Orders", False, 1)]
    assert sheets[0].frame.select("0n", "1n").rows() == [(1.0, 2.5), (3.0, None)]
    assert cut == 0


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "unreadable"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "unreadable"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "took_too_long"),
        ("import os; os.write(2, b'memory allocation of 9 bytes failed'); os.abort()", "too_much_memory"),
        ("raise SystemExit(1)", "unreadable"),
        ("raise SystemExit(0)", "unreadable"),
        ("raise SystemExit(2)", "unreadable"),
    ],
)
@POSIX
def test_every_end_has_its_sentence(
    script: str, id: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert parsed_by(script, monkeypatch, tmp_path).id == id


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    error = parsed_by("import time; time.sleep(600)", monkeypatch, tmp_path, seconds=0.3)
    assert error.id == "took_too_long"


def test_a_watched_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(child.sys, "platform", "darwin")
    error = parsed_by("import time; time.sleep(600)", monkeypatch, tmp_path, seconds=0.3)
    assert error.id == "took_too_long"


def test_a_watched_process_that_grows_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(child.sys, "platform", "darwin")
    script = "grown = bytearray(100_000_000); import time; time.sleep(600)"
    assert parsed_by(script, monkeypatch, tmp_path, memory=60_000_000).id == "too_much_memory"


def test_a_watched_process_that_behaves_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child.sys, "platform", "darwin")
    sheets, _ = child.parse(TABLE, "xlsx")
    assert sheets[0].frame["0n"].to_list() == [1.0, 3.0]


def test_what_fails_meanwhile_ends_the_process() -> None:
    def gate() -> None:
        raise LoyaltyError("unsafe_file", reason="")

    with pytest.raises(LoyaltyError) as caught:
        child.parse(TABLE, "xlsx", gate)
    assert caught.value.id == "unsafe_file"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_a_hidden_far_corner_ends_for_its_memory() -> None:
    """The gate looks for double quotes; the reader understands single ones and asks for 512 GB."""
    corner = xlsx(row(1, A=1) + row(1_048_576, XFD=2).replace(b'"', b"'"))
    with pytest.raises(LoyaltyError) as caught:
        child.parse(corner, "xlsx")
    assert caught.value.id == "too_much_memory"


CONFINED = """
import sys
sys.path.insert(0, sys.argv[1])
from loyalty.reading.parser import confine
confine({"cpu_seconds": 1, "file_bytes": 1000, "open_files": 10, "memory": 50_000_000})
"""


def confined(code: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(child.__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-c", CONFINED + code, root], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds all of it")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("bytearray(100_000_000)", "MemoryError"),
        ("import tempfile; f = tempfile.TemporaryFile(); f.write(b'x' * 9000); f.flush()", "File too large"),
        ("files = [open('/dev/null') for _ in range(20)]", "Too many open files"),
    ],
)
def test_bounds_hold(code: str, words: str) -> None:
    ended = confined(code)
    assert ended.returncode == 1
    assert words in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds all of it")
def test_endless_work_is_ended_by_the_signal_for_it() -> None:
    assert confined("while True: pass").returncode == -child.SIGXCPU


def test_environment_holds_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert "SECRET_TOKEN" not in child._environment(tmp_path)


def test_who_comes_too_late_is_told() -> None:
    queue = Queue(places=2, waiting=0)
    with queue.place(), queue.place(), pytest.raises(LoyaltyError) as caught, queue.place():
        pass
    assert caught.value.id == "busy"
    with queue.place():
        pass


def test_who_waits_gets_the_place_that_becomes_free() -> None:
    queue, inside = Queue(places=1, waiting=1), threading.Event()

    def wait() -> None:
        with queue.place():
            inside.set()

    waiting = threading.Thread(target=wait)
    with queue.place():
        waiting.start()
        assert not inside.wait(0.05)
    waiting.join(10)
    assert inside.is_set()
