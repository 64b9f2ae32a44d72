"""How lifetime value is found: by a model, which has a page of its own, or on a sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from loyalty.errors import LoyaltyError
from loyalty.models.textbook import TextbookValue, textbook_clv
from loyalty.story import textbook
from loyalty.story.clv import answering
from loyalty.texts import Message
from loyalty.ui import cells, state
from loyalty.ui.notebook import Page
from loyalty.views.averages import Averages, averages

SHARES = ("margin", "discount", "retention")  # asked in percent
STEPS = {"spend": 0.5, "visits": 0.05, "years": 1.0, **dict.fromkeys(SHARES, 0.5)}
HIGHEST = {"visits": 1000.0, "years": 100.0, "margin": 100.0, "discount": 1000.0, "retention": 100.0}
WIDTH = 210  # pixels
ROOM = r"\begin{gathered}{} \\[-0.9em] %s \\[-0.9em]{} \end{gathered}"  # fractions are cut off without


def behind(page: Page) -> None:
    """The way to the page of the model that answers."""
    row = answering(page.result)
    cells.link(page.t, row["model"] if row else "shifted_beta_geometric", "clv.lesson", "school")


def on_paper(page: Page) -> None:
    """The three formulas and their average: the worked example beside the visitor's own numbers."""
    t = page.t
    st.subheader(t("textbook.title"), anchor=False)
    st.markdown(t("textbook.intro"))
    own = state.kept(("averages", page.data.id), lambda: averages(page.data))
    given = _inputs(page, own)
    _origin(page, own)
    try:
        yours = textbook_clv(**given)
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    example, mine = st.columns(2, gap="medium")
    with example:
        _side(page, "infographic", textbook.INFOGRAPHIC, textbook_clv(**textbook.INFOGRAPHIC), None)
    with mine:
        _side(page, "yours", given, yours, page.result.currency)
    _beside(page, given)
    st.code(textbook.python(given), language="python", wrap_lines=True)
    st.caption(t("textbook.source", source="KISSmetrics (2011), How To Calculate Lifetime Value"))


def _inputs(page: Page, own: Averages | None) -> dict[str, float]:
    """What the visitor knows, starting from what the file tells or else from the infographic."""
    starts = {**textbook.INFOGRAPHIC, **(own._asdict() if own else {})}
    with st.container(horizontal=True, gap="medium"):
        return {name: _input(page, name, starts[name]) for name in STEPS}


def _input(page: Page, name: str, start: float) -> float:
    share = name in SHARES
    label = "textbook.label_percent" if share else "textbook.label"
    given = st.number_input(
        page.t(label, name=page.t(f"textbook.input.{name}"), letter=textbook.LETTERS[name]),
        min_value=0.0,
        max_value=HIGHEST.get(name),
        value=float(f"{100 * start if share else start:.3g}"),
        step=STEPS[name],
        format="%.4g",
        key=f"textbook.{name}.{page.data.id[:8]}",
        width=WIDTH,
        persist_state="session",
    )
    return given / 100 if share else given


def _origin(page: Page, own: Averages | None) -> None:
    """Which of the numbers come from the file, and which do not."""
    t, told = page.t, [Message("textbook.unknown")]
    if own:
        spend, visits = t.money(own.spend, page.result.currency), t.number(own.visits)
        told.insert(0, Message("textbook.from_file", {"spend": spend, "visits": visits}))
    st.caption("  \n".join(map(t.markdown, told)))


def _side(
    page: Page, name: str, given: Mapping[str, float], found: TextbookValue, currency: str | None
) -> None:
    """The formulas with one set of numbers."""
    t = page.t
    with st.container(border=True):
        st.markdown(f"**{t(f'textbook.{name}')}**")
        for formula in textbook.FORMULAS:
            st.caption(t(f"textbook.formula.{formula}"))
            st.latex(ROOM % textbook.filled(formula, given, getattr(found, formula), t))
        st.metric(t("textbook.average"), t.money(found.average, currency))


def _beside(page: Page, given: Mapping[str, float]) -> None:
    """What the model says, and why it says something else."""
    t, result = page.t, page.result
    holes = {
        "value": t.money(result.overall.value, result.currency),
        "months": t.count(result.options["horizon"]),
    }
    st.markdown(t.markdown(Message("textbook.against", holes)))
    st.markdown(t("textbook.why", years=t.number(given["years"])))
