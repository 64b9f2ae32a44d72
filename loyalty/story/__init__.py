"""What a result means, in sentences: the answer, the change, the groups, what to do, how it is calculated.

Most functions give a :class:`loyalty.texts.Message`, to be said with ``t.say`` where text stays as it is, and
with ``t.markdown`` where it is read as markdown. All sentences are in ``texts/*.toml``, in the section of the
metric; here it is decided which of them holds.
"""

from loyalty.story.advice import advice
from loyalty.story.facts import by_name, estimates, in_unit, record, segment, small, table_rows
from loyalty.story.method import call, cells, formula, python, reason, table
from loyalty.story.sentences import answer, change, groups, headline, holes, part

__all__ = [
    "advice",
    "answer",
    "by_name",
    "call",
    "cells",
    "change",
    "estimates",
    "formula",
    "groups",
    "headline",
    "holes",
    "in_unit",
    "part",
    "python",
    "reason",
    "record",
    "segment",
    "small",
    "table",
    "table_rows",
]
