"""Sentences, numbers, money and dates in one language, and strangers' texts made harmless."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from numbers import Integral, Real
from string import Formatter
from typing import TYPE_CHECKING, Any

from loyalty.texts import LANGUAGES, Message, sentences

if TYPE_CHECKING:
    from babel import Locale

    from loyalty.errors import LoyaltyError

UNKNOWN, INFINITE, MINUS = "–", "∞", "\N{MINUS SIGN}"
LABEL_CHARACTERS = 80
DAYS = 10_000  # that are remembered as they are written
# What markdown may act upon, unless a backslash stands before it.
_LIVE = re.compile(r"([\\*_~$\[\]()#+\-!|<>:`&.{}])")
# What Streamlit replaces even then (addresses, icons, arrows), unless an invisible joiner stands within.
_REPLACED = re.compile(r"(?<=[:@])(?=[^\W\d]|/)|(?<=www)(?=\.)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_JOINERS = "\u200c\u200d"  # invisible, but part of Persian words and of emoji


@dataclass(frozen=True, slots=True)
class Translator:
    """Everything that depends on the reader's language; made once a run, comparable and picklable.

    Parameters
    ----------
    language
        One of :data:`loyalty.texts.LANGUAGES`.

    Examples
    --------
    >>> t = Translator("zh")
    >>> t("language.name"), t.money(1234.5, "CNY"), t.month("2025-03")
    ('简体中文', '¥1,234.50', '2025年3月')
    """

    language: str

    def __call__(self, id: str, /, **holes: Any) -> str:
        """The sentence of an id; numbers and dates in its holes take the form of the language.

        Texts in holes stay as they are, so a year or a row number, which takes no thousands separator, is
        handed in as text, and a text from the user's file has gone through :func:`escape` where the
        sentence is shown as markdown.

        Raises
        ------
        KeyError
            There is no such sentence, or no value for one of its holes.

        Examples
        --------
        >>> Translator("en")("where.rows", rows=12000)
        'rows 12,000'
        """
        return self.say(Message(id, holes))

    def say(self, message: Message) -> str:
        """A message, and the messages in its holes, in this language."""
        return self._fill(message, str)

    def markdown(self, message: Message) -> str:
        r"""As :meth:`say`, with every text in the holes made harmless by :func:`escape`.

        Examples
        --------
        >>> Translator("en").markdown(Message("where.sheet", {"sheet": "$5 *off*"}))
        'sheet “\\$5 \\*off\\*”'
        """
        return self._fill(message, escape)

    def has(self, id: str) -> bool:
        """Whether there is a sentence of this id."""
        return id in sentences(self.language)

    def holes(self, id: str) -> set[str]:
        """The names of what a sentence leaves open."""
        return {name for _, name, _, _ in Formatter().parse(sentences(self.language)[id]) if name}

    def error(self, error: LoyaltyError, *, markdown: bool = False) -> tuple[str, str, str]:
        """What happened, where (empty when nowhere in particular) and what to do."""
        say = self.markdown if markdown else self.say
        return say(error.what), " · ".join(map(say, error.where)), say(error.fix)

    def number(self, x: float, digits: int | None = None) -> str:
        """A number with exactly `digits` decimals; when None with at most two, or with two digits that count.

        The minus is a real one.

        Examples
        --------
        >>> t = Translator("en")
        >>> t.number(1234.5), t.number(1234.5, digits=2), t.number(-0.04, digits=1), t.number(float("nan"))
        ('1,234.5', '1,234.50', '0.0', '–')
        >>> t.number(0.00123), t.number(3.00123)
        ('0.0012', '3')
        """
        if not math.isfinite(x):
            return _not_finite(x)
        if abs(x) >= 1e15:  # no honest count or amount
            return f"{x:.2e}".replace("-", MINUS)
        places = _places(x) if digits is None else digits
        written = f"{_rounded(x, places):,f}"
        if digits is None and places:
            written = written.rstrip("0").rstrip(".")
        return written.translate(_signs(self.language))

    def count(self, n: float) -> str:
        """How many of something.

        >>> Translator("en").count(12000)
        '12,000'
        """
        return self.number(n, digits=0)

    def money(self, x: float, currency: str | None = None) -> str:
        """An amount of money.

        Parameters
        ----------
        x
            The amount.
        currency
            ISO code (``"EUR"``), or the sign that the file carries (``"€"``, ``"元"``), or None.

        Examples
        --------
        >>> t = Translator("en")
        >>> t.money(1234.5, "USD"), t.money(-1234.5, "¥"), t.money(1234.5, "元"), t.money(1234, "JPY")
        ('$1,234.50', '−¥1,234.50', '1,234.50元', '¥1,234')
        """
        if not math.isfinite(x):
            return _not_finite(x)
        before, after, digits = currency_signs(self.language, currency)
        amount = self.number(abs(x), digits)
        minus = MINUS if x < 0 and amount != self.number(0, digits) else ""
        return f"{minus}{before}{amount}{after}"

    def percent(self, share: float, digits: int = 1) -> str:
        """A share from 0 to 1 in percent.

        >>> Translator("en").percent(0.2134)
        '21.3%'
        """
        return f"{self.number(share * 100, digits)}%" if math.isfinite(share) else _not_finite(share)

    def relative(self, share: float) -> str:
        """By how much of itself something went up or down.

        >>> Translator("en").relative(0.1409), Translator("en").relative(-0.02)
        ('+14.1%', '−2.0%')
        """
        plain = self.percent(share)
        return f"+{plain}" if share > 0 and re.search("[1-9∞]", plain) else plain

    def points(self, x: float) -> str:
        """A score from −100 to 100, whole and without a plus, as Net Promoter Scores are reported.

        >>> Translator("en").points(31.6), Translator("en").points(-4.5)
        ('32', '−5')
        """
        return self.number(x, digits=0)

    def ratio(self, x: float) -> str:
        """How many times as many.

        >>> Translator("en").ratio(0.5), Translator("en").ratio(float("inf"))
        ('0.50', '∞')
        """
        return self.number(x, digits=2)

    def date(self, day: date) -> str:
        """A day.

        Examples
        --------
        >>> Translator("en").date(date(2025, 3, 5)), Translator("zh").date(date(2025, 3, 5))
        ('Mar 5, 2025', '2025年3月5日')
        """
        return _day(self.language, day)

    def month(self, month: str) -> str:
        """A month that is written ``"2025-03"``, a quarter ``"2025-Q1"`` or a year ``"2025"``.

        >>> t = Translator("en")
        >>> t.month("2025-03"), t.month("2025-Q1"), t.month("2025")
        ('Mar 2025', 'Q1 2025', '2025')
        """
        from babel.dates import format_skeleton

        year, quarter, rest = month[:4], "Q" in month, month[5:].strip("Q")
        first = date(int(year), (3 if quarter else 1) * int(rest or 1), 1)
        skeleton = "yQQQ" if quarter else "yMMM" if rest else "y"
        return format_skeleton(skeleton, first, locale=locale_of(self.language))

    def value(self, unit: str, x: float, currency: str | None = None) -> str:
        """A number in the unit of its metric.

        Parameters
        ----------
        unit
            ``"points"``, ``"share"``, ``"ratio"``, ``"money"``, or one of those that only benchmarks have:
            ``"score"`` (0 to 100), ``"stars"`` (1 to 5), ``"seconds"``, ``"years"``, ``"number"``,
            ``"count"`` (a number that is expected, written as a whole one).
        x
            The number; NaN is written –, infinity ∞.
        currency
            Of money.

        Raises
        ------
        ValueError
            The unit is unknown.

        Examples
        --------
        >>> t = Translator("en")
        >>> t.value("share", 0.5), t.value("money", 2, "EUR"), t.value("points", 31.6)
        ('50.0%', '€2.00', '32')
        """
        formats: dict[str, Callable[[float], str]] = {
            "points": self.points,
            "share": self.percent,
            "ratio": self.ratio,
            "money": lambda amount: self.money(amount, currency),
            "score": lambda score: self.number(score, digits=1),
            "stars": lambda stars: self.number(stars, digits=2),
            "seconds": lambda seconds: self("format.seconds", number=self.count(seconds)),
            "years": lambda years: self.number(years, digits=3),
            "number": self.number,
            "count": self.count,
        }
        if unit not in formats:
            raise ValueError(f"unknown unit {unit!r}")
        return formats[unit](x)

    def interval(self, unit: str, low: float, high: float, currency: str | None = None) -> str:
        """The two ends of an interval.

        >>> Translator("en").interval("points", -4, 12)
        '−4 to 12'
        """
        ends = {"low": self.value(unit, low, currency), "high": self.value(unit, high, currency)}
        return self("format.interval", **ends)

    def difference(self, unit: str, x: float, currency: str | None = None) -> str:
        """By how much a number went up or down, with its sign; of shares in percentage points.

        Examples
        --------
        >>> t = Translator("en")
        >>> t.difference("share", 0.021), t.difference("points", -5), t.difference("money", 3, "EUR")
        ('+2.1 percentage points', '−5 points', '+€3.00')
        """
        id, number = f"format.difference.{unit}", self.signed(unit, x, currency)
        return self(id, number=number) if self.has(id) else number

    def signed(self, unit: str, x: float, currency: str | None = None) -> str:
        """As :meth:`difference`, without the words behind the number.

        >>> Translator("en").signed("share", 0.021), Translator("en").signed("points", -5)
        ('+2.1', '−5')
        """
        plain = self.number(x * 100, digits=1) if unit == "share" else self.value(unit, x, currency)
        return f"+{plain}" if x > 0 and re.search("[1-9∞]", plain) else plain

    def _fill(self, message: Message, text: Callable[[str], str]) -> str:
        holes = {key: self._hole(value, text) for key, value in message.holes.items()}
        return sentences(self.language)[message.id].format_map(holes)

    def _hole(self, value: Any, text: Callable[[str], str]) -> str:
        if isinstance(value, Message):
            return self._fill(value, text)
        if isinstance(value, Integral) and not isinstance(value, bool):
            return self.count(int(value))
        if isinstance(value, Real) and not isinstance(value, bool):
            return self.number(float(value))
        if isinstance(value, date):
            return self.date(value)
        return UNKNOWN if value is None else text(str(value))


def _places(x: float) -> int:
    """Decimals that show two digits other than the zeros that a small number begins with."""
    return min(8, 1 - math.floor(math.log10(abs(x)))) if 0 < abs(x) < 0.1 else 2


def _rounded(x: float, places: int) -> Decimal:
    """Halves away from zero, as spreadsheet programs show them; never −0."""
    return Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0


@lru_cache(DAYS)
def _day(language: str, day: date) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=locale_of(language))


def _not_finite(x: float) -> str:
    if math.isnan(x):
        return UNKNOWN
    return INFINITE if x > 0 else f"{MINUS}{INFINITE}"


@cache
def locale_of(language: str) -> Locale:
    """Babel's knowledge of a language."""
    from babel import Locale

    return Locale.parse(language)


@cache
def _signs(language: str) -> dict[int, str]:
    """From the signs of Python's numbers to those of a language, both of which group by threes.

    Babel's own patterns would do the same, six times as slowly.
    """
    signs = locale_of(language).number_symbols["latn"]
    return str.maketrans({",": signs["group"], ".": signs["decimal"], "-": MINUS})


@cache
def currency_signs(language: str, currency: str | None) -> tuple[str, str, int]:
    """What stands before and after an amount, and its decimals."""
    from babel.numbers import get_currency_precision, get_currency_symbol, is_currency

    if not currency:
        return "", "", 2
    if not is_currency(currency):
        name = clean(currency)
        if name == "元":
            return "", name, 2
        return (f"{name}\u00a0" if name[-1:].isalpha() else name), "", 2
    sign = get_currency_symbol(currency, locale_of(language))
    return (f"{sign}\u00a0" if sign[-1:].isalpha() else sign), "", get_currency_precision(currency)


def clean(text: str, limit: int = LABEL_CHARACTERS) -> str:
    r"""A stranger's text on one line, without control and bidirectional characters, cut to `limit`.

    Enough where text is drawn as it is: charts, tables, slides.

    >>> clean("a\n b\u202ec"), clean("x" * 100, 5)
    ('a bc', 'xxxx…')
    """
    visible = (
        character
        for character in " ".join(text.split())
        if character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    )
    line = "".join(visible)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def escape(text: str, limit: int = LABEL_CHARACTERS) -> str:
    r"""A stranger's text made harmless for markdown, headings, labels and whatever else reads markdown.

    Formulas, images that call out, links, colours, icons and HTML become the characters they are made of.

    Examples
    --------
    >>> print(escape("![x](a.b) $5"))
    \!\[x\]\(a\.b\) \$5
    """
    return _LIVE.sub(r"\\\1", _REPLACED.sub(_WORD_JOINER, clean(text, limit)))


def pick(query: str | None, session: str | None, browser_locale: str | None) -> str:
    """The language of the screen: the address, else the session, else the browser, else English.

    Examples
    --------
    >>> pick(None, None, "zh-TW"), pick("en", "zh", "zh-CN"), pick("klingon", None, "fr")
    ('zh', 'en', 'en')
    """
    for wish in (query, session, browser_locale):
        language = re.split("[-_]", wish or "")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"
