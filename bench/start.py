"""From the start of the process to the first whole page: the app against ``streamlit hello``."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

import websockets
from websockets.asyncio.client import ClientConnection

from bench.harness import Claim, report

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0  # seconds until a server that does not answer is given up


def main(rounds: int = 5) -> bool:
    """Print the ratio; the servers are started in turns."""
    app, hello = ["run", str(ROOT / "app.py")], ["hello"]
    pairs = [(seconds_to_first_page(app), seconds_to_first_page(hello)) for _ in range(rounds + 1)][1:]
    ratio = statistics.median(mine / other for mine, other in pairs)
    claim = Claim("from process start to the first page", "streamlit hello", 1.5)
    return report(claim, ratio, min(mine for mine, _ in pairs), min(other for _, other in pairs))


def seconds_to_first_page(command: list[str]) -> float:
    """Start a server, open a session as a browser does, and wait until the first page is drawn."""
    port = _free_port()
    options = ["--server.headless=true", f"--server.port={port}", "--browser.gatherUsageStats=false"]
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", *command, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(asyncio.wait_for(_first_page(port), PATIENCE))
        return time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


async def _first_page(port: int) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = BackMsg()
    message.rerun_script.query_string = ""
    session = await _connected(port)
    async with session:
        await session.send(message.SerializeToString())
        async for data in session:
            if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                return


async def _connected(port: int) -> ClientConnection:

    address = f"ws://localhost:{port}/_stcore/stream"
    while True:
        try:
            return await websockets.connect(address, subprotocols=["streamlit"], max_size=None)
        except (OSError, websockets.InvalidHandshake):
            await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])
