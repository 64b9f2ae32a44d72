# -*- coding: utf-8 -*-
"""Open the app, or run its tests, in an environment made beside this file.

    python3 run.py [--port N] [--no-browser]
    python3 run.py test [arguments of pytest]

Needs nothing but Python. No f-strings and no annotations here, so that an old Python can read the
file far enough to say that it is too old.
"""

import argparse
import collections
import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser

OLDEST_PYTHON = (3, 11)
VERSION = sys.version_info[:3]
PYTHON = ".".join(map(str, VERSION))
ROOT = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = os.path.join(ROOT, ".venv")
STAMP = os.path.join(ENVIRONMENT, "run.json")
APP_LOCK, TEST_LOCK = "requirements.txt", "requirements-dev.txt"
PORTS = range(8501, 8551)
NO_NETWORK = (
    "connection",
    "name resolution",
    "getaddrinfo",
    "timed out",
    "unreachable",
    "proxy",
)  # pip's words


class Trouble(Exception):
    """One sentence for the person at the keyboard, in English and in Chinese."""


def main(arguments):
    """Do what the command line asks and give the exit status."""
    try:
        check_python(VERSION)
        if arguments[:1] == ["test"]:
            return run_tests(arguments[1:])
        return run_app(app_options(arguments))
    except Trouble as trouble:
        say(*trouble.args)
        return 1
    except KeyboardInterrupt:
        return 130


def check_python(version):
    """Refuse a Python that is too old for the project."""
    if version < OLDEST_PYTHON:
        this, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
        raise Trouble(
            "Python {0} or newer is needed; this is {1}. "
            "Install one from https://www.python.org/downloads/ and run again.".format(oldest, this),
            "需要 Python {0} 或更高版本；当前版本是 {1}。"
            "请从 https://www.python.org/downloads/ 安装后重新运行。".format(oldest, this),
        )


def app_options(arguments):
    """Read the options of the app from the command line."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Open the app in the browser.",
        epilog="'run.py test [arguments of pytest]' runs every test instead.",
    )
    parser.add_argument("--port", type=port_number, help="the port to listen on")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser closed")
    return parser.parse_args(arguments)


def port_number(text):
    """Read a port from the command line."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("'{}' is no port, which is a number from 1024 to 65535".format(text))
    return int(text)


def run_app(options):
    """Serve the app until it is stopped."""
    port = choose_port(options.port)
    prepare(APP_LOCK)
    command = ["streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"]
    return run(command, None if options.no_browser else port)


def run_tests(arguments):
    """Run pytest with the arguments that follow ``test``; without any, every test, on all processors."""
    prepare(TEST_LOCK)
    chosen = arguments[arguments[:1] == ["--"] :]
    return run(["pytest"] + (chosen or ["--numprocesses=logical", "--dist=loadfile"]))


def run(module, browser_port=None):
    """Run a module of the environment until it ends or Ctrl+C ends it, and leave nothing behind."""
    program = subprocess.Popen([environment_python(), "-m"] + module, cwd=ROOT)
    try:
        if browser_port:
            threading.Thread(target=open_browser, args=(program, browser_port), daemon=True).start()
        return program.wait()
    except KeyboardInterrupt:  # the program was sent the same Ctrl+C and is closing
        program.wait()
        raise
    finally:
        if program.poll() is None:
            program.terminate()


# The browser and the port


def open_browser(server, port):
    """Show the app once it answers: Streamlit opens no browser for an ``st.App``."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not screen:
        return  # the only browser to be found would be one inside the terminal
    while server.poll() is None and not answers(port):
        time.sleep(0.1)
    if server.poll() is None:
        webbrowser.open("http://localhost:{}".format(port))


def choose_port(wanted):
    """Give the wanted port, or the first free one when none was asked for."""
    free = next(filter(is_free, PORTS if wanted is None else [wanted] + list(PORTS)), None)
    if free is None:
        raise Trouble(
            "Ports {0} to {1} are all in use: close a program, or choose a port with --port.".format(
                PORTS[0], PORTS[-1]
            ),
            "端口 {0} 到 {1} 均被占用：请关闭一个程序，或用 --port 选择端口。".format(PORTS[0], PORTS[-1]),
        )
    if wanted is None and free != PORTS[0]:
        say(
            "Port {0} is in use, so the app opens on {1}.".format(PORTS[0], free),
            "端口 {0} 已被占用，应用将使用端口 {1}。".format(PORTS[0], free),
        )
    elif wanted is not None and free != wanted:
        raise Trouble(
            "Port {0} is in use by another program or by the system: choose another one, "
            "for example --port {1}.".format(wanted, free),
            "端口 {0} 正被其他程序或系统占用：请换一个端口，例如 --port {1}。".format(wanted, free),
        )
    return free


def is_free(port):
    """Tell whether the app could listen on a port of this machine."""
    with contextlib.closing(socket.socket()) as listener:
        if os.name != "nt":  # on Windows the option would take a port away from its owner
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("localhost", port))
        except OSError:
            return False
    return not answers(port)  # one that listens on every address does not hinder the bind everywhere


def answers(port):
    """Tell whether something listens on a port of this machine."""
    try:
        socket.create_connection(("localhost", port), timeout=0.5).close()
    except OSError:
        return False
    return True


# The environment


def prepare(lock):
    """Make the environment hold what a lock pins; done already, this takes no time."""
    wanted, stamp = digest(lock), read_stamp()
    if stamp and stamp["python"] == PYTHON and wanted in stamp["locks"]:
        return
    say(
        "Preparing the environment in .venv; the first time this takes a few minutes.",
        "正在准备 .venv 环境；首次运行需要几分钟。",
    )
    if is_unusable(stamp):
        make_environment()
    write_stamp([])  # an install that is cut short leaves this one, and the next run starts afresh
    install(lock)
    write_stamp([digest(name) for name in {APP_LOCK, lock}])  # the test lock holds all of the other


def is_unusable(stamp):
    """Tell whether the environment is missing, half made, or made by another Python."""
    if stamp:
        return stamp["python"] != PYTHON or not stamp["locks"]
    # One that was made by hand is kept if it works, and given pip if it has none.
    check = "import sys, ensurepip; sys.version_info >= {} or sys.exit(1); ensurepip.bootstrap()"
    command = [environment_python(), "-c", check.format(OLDEST_PYTHON)]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) != 0
    except OSError:
        return True


def make_environment():
    """Make an empty environment with pip in it, in place of any that is there."""
    import importlib.util

    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Trouble(
            "This Python lacks its venv module: on Debian or Ubuntu run "
            "'sudo apt install python{0}.{1}-venv', elsewhere install all of Python again.".format(*VERSION),
            "当前 Python 缺少 venv 模块：在 Debian 或 Ubuntu 上请运行 “sudo apt install python{0}.{1}-venv”，"
            "其他系统请重新完整安装 Python。".format(*VERSION),
        )
    import venv

    try:
        if os.path.isdir(ENVIRONMENT):
            shutil.rmtree(ENVIRONMENT)
        os.mkdir(ENVIRONMENT)
        write_stamp([])
        venv.create(ENVIRONMENT, with_pip=True, symlinks=os.name != "nt")
    except PermissionError:
        raise Trouble(
            "{} cannot be written: close the app if it is open, or move the project to a folder of your own, "
            "and run again.".format(ENVIRONMENT),
            "无法写入 {}：如果应用正在运行请先关闭，或把项目移到您有写入权限的文件夹，然后重新运行。".format(
                ENVIRONMENT
            ),
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(
            "The environment could not be made ({0}): delete {1} and run again.".format(error, ENVIRONMENT),
            "无法创建环境（{0}）：请删除 {1} 后重新运行。".format(error, ENVIRONMENT),
        )


def install(lock):
    """Install what a lock pins, each file checked against its hash."""
    command = [environment_python(), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", lock]
    last_lines = collections.deque(maxlen=20)
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout:
            last_lines.append(line.rstrip())
            if line.startswith("Collecting "):
                sys.stdout.write("  {}\n".format(line.split()[1]))
                sys.stdout.flush()
    if pip.returncode != 0:
        raise pip_trouble(lock, "\n".join(last_lines))


def pip_trouble(lock, told):
    """Say why pip failed, judging by its last lines."""
    if any(sign in told.lower() for sign in NO_NETWORK) and "certificate" not in told.lower():
        return Trouble(
            "The packages could not be fetched, because the network cannot be reached: "
            "connect to the internet and run again.",
            "无法下载所需的软件包，因为网络不通：请连接互联网后重新运行。",
        )
    return Trouble(
        "pip could not install {0}; its last lines tell why:\n{1}".format(lock, told),
        "pip 无法安装 {0}，原因见上面几行。".format(lock),
    )


def environment_python():
    """Give the path of the environment's Python."""
    return os.path.join(ENVIRONMENT, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def digest(lock):
    """Fingerprint a lock."""
    try:
        with open(os.path.join(ROOT, lock), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError:
        raise Trouble(
            "{0} is missing in {1}: get the whole project again.".format(lock, ROOT),
            "{1} 中缺少 {0}：请重新获取完整的项目。".format(lock, ROOT),
        )


def read_stamp():
    """Read which Python made the environment and which locks it holds; None without a readable stamp."""
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def write_stamp(locks):
    """Note which Python made the environment and which locks it holds by now."""
    with open(STAMP, "w") as file:
        json.dump({"python": PYTHON, "locks": locks}, file)


# Words


def say(english, chinese):
    """Print a sentence, and its translation where the system speaks Chinese."""
    sys.stderr.write(english + "\n")
    if speaks_chinese():
        sys.stderr.write(chinese + "\n")
    sys.stderr.flush()


def speaks_chinese():
    """Tell whether the language of the system is Chinese."""
    if sys.platform == "win32":
        import ctypes

        return ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == 0x04  # LANG_CHINESE
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    return next((name for name in names if name), "").startswith("zh")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the app does not outlive this
    sys.exit(main(sys.argv[1:]))
