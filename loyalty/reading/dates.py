"""Dates in the styles people write them, read in one order for the whole column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial

import polars as pl

from loyalty.reading.sheets import Column
from loyalty.reading.values import BLANK_WORDS, Parsed, clean, height, without

SERIALS = (20_000, 80_000)  # Excel's days 1954-10-03 to 2119-01-10: numbers that are meant as dates
COMPACT = (19_000_101, 21_001_231)
EPOCH = datetime(1899, 12, 30)  # Excel's day 0, its 29 February 1900 taken into account
SWAPPED = 8  # so many cells of each kind before days and months are taken for exchanged
STAMPS = (800_000_000, 4_200_000_000)  # Unix seconds from 1995 to 2103

_FAST = {  # what the first cell looks like: the format to try on all at once
    r"^\d{4}-\d\d-\d\d$": "%Y-%m-%d",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$": "%Y-%m-%d %H:%M:%S",
    r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$": "%Y-%m-%dT%H:%M:%S",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d$": "%Y-%m-%d %H:%M",
    r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d$": "%Y/%m/%d %H:%M:%S",
}
_FAST_TIMES = {"": "", r" \d{1,2}:\d\d": " %H:%M", r" \d{1,2}:\d\d:\d\d": " %H:%M:%S"}
_FAST_TIMES |= {r" \d{1,2}:\d\d [AaPp][Mm]": " %I:%M %p", r" \d{1,2}:\d\d:\d\d [AaPp][Mm]": " %I:%M:%S %p"}
_NOON = r"[AaPp]\.?\s?[Mm]\.?|上午|下午|中午|凌晨|晚上"
_TIME = (
    rf"(?:[T\s,，]*(?P<early>{_NOON})?\s*(?P<h>\d{{1,2}})[:时点](?P<mi>\d{{1,2}})(?:[:分](?P<s>\d{{1,2}})(?:[.,]\d+)?秒?)?分?"
    rf"\s*(?P<late>{_NOON})?)?"
)
_ZONE = r"(?:\s*(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT|[A-Z]{2,5}\b|\([^)]*\)|г\.?|Uhr|uhr))*\s*$"
_DAY_NAME = r"^(?:[^\W\d_]{2,12}\.?,?\s+)?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|\.)?"
_YEAR = r"(?P<y>\d{4}|\d{2})"
_MONTH = r"(?P<mon>[^\W\d_]{3,12})\.?"
PATTERNS = (
    _DAY_NAME
    + r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"
    + r"(?:\s*(?:星期|周|[(（]周?)[一二三四五六日天][)）]?)?"
    + _TIME
    + _ZONE,
    r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T\s_-]?(?P<h>\d{2}):?(?P<mi>\d{2})(?::?(?P<s>\d{2}))?)?$",
    _DAY_NAME
    + rf"(?P<d>\d{{1,2}}){_ORDINAL}[-\s/.]*(?:de\s+)?{_MONTH}[-\s/,.]*(?:de\s+)?{_YEAR}"
    + _TIME
    + _ZONE,
    _DAY_NAME + rf"{_MONTH}[-\s/]*(?P<d>\d{{1,2}}){_ORDINAL},?[-\s,/]+{_YEAR}" + _TIME + _ZONE,
    r"^(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?$",
    rf"^{_MONTH}[-\s.,/]*(?P<y>\d{{4}})$",
)
EITHER = (
    r"^(?:[^\W\d_]{2,12}\.?,?\s+)?(?P<a>\d{1,2})\s*(?P<sep>[-/.])\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<y>\d{4}|\d{2})"
    + _TIME
    + _ZONE
)

_MONTH_NAMES = """
jan january januar enero ene janvier janv janeiro января янв январь января gennaio jän jänner janvier
feb february februar febrero février févr fev fevereiro февраля фев февраль fevrier
mar march märz marzo mars março марта мар март mär mrz marco
apr april abril abr avril avr апреля апр апрель
may mai mayo maio мая май
jun june juni junio juin junho июня июн июнь
jul july juli julio juillet juil julho июля июл июль
aug august agosto ago août aout августа авг август
sep sept september septiembre septembre setembro set сентября сен сентябрь сент
oct october oktober okt octubre octobre outubro out октября окт октябрь
nov november noviembre novembre novembro ноября ноя ноябрь нояб
dec december dezember dez diciembre dic décembre déc dezembro декабря дек декабрь decembre
"""
MONTHS = {
    name: float(place)
    for place, line in enumerate(_MONTH_NAMES.strip().splitlines(), 1)
    for name in line.split()
}


def dates(column: Column, day_first: bool | None = None, hint: bool | None = None) -> Parsed:
    """Dates, with the clock time as it is written; zones are not converted.

    ``03/04/2025`` is read as the values of the column show; where they do not, as `hint` says, else with the
    month first.

    Parameters
    ----------
    column
        The cells: date cells, numbers (Excel's days, ``20260501``, Unix seconds) and texts.
    day_first
        The order of day and month where the user has chosen it.
    hint
        The order to fall back on.

    Returns
    -------
    Parsed
        Remarks: ``day_first`` or ``month_first`` with the number of cells whose order nothing shows,
        ``date_orders`` with the number of cells that can only be read the other way round, ``dates_swapped``
        with the number of date cells whose day and month a spreadsheet program had exchanged.

    Examples
    --------
    >>> column = Column(text=pl.Series(["25/12/2024", "1/2/2025 5:18 PM", "2025年3月5日", "05-Jan-2019"]))
    >>> dates(column).values.dt.to_string("%Y-%m-%d %H:%M").to_list()
    ['2024-12-25 00:00', '2025-02-01 17:18', '2025-03-05 00:00', '2019-01-05 00:00']
    """
    size = height(column)
    values = pl.Series([None] * size, dtype=pl.Datetime("us"))
    unread = pl.repeat(False, size, dtype=pl.Boolean, eager=True)
    remarks: dict[str, int] = {}
    if column.text is not None:
        text = without(clean(column.text), BLANK_WORDS)
        values, remarks = _of_texts(text, day_first, hint)
        unread = text.is_not_null() & values.is_null()
    if column.number is not None:
        found = of_numbers(column.number)
        values = values.zip_with(column.number.is_null(), found)
        unread |= column.number.is_not_null() & found.is_null()
    if column.moment is not None:
        moments = column.moment.cast(pl.Datetime("us"))
        if day_first is not False and _is_swapped(column):
            moments = moments.to_frame("t").select(_turned(pl.col("t"))).to_series()
            remarks = {**remarks, "dates_swapped": len(moments) - moments.null_count()}
        values = values.zip_with(moments.is_null(), moments)
    return Parsed(values, unread, remarks)


def _is_swapped(column: Column) -> bool:
    """Whether a spreadsheet program took days for months.

    Opening 03/04/2025 (3 April) where the month comes first makes it 4 March; 25/12/2024 stays a text. So
    no date cell has a day above 12, and no text a day below 13: with eight of each that is no chance.
    """
    if column.text is None or column.moment is None:
        return False
    either = clean(column.text).drop_nulls().str.extract_groups(EITHER).struct
    a, b = (either.field(name).cast(pl.Int64).drop_nulls() for name in "ab")
    days = column.moment.drop_nulls().dt.day()
    enough = len(a) >= SWAPPED and len(days) >= SWAPPED
    return enough and bool((a > 12).all() and (b <= 12).all() and (days <= 12).all())


def _turned(moment: pl.Expr) -> pl.Expr:
    """Day and month of a moment exchanged."""
    at = moment.dt
    return pl.datetime(at.year(), at.day(), at.month(), at.hour(), at.minute(), at.second(), time_unit="us")


def of_numbers(number: pl.Series) -> pl.Series:
    """Excel's days, ``20260501``, Unix seconds and milliseconds as dates; null for other numbers."""
    frame = pl.DataFrame({"n": number})
    n = pl.col("n")
    whole = pl.when(n.is_between(*COMPACT)).then(n).cast(pl.Int64)
    day = pl.when(n.is_between(*SERIALS)).then(n)
    serial = pl.lit(EPOCH) + pl.duration(milliseconds=(day * 86_400_000).round().cast(pl.Int64))
    second = pl.when(n >= 1e11).then(n / 1000).otherwise(n)
    second = pl.when(second.is_between(*STAMPS)).then(second).cast(pl.Int64)
    compact = _moment({"y": whole // 10_000, "m": whole // 100 % 100, "d": whole % 100})
    stamp = pl.from_epoch(second, time_unit="s").cast(pl.Datetime("us"))
    return frame.select(
        pl.coalesce(serial.dt.round("1s"), compact, stamp).cast(pl.Datetime("us"))
    ).to_series()


def _moment(parts: dict[str, pl.Expr]) -> pl.Expr:
    """Year, month, day and clock as a moment; null where there is no such day or time."""
    y, m, d = (parts[name] for name in "ymd")
    h, mi, s = (parts.get(name, pl.lit(0, dtype=pl.Int64)).fill_null(0) for name in ("h", "mi", "s"))
    leap = (y % 4 == 0) & ((y % 100 != 0) | (y % 400 == 0))
    longest = (
        pl.when(m == 2).then(28 + leap.cast(pl.Int64)).when(m.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    )
    there = m.is_between(1, 12) & d.is_between(1, longest) & y.is_between(1, 9999)
    there &= h.is_between(0, 23) & mi.is_between(0, 59) & s.is_between(0, 59)
    return pl.datetime(pl.when(there).then(y), m, d, h, mi, s, time_unit="us")


def _of_texts(text: pl.Series, day_first: bool | None, hint: bool | None) -> tuple[pl.Series, dict[str, int]]:
    fast = _at_once(text, day_first)
    if fast is not None:
        return fast, {}
    counted = text.drop_nulls().value_counts(name="count")
    few = counted.to_series(0)
    if not len(few):
        return pl.Series([None] * len(text), dtype=pl.Datetime("us")), {}
    normal = few.str.normalize("NFKC") if few.str.contains(r"[\uff00-\uffef]").any() else few
    values = _serials(normal)
    for pattern in PATTERNS:
        values = _filled(values, normal, partial(_by_pattern, pattern=pattern))
    either = normal.str.extract_groups(EITHER)
    order, shown = _order(either, text, day_first, hint)
    values = _filled(values, normal, lambda texts: _in_order(texts, order))
    remarks = _remarks(either, counted["count"], order, shown)
    return text.replace_strict(few, values, default=None, return_dtype=pl.Datetime("us")), remarks


def _at_once(text: pl.Series, day_first: bool | None) -> pl.Series | None:
    """The whole column by one exact format, where the first cell suggests one and all follow."""
    start = text.first(ignore_nulls=True)
    if not isinstance(start, str):
        return None

    def whole(form: str) -> pl.Series | None:
        found = text.str.to_datetime(form, strict=False, time_unit="us")
        complete = found.null_count() == text.null_count() and not (found.dt.year() < 1000).any()
        return found if complete else None

    for shape, form in _FAST.items():
        if re.fullmatch(shape, start):
            return whole(form)
    for shape, clock in _FAST_TIMES.items():
        if place := re.fullmatch(r"\d{1,2}([-/.])\d{1,2}\1\d{4}" + shape, start):
            sep = place[1]
            both = {first: whole(form) for first, form in _orders(sep, clock) if day_first in (None, first)}
            complete = [found for found in both.values() if found is not None]
            return complete[0] if len(complete) == 1 else None
    return None


def _orders(sep: str, clock: str) -> tuple[tuple[bool, str], tuple[bool, str]]:
    return (True, f"%d{sep}%m{sep}%Y{clock}"), (False, f"%m{sep}%d{sep}%Y{clock}")


def _filled(values: pl.Series, texts: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Read what is still unread."""
    open_ = values.is_null().arg_true()
    return values if not len(open_) else values.scatter(open_, read(texts.gather(open_)))


def _serials(texts: pl.Series) -> pl.Series:
    """Excel's days and Unix seconds that came as text."""
    bare = texts.str.extract(r"^(\d{5}(?:\.\d+)?|\d{10}|\d{13})$")
    return of_numbers(bare.cast(pl.Float64))


def _by_pattern(texts: pl.Series, pattern: str) -> pl.Series:
    groups = texts.str.extract_groups(pattern).struct.unnest()
    names = _integers(name for name in ("y", "m", "d", "h", "mi", "s") if name in groups.columns)
    if "mon" in groups.columns:
        month = pl.col("mon").str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
        names["m"] = month
    names.setdefault("d", pl.lit(1, dtype=pl.Int64))
    return groups.select(_moment(_clock(names, groups.columns))).to_series()


def _integers(names: Iterable[str]) -> dict[str, pl.Expr]:
    return {name: pl.col(name).cast(pl.Int64) for name in names}


def _in_order(texts: pl.Series, day_first: bool) -> pl.Series:
    """``a/b/year`` in one order, or in the other where only that one gives a month."""
    groups = texts.str.extract_groups(EITHER).struct.unnest()
    a, b = pl.col("a").cast(pl.Int64), pl.col("b").cast(pl.Int64)
    swapped = (b > 12) if day_first else (a > 12)
    first_is_day = ~swapped if day_first else swapped
    names = _integers(("y", "h", "mi", "s"))
    names["d"] = pl.when(first_is_day).then(a).otherwise(b)
    names["m"] = pl.when(first_is_day).then(b).otherwise(a)
    return groups.select(_moment(_clock(names, groups.columns))).to_series()


def _clock(names: dict[str, pl.Expr], columns: list[str]) -> dict[str, pl.Expr]:
    """Years of two digits completed, hours before and after noon counted to 24."""
    y = names["y"]
    century = pl.when(y + 2000 > date.today().year + 1).then(1900).otherwise(2000)
    names["y"] = pl.when(y < 100).then(y + century).otherwise(y)
    if "early" in columns:
        word = pl.coalesce("early", "late").str.to_lowercase()
        late, early = word.str.contains("^p|下午|晚上|中午"), word.str.contains("^a|上午|凌晨")
        h = names["h"]
        names["h"] = pl.when(late & (h < 11)).then(h + 12).when(early & (h == 12)).then(0).otherwise(h)
        names["h"] = pl.when(word.str.contains("^p|下午|晚上") & (h == 11)).then(23).otherwise(names["h"])
    return names


def _order(
    either: pl.Series, text: pl.Series, day_first: bool | None, hint: bool | None
) -> tuple[bool, bool]:
    """Whether the day comes first, and whether the values (or the user) show it."""
    a, b = (either.struct.field(name).cast(pl.Int64) for name in "ab")
    if day_first is not None:
        return day_first, True
    day, month = int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())
    if day or month:
        return day >= month, True
    seps = either.struct.field("sep").drop_nulls()
    if len(seps) and (seps == ".").all():
        return True, True  # 03.04.2025 is written where the day comes first
    sorted_ = _sorted_order(text)
    if sorted_ is not None:
        return sorted_, True
    return bool(hint), False


def shown_order(column: Column) -> bool | None:
    """Whether the day comes first, where the values show it.

    Examples
    --------
    >>> shown_order(Column(text=pl.Series(["25/12/2024", "1/2/2025"]))), shown_order(Column())
    (True, None)
    """
    if column.text is None:
        return None
    text = clean(column.text)
    day_first, shown = _order(text.drop_nulls().unique().str.extract_groups(EITHER), text, None, None)
    return day_first if shown else None


def _sorted_order(text: pl.Series) -> bool | None:
    """The order of day and month in which the column runs forwards or backwards, if only one does."""
    some = text.drop_nulls().head(2_000)
    if some.n_unique() < 5:
        return None
    runs = {}
    for day_first in (True, False):
        found = _in_order(some, day_first).drop_nulls()
        runs[day_first] = found.is_sorted() or found.is_sorted(descending=True)
    return None if runs[True] == runs[False] else runs[True]


def _remarks(either: pl.Series, counts: pl.Series, day_first: bool, shown: bool) -> dict[str, int]:
    a, b = (either.struct.field(name).cast(pl.Int64) for name in "ab")
    unclear = int(counts.filter(((a <= 12) & (b <= 12) & (a != b)).fill_null(False)).sum())
    other = (b > 12) & (a <= 12) if day_first else (a > 12) & (b <= 12)
    remarks = {"date_orders": int(counts.filter(other.fill_null(False)).sum())}
    if not shown:
        remarks["day_first" if day_first else "month_first"] = unclear
    return {id: count for id, count in remarks.items() if count}
