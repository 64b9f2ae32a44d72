"""The cells of the Benchmarks page: the published figures with their passports, and the visitor's own."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from loyalty import benchmarks
from loyalty.bands import COLUMNS
from loyalty.benchmarks import CROSS_INDUSTRY, Band
from loyalty.errors import LoyaltyError
from loyalty.metrics import METRICS
from loyalty.ui import cells, state
from loyalty.words import Translator, clean

if TYPE_CHECKING:
    import pandas as pd

ALL = ""  # code of “all metrics”
TRUST = ("high", "medium", "low")
FIGURES = ("low", "typical", "high")
USE = "use"  # the column that switches a figure on and off
UNITS = (
    "points",
    "percent",
    "ratio",
    "score",
    "stars",
    "seconds",
    "number",
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "JPY",
    "INR",
)
OWN = (
    "metric",
    "industry",
    *FIGURES,
    "unit",
    "publisher",
    "year",
    "statistic",
    "region",
    "source_url",
    "note",
)
NOTE = 300  # characters


def published(t: Translator) -> None:
    """The published figures, filtered; each can be switched off."""
    chosen = _filtered(t)
    st.caption(t("benchmarks.page.shown", shown=len(chosen), all=len(benchmarks.bands())))
    keys = [band.key for band in chosen]
    table = state.kept(("figures", t, *keys), lambda: _table(t, chosen))
    off = state.bands_off()
    edited = st.data_editor(
        table.assign(**{USE: [key not in off for key in keys]}),
        hide_index=True,
        disabled=list(map(str, table)),
        column_config=_columns(t),
        column_order=(USE, *table),
        alt=t("benchmarks.page.alt"),
        key=f"benchmarks.table.{hash(tuple(keys))}",
    )
    state.switch_off(frozenset(keys), frozenset(edited.index[~edited[USE]]))
    st.toggle(t("benchmarks.page.low_trust"), key=state.LOW_TRUST, persist_state="session")


def _filtered(t: Translator) -> tuple[Band, ...]:
    everything = benchmarks.bands()
    metrics = (ALL, *dict.fromkeys(band.metric for band in everything))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        metric = st.selectbox(
            t("benchmarks.page.metric"),
            metrics,
            key=state.choice("benchmarks.metric"),
            format_func=lambda id: _metric(t, id) if id else t("benchmarks.page.all"),
            width=260,
            persist_state="session",
        )
        trust = st.pills(
            t("benchmarks.page.trust"),
            TRUST,
            selection_mode="multi",
            key=state.choice("benchmarks.trust", ["high", "medium"]),
            format_func=lambda code: t(f"benchmarks.short.{code}"),
            persist_state="session",
        )
        mine = st.toggle(t("benchmarks.page.mine"), key="benchmarks.mine", persist_state="session")
    industries = (state.industry(), CROSS_INDUSTRY)
    return tuple(
        band
        for band in everything
        if metric in (ALL, band.metric) and band.trust in trust and (not mine or band.industry in industries)
    )


def _table(t: Translator, chosen: Sequence[Band]) -> pd.DataFrame:
    import pandas as pd

    lines = [_line(t, band) for band in chosen]
    names = list(lines[0]) if lines else []
    return pd.DataFrame(lines, columns=names, index=[band.key for band in chosen])


def _line(t: Translator, band: Band) -> dict[str, Any]:
    def figure(value: float | None) -> str:
        return "" if value is None else t.value(band.unit, value, band.currency)

    return {
        "measure": t.say(benchmarks.named("benchmarks.measure", band.measure)),
        "industry": t.say(benchmarks.named("industry", band.industry)),
        **{name: figure(getattr(band, name)) for name in FIGURES},
        "statistic": t.say(benchmarks.named("benchmarks.statistic", band.statistic)),
        "publisher": clean(band.publisher),
        "year": str(band.year or ""),
        "region": t.say(benchmarks.named("region", band.region)),
        "trust": t(f"benchmarks.short.{band.trust}"),
        "source_url": band.source_url,
        "note": clean(" · ".join(map(t.say, benchmarks.notes(band))), NOTE),
    }


def _columns(t: Translator) -> dict[str, Any]:
    def text(name: str, **settings: Any) -> Any:
        return st.column_config.TextColumn(t(f"benchmarks.column.{name}"), **settings)

    return {
        USE: st.column_config.CheckboxColumn(t("benchmarks.page.use"), pinned=True),
        **{
            name: text(name)
            for name in ("measure", "industry", "statistic", "publisher", "year", "region", "trust", "note")
        },
        **{name: text(name, alignment="right") for name in FIGURES},
        "source_url": st.column_config.LinkColumn(t("benchmarks.column.source_url"), width="medium"),
    }


def own(t: Translator) -> None:
    """The visitor's own figures in a table to fill in, and as a file."""
    st.subheader(t("benchmarks.page.own"), anchor=False)
    st.markdown(t("benchmarks.page.own_what"))
    with st.form("benchmarks.own", border=False):
        rows = state.own_rows()
        edited = st.data_editor(
            _own_table(rows),
            num_rows="dynamic",
            hide_index=True,
            column_config=_own_columns(t),
            column_order=(USE, *OWN),
            alt=t("benchmarks.page.own_alt"),
            key=f"benchmarks.own.{hash(str(rows))}",
        )
        if st.form_submit_button(t("benchmarks.page.save"), type="primary", icon=":material/check:"):
            _take(t, _records(edited))
    _files(t)


def _records(edited: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of the editor, None where a cell is empty."""
    filled = edited.astype(object).where(edited.notna(), None)
    return [{str(name): cell for name, cell in row.items()} for row in filled.to_dict("records")]


def _take(t: Translator, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the visitor's rows to use, if those that are on make sense."""
    try:
        on = [row for row in rows if row[USE] is not False]
        state.use_own(rows, benchmarks.read_own(on) if on else ())
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    st.toast(t("benchmarks.page.saved"), icon=":material/check:")
    st.rerun()


def _own_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    def column(name: str) -> pd.Series[Any]:
        cells = pd.Series([row.get(name) or None for row in rows], dtype="object")
        return pd.to_numeric(cells).astype("float64") if name in FIGURES else cells.astype("string")

    use = pd.Series([row[USE] is not False for row in rows], dtype="bool")
    return pd.DataFrame({USE: use, **{name: column(name) for name in COLUMNS}})


def _own_columns(t: Translator) -> dict[str, Any]:
    config = st.column_config
    names = {name: t(f"benchmarks.column.{name}") for name in COLUMNS}
    metrics = tuple(
        dict.fromkeys((*(metric.id for metric in METRICS), *(b.metric for b in benchmarks.bands())))
    )
    return {
        USE: config.CheckboxColumn(t("benchmarks.page.use"), default=True, pinned=True),
        **{name: config.TextColumn(label) for name, label in names.items()},
        **{name: config.NumberColumn(names[name], format="plain") for name in FIGURES},
        "metric": config.SelectboxColumn(
            names["metric"], options=metrics, format_func=lambda id: _metric(t, id), required=True
        ),
        "industry": config.SelectboxColumn(
            names["industry"],
            options=benchmarks.industries(),
            format_func=lambda code: t.say(benchmarks.named("industry", str(code))),
            default=state.industry(),
            required=True,
        ),
        "unit": config.SelectboxColumn(
            names["unit"], options=UNITS, format_func=lambda code: _unit(t, code), required=True
        ),
        "source_url": config.LinkColumn(names["source_url"]),
    }


def _metric(t: Translator, id: Any) -> str:
    name = benchmarks.metric_name(id)
    return t.say(name) if name else id


def _unit(t: Translator, code: Any) -> str:
    key = {"percent": "share"}.get(code, code)
    return t.say(benchmarks.named("benchmarks.unit", key))


def _files(t: Translator) -> None:
    """The visitor's own figures and all published ones as files, and a file taken in."""
    with st.container(horizontal=True, gap="small"):
        for name, bands in (("own", state.own_bands()), ("all", benchmarks.bands())):
            st.download_button(
                t(f"benchmarks.page.download_{name}"),
                state.kept(("figures.csv", bands), functools.partial(benchmarks.to_csv, bands)),
                t(f"benchmarks.page.file_{name}"),
                "text/csv",
                key=f"benchmarks.download.{name}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not bands,
            )
    file = st.file_uploader(
        t("benchmarks.page.upload"),
        "csv",
        key=f"benchmarks.upload.{state.uploads()}",
        help=t("benchmarks.page.upload_help"),
        max_upload_size=1,
    )
    if file:
        _open(t, file.getvalue())


def _open(t: Translator, content: bytes) -> None:
    try:
        bands = benchmarks.read_own(content)
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    text = benchmarks.to_csv(bands).decode("utf-8-sig")
    state.use_own([{USE: True, **row} for row in csv.DictReader(io.StringIO(text))], bands)
    state.next_upload()
    st.rerun()
