"""What the cells of a column say: texts, ids, numbers, yes and no, durations, scores.

Every reading is decided over the whole column, never cell by cell. Long work is done once a distinct text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from loyalty.reading.sheets import Column

EDGES = " \t\r\n\u00a0\u2007\u202f\u3000\u200b\u200e\u200f\ufeff"
_BLANK = (
    "-|--|—|–|/|\\|n/a|#n/a|nan|null|<null>|none|nil|(blank)|无|空|空白|(空白)|暂无|未填写|"
    "不详|нет данных|(leer)|unknown|undefined"
)
BLANK_WORDS = tuple(_BLANK.split("|"))
NO_CATEGORY = ("n/a", "#n/a", "nan", "null", "-", "--", "—", "/", "(blank)", "(空)", "(空白)")
_NOBODY = (
    "na|anonymous|guest|walk-in|walk in|walkin|walk-in customer|walk in customer|cash customer|cash sale|"
    "non-member|no name|no customer|匿名|匿名用户|散客|散户|游客|非会员|无会员|零售|零售客户|"
    "普通客户|现金客户|过路客|路人|розничный покупатель|розница|частное лицо|физлицо|"
    "гость|laufkundschaft|laufkunde|barverkauf|barkunde|gast|diverse|"
    "consumidor final|cliente mostrador|público en general|client comptoir|client de passage"
)
MISSING_ID_WORDS = (*BLANK_WORDS, *_NOBODY.split("|"))


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """The values of a column, and the cells that have none although something stands in them.

    Parameters
    ----------
    values
        Typed series; null where nothing is or nothing could be read.
    unread
        Boolean series: filled, but not readable.
    remarks
        Id of a note to its number of cells, for readings that were a choice or a repair.
    scale
        The scale that answers in words stand for, such as ``"1-7"``.
    holes
        What the sentences of the remarks may name.
    """

    values: pl.Series
    unread: pl.Series
    remarks: dict[str, int] = field(default_factory=dict)
    scale: str | None = None
    holes: dict[str, str] = field(default_factory=dict)


def take(column: Column, rows: pl.Series) -> Column:
    """The column at some rows only."""
    series = (column.text, column.number, column.moment)
    return Column(*(None if s is None else s.gather(rows) for s in series))


def height(column: Column) -> int:
    """Number of cells, empty ones included; 0 when the column has none at all."""
    return max((len(s) for s in (column.text, column.number, column.moment) if s is not None), default=0)


def clean(text: pl.Series) -> pl.Series:
    """Texts without outer blanks and without the wrappers that keep spreadsheets from changing ids.

    Examples
    --------
    >>> clean(pl.Series([' a ', '="007"', "'+49", '']))[1:].to_list()
    ['007', '+49', None]
    """
    text = text.str.strip_chars(EDGES)
    if text.str.starts_with('="').any():
        text = text.str.replace(r'(?s)^="(.*)"$', "$1").str.strip_chars(EDGES)
    if text.str.starts_with("'").any():
        text = text.str.strip_prefix("'")
    if (text == "").any():
        text = text.replace("", None)
    return text


def share(mask: pl.Series) -> float:
    """Share of true among what is known; 0 where nothing is."""
    found = mask.mean()
    return float(found) if isinstance(found, (int, float)) else 0.0


def distinct(text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply a reading to every distinct text once and spread the results."""
    if len(text) < 1_000:
        return read(text)
    few = text.drop_nulls().unique()
    if len(few) > 0.5 * len(text):
        return read(text)
    found = read(few)
    if not len(few):
        return pl.Series(text.name, [None] * len(text), dtype=found.dtype)
    return text.replace_strict(few, found, default=None, return_dtype=found.dtype)


def without(text: pl.Series, words: tuple[str, ...]) -> pl.Series:
    """Texts, null where they only say that there is none."""
    short = text.filter(text.str.len_chars() <= 24).unique()
    nothing = short.filter(short.str.to_lowercase().is_in(words))
    return text.replace(nothing, pl.Series([None] * len(nothing), dtype=pl.String)) if len(nothing) else text


def texts(column: Column, words: tuple[str, ...] = ()) -> pl.Series:
    """Every cell as text; whole numbers without decimals, dates as ISO; null where empty."""
    parts = []
    if column.text is not None:
        parts.append(without(clean(column.text), words) if words else clean(column.text))
    if column.number is not None:
        parts.append(_number_text(column.number))
    if column.moment is not None:
        moment = column.moment.cast(pl.Datetime("us"))
        parts.append(moment.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00"))
    if not parts:
        return pl.Series([], dtype=pl.String)
    found = parts[0]
    for part in parts[1:]:
        found = found.zip_with(found.is_not_null(), part)
    return found


def _number_text(number: pl.Series) -> pl.Series:
    whole = (number == number.round()) & (number.abs() < 1e15)
    if whole.all():
        return number.cast(pl.Int64).cast(pl.String)
    as_whole = number.zip_with(
        whole, pl.Series([None], dtype=pl.Float64).extend_constant(None, len(number) - 1)
    )
    return as_whole.cast(pl.Int64).cast(pl.String).zip_with(whole, number.cast(pl.String))


def ids(column: Column) -> pl.Series:
    """Ids as text: zeros kept, wrappers and a machine's ``.0`` gone, e-mail addresses in small letters.

    Examples
    --------
    >>> ids(Column(text=pl.Series(['="00123"', "573415.0", "C12"]))).to_list()
    ['00123', '573415.0', 'C12']
    >>> ids(Column(text=pl.Series(["573415.0", "8.0", None]))).to_list()
    ['573415', '8', None]
    """
    found = texts(column, MISSING_ID_WORDS)
    if column.text is None:
        return found
    if found.str.ends_with(".0").any() and found.drop_nulls().str.contains(r"^\d+(\.0)?$").all():
        found = found.str.strip_suffix(".0")
    if found.str.contains("@", literal=True).any():
        found = found.zip_with(~found.str.contains("@", literal=True), found.str.to_lowercase())
    return found


_ROUNDED = r"^\d(?:[.,]\d+)?[eE]\+\d{2}$"
_LONG = 1e15  # Excel keeps 15 digits and writes zeros for the rest


def rounded(column: Column) -> pl.Series:
    """Which long ids a spreadsheet program has rounded, so that different ones fall together.

    Examples
    --------
    >>> rounded(Column(text=pl.Series(["1.93068E+17", "193067985817064001", None]))).to_list()
    [True, False, False]
    """
    found = pl.repeat(False, height(column), dtype=pl.Boolean, eager=True)
    if column.text is not None:
        found |= clean(column.text).str.contains(_ROUNDED).fill_null(False)
    if column.number is not None:
        long = (column.number.abs() >= _LONG).fill_null(False)
        if long.any() and share(column.number.filter(long) % 10 == 0) > 0.9:
            found |= long
    return found


_YES = (
    "yes|y|true|t|1|1.0|是|有|对|已|√|✓|✔|☑|да|sí|si|s|oui|o|ja|j|sim|wahr|vrai|verdadero|"
    "истина|on|returned|已退货|已退|x|bought|purchased|converted|subscribed|completed|"
    "complete|已购买|已完成|同意|购买|opted in|opted-in|opt-in|opted_in|granted|agreed|愿意|接受"
)
_NO = (
    "no|n|false|f|0|0.0|否|无|没有|不是|未|×|✗|✘|☐|нет|non|nein|não|nao|falsch|faux|falso|"
    "ложь|off|not|未购买|未完成|不同意|unsubscribed|incomplete|partial|未退货|未退|-|не|"
    "never subscribed|never_subscribed|not subscribed|not_subscribed|opted out|opted-out|opt-out|opted_out|"
    "declined|refused|withdrawn|拒绝|不愿意|不接受|已退订"
)
TRUTH = dict.fromkeys(_YES.split("|"), True) | dict.fromkeys(_NO.split("|"), False)


def truths(column: Column) -> Parsed:
    """Yes and no in several languages; a date counts as yes (``Cancelled at``)."""
    size = height(column)
    values, unread = (
        pl.Series([None] * size, dtype=pl.Boolean),
        pl.repeat(False, size, dtype=pl.Boolean, eager=True),
    )
    if column.text is not None:
        text = clean(column.text)
        values = text.str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
        dated = text.str.contains(r"^\d{4}[-/年]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
        values = values.zip_with(
            ~(dated & values.is_null()).fill_null(False), pl.repeat(True, size, eager=True)
        )
        unread = text.is_not_null() & values.is_null()
    if column.number is not None:
        number = column.number.replace_strict({1.0: True, 0.0: False}, default=None, return_dtype=pl.Boolean)
        values, unread = (
            values.zip_with(values.is_not_null(), number),
            unread | (column.number.is_not_null() & number.is_null()),
        )
    if column.moment is not None:
        values = values.zip_with(column.moment.is_null(), column.moment.is_not_null())
    return Parsed(values, unread)


_STATES = r"(?i)subscri|opt|withdr|declin|refus|退订|拒|接受|愿意|同意"  # words that need no header


def refusals(column: Column) -> Parsed:
    """Consent where the header refuses: yes is no; ``opted in`` stays what it is."""
    found = truths(column)
    if column.text is None:
        return Parsed(~found.values, found.unread)
    stated = column.text.str.contains(_STATES).fill_null(False)
    return Parsed(found.values.zip_with(stated, ~found.values), found.unread)


_HOURS = (
    r"(?i)(\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|小时|时|ч|час\w*|std|stunden?|horas?|heures?)(?:[^a-zа-я]|$)"
)
_MINUTES = r"(?i)(\d+(?:[.,]\d+)?)\s*(?:m|mins?|minutes?|分钟|分|мин\w*|minuten?|minutos?)\.?(?:[^a-zа-я]|$)"
_SECONDS = r"(?i)(\d+(?:[.,]\d+)?)\s*(?:s|secs?|seconds?|秒钟?|сек\w*|sekunden?|segundos?|secondes?)\.?$"
_CLOCK = r"^(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,3}):(?P<s>\d{2}(?:\.\d+)?)$"
_IN_MINUTES = r"(?i)\bmin(?:ute)?s?\b|分钟|мин|minuten|minutos"
_IN_HOURS = r"(?i)\bh(?:ou)?rs?\b|小时|час|stunden|horas|heures"


def seconds(column: Column, header: str = "") -> Parsed:
    """Durations in seconds: ``125秒``, ``2:05``, ``1 h 20 min``; bare numbers in the unit the header names.

    Examples
    --------
    >>> seconds(Column(text=pl.Series(["125秒", "2:05", "0:02:05", "2分5秒", "125"]))).values.to_list()
    [125.0, 125.0, 125.0, 125.0, 125.0]
    """
    named = pl.Series([header])
    unit = (
        60.0
        if named.str.contains(_IN_MINUTES).item()
        else 3600.0
        if named.str.contains(_IN_HOURS).item()
        else 1.0
    )
    size = height(column)
    values = pl.Series([None] * size, dtype=pl.Float64) if column.number is None else column.number * unit
    if column.moment is not None:
        clock = column.moment.cast(pl.Datetime("us")).dt
        of_day = clock.hour().cast(pl.Float64) * 3600 + clock.minute().cast(pl.Float64) * 60 + clock.second()
        values = values.zip_with(column.moment.is_null(), of_day)
    if column.text is None:
        return Parsed(values, pl.repeat(False, size, dtype=pl.Boolean, eager=True))
    text = without(clean(column.text), BLANK_WORDS)
    read = distinct(text, lambda t: _written_durations(t, unit))
    return Parsed(values.zip_with(values.is_not_null(), read), text.is_not_null() & read.is_null())


def _written_durations(text: pl.Series, unit: float) -> pl.Series:
    bare = text.cast(pl.Float64, strict=False) * unit
    parts = text.str.extract_groups(_CLOCK).struct
    h, m, s = (parts.field(name).cast(pl.Float64) for name in "hms")
    clock = h.fill_null(0.0) * 3600 + m * 60 + s
    pieces = [(_HOURS, 3600.0), (_MINUTES, 60.0), (_SECONDS, 1.0)]
    spoken = [first_number(text, pattern) * factor for pattern, factor in pieces]
    some = spoken[0].is_not_null() | spoken[1].is_not_null() | spoken[2].is_not_null()
    total = spoken[0].fill_null(0.0) + spoken[1].fill_null(0.0) + spoken[2].fill_null(0.0)
    nothing = pl.Series([None] * len(text), dtype=pl.Float64)
    return bare.fill_null(clock).fill_null(total.zip_with(some, nothing))


def first_number(text: pl.Series, pattern: str) -> pl.Series:
    """The number that a pattern captures, with a decimal point or comma."""
    return text.str.extract(pattern).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def categories(column: Column, people: bool = False) -> tuple[pl.Series, int]:
    """Texts with few values: spellings that differ in case or spaces alone become the commonest of them.

    Parameters
    ----------
    column
        The cells.
    people
        Whether they name customers: then words such as ``guest`` name none.

    Returns
    -------
    tuple
        The texts, and how many cells were changed to another spelling.
    """
    text = texts(column, MISSING_ID_WORDS if people else NO_CATEGORY)
    counted = text.drop_nulls().value_counts(sort=True)
    names = counted.to_series(0)
    keys = names.str.to_lowercase().str.replace_all(r"[\s\u3000]+", " ")
    if keys.n_unique() == len(keys):
        return text, 0
    table = counted.with_columns(key=keys).with_columns(first=pl.col(names.name).first().over("key"))
    changed = table.filter(pl.col(names.name) != pl.col("first"))
    merged = text.replace(changed.to_series(0), changed["first"])
    return merged, int(changed["count"].sum())
