"""Which pages there are, in which sections, under which icons."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from loyalty.words import Translator

PAGES = Path(__file__).parents[2] / "pages"

# Section to the ids of its pages with their icons. An id is file, address and section of the texts alike.
SECTIONS: dict[str, dict[str, str]] = {
    "data": {"start": "home", "data": "table_view", "scorecard": "dashboard"},
    "say": {"nps": "recommend", "satisfaction": "star", "loyalty_index": "favorite"},
    "do": {
        "repurchase": "autorenew",
        "order_value": "receipt_long",
        "upsell": "add_shopping_cart",
        "engagement": "ads_click",
        "journey": "route",
        "cohorts": "grid_on",
        "rfm": "groups",
        "top_customers": "leaderboard",
    },
    "worth": {"clv": "payments", "forecast": "trending_up", "loyal_new": "swap_vert", "what_if": "tune"},
    "both": {"say_do": "compare_arrows", "experiment": "science"},
    "next": {"actions": "checklist"},
    "models": {
        "bg_nbd": "storefront",
        "mbg_nbd": "luggage",
        "pareto_nbd": "hourglass_empty",
        "gamma_gamma": "wallet",
        "shifted_beta_geometric": "subscriptions",
    },
    "share": {"benchmarks": "flag", "learn": "school"},
}
WIDE = frozenset({"data", "scorecard", "benchmarks"})


def path(id: str) -> Path:
    """The file of a page."""
    return PAGES / f"{id}.py"


def layout(page: st.Page) -> Literal["wide", "centered"]:
    """How wide a page is: tables and walls of cards are, what is read is not."""
    return "wide" if page.url_path in WIDE else "centered"


def pages(t: Translator) -> dict[str, list[st.Page]]:
    """The pages under the titles of their sections, as ``st.navigation`` takes them."""
    return {
        t(f"nav.{section}"): [_page(id, icon, t) for id, icon in members.items()]
        for section, members in SECTIONS.items()
    }


def _page(id: str, icon: str, t: Translator) -> st.Page:
    return st.Page(
        path(id),
        title=t(f"{id}.title"),
        icon=f":material/{icon}:",
        url_path=id,
        default=id == "start",
        help=t(f"{id}.what"),
    )
