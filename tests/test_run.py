"""The two commands: what they make, what they leave alone, and one sentence for each trouble."""

from __future__ import annotations

import contextlib
import ensurepip  # noqa: F401  found again where its folder cannot be read
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

RUN = Path(__file__).parents[1] / "run.py"
OLD_PYTHONS = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10")
posix = pytest.mark.skipif(os.name == "nt", reason="signals and owners of files are POSIX")

# Stands in for Streamlit and pytest: `python -m` looks in the project's folder first.
PROGRAM = """
import pathlib, signal, sys, time
def end(*_):
    pathlib.Path("ended").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGINT, end)
pathlib.Path("arguments").write_text("\\n".join(sys.argv[1:]))
print("started", flush=True)
while "--wait" in sys.argv or "--server.port" in sys.argv:
    time.sleep(0.05)
sys.exit(7)
"""


def load(folder: Path) -> ModuleType:
    """Load a copy of run.py that takes the folder for the project's."""
    copy = shutil.copy(RUN, folder / "run.py")
    spec = importlib.util.spec_from_file_location("run", copy)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    (tmp_path / "requirements.txt").write_text("# the app")
    (tmp_path / "requirements-dev.txt").write_text("# the app and the tests")
    return load(tmp_path)


@pytest.fixture
def listening() -> Iterator[int]:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def english(trouble: pytest.ExceptionInfo[Exception]) -> str:
    """Give the English sentence of a trouble that has both languages."""
    first, second = trouble.value.args
    assert first.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in second)
    return str(first)


# Python


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 8, 1), (3, 10, 99)])
def test_an_old_python_is_refused_by_name(run, version):
    with pytest.raises(run.Trouble) as trouble:
        run.check_python(version)
    this = ".".join(map(str, version))
    assert english(trouble).startswith(f"Python 3.11 or newer is needed; this is {this}. Install ")
    assert "\n" not in english(trouble)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_a_new_python_is_welcome(run, version):
    run.check_python(version)


def interpreter(version: str) -> str:
    """Find an old Python, installed by the system or by pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for python in (f"python{version}", *map(str, pyenv.glob(f"{version}.*/bin/python"))):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            subprocess.run([python, "--version"], check=True, capture_output=True)
            return python
    pytest.skip(f"Python {version} is not installed here")


@pytest.mark.parametrize("version", OLD_PYTHONS)
def test_an_old_python_can_read_the_file_and_says_one_sentence(version):
    command = [interpreter(version), "-B", str(RUN)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Python 3.11 or newer is needed; this is {version}.")


def test_the_sentence_comes_in_chinese_too_where_the_system_speaks_it(run, monkeypatch, capsys):
    monkeypatch.setattr(run.sys, "platform", "linux")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    run.say("One.", "一。")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    run.say("Two.", "二。")
    assert capsys.readouterr().err == "One.\n一。\nTwo.\n"


# The port


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_busy_port_is_named_with_a_free_one(run, address):
    with contextlib.closing(socket.create_server((address, 0))) as server:
        port = server.getsockname()[1]
        with pytest.raises(run.Trouble) as trouble:
            run.choose_port(port)
    assert english(trouble).startswith(f"Port {port} is in use")
    suggested = int(english(trouble).split("--port ")[1].rstrip("."))
    assert suggested != port
    assert run.choose_port(suggested) == suggested


def test_a_busy_port_ends_the_command_before_anything_is_installed(run, listening):
    asked = [sys.executable, run.__file__, "--port", str(listening)]
    done = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Port {listening} is in use")
    assert not Path(run.ENVIRONMENT).exists()


def test_without_a_wish_the_next_free_port_is_taken_and_said(run, listening, monkeypatch, capsys):
    monkeypatch.setattr(run, "PORTS", range(listening, listening + 50))
    port = run.choose_port(None)
    assert port in run.PORTS[1:]
    assert capsys.readouterr().err.startswith(f"Port {listening} is in use, so the app opens on {port}.")


def test_a_free_port_is_taken_in_silence(run, monkeypatch, capsys):
    port = free_port()
    monkeypatch.setattr(run, "PORTS", range(port, port + 1))
    assert run.choose_port(None) == port
    assert run.choose_port(port) == port
    assert capsys.readouterr().err == ""


def test_no_free_port_at_all_is_said(run, listening, monkeypatch):
    monkeypatch.setattr(run, "PORTS", range(listening, listening + 1))
    with pytest.raises(run.Trouble) as trouble:
        run.choose_port(None)
    assert "all in use" in english(trouble)


@pytest.mark.parametrize("text", ["0", "65536", "eighty"])
def test_what_is_no_port_is_refused(run, text, capsys):
    with pytest.raises(SystemExit):
        run.app_options(["--port", text])
    assert f"'{text}' is no port" in capsys.readouterr().err


# The browser


def test_the_browser_opens_when_the_app_answers(run, listening, monkeypatch):
    opened = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(run.webbrowser, "open", opened.append)
    run.open_browser(SimpleNamespace(poll=lambda: None), listening)
    assert opened == [f"http://localhost:{listening}"]


def test_no_browser_opens_for_an_app_that_ended(run, monkeypatch):
    opened = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(run.webbrowser, "open", opened.append)
    run.open_browser(SimpleNamespace(poll=lambda: 1), free_port())
    assert opened == []


# The environment, with stand-ins for what makes and fills it


@pytest.fixture
def done(run, monkeypatch) -> list[str]:
    """What was done, in order."""
    log: list[str] = []

    def make_environment() -> None:
        log.append("make")
        Path(run.ENVIRONMENT).mkdir(exist_ok=True)

    monkeypatch.setattr(run, "make_environment", make_environment)
    monkeypatch.setattr(run, "install", log.append)
    return log


def test_the_second_run_does_nothing(run, done):
    run.prepare(run.APP_LOCK)
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements.txt"]


def test_the_environment_of_the_tests_serves_the_app(run, done):
    run.prepare(run.TEST_LOCK)
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements-dev.txt"]


def test_the_environment_of_the_app_is_filled_up_for_the_tests(run, done):
    run.prepare(run.APP_LOCK)
    run.prepare(run.TEST_LOCK)
    assert done == ["make", "requirements.txt", "requirements-dev.txt"]


def test_a_changed_lock_is_installed(run, done):
    run.prepare(run.APP_LOCK)
    Path(run.ROOT, "requirements.txt").write_text("# newer")
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements.txt", "requirements.txt"]


def test_another_python_makes_its_own_environment(run, done, monkeypatch):
    run.prepare(run.APP_LOCK)
    monkeypatch.setattr(run, "PYTHON", "3.99.0")
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements.txt"] * 2


def test_an_install_cut_short_starts_afresh(run, done, monkeypatch):
    def cut_short(lock: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "install", cut_short)
        assert run.main(["test"]) == 130
    run.prepare(run.TEST_LOCK)
    assert done == ["make", "make", "requirements-dev.txt"]


def test_a_torn_stamp_starts_afresh(run, done):
    run.prepare(run.APP_LOCK)
    Path(run.STAMP).write_text('{"pyth')
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements.txt"] * 2


def test_a_folder_that_is_no_environment_is_replaced(run, done):
    Path(run.ENVIRONMENT, "bin").mkdir(parents=True)
    run.prepare(run.APP_LOCK)
    assert done == ["make", "requirements.txt"]


def test_a_missing_lock_is_named(run):
    Path(run.ROOT, "requirements.txt").unlink()
    with pytest.raises(run.Trouble) as trouble:
        run.prepare(run.APP_LOCK)
    assert english(trouble).startswith("requirements.txt is missing in ")


def test_a_python_without_venv_says_what_to_install(run, monkeypatch):
    whole = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else whole(name)
    )
    with pytest.raises(run.Trouble) as trouble:
        run.make_environment()
    assert "apt install python3." in english(trouble)
    assert not Path(run.ENVIRONMENT).exists()


@posix
def test_a_folder_of_someone_else_is_said(run, tmp_path):
    tmp_path.chmod(0o555)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)  # root may write anywhere
    try:
        with pytest.raises(run.Trouble) as trouble:
            run.make_environment()
    finally:
        os.seteuid(me)
        tmp_path.chmod(0o755)
    assert english(trouble).startswith(f"{run.ENVIRONMENT} cannot be written")


# pip, for real, in an environment of its own


def lock(folder: Path, name: str, digest: str) -> None:
    (folder / name).write_text(f"cup==1.0 --hash=sha256:{digest}\n")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of one line."""
    path = tmp_path_factory.mktemp("wheels") / "cup-1.0-py3-none-any.whl"
    about = "cup-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cup.py", "full = True\n")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: cup\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A project with an environment that holds pip alone."""
    module = load(tmp_path_factory.mktemp("project"))
    module.make_environment()
    return module


@pytest.fixture
def offline(monkeypatch, wheel) -> None:
    """Let pip see one folder and nothing else."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))


def imports_cup(module: ModuleType) -> bool:
    return subprocess.call([module.environment_python(), "-c", "import cup; assert cup.full"]) == 0


@pytest.mark.usefixtures("offline")
def test_what_is_locked_is_installed(made, wheel):
    lock(Path(made.ROOT), "requirements.txt", hashlib.sha256(wheel.read_bytes()).hexdigest())
    made.install("requirements.txt")
    assert imports_cup(made)


@pytest.mark.usefixtures("offline")
def test_a_package_that_is_not_the_locked_one_is_refused_in_pips_words(made):
    lock(Path(made.ROOT), "other.txt", "0" * 64)
    subprocess.check_call([made.environment_python(), "-m", "pip", "uninstall", "-qy", "cup"])
    with pytest.raises(made.Trouble) as trouble:
        made.install("other.txt")
    assert english(trouble).startswith("pip could not install other.txt; its last lines tell why:\n")
    assert "DO NOT MATCH THE HASHES" in english(trouble)
    assert not imports_cup(made)


@pytest.mark.usefixtures("offline")
def test_no_network_is_one_sentence(made, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("PIP_RETRIES", "1")
    lock(Path(made.ROOT), "requirements.txt", "0" * 64)
    with pytest.raises(made.Trouble) as trouble:
        made.install("requirements.txt")
    assert "the network cannot be reached" in english(trouble)
    assert "\n" not in english(trouble)


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_an_environment_made_by_hand_is_kept_and_filled(run, wheel):
    lock(Path(run.ROOT), "requirements.txt", hashlib.sha256(wheel.read_bytes()).hexdigest())
    venv.create(run.ENVIRONMENT, with_pip=False, symlinks=os.name != "nt")
    mine = Path(run.ENVIRONMENT, "mine")
    mine.touch()
    run.prepare(run.APP_LOCK)
    assert mine.exists()
    assert imports_cup(run)


# The whole command, with a stand-in for the program that it runs


@pytest.fixture
def ready(run) -> Path:
    """A project that was made ready by an earlier run."""
    folder = Path(run.ROOT)
    for name in ("streamlit.py", "pytest.py"):
        (folder / name).write_text(PROGRAM)
    venv.create(run.ENVIRONMENT, with_pip=False, symlinks=os.name != "nt")
    locks = [run.digest(run.APP_LOCK), run.digest(run.TEST_LOCK)]
    Path(run.STAMP).write_text(json.dumps({"python": run.PYTHON, "locks": locks}))
    return folder


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(folder / "run.py"), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_the_tests_get_their_arguments_and_give_their_status(ready, separator):
    program = start(ready, "test", *separator, "-x", "--", "tests/test_run.py")
    assert program.communicate(timeout=60)[1] == ""
    assert (ready / "arguments").read_text().split("\n") == ["-x", "--", "tests/test_run.py"]
    assert program.returncode == 7


@posix
@pytest.mark.parametrize(
    ("everyone", "sign", "status"), [(True, signal.SIGINT, 130), (False, signal.SIGTERM, 143)]
)
def test_the_app_is_served_and_ends_with_the_command(ready, everyone, sign, status):
    port = str(free_port())
    program = start(ready, "--no-browser", "--port", port)
    assert program.stdout
    assert program.stdout.readline() == "started\n"
    assert (ready / "arguments").read_text().split("\n")[:4] == ["run", "app.py", "--server.port", port]
    (os.killpg if everyone else os.kill)(program.pid, sign)
    assert program.communicate(timeout=60)[1] == ""
    assert program.returncode == status
    assert (ready / "ended").exists()
