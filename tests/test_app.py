"""The door: both ways to open it, what it sends along, and the looks in ``.streamlit/config.toml``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from loyalty import limits

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
WAYS = {
    "streamlit run app.py": ["-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true"],
    "python app.py": [str(ROOT / "app.py")],
}


@pytest.fixture(params=WAYS)
def server(request, tmp_path) -> Iterator[subprocess.Popen[str]]:
    """The app, opened from another folder than its own."""
    command = [sys.executable, *WAYS[request.param]]
    program = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield program
    program.kill()
    program.communicate()


def address(server: subprocess.Popen[str]) -> str:
    """Read where the app listens, which it prints once it does."""
    assert server.stdout
    for line in server.stdout:
        if found := re.search(r"URL: (http://localhost:\d+)", line):
            return found[1]
    pytest.fail("the app ended")


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process on Windows")
def test_the_app_serves_any_page_with_its_headers_and_ends_quietly(server):
    with urlopen(address(server) + "/nps", timeout=60) as page:
        headers = page.headers
        assert "<title>" in page.read().decode()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'self' ")
    server.send_signal(signal.SIGINT)
    assert "Traceback" not in server.communicate(timeout=60)[0]


def test_the_uploader_takes_as_much_as_the_reader():
    assert CONFIG["server"]["maxUploadSize"] * limits.MEGABYTE == limits.UPLOAD_BYTES


def test_nothing_is_sent_to_anyone_and_no_traceback_is_shown():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["server"]["address"] == "localhost"
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert "://" not in str(CONFIG["theme"])


def luminance(colour: str) -> float:
    """Compute the relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_one_of_wcag():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_is_readable(mode):
    theme = CONFIG["theme"][mode]
    for name in ("textColor", "linkColor", "codeTextColor", "dataframeHeaderTextColor"):
        for ground in ("backgroundColor", "secondaryBackgroundColor"):
            assert contrast(theme[name], theme[ground]) >= 4.5
    for ground in theme["sidebar"].values():
        assert contrast(theme["textColor"], ground) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_pressed_can_be_told_from_what_is_around_it(mode):
    theme = CONFIG["theme"][mode]
    assert contrast(theme["primaryColor"], "#FFFFFF") >= 4
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 4
