"""Every file of the corpus ends as a Dataset or as an error that names the trouble in both languages.

The corpus lies outside the project, in the folder that the environment variable LOYALTY_CORPUS names.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

import loyalty
from loyalty.scorecard import scorecard
from loyalty.texts import LANGUAGES
from loyalty.words import Translator

CORPUS = os.environ.get("LOYALTY_CORPUS")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS, reason="LOYALTY_CORPUS does not name the folder of real spreadsheets"),
]


def expected() -> dict[str, str]:
    """File to what it must come to, in the words of the corpus' own index."""
    if not CORPUS:
        return {}
    with (Path(CORPUS) / "index.csv").open(encoding="utf-8") as index:
        return {row["file"]: row["expected_behaviour"] for row in csv.DictReader(index)}


def outcome(file: str) -> loyalty.Dataset | loyalty.LoyaltyError:
    try:
        return loyalty.read(Path(CORPUS or "") / file)
    except loyalty.LoyaltyError as error:
        return error


@pytest.mark.parametrize("file", expected())
def test_a_file_ends_as_data_or_as_a_sentence(file: str) -> None:
    found = outcome(file)
    for language in LANGUAGES:
        t = Translator(language)
        if isinstance(found, loyalty.LoyaltyError):
            what, _, fix = t.error(found)
            assert what
            assert fix
            assert "{" not in what + fix
        else:
            for note in found.notes:
                assert t.say(note.message)
            for card in scorecard(found):
                assert card.result or all(t.error(card.error)[::2])


TROUBLE = {  # words of the index -> the errors that say so
    "password protected": {"encrypted"},
    "unsafe file": {"unsafe_file", "unreadable", "too_much_text", "no_table"},
    "the file is empty": {"empty_file", "no_rows", "no_table"},
    "clear error: empty": {"empty_file", "no_rows", "no_sheets", "no_table"},
}


@pytest.mark.parametrize("words", TROUBLE)
def test_trouble_is_called_by_its_name(words: str) -> None:
    files = [file for file, behaviour in expected().items() if words in behaviour]
    found = {file: outcome(file) for file in files}
    assert files
    for file, error in found.items():
        assert isinstance(error, loyalty.LoyaltyError), file
        assert error.id in TROUBLE[words], (file, error.id)
