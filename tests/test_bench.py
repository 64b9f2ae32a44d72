"""The benchmarks: what they can be run on."""

from __future__ import annotations

from bench import rerun
from loyalty.metrics import METRICS
from loyalty.ui import state


def test_each_page_is_rerun_with_a_sample_that_has_its_tables(monkeypatch):
    opened = {}
    monkeypatch.setattr(rerun, "another_horizon", lambda: True)
    monkeypatch.setattr(rerun, "page", lambda name, business="cafe": opened.setdefault(name, business) != "")
    assert rerun.main()
    for metric in METRICS:
        data = state.sample(opened[metric.id], "tidy").data
        assert data.missing(*metric.needs) == (), metric.id
