"""Numbers and dates on axes in the reader's language."""

from __future__ import annotations

from typing import Any

from loyalty.words import MINUS, Translator, currency_signs, locale_of


def charts_locale(language: str, currency: str | None = None) -> dict[str, dict[str, Any]]:
    """Numbers and dates on the axes of a chart, for ``chart.configure(locale=...)``.

    Parameters
    ----------
    language
        One of :data:`loyalty.texts.LANGUAGES`.
    currency
        ISO code or sign; what ``$`` in a number format stands for.

    Returns
    -------
    dict
        ``number`` and ``time`` as d3-format and d3-time-format describe them.

    Examples
    --------
    >>> charts_locale("zh")["time"]["shortMonths"][:2]
    ['1月', '2月']
    """
    locale, t = locale_of(language), Translator(language)
    before, after, _ = currency_signs(language, currency)
    symbols = locale.number_symbols["latn"]
    days, months = locale.days["format"], locale.months["format"]
    sunday_first = (6, 0, 1, 2, 3, 4, 5)  # Babel counts from Monday, d3 from Sunday
    return {
        "number": {
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
            "grouping": [3],
            "minus": MINUS,
            "currency": [before, after],
        },
        "time": {
            "dateTime": t("format.axis.moment"),
            "date": t("format.axis.day"),
            "time": "%H:%M:%S",
            "periods": [t("format.axis.am"), t("format.axis.pm")],
            "days": [days["wide"][day] for day in sunday_first],
            "shortDays": [days["abbreviated"][day] for day in sunday_first],
            "months": [months["wide"][month] for month in range(1, 13)],
            "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        },
    }
