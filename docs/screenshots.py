"""Take the pictures of the README from the running app: ``python docs/screenshots.py``."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = {
    "scorecard": ("scorecard", "en"),
    "nps": ("nps", "en"),
    "forecast": ("forecast", "en"),
    "scorecard_zh": ("scorecard", "zh"),
}
SIZE = {"width": 1280, "height": 900}
PATIENCE = 60


def main() -> None:
    """Write every picture into this folder."""
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    server = subprocess.Popen([*command, f"--server.port={port}"], cwd=ROOT)
    try:
        _wait(f"http://localhost:{port}/_stcore/health")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
            )
            for name, (page, language) in PICTURES.items():
                tab = browser.new_page(viewport=SIZE, color_scheme="light")
                _open(tab, f"http://localhost:{port}/{page}?lang={language}")
                tab.screenshot(path=ROOT / "docs" / f"{name}.png")
                tab.close()
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _open(tab: Page, address: str) -> None:
    """Open a page with the café sample, which the page itself offers."""
    tab.goto(address)
    tab.locator("[data-testid='stMain'] button[kind='primary']").first.click()
    tab.locator("[data-testid='stMetric'], [data-testid='stVegaLiteChart']").first.wait_for()
    tab.wait_for_timeout(4000)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
