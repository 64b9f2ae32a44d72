"""Server time of a page whose results or fits are remembered: against the same elements from constants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from bench.harness import Claim, compare, seconds, turns
from loyalty.metrics import METRICS, clv
from loyalty.ui import state

ROOT = Path(__file__).parents[1]
PATIENCE = 60
SHOWN = "12"  # months, with which the page begins


@dataclass
class Recording:
    """The elements of a page as calls: on which container, which method, with what."""

    frame: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[Any, str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    containers: dict[int, Any] = field(default_factory=dict)
    alive: list[DeltaGenerator] = field(default_factory=list)
    inside: bool = False

    def call(self, original: Callable[..., Any], on: DeltaGenerator, args: Any, kwargs: Any) -> Any:
        """Carry out a call and remember it, unless it is part of another one."""
        if self.inside:
            return original(on, *args, **kwargs)
        container = on._active_dg
        place = self.containers.get(id(container), ("root", container._root_container))
        self.inside = True
        try:
            drawn = original(on, *args, **kwargs)
        finally:
            self.inside = False
        for part, made in enumerate(drawn if isinstance(drawn, (list, tuple)) else [drawn]):
            if isinstance(made, DeltaGenerator):
                self.containers[id(made)] = ("made", len(self.calls), part)
                self.alive.append(made)  # so that no other takes over its id
        self.calls.append((place, original.__name__, args, kwargs))
        return drawn

    def framed(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the frame, such as ``st.navigation``, that remembers what it was called with."""

        def called(*args: Any, **kwargs: Any) -> Any:
            self.frame.append((original, args, kwargs))
            return original(*args, **kwargs)

        return called

    def replay(self) -> None:
        """Draw the same frame and the same elements again."""
        for function, args, kwargs in self.frame:
            function(*args, **kwargs)
        drawn: list[Any] = []
        for place, name, args, kwargs in self.calls:
            if place[0] == "root":
                container = st.sidebar if place[1] == st.sidebar._root_container else st._main
            else:
                made = drawn[place[1]]
                container = made[place[2]] if isinstance(made, (list, tuple)) else made
            drawn.append(getattr(container, name)(*args, **kwargs))


@contextmanager
def recording() -> Iterator[Recording]:
    """Record whatever is drawn meanwhile."""
    record, originals, shortcuts = Recording(), {}, {}
    for name in dir(DeltaGenerator):
        method = getattr(DeltaGenerator, name)
        if name.startswith("_") or not callable(method):
            continue
        originals[name] = method

        def recorded(self: DeltaGenerator, *args: Any, _method: Any = method, **kwargs: Any) -> Any:
            return record.call(_method, self, args, kwargs)

        setattr(DeltaGenerator, name, recorded)
        if isinstance(getattr(getattr(st, name, None), "__self__", None), DeltaGenerator):
            shortcuts[name] = getattr(st, name)
            setattr(st, name, getattr(st._main, name))
    for name in ("navigation", "set_page_config"):
        shortcuts[name] = getattr(st, name)
        setattr(st, name, record.framed(shortcuts[name]))
    try:
        yield record
    finally:
        for name, method in originals.items():
            setattr(DeltaGenerator, name, method)
        for name, method in shortcuts.items():
            setattr(st, name, method)


def constants() -> None:
    """The script of the page drawn from constants."""
    import streamlit as st

    st.session_state["record"].replay()


def main() -> bool:
    """Print one ratio for each metric's page, with the sample it offers open, and one for another horizon."""
    outcomes = [page(metric.id, state.offered("en", metric.needs)) for metric in METRICS]
    return all([*outcomes, another_horizon()])


def page(name: str, business: str) -> bool:
    """Compare one page."""
    app, same = drawn(name, business)
    claim = Claim(
        f"rerun of the page {name} with remembered results", "the same elements from constants", 1.5
    )
    return compare(claim, app.run, same.run, 31)


def another_horizon() -> bool:
    """Compare the page of customer lifetime value when the visitor asks for what nobody has asked before.

    With each discount the page is drawn once, and then each other horizon for the first time.
    """
    app, same = drawn("clv", "shop")

    def change(name: str, choice: str) -> None:
        app.session_state[f"clv.{name}"] = choice
        app.run()
        assert not app.exception, app.exception

    same.run()
    others, pairs = [horizon for horizon in _choices("horizon") if horizon != SHOWN], []
    for discount in _choices("discount"):
        change("horizon", SHOWN)
        change("discount", discount)
        pairs += [(seconds(partial(change, "horizon", other)), seconds(same.run)) for other in others]
    claim = Claim("another horizon on the page clv of the online shop", "the same elements from constants", 2)
    return turns(claim, pairs)


def _choices(name: str) -> list[str]:
    [option] = [option for option in clv.METRIC.options if option.name == name]
    return [str(choice) for choice in option.choices]


def drawn(name: str, business: str) -> tuple[AppTest, AppTest]:
    """A page with a sample open, drawn twice, and the same elements drawn from constants."""
    app = AppTest.from_file(str(ROOT / "loyalty" / "ui" / "router.py"), default_timeout=PATIENCE)
    app.session_state[state.OPENED] = state.sample(business, "tidy")
    app.switch_page(str(ROOT / "pages" / f"{name}.py"))
    app.run()
    app.run()
    with recording() as record:
        app.run()
    assert not app.exception, app.exception
    assert len(record.calls) > 20, f"the page {name} was not drawn"
    same = AppTest.from_function(constants, default_timeout=PATIENCE)
    same.session_state["record"] = record
    same.run()
    assert _elements(same) == _elements(app), f"{name} was drawn in another way"
    return app, same


def _elements(app: AppTest) -> list[str]:
    return [element.type for element in app.main] + [element.type for element in app.sidebar]
