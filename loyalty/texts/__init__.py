"""Every sentence of the project, one TOML file a language.

This module only loads and fills sentences, so that the lowest layers (errors, notes) can speak;
number, money and date formats are in :mod:`loyalty.words`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that is not yet in any language: its id and what fills its holes.

    Parameters
    ----------
    id
        Key in ``texts/*.toml``, dotted: ``"note.totals"``.
    holes
        Values for the named holes; plain numbers, texts from the user's file, or other messages.

    Examples
    --------
    >>> str(Message("language.name"))
    'English'
    """

    id: str
    holes: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self, "en")


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence of one language under its dotted id.

    Examples
    --------
    >>> sentences("zh")["language.name"]
    '简体中文'
    """
    source = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    flat: dict[str, str] = {}

    def walk(prefix: str, node: Mapping[str, Any]) -> None:
        for key, value in node.items():
            if isinstance(value, str):
                flat[prefix + key] = value
            else:
                walk(f"{prefix}{key}.", value)

    walk("", tomllib.loads(source))
    return MappingProxyType(flat)


def say(message: Message, language: str) -> str:
    """Fill a message in one language, numbers as Python prints them.

    Examples
    --------
    >>> say(Message("where.sheet", {"sheet": "Orders"}), "en")
    'sheet “Orders”'
    """
    holes = {
        key: say(value, language) if isinstance(value, Message) else value
        for key, value in message.holes.items()
    }
    return sentences(language)[message.id].format_map(holes)
