"""The page of a metric, read like a notebook: the same cells in the same order for every metric."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, Literal, TypeVar

import streamlit as st

from loyalty import benchmarks, charts, limits, story
from loyalty.benchmarks import Band, Scale
from loyalty.charts import Picture
from loyalty.charts.style import Chart
from loyalty.core import Metric, Result
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.ui import cells, downloads, passports, state
from loyalty.ui.controls import Choices, controls
from loyalty.words import Translator, escape

AHEAD = "horizon"  # the option whose other choices are made ahead: of all, it is the one that is tried out

# What a formula gives stands above it, so that the rest fits a telephone; the ends are cut off without room.
FORMULA = r"\begin{aligned}{} \\[-0.5em] &%s \\[0.5em] &%s \\[1em] &%s \\[-0.5em]{} \end{aligned}"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What every cell of a metric's page is drawn from.

    Parameters
    ----------
    t
        The visitor's language.
    metric
        The metric.
    data
        The open data, cut to the chosen period.
    period
        First and last day chosen; None where everything is taken.
    result
        What the metric found.
    dark
        Whether the screen is dark.
    made
        What was made of this page, and how, so that it can be made of another one.
    """

    t: Translator
    metric: Metric
    data: Dataset
    period: tuple[date, date] | None
    result: Result
    dark: bool
    made: dict[tuple[Hashable, ...], Callable[[Page], object]] = field(default_factory=dict, compare=False)

    def kept(self, make: Callable[[Page], T], *what: Hashable) -> T:
        """What is made of a page, and of nothing else, made once for all reruns that show the same."""
        self.made[what] = make
        return state.kept((*what, self.key), lambda: make(self))

    @property
    def key(self) -> Hashable:
        """What a drawing on this page depends on."""
        return (
            self.metric.id,
            self.data.id,
            self.result.by,
            *self.result.options.values(),
            self.t,
            self.dark,
        )


Cell = Callable[[Page], None]
Ask = Callable[[Translator, Choices], Choices]


def notebook(metric: Metric, *own: Cell, ask: Ask | None = None) -> None:
    """Draw the page of a metric.

    Question, controls, answer, standing among the benchmarks, picture, the page's own cells, breakdown,
    trend, calculation, advice, scales, downloads. With no data it shows what it needs and offers the
    sample; with too little it says what is missing.

    Parameters
    ----------
    metric
        The metric.
    own
        Cells that this page alone has.
    ask
        What it asks for beside the controls that all pages have: adds to the choices.
    """
    t = state.translator()
    cells.heading(t, metric.id)
    data = state.data()
    if data is None or data.missing(*metric.needs):
        cells.needs(t, metric)
        return
    chosen = controls(t, metric, data)
    try:
        chosen = ask(t, chosen) if ask else chosen
        result = state.result(metric, chosen.data, chosen.by, chosen.options)
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    page = Page(t, metric, chosen.data, chosen.period, result, state.dark())
    for cell in (answer, standing, picture, *own, breakdown, trend, calculation, advice, scales, take_along):
        cell(page)
    look_ahead(page, chosen)


def look_ahead(page: Page, chosen: Choices) -> None:
    """Make what the page would show for other horizons, so that a change is answered at once.

    Everything is on the screen by now, nothing is fitted again, and a visitor who goes on interrupts it.
    """
    [horizons] = [option.choices for option in page.metric.options if option.name == AHEAD] or [()]
    if page.result.overall.n > limits.LOOKED_AHEAD:
        return
    for horizon in horizons:
        state.kept(("ahead", horizon, page.key, *page.made), partial(_make, page, chosen, horizon))


def _make(page: Page, chosen: Choices, horizon: int) -> None:
    """What the page shows, for another horizon."""
    with suppress(Exception):  # nobody has asked for it yet: who does is told what goes wrong
        options = {**chosen.options, AHEAD: horizon}
        other = replace(page, result=state.result(page.metric, chosen.data, chosen.by, options), made={})
        for what, make in page.made.items():
            other.kept(make, *what)


def title(page: Page, id: str) -> None:
    """Heading of a cell."""
    st.subheader(page.t(f"cell.heading.{id}"), anchor=False)


def draw(page: Page, name: str, picture: Picture, *parts: Hashable) -> None:
    """A chart of the result, made once for all reruns that show the same; nothing where there is none.

    Parameters
    ----------
    page
        Where it stands.
    name
        Which chart of the page.
    picture
        Makes it.
    parts
        What it depends on beside the page.
    """

    def make(page: Page) -> tuple[dict[str, Any], str]:
        return charts.drawing(lambda: picture(page.result, page.t, page.dark))

    spec, description = page.kept(make, "chart", name, *parts)
    if spec:
        st.vega_lite_chart(spec, theme=None, key=f"{page.metric.id}.{name}", alt=description)


def table(page: Page, name: str, height: int | Literal["auto"] = "auto") -> None:
    """One of the result's tables, in the language of the screen."""
    lines = page.kept(lambda page: story.table(page.result, name, page.t), "table", name)
    id = f"{page.metric.id}.table.{name}"
    st.dataframe(lines, hide_index=True, height=height, alt=page.t(id), key=id, column_config=grouped(lines))


def grouped(lines: Sequence[Mapping[str, str | int]]) -> dict[str, Any]:
    """Thousands told apart in the columns of counts, as everywhere else on the page."""
    first = lines[0] if lines else {}
    return {
        header: st.column_config.NumberColumn(format="localized")
        for header, cell in first.items()
        if not isinstance(cell, str)
    }


def answer(page: Page) -> None:
    """The number, how sure it is, on how many it rests, and what it means."""
    t, result = page.t, page.result
    with st.container(border=True):
        number, words = st.columns([2, 3], vertical_alignment="center", gap="medium")
        number.metric(t(f"{result.metric}.short"), story.headline(result, t))
        number.caption(cells.sureness(t, result))
        words.markdown(t.markdown(story.answer(result, t)))
        for note in result.notes:
            words.caption(t.markdown(note))


def standing(page: Page) -> None:
    """The number beside a published figure: where it stands, whose figure it is, what is possible."""
    t, result = page.t, page.result
    title(page, "standing")
    found = passports.allowed(result)
    if found:
        band = passports.choose(t, result.metric, found)
        verdict = benchmarks.verdict(result.overall, band, t)
        draw(page, "bullet", _bullet(band), band.key)
        st.markdown(t.markdown(verdict))
        possible = benchmarks.potential(result.overall, band, t)
        if possible:
            st.markdown(t.markdown(possible))
        st.caption(passports.passport(t, band))
    else:
        st.markdown(t.markdown(benchmarks.missing(result, state.industry())))
    cells.link(t, "benchmarks", "cell.standing.more", "flag")


def _bullet(band: Band | None) -> Picture:
    def picture(result: Result, t: Translator, dark: bool) -> Chart | None:
        scale = next(iter(passports.scales(result)), None)
        return charts.bullet(result.overall, band, scale, result.unit, t, dark, result.currency)

    return picture


def picture(page: Page) -> None:
    """The metric's most telling picture, and the table behind it."""
    if not downloads.has_picture(page.result):
        return
    title(page, "picture")
    draw(page, "picture", charts.PICTURES[page.metric.id][0])
    with st.expander(page.t("cell.as_table"), key=f"{page.metric.id}.picture.table"):
        table(page, page.result.tables[0].name)


def breakdown(page: Page) -> None:
    """The groups side by side, and whether they differ."""
    t, result = page.t, page.result
    title(page, "breakdown")
    told = story.groups(result, t)
    if told is None:
        st.markdown(t(_no_groups(page)))
        return
    draw(page, "groups", charts.breakdown)
    st.markdown(t.markdown(told))


def _no_groups(page: Page) -> str:
    if page.result.by:
        return "cell.differ.single"
    choices = page.data.by_choices(page.metric.table)
    return "cell.differ.choose" if choices else "cell.differ.none"


def trend(page: Page) -> None:
    """The months, and whether the last change is real."""
    t, result = page.t, page.result
    title(page, "trend")
    if not result.trend:
        st.markdown(t("cell.change.none"))
        return
    draw(page, "trend", charts.trend)
    st.markdown(f"**{t('cell.change.title')}** {t.markdown(story.change(result, t))}")


def calculation(page: Page) -> None:
    """The formula in words and with the file's own numbers, and the Python that gives the same."""
    t, result = page.t, page.result
    title(page, "calculation")
    st.latex(FORMULA % story.formula(result, t))
    now = state.opened()
    if now:
        files = now.files if len(now.files) > 1 else now.files[0]
        roles = page.data.roles if now.corrections else None
        st.code(story.python(result, files, page.period, roles), language="python", wrap_lines=True)
    with st.expander(t("cell.calculation.references"), key=f"{result.metric}.references"):
        st.markdown("\n".join(f"- {escape(source, 300)}" for source in page.metric.references))


def advice(page: Page) -> None:
    """What to do next."""
    title(page, "advice")
    st.markdown("\n".join(f"1. {page.t.markdown(told)}" for told in story.advice(page.result, page.t)))


def scales(page: Page) -> None:
    """The conventions for reading the number, and what they say of this one."""
    t, result = page.t, page.result
    known = passports.scales(result)
    if not known:
        return
    title(page, "scales")
    if not passports.allowed(result):  # otherwise the shades stand behind the figure above
        draw(page, "reading", _bullet(None))
    _scale(page, known[0])
    if known[1:]:
        with st.expander(t("cell.scales.others"), key=f"{result.metric}.scales"):
            for scale in known[1:]:
                _scale(page, scale)


def _scale(page: Page, scale: Scale) -> None:
    t, result = page.t, page.result
    told = benchmarks.reading(result.overall, scale)
    if told:
        st.markdown(t.markdown(told))
    stretches = passports.steps(t, scale, result)
    st.table(stretches, border="horizontal", width="content", alt=t("cell.heading.scales"))
    source = passports.link(scale.source_title, scale.source_url) if scale.source_url else ""
    st.caption("  \n".join(filter(None, (t.markdown(benchmarks.whose(scale)), source))))


def take_along(page: Page) -> None:
    """The results as files."""
    title(page, "downloads")
    downloads.row(page)
