"""What is remembered is computed once, however many ask at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event

import pytest

from loyalty import METRICS
from loyalty.memory import Memory
from loyalty.scorecard import scorecard
from tests.tables import dataset, draw_orders, draw_responses, draw_visits
from tests.test_engines import same


def test_those_who_ask_meanwhile_wait_for_the_first():
    memory, calls, everybody, ready = Memory(), count(), Barrier(5), Event()

    def compute():
        assert ready.wait(10)
        return next(calls)

    def ask():
        everybody.wait(10)
        return memory.get("key", compute)

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask) for _ in range(4)]
        everybody.wait(10)
        ready.set()
        assert [each.result(10) for each in asked] == [0] * 4
    assert memory.get("key", compute) == 0
    assert memory.get("another", compute) == 1


def test_a_failure_is_told_and_tried_again():
    memory = Memory()
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: 1 / 0, "other")
    assert memory.get("other", lambda: 2) == 2
    assert memory.get("key", lambda: 3) == 3


def test_other_keys_are_served_unless_they_have_a_value():
    memory = Memory()
    memory.get("taken", lambda: 1)
    assert memory.get("key", lambda: 2, "taken", "free") == 2
    assert (memory.get("taken", lambda: 0), memory.get("free", lambda: 0)) == (1, 2)


def test_what_is_computed_may_ask_for_something_else():
    memory = Memory()
    assert memory.get("sum", lambda: memory.get("one", lambda: 1) + memory.get("two", lambda: 2)) == 3


@pytest.mark.slow
def test_the_scorecard_is_what_each_metric_finds_alone():
    tables = {"orders": draw_orders(31), "responses": draw_responses(32), "visits": draw_visits(33)}
    for by in (None, "segment"):
        for card in scorecard(dataset(**tables), by):
            data = dataset(**tables)
            options = {"by": by} if by in data.by_choices(card.metric.table) else {}
            if card.result:
                same(card.result.to_dict(), card.metric.compute(data, **options).to_dict(), card.metric.id)
    assert [card.metric for card in scorecard(dataset(**tables))] == list(METRICS)
