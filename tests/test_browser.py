"""The app in a real browser: a workbook goes in, a meaning is corrected, the rows left out come out."""

import csv
import io
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from playwright.sync_api import expect, sync_playwright

from loyalty.texts import sentences

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EN, ZH = sentences("en"), sentences("zh")
ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60_000  # milliseconds
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
]

MALICE = "![x](http://evil.example/x)"
NAME = f"orders $5 and $6 {MALICE.replace('/', '_')}.xlsx"
HEADER = ["Order", "Customer", "Date", "Amount", "Status", "Where", MALICE]
ORDERS = 40
CANCELLED = range(0, ORDERS, 10)


def row(number):
    status = "cancelled" if number in CANCELLED else "paid"
    note = (
        '=HYPERLINK("http://evil.example","x")' if number in CANCELLED else "<img src=http://evil.example/y>"
    )
    return [
        f"O{number}",
        f"C{number % 7}",
        f"2025-03-{1 + number % 28:02d}",
        10 + number,
        status,
        ("North", "South")[number % 2],
        note,
    ]


def workbook():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Orders")
        for number, cells in enumerate([HEADER, *map(row, range(ORDERS))]):
            sheet.write_row(number, 0, cells)
    return file.getvalue()


@pytest.fixture
def server():
    """A freshly started app; yields its address."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true"]
    program = subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout
    for line in program.stdout:
        if "URL:" in line:
            break
    else:
        pytest.fail("the app ended")
    yield f"http://localhost:{port}"
    program.terminate()
    log = program.communicate(timeout=60)[0]
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        if os.environ.get("LOYALTY_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(
        locale="en-GB", viewport={"width": 1280, "height": 1400}, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    yield page
    context.close()


def test_a_workbook_goes_in_is_corrected_and_the_rows_left_out_come_out(server, page):
    page.goto(server)
    upload = {"name": NAME, "mimeType": "application/octet-stream", "buffer": workbook()}
    page.locator("input[type=file]").set_input_files(upload)
    page.get_by_role("link", name=EN["loaded.data"]).click()

    choose_meaning(page, HEADER.index("Where"), EN["role.segment"])
    page.get_by_role("button", name=EN["data.columns.apply"]).click()
    page.get_by_text(EN["data.columns.applied"]).wait_for()

    with page.expect_download() as download:
        page.get_by_role("button", name=EN["data.left_out.download"]).click()
    assert download.value.suggested_filename == EN["data.left_out.name"]
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    left_out = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [line["Row"] for line in left_out] == [str(number + 2) for number in CANCELLED]
    assert {line[MALICE] for line in left_out} == {"'" + row(0)[-1]}

    page.get_by_text(ZH["language.name"]).click()
    page.get_by_role("heading", name=ZH["data.question"]).wait_for()
    assert "lang=zh" in page.url
    page.get_by_role("link", name=ZH["order_value.title"]).first.click()
    page.get_by_role("heading", name=ZH["order_value.question"]).wait_for()
    expect(page.locator(".st-key-industry input")).to_have_value(ZH["industry.cross_industry"])
    code = page.locator("[data-testid=stCode]")
    code.wait_for()
    assert '"segment": "Where"' in code.inner_text()
    paid = [10 + number for number in range(ORDERS) if number not in CANCELLED]
    number = page.locator("[data-testid=stMetricValue]")
    assert re.sub(r"\s", "", number.inner_text()) == f"{sum(paid) / len(paid):.2f}"

    page.get_by_role("link", name=ZH["start.title"], exact=True).click()
    page.get_by_text("$5 and $6").first.wait_for()
    assert_text_stayed_text(page)

    page.get_by_role("link", name=ZH["data.title"], exact=True).click()
    page.get_by_role("button", name=ZH["data.delete.button"]).click()
    page.get_by_role("dialog").get_by_role("button", name=ZH["data.delete.confirm"], exact=True).click()
    page.get_by_text(ZH["data.nothing"]).wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("$5 and $6")).to_have_count(0)
    assert_nobody_was_asked(page)


def test_a_deep_link_opens_on_a_cold_server_in_its_language(server, page):
    page.goto(f"{server}/nps?lang=zh")
    page.get_by_role("heading", name=ZH["nps.question"]).wait_for()
    page.get_by_text(
        ZH["repurchase.title"]
    ).first.wait_for()  # the frame: its navigation stands beside the page
    page.get_by_role("button", name=ZH["cell.needs.sample_tea_zh"]).click()
    page.locator("[data-testid=stMetricValue]").wait_for()
    assert "/nps" in page.url
    page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name=ZH["cell.download.png"]).click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    assert_nobody_was_asked(page)


def choose_meaning(page, column, role):
    """Double-click a cell of the editor, type a meaning and take it."""
    canvas = page.locator("[class*=st-key-data-columns] canvas").first
    canvas.wait_for()
    box = canvas.bounding_box()
    height = box["height"] / (len(HEADER) + 1)
    page.mouse.dblclick(box["x"] + box["width"] - 60, box["y"] + height * (column + 1.5))
    page.locator("[class*=gdg-] input, .gdg-style input").last.wait_for()
    page.keyboard.type(role)
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)  # the editor tells the server a moment later


def assert_text_stayed_text(page):
    for made in ("img[src*=evil]", "[data-testid=stMain] .katex", "a[href*=evil]"):
        expect(page.locator(made)).to_have_count(0)  # once the page before has gone


def assert_nobody_was_asked(page):
    hosts = {urlsplit(url).hostname for url in page.requested if url.startswith(("http", "ws"))}
    assert hosts == {"localhost"}


def test_a_slider_in_a_hurry_leaves_the_page_alive(server, page):
    """Runs that overtake one another; Streamlit may then refer to what the browser has just forgotten."""
    page.goto(f"{server}/?lang=en")
    page.locator("input[type=file]").set_input_files(ROOT / "sample_data" / "shop.xlsx")
    page.get_by_role("link", name=EN["loaded.data"]).wait_for()
    page.get_by_role("link", name=EN["mbg_nbd.title"]).click()
    sliders = page.locator("[data-testid=stSlider]")
    sliders.last.wait_for()
    still(page)
    for number in range(3):
        slider = sliders.nth(number)
        slider.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        handle = slider.locator("input[type=range]")
        thumb = handle.locator("xpath=../..").bounding_box()
        x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(8):
            page.mouse.move(x - 12 * (step + 1), y, steps=2)
            page.wait_for_timeout(30)
        page.mouse.up()
        still(page)
        handle.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        still(page)
    page.get_by_text(ZH["language.name"]).click()
    page.get_by_role("heading", name=ZH["mbg_nbd.question"]).wait_for(timeout=20_000)


def still(page):
    """Wait until nothing is computed any more."""
    page.wait_for_timeout(400)
    app = page.locator("[data-testid=stApp]")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=20_000)
