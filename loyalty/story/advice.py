"""What to do next: which advice fits a result."""

from __future__ import annotations

from loyalty.core import Result
from loyalty.story.facts import change_holes, group_holes
from loyalty.story.sentences import holes
from loyalty.story.stories import STORIES
from loyalty.texts import Message
from loyalty.words import Translator

ADVICES = 5  # at once; nobody does more


def advice(result: Result, t: Translator) -> tuple[Message, ...]:
    """What to do next, the most specific first; at most five."""
    story = STORIES[result.metric]
    own = story.advice_holes(result, t)
    facts = {**holes(result, t), **change_holes(result, t), **group_holes(result, t), **own}
    fitting = [id for id, holds in story.advice if holds(result)]
    return tuple(Message(f"{result.metric}.advice.{id}", facts) for id in fitting[:ADVICES])
