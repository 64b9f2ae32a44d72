"""Every page, in every language, with nothing, with a tidy and with a messy file."""

import re
from functools import cache

import pytest

from loyalty.texts import LANGUAGES, sentences
from loyalty.ui import state
from tests.samples import opened
from tests.screen import PAGES, app, texts

ID = re.compile(r"\b[a-z_]+(?:\.\w+)+\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OWN_NAMES = {sentences(language)["language.name"] for language in LANGUAGES}  # each language in its own words
WORDS = 12  # letters of an English sentence that no file holds by chance
QUOTED = ("industry.", "benchmarks.note.")  # words that sources and files use themselves


@cache
def english():
    """Names, which must not stand alone, and pieces of sentences, which must not stand anywhere."""
    chinese = "\n".join(sentences("zh").values())
    names, pieces = set(), set()
    for id, text in sentences("en").items():
        piece = max(re.split(r"\{\w+\}", text), key=len).strip()
        if len(piece) >= WORDS and piece not in chinese:
            quoted = id.startswith(QUOTED) or " " not in piece
            (names if quoted else pieces).add(piece)
    return names, pieces


CONDITIONS = [  # each page in both languages; the rest where slow tests are run
    ("en", "tidy"),
    ("zh", "tidy"),
    pytest.param("en", "nothing", marks=pytest.mark.slow),
    pytest.param("zh", "messy", marks=pytest.mark.slow),
    pytest.param("en", "messy", marks=pytest.mark.slow),
    pytest.param("zh", "nothing", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("language", "condition"), CONDITIONS)
@pytest.mark.parametrize("page", PAGES)
def test_page(page, language, condition):
    session = {} if condition == "nothing" else {state.OPENED: opened(page, condition)}
    at = app(page, language, **session)
    assert not at.exception, [each.value for each in at.exception]
    told = [text for text in texts(at) if text not in OWN_NAMES]
    assert any(sentences(language)[f"{page}.question"] in text for text in told)
    assert not {id for text in told for id in ID.findall(text) if id in sentences("en")}
    if language == "en":
        assert not [text for text in told if CHINESE.search(text)]
    else:
        names, pieces = english()
        assert not names & set(told)
        assert not {piece for piece in pieces for text in told if piece in text}
