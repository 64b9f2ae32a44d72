"""Numbers as people write them, and answers on a scale; the style is decided over the whole column."""

from __future__ import annotations

import polars as pl

from loyalty import limits
from loyalty.reading.sheets import Column
from loyalty.reading.values import (
    BLANK_WORDS,
    TRUTH,
    Parsed,
    clean,
    distinct,
    first_number,
    height,
    share,
    without,
)
from loyalty.reading.wording import said_as, wording

_SIGNS = r"US\$|A\$|C\$|R\$|HK\$|NT\$|[$€£¥￥₽₹₩₺₴₪฿₫]"
_CODES = (
    r"RMB|CNY|USD|EUR|GBP|JPY|RUB|AUD|CAD|CHF|HKD|NZD|SEK|NOK|DKK|PLN|CZK|INR|BRL|MXN|ARS|SGD|TWD|KRW|TRY"
    r"|ZAR|AED|Rs\.?|Fr\.?|руб\.?|р\.|грн\.?|zł|kr\.?|元整?|圆|块|円|人民币"
)
_MONEY = rf"(?:{_SIGNS}|(?i:{_CODES}))"
_UNITS = (
    r"(?i:pcs?\.?|pieces?|units?|items?|шт\.?|stk\.?|x|×|uds?\.?|un\.?"
    r"|件|个|份|杯|盒|只|次|人|瓶|袋|包|斤|套|张|单|笔)"
)
NUMBER = (
    rf"^(?P<open>\()?\s*(?P<minus>[-−–+])?\s*(?P<before>{_MONEY})?\s*(?P<inner>[-−–+])?\s*"
    r"(?P<digits>\d[\d.,'’ \u00a0\u202f\u2009]*|[.,]\d+)\s*(?P<times>[kKmM](?:n|ln)?|千|万|亿|%)?\s*"
    rf"(?P<after>{_MONEY}|{_UNITS})?\s*(?P<behind>[-−])?(?P<close>\))?$"
)
_ENGLISH = r"^-?[$€£¥￥₽₹]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?$"
_TIMES = {"k": 1e3, "千": 1e3, "万": 1e4, "m": 1e6, "mn": 1e6, "mln": 1e6, "亿": 1e8, "%": 0.01}


def numbers(column: Column, decimal_comma: bool | None = None, hint: bool | None = None) -> Parsed:
    """Numbers with signs of currency, thousands, decimal commas, parentheses, percent, ``250k``, ``1.2万``.

    Parameters
    ----------
    column
        The cells.
    decimal_comma
        How ``1.234`` and ``1,234`` are read; None: as the other values of the column show.
    hint
        What to fall back on where no value shows it (see `comma_evidence`).

    Examples
    --------
    >>> numbers(Column(text=pl.Series(["1.234,56 €", "(420,81)", "7-", "x"]))).values.to_list()
    [1234.56, -420.81, -7.0, None]
    """
    size = height(column)
    own = column.number if column.number is not None else pl.Series([None] * size, dtype=pl.Float64)
    if column.text is None:
        return Parsed(own, _moments_only(column, size))
    text = without(clean(column.text), BLANK_WORDS)
    read, remarks = _numbers_of(text, decimal_comma, hint)
    values = own.zip_with(own.is_not_null(), read)
    unread = (text.is_not_null() & read.is_null()) | _moments_only(column, size)
    return Parsed(values, unread, remarks)


def _moments_only(column: Column, size: int) -> pl.Series:
    if column.moment is None:
        return pl.repeat(False, size, dtype=pl.Boolean, eager=True)
    return column.moment.is_not_null()


def _numbers_of(
    text: pl.Series, decimal_comma: bool | None, hint: bool | None
) -> tuple[pl.Series, dict[str, int]]:
    simple = text.cast(pl.Float64, strict=False)
    simple = simple.set(simple.is_infinite() | simple.is_nan(), None)
    comma = decimal_comma if decimal_comma is not None else hint
    if simple.null_count() == text.null_count() and not comma:
        return simple, _doubtful(text) if comma is None else {}
    if not comma and text.str.contains(_ENGLISH).all() and text.str.contains(r"\.\d\d?$").any():
        return text.str.replace_all(r"[^\d.\-]", "").cast(pl.Float64), {}
    few = text.drop_nulls().unique()
    found, remarks = _written_numbers(few, decimal_comma, hint)
    scientific = few.str.extract(r"^([-+]?\d+(?:\.\d+)?[eE][-+]?\d+)$").cast(pl.Float64)
    found = found.zip_with(found.is_not_null(), scientific)
    spread = text.replace_strict(few, found, default=None, return_dtype=pl.Float64) if len(few) else simple
    return spread, remarks


def _written_numbers(
    text: pl.Series, decimal_comma: bool | None, hint: bool | None
) -> tuple[pl.Series, dict[str, int]]:
    normal = text.str.normalize("NFKC") if text.str.contains(r"[\uff00-\uffef]").any() else text
    parts = normal.str.extract_groups(NUMBER).struct
    digits = parts.field("digits").str.replace_all(r"['’\s\u00a0\u202f\u2009]", "")
    values, remarks = _decimals(digits, decimal_comma, hint)
    minus = (parts.field("open").is_not_null() & parts.field("close").is_not_null()).fill_null(False)
    for sign in ("minus", "inner", "behind"):
        minus = minus ^ parts.field(sign).is_in(["-", "−", "–"]).fill_null(False)
    times = parts.field("times").str.to_lowercase()
    factor = times.replace_strict(_TIMES, default=1.0, return_dtype=pl.Float64)
    return (values * factor).zip_with(~minus, -values * factor), remarks


def _decimals(
    digits: pl.Series, decimal_comma: bool | None, hint: bool | None
) -> tuple[pl.Series, dict[str, int]]:
    """Digits with dots and commas as floats, in the style that the values show."""
    with_comma = digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    with_dot = digits.str.replace_all(",", "", literal=True)
    comma, dot = _shows_comma(digits), _shows_dot(digits)
    style = decimal_comma
    if style is None:
        style = comma.sum() > dot.sum() if (comma.any() or dot.any()) else hint
    if style is None:  # 1.234 is a fraction, 1,234 a thousand: what English and Chinese files mean
        values = with_dot.cast(pl.Float64, strict=False)
    else:
        use_comma = (comma | ~dot) if style else (comma & ~dot)
        values = with_comma.zip_with(use_comma, with_dot).cast(pl.Float64, strict=False)
    return values, _doubtful(digits) if style is None else {}


def _doubtful(digits: pl.Series) -> dict[str, int]:
    """A remark where every number with a dot might as well be a thousand: 1.234."""
    dotted = digits.filter(digits.str.contains(".", literal=True))
    if len(dotted) and dotted.str.contains(r"^-?[1-9]\d{0,2}\.\d{3}$").all():
        return {"number_style": len(dotted)}
    return {}


def _shows_comma(digits: pl.Series) -> pl.Series:
    """Whether a number can only be read with a decimal comma."""
    return digits.str.contains(
        r"^[\d.]*,(?:\d{1,2}|\d{4,})$|^0,\d+$|\.\d{3},\d*$|^\d{1,3}(?:\.\d{3}){2,}$"
    ).fill_null(False)


def _shows_dot(digits: pl.Series) -> pl.Series:
    return digits.str.contains(
        r"^[\d,]*\.(?:\d{1,2}|\d{4,})$|^0\.\d+$|,\d{3}\.\d*$|^\d{1,3}(?:,\d{2,3}){2,}$"
    ).fill_null(False)


def comma_evidence(column: Column) -> int:
    """How many more distinct texts show a decimal comma than a decimal point."""
    if column.text is None:
        return 0
    few = clean(column.text).drop_nulls().unique()
    digits = few.str.extract_groups(NUMBER).struct.field("digits").str.replace_all(r"['’\s\u00a0\u202f]", "")
    return int(_shows_comma(digits).sum()) - int(_shows_dot(digits).sum())


def currencies(column: Column) -> pl.Series:
    """The sign or code of currency that stands beside each number; null without one."""
    if column.text is None:
        return pl.Series([None] * height(column), dtype=pl.String)

    def read(text: pl.Series) -> pl.Series:
        found = text.str.extract(rf"({_SIGNS})").fill_null(text.str.extract(rf"(?i)\d\s*({_CODES})\s*\)?$"))
        return found.fill_null(text.str.extract(rf"(?i)^\(?[-−]?\s*({_CODES})\s*[-−]?\d"))

    return distinct(clean(column.text), read)


MOSTLY = 0.8  # of the cells must say yes or no before the column is one of yes and no


def measures(column: Column, decimal_comma: bool | None = None, hint: bool | None = None) -> Parsed:
    """Outcomes as numbers: yes and no as 1 and 0, percentages as they are written.

    Parameters
    ----------
    column, decimal_comma, hint
        As for :func:`numbers`.

    Examples
    --------
    >>> measures(Column(text=pl.Series(["18.5 %", "20", "n/a"]))).values.to_list()
    [18.5, 20.0, None]
    >>> measures(Column(text=pl.Series(["yes", "No", "是", "0"]))).values.to_list()
    [1.0, 0.0, 1.0, 0.0]
    """
    if column.text is None:
        return numbers(column)
    text = without(clean(column.text), BLANK_WORDS)
    bare = text.str.replace(r"\s*[%％]$", "")
    percent = int((bare != text).sum())
    read = numbers(Column(bare, column.number, column.moment), decimal_comma, hint)
    remarks = read.remarks | ({"percent_kept": percent} if percent else {})
    said = text.str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
    spoken = said.is_not_null() & read.values.is_null()
    filled = read.values.is_not_null() | read.unread
    if not spoken.any() or share((spoken | read.values.is_in([0.0, 1.0])).filter(filled)) < MOSTLY:
        return Parsed(read.values, read.unread, remarks)
    values = read.values.zip_with(~spoken, said.cast(pl.Float64))
    return Parsed(values, read.unread & ~spoken, remarks | {"yes_no_counted": int(spoken.sum())})


SCORE_FIRST = (
    r"^\(?(\d{1,3}(?:[.,]\d+)?)\)?\s*"
    r"(?:[-–—:：=、|)]|/\s*\d{1,3}$|\bout of\b|分|点|星|stars?|points?|балл|\s\D)"
)
SCORE_LAST = r"\D[(（:：\-–—=\s](\d{1,2})\s*分?[)）]?$"


def scores(column: Column, decimal_comma: bool | None = None) -> Parsed:
    """Answers on a scale: ``9分``, ``8/10``, ``10 - Extremely likely``, ``Very satisfied (5)``, ``★★★★``.

    Answers in words alone become the steps of their list, from 1.

    Examples
    --------
    >>> read = scores(Column(text=pl.Series(["Very satisfied", "neutral", "4", "?"])))
    >>> read.values.to_list(), read.scale
    ([5.0, 3.0, 4.0, None], '1-5')
    """
    plain = numbers(column, decimal_comma)
    if column.text is None or not plain.unread.any():
        return plain

    def read(text: pl.Series) -> pl.Series:
        normal = text.str.normalize("NFKC")
        found = first_number(normal, SCORE_FIRST).fill_null(first_number(normal, SCORE_LAST))
        stars = text.str.count_matches("[★⭐]").cast(pl.Float64)
        return found.fill_null(stars.set(stars == 0, None))

    text = clean(column.text)
    spoken = distinct(text, read)
    values = plain.values.zip_with(plain.values.is_not_null(), spoken)
    return _worded(text, Parsed(values, plain.unread & values.is_null(), plain.remarks))


def _worded(text: pl.Series, numbered: Parsed) -> Parsed:
    """The same with the answers that are words alone."""
    said = text.filter(numbered.unread & text.is_not_null())
    counts = dict(said.value_counts().iter_rows()) if said.n_unique() <= limits.GROUPING_VALUES else {}
    found = wording(counts)
    if not found:
        return numbered
    steps = text.replace_strict(found.steps, default=None, return_dtype=pl.Float64)
    values = numbered.values.zip_with(~numbered.unread, steps)
    worded = sum(counts[word] for word in found.steps)
    scale = f"1-{found.size}" if 2 * worded > len(values) - values.null_count() else None
    remarks, words = numbered.remarks | {"in_words": worded}, {"words": said_as(found.steps)}
    return Parsed(values, numbered.unread & values.is_null(), remarks, scale, words)
