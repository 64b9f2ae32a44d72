"""Formats against what CLDR, d3 and the field write; escaping against the rules of CommonMark."""

import math
import pickle
import re
import string
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
import vl_convert
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st

from loyalty.charts.locale import charts_locale
from loyalty.errors import LoyaltyError, Where
from loyalty.texts import LANGUAGES, Message
from loyalty.words import Translator, clean, escape, pick

EN, ZH = Translator("en"), Translator("zh")


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (0, None, "0"),
        (1234567.891, None, "1,234,567.89"),
        (2, 1, "2.0"),
        (-3.14159, 3, "−3.142"),
        (0.125, 2, "0.13"),  # halves away from zero, as in a spreadsheet
        (2.675, 2, "2.68"),
        (-0.5, 0, "−1"),
        (-0.004, 2, "0.00"),
        (math.nan, 2, "–"),
        (math.inf, 0, "∞"),
        (-math.inf, 0, "−∞"),
        (1e300, 2, "1.00e+300"),
    ],
)
@pytest.mark.parametrize("t", [EN, ZH])
def test_numbers_as_both_countries_write_them(t, x, digits, expected):
    assert t.number(x, digits) == expected


@pytest.mark.parametrize("t", [EN, ZH])
@given(x=st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True), digits=st.integers(0, 4))
def test_numbers_as_babel_writes_them(t, x, digits):
    rounded = Decimal(repr(x)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    assert t.number(x, digits) == format_decimal(rounded, pattern, t.language).replace("-", "−")


@pytest.mark.parametrize(
    ("x", "currency", "english", "chinese"),
    [  # CLDR 48: common/main/en.xml and zh.xml
        (1234.5, "USD", "$1,234.50", "US$1,234.50"),
        (1234.5, "CNY", "CN¥1,234.50", "¥1,234.50"),
        (-0.99, "EUR", "−€0.99", "−€0.99"),
        (1234.5, "JPY", "¥1,235", "JP¥1,235"),
        (1234.5, "¥", "¥1,234.50", "¥1,234.50"),
        (1234.5, "元", "1,234.50元", "1,234.50元"),
        (1234.5, "kr", "kr\u00a01,234.50", "kr\u00a01,234.50"),
        (1234.5, None, "1,234.50", "1,234.50"),
        (-0.001, "USD", "$0.00", "US$0.00"),
        (math.nan, "USD", "–", "–"),
        (math.inf, "USD", "∞", "∞"),
    ],
)
def test_money(x, currency, english, chinese):
    assert (EN.money(x, currency), ZH.money(x, currency)) == (english, chinese)


def test_a_hostile_currency_sign_cannot_turn_the_line():
    assert EN.money(5, "\u202e$\n") == "$5.00"


def test_dates_and_months():
    assert EN.date(date(2025, 3, 5)) == EN.date(datetime(2025, 3, 5, 23, 59)) == "Mar 5, 2025"
    assert ZH.date(date(2025, 3, 5)) == "2025年3月5日"
    assert (EN.month("2025-12"), ZH.month("2025-12")) == ("Dec 2025", "2025年12月")


@pytest.mark.parametrize(
    ("unit", "x", "currency", "english", "chinese"),
    [
        ("points", 31.6, None, "32", "32"),
        ("points", -4.5, None, "−5", "−5"),
        ("share", 0.2134, None, "21.3%", "21.3%"),
        ("share", 1, None, "100.0%", "100.0%"),
        ("ratio", 1 / 3, None, "0.33", "0.33"),
        ("money", 5, "GBP", "£5.00", "£5.00"),
        ("score", 77.8, None, "77.8", "77.8"),
        ("stars", 4.42, None, "4.42", "4.42"),
        ("seconds", 92.33, None, "92 s", "92秒"),
        ("years", 0.81847, None, "0.818", "0.818"),
        ("number", 2.6, None, "2.6", "2.6"),
        ("share", math.nan, None, "–", "–"),
        ("ratio", math.inf, None, "∞", "∞"),
    ],
)
def test_values_in_their_unit(unit, x, currency, english, chinese):
    assert (EN.value(unit, x, currency), ZH.value(unit, x, currency)) == (english, chinese)


def test_an_unknown_unit_is_a_bug():
    with pytest.raises(ValueError, match="furlongs"):
        EN.value("furlongs", 1)


def test_intervals():
    assert EN.interval("share", 0.1, 0.25) == "10.0% to 25.0%"
    assert ZH.interval("money", 1, 2, "CNY") == "¥1.00至¥2.00"


@pytest.mark.parametrize(
    ("unit", "x", "english", "chinese"),
    [
        ("points", 5, "+5 points", "+5分"),
        ("points", -5, "−5 points", "−5分"),
        ("points", 0.2, "0 points", "0分"),
        ("share", -0.034, "−3.4 percentage points", "−3.4个百分点"),
        ("ratio", 0.25, "+0.25", "+0.25"),
        ("money", 0.5, "+0.50", "+0.50"),
        ("ratio", math.inf, "+∞", "+∞"),
        ("points", math.nan, "– points", "–分"),
    ],
)
def test_differences_carry_their_sign(unit, x, english, chinese):
    assert (EN.difference(unit, x), ZH.difference(unit, x)) == (english, chinese)


def test_holes_take_the_form_of_the_language_and_texts_stay():
    assert EN("where.rows", rows=1048576) == "rows 1,048,576"
    assert EN("where.rows", rows=2.5) == "rows 2.5"
    assert ZH("where.rows", rows=date(2025, 3, 5)) == "第 2025年3月5日 行"
    assert EN("where.rows", rows="2025") == "rows 2025"
    assert EN("where.rows", rows=None) == "rows –"


def test_a_message_may_hold_a_message():
    inner = Message("where.rows", {"rows": 1200})
    assert ZH.say(Message("where.sheet", {"sheet": inner})) == "工作表“第 1,200 行”"


def test_a_brace_in_a_strangers_text_is_only_a_brace():
    assert EN("where.sheet", sheet="{0} {rows}") == "sheet “{0} {rows}”"


def test_markdown_escapes_texts_at_every_depth_but_not_sentences():
    inner = Message("where.sheet", {"sheet": "*a*"})
    said = EN.markdown(Message("where.first", {"value": inner}))
    assert said == r"first: “sheet “\*a\*””"
    assert EN.markdown(Message("where.rows", {"rows": -1.5})) == "rows −1.5"


def test_an_unknown_id_and_an_unfilled_hole_are_bugs():
    assert EN.has("where.sheet")
    assert not EN.has("where.nowhere")
    with pytest.raises(KeyError):
        EN("where.nowhere")
    with pytest.raises(KeyError):
        EN("where.sheet")


def test_errors_in_three_parts():
    error = LoyaltyError("own_figures_order", Where(column="$low$", rows=(3, 9), value="80"), count=1200)
    what, where, fix = EN.error(error)
    assert what == "Number of rows in which low, typical and high do not rise: 1,200."
    assert where == "column “$low$” · rows 3, 9 · first: “80”"
    assert fix.startswith("Put the smallest")
    assert EN.error(error, markdown=True)[1] == r"column “\$low\$” · rows 3, 9 · first: “80”"
    assert ZH.error(LoyaltyError("own_figures_empty"))[1] == ""


def test_one_row_is_no_rows():
    error = LoyaltyError("own_figures_order", Where(rows=(1443,)), count=1)
    assert (EN.error(error)[1], ZH.error(error)[1]) == ("row 1443", "第 1443 行")


def test_a_translator_travels_between_processes_and_serves_as_a_key():
    assert pickle.loads(pickle.dumps(ZH)) == ZH
    assert len({ZH, Translator("zh"), EN}) == 2


@pytest.mark.parametrize(("language", "reference"), [("en", "en-US"), ("zh", "zh-CN")])
def test_chart_locale_is_that_of_d3(language, reference):
    ours, theirs = charts_locale(language)["time"], vl_convert.get_time_format_locale(reference)
    names = (
        ("days", "shortDays", "periods", "months")
        if language == "zh"
        else (*theirs.keys() - {"dateTime", "date", "time"},)
    )
    assert {name: ours[name] for name in names} == {name: theirs[name] for name in names}
    number = vl_convert.get_format_locale(reference)
    assert charts_locale(language, "$")["number"] == {**number, "currency": ["$", ""], "minus": "−"}


def test_chart_locale_months_in_chinese_are_those_of_cldr():
    assert charts_locale("zh")["time"]["shortMonths"] == [f"{month}月" for month in range(1, 13)]


@pytest.mark.parametrize(
    ("query", "session", "browser", "language"),
    [
        ("zh", "en", "en-GB", "zh"),
        (None, "zh", "en-GB", "zh"),
        (None, None, "zh-Hans-CN", "zh"),
        (None, None, "ZH_tw", "zh"),
        (None, None, "de-DE", "en"),
        ("../../etc", "nonsense", None, "en"),
        ("", "", "", "en"),
        ("en-AU", "zh", None, "en"),
    ],
)
def test_language_from_address_then_session_then_browser(query, session, browser, language):
    assert pick(query, session, browser) == language
    assert language in LANGUAGES


strangers = st.text(st.characters(codec="utf-8") | st.sampled_from(string.punctuation), max_size=120)


@given(strangers)
@example("$5 and $10")
@example("![x](http://127.0.0.1/x.png)")
@example(":red[x] :material/home:")
@example("<img src=x onerror=alert(1)>")
@example("a\\$b$")
@example("1. one\n2. two")
def test_escaped_text_has_no_live_character_and_loses_nothing(text):
    escaped = escape(text)
    # CommonMark 0.31, 2.4: a backslash before ASCII punctuation makes it a literal character.
    tokens = re.findall(r"\\[!-/:-@\[-`{-~]|.", escaped, re.DOTALL)
    assert not set(r"\*_~$[]()#+-!|<>:`&{}") & {token for token in tokens if len(token) == 1}
    assert "".join(token[-1] for token in tokens).replace("\u2060", "") == clean(text)


@given(strangers)
@example("abc\u202egnp.exe")
@example("\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
@example("a\x00b\x1b[31m\x7f")
@example("line\nbreak\u2028\u2029\ttab")
def test_clean_text_is_one_short_line_without_hidden_turns(text):
    line = clean(text)
    assert len(line) <= 80
    assert "\n" not in line
    hidden = {
        character for character in line if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }
    assert hidden <= {"\u200c", "\u200d"}


def test_clean_keeps_what_people_write():
    assert clean("  绿茶（大） – 50 g  ") == "绿茶（大） – 50 g"
    assert clean("👩\u200d👩\u200d👧 family") == "👩\u200d👩\u200d👧 family"
    assert clean("x" * 80) == "x" * 80
    assert clean("x" * 81) == "x" * 79 + "…"
