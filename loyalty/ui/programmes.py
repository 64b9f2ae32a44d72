"""A loyalty programme worked out with the visitor's own conditions: by points, or by tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from loyalty import story
from loyalty.story.programmes import sentences
from loyalty.ui import state
from loyalty.ui.notebook import Page
from loyalty.views.programmes import Outlook, programme, thresholds

KINDS = ("points", "tiers")
TOP = {"silver": 0.2, "gold": 0.05}  # shares of the customers where the tiers begin, until moved
REBATES = {"silver": 3.0, "gold": 5.0}  # percent, to begin with
PERCENT = frozenset({"redeemed", "joined", "uplift"})


def worked_out(page: Page) -> None:
    """What a programme costs in a year, how much more members must buy, and when it is paid back."""
    t, margin = page.t, page.result.options["margin"]
    st.subheader(t("what_if.programme.title"), anchor=False)
    st.markdown(t("what_if.programme.what"))
    if margin is None:
        st.info(t("what_if.programme.no_margin"), icon=":material/edit:")
        return
    kind = st.segmented_control(
        t("what_if.programme.kind"),
        KINDS,
        required=True,
        key=state.choice("what_if.programme.kind", KINDS[0]),
        format_func=lambda code: t(f"what_if.programme.{code}"),
        persist_state="session",
    )
    terms = _points(page) if kind == "points" else _tiers(page)
    terms |= _costs(page)
    found = state.kept(
        ("programme", page.data.id, margin, *map(str, terms.items())),
        lambda: programme(page.data, margin=margin, **terms),
    )
    _told(page, found, terms["uplift"])
    if kind == "tiers":
        _by_tier(page, found, terms["tiers"])
    _code(page, {"margin": margin, **terms})


def _number(page: Page, name: str, value: float, most: float | None = None) -> float:
    """A condition of the programme; shares are asked in percent."""
    share = name in PERCENT
    given = st.number_input(
        page.t(f"what_if.programme.{name}"),
        min_value=0.0,
        max_value=100.0 if share and most is None else most,
        value=100 * value if share else value,
        step=1.0 if share or value >= 1 else 0.01,
        format="%.4g",
        key=f"what_if.programme.{name}",
        help=page.t(f"what_if.programme.help.{name}"),
        width=210,
        persist_state="session",
    )
    return given / 100 if share else given


def _points(page: Page) -> dict[str, Any]:
    with st.container(horizontal=True, gap="medium"):
        return {
            "earned": _number(page, "earned", 1.0),
            "value": _number(page, "value", 0.05),
            "redeemed": _number(page, "redeemed", 1.0),
        }


def _tiers(page: Page) -> dict[str, Any]:
    """Two tiers that begin where the file's own customers stand."""
    t, edges = page.t, []
    key = ("thresholds", page.data.id)
    starts = dict(zip(TOP, state.kept(key, lambda: thresholds(page.data, [*TOP.values()])), strict=True))
    for tier, start in starts.items():
        with st.container(horizontal=True, gap="medium"):
            edge = st.number_input(
                t(f"what_if.programme.{tier}_from"),
                min_value=0.0,
                value=float(f"{start:.3g}"),
                format="%.6g",
                key=f"what_if.programme.{tier}.{page.data.id[:8]}",
                help=t("what_if.programme.help.tier", top=t.percent(TOP[tier], 0)),
                width=210,
                persist_state="session",
            )
            rebate = st.number_input(
                t(f"what_if.programme.{tier}_rebate"),
                min_value=0.0,
                max_value=100.0,
                value=REBATES[tier],
                step=0.5,
                format="%.4g",
                key=f"what_if.programme.{tier}_rebate",
                help=t("what_if.programme.help.rebate"),
                width=210,
                persist_state="session",
            )
            edges.append((edge, rebate / 100))
    return {"tiers": edges}


def _costs(page: Page) -> dict[str, Any]:
    with st.container(horizontal=True, gap="medium"):
        costs = {
            "joined": _number(page, "joined", 1.0),
            "fixed": _number(page, "fixed", 0.0),
            "running": _number(page, "running", 0.0),
        }
    return costs | {"uplift": _number(page, "uplift", 0.1, most=1000.0)}


def _told(page: Page, found: Outlook, uplift: float) -> None:
    """The three numbers, and what they mean."""
    t, currency = page.t, page.result.currency
    shown = {
        "cost": t.money(found.cost.value, currency),
        "break_even": t.relative(found.needed.value),
        "gain": t.signed("money", found.gain.value, currency),
    }
    with st.container(horizontal=True, gap="medium"):
        for name, value in shown.items():
            st.metric(t(f"what_if.programme.metric.{name}"), value, width=210)
    told = sentences(found, uplift, currency, t)
    st.markdown("\n".join(f"- {t.markdown(each)}" for each in told))


def _by_tier(page: Page, found: Outlook, edges: Sequence[tuple[float, float]]) -> None:
    """Every tier with its members, and how much more these must buy to pay for what they are given."""
    t, plan = page.t, found.programme
    names = [name for _, name in sorted(zip(edges, TOP, strict=True))]  # as the programme sorts its tiers
    lines = [
        {
            t("column.tier"): t(f"what_if.programme.{name}"),
            t("column.members"): t.count(tier.members),
            t("what_if.column.spend"): t.money(tier.spend, page.result.currency),
            t("column.given"): t.money(tier.given, page.result.currency),
            t("column.break_even"): t.relative(tier.break_even(plan.margin)),
        }
        for name, tier in zip(names, plan.tiers, strict=True)
    ]
    st.dataframe(lines, hide_index=True, key="what_if.programme.tiers", alt=t("what_if.programme.tiers"))


def _code(page: Page, terms: Mapping[str, Any]) -> None:
    """The Python that gives the same."""
    now = state.opened()
    if now:
        files = now.files if len(now.files) > 1 else now.files[0]
        roles = page.data.roles if now.corrections else None
        lines = story.call("programme", terms, files, page.period, roles)
        st.code(lines, language="python", wrap_lines=True)
