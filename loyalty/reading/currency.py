"""In which currency amounts are: from their own column, the sign beside them, or the header."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from loyalty.reading.numbers import currencies
from loyalty.reading.sheets import Column

_CODES = {
    "CNY": "元 圆 块 元整 人民币 RMB",
    "RUB": "₽ РУБ Р",
    "EUR": "€",
    "GBP": "£",
    "USD": "US$",
    "JPY": "円",
    "INR": "₹ RS",
    "KRW": "₩",
    "TRY": "₺",
    "BRL": "R$",
    "AUD": "A$",
    "CAD": "C$",
    "HKD": "HK$",
    "TWD": "NT$",
    "PLN": "ZŁ",
    "UAH": "₴ ГРН",
    "CHF": "FR",
    "¥": "￥",
}
CODES = {sign: code for code, signs in _CODES.items() for sign in signs.split()}
_IN_HEADER = re.compile(
    r"[(（\[,\s](?:[千万]|тыс\.?\s?)?(元|人民币|RMB|CNY|USD|EUR|GBP|RUB|JPY|INR|BRL|CHF|CAD|AUD|[$€£¥￥₽₹]|руб\.?)[)）\]\s]*$",
    re.I,
)
_DAY_FIRST = "EUR GBP CHF RUB INR TRY BRL AUD NZD PLN UAH CZK DKK NOK MXN ARS SGD ZAR AED"
_THOUSANDS = re.compile(
    r"千元|тыс\.?|\bin (?:thousands|Tsd\.?|Tausend)|T€|TEUR|k€|\$k\b|\$000|en miles", re.I
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def standard(sign: str) -> str:
    """The ISO code of a sign or word, where it has only one meaning; ``$`` and ``¥`` stay.

    Examples
    --------
    >>> standard("元"), standard("eur"), standard("$")
    ('CNY', 'EUR', '$')
    """
    return CODES.get(sign.upper().rstrip("."), sign.upper())


def standards(signs: pl.Series) -> pl.Series:
    """The same for a column."""
    codes = {sign: standard(sign) for sign in signs.drop_nulls().unique()}
    return signs.replace(codes) if codes else signs


def writes_day_first(signs: pl.Series) -> bool | None:
    """Whether dates are written with the day first where most amounts are paid in this currency.

    Examples
    --------
    >>> writes_day_first(pl.Series(["GBP", "GBP", "$"])), writes_day_first(pl.Series(["$"]))
    (True, None)
    """
    known = signs.drop_nulls()
    return True if len(known) and known.is_in(_DAY_FIRST.split()).sum() > 0.5 * len(known) else None


def unit(header: str) -> float:
    """What one stands for in a column of amounts, as its header says.

    Examples
    --------
    >>> unit("金额（万元）"), unit("Umsatz in TEUR"), unit("Total")
    (10000.0, 1000.0, 1.0)
    """
    return 1e4 if "万元" in header else 1e3 if _THOUSANDS.search(header) else 1.0


def beside(column: Column, header: str, headers: Sequence[str]) -> pl.Series:
    """The currency of each amount by the sign beside it, else by the header; null where neither says it.

    Parameters
    ----------
    column
        The amounts.
    header
        Its header.
    headers
        Of the whole sheet: where they are Chinese, ``¥`` is the yuan.
    """
    signs = standards(currencies(column))
    place = _IN_HEADER.search(header)
    named = standard(place[1]) if place else None
    if _CHINESE.search("".join(headers)) or named == "CNY":
        signs = signs.replace("¥", "CNY")
    return signs.fill_null(named) if named else signs
