"""What was computed once and is asked again, by several threads at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Values by key: the first to ask computes one, whoever asks meanwhile waits for it.

    Examples
    --------
    >>> memory = Memory()
    >>> memory.get("answer", lambda: 6 * 7), memory.get("answer", lambda: 0)
    (42, 42)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[Hashable, Future[Any]] = {}

    def get(self, key: Hashable, compute: Callable[[], T], *others: Hashable) -> T:
        """The value of a key.

        Parameters
        ----------
        key
            What it is called.
        compute
            Called if nobody has asked before; what it raises is raised again and not remembered.
        others
            Further keys under which it may be found, as far as they have no value yet.
        """
        mine: Future[T] = Future()
        with self._lock:
            value: Future[T] = self._values.setdefault(key, mine)
            if value is mine:
                for other in others:
                    self._values.setdefault(other, mine)
        if value is mine:
            try:
                mine.set_result(compute())
            except BaseException as error:
                self._forget(mine)
                mine.set_exception(error)
        return value.result()

    def _forget(self, value: Future[Any]) -> None:
        with self._lock:
            self._values = {key: each for key, each in self._values.items() if each is not value}
