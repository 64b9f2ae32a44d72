"""The languages say the same things, and each of them in its own words."""

import re
import string

import pytest

from loyalty.texts import LANGUAGES, sentences

OTHERS = [language for language in LANGUAGES if language != "en"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# Names, units, codes and file types that stay as they are in a Chinese sentence.
NAMES = set(
    re.findall(
        r"\S+",
        """
A ABA ACSI Apple Arrow Avro Bain CBD Clio CNY Company convention cross_industry CSV csv Cvijikj DD DuckDB
Ecommerce Excel Facebook First Forrester Fred Gallup GitHub H HDF5 high Joe JSON Keynote LibreOffice low M
MB medium Michahelles MM N
Net Netflix NICE NPS nps Numbers ods of OpenDocument ORC order_value own p Page Pages pandas Parquet PDF
Peacock percent pickle Pletikosa PNG points Profiles Polars Promoter PyArrow PySpark Python Quarterly ratio
Recurly Sasser WOMMA
REF RFM Reichheld repurchase Research Retently s SaaS Sage Satmetrix Score Shein Shopify Success SurveyMonkey
SVG Trader typical UKCSI upsell USD UTF tsv txt xls xlsb xlsm xlsx XML YYYY Holm Strohmetz t
BB BG CDNOW Gamma MBG NBD Pareto sBG Fader Hardie T a b bar q r s t_x v x z
""",
    )
)


def holes(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_same_sentences(language):
    assert sentences(language).keys() == sentences("en").keys()


@pytest.mark.parametrize("language", OTHERS)
def test_same_holes(language):
    differ = {
        id: (holes(english), holes(sentences(language)[id]))
        for id, english in sentences("en").items()
        if id in sentences(language) and holes(english) != holes(sentences(language)[id])
    }
    assert not differ


@pytest.mark.parametrize("language", LANGUAGES)
def test_holes_are_plain_names(language):
    odd = [
        id
        for id, sentence in sentences(language).items()
        for _, name, form, conversion in string.Formatter().parse(sentence)
        if name is not None and (not name.isidentifier() or form or conversion)
    ]
    assert not odd


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty(language):
    assert not [id for id, sentence in sentences(language).items() if not sentence.strip()]


def test_percentages_are_written_in_one_way():
    assert not {id for id, sentence in sentences("en").items() if re.search(r"\d %(?!-)", sentence)}


@pytest.mark.parametrize(("language", "named"), [("en", r"the page “(.+?)”"), ("zh", r"在“(.+?)”页")])
def test_pages_have_the_names_of_the_menu(language, named):
    texts = sentences(language)
    pages = {name for sentence in texts.values() for name in re.findall(named, sentence)}
    assert texts["data.title"] in pages
    assert pages <= {text for id, text in texts.items() if id.endswith(".title")}
    assert not re.findall("the page Data", " ".join(texts.values()))


ONE = (
    *(f"error.{id}.what" for id in ("too_short", "nobody_loyal", "nobody_new", "no_matches", "no_money")),
    *(f"error.{id}.what" for id in ("too_few_renewals", "no_subscribers", "too_few_repeats")),
    *("forecast.answer.purchases", "forecast.small.purchases", "clv.check.held_back", "clv.renewed.once"),
    *("say_do.matched.how_both", "say_do.matched.rest_some", "say_do.matched.all", "what_if.note.who"),
    *("say_do.advice.latent", "say_do.advice.spurious", "say_do.staying.stayed_small"),
)
MEASURED = ("n", "stay", "each", "each_buyer", "term", "loyal", "least", "needed", "span")


@pytest.mark.parametrize("id", ONE)
def test_one_is_not_many(id):
    """Counts stand where no plural follows; what is measured is never one, or not whole."""
    sentence = sentences("en")[id]
    filled = sentence.format(**{name: "12" if name in MEASURED else "1" for name in holes(sentence)})
    assert not re.search(r"\b1 (known |more )?[a-z]+s\b", filled)


def test_no_chinese_in_english():
    found = {id for id, sentence in sentences("en").items() if CHINESE.search(sentence)}
    assert not found


def foreign(sentence):
    """Words in Latin letters that are no names; addresses, code, holes and formats of dates do not count."""
    bare = re.sub(r"https?://\S+|scribd\.com\S+?(?=[）\s]|$)|`[^`]*`|\{\w+\}|%-?\w", " ", sentence)
    return [word for word in re.findall(r"[A-Za-z]\w*", bare, re.ASCII) if word not in NAMES]


def test_no_english_words_in_chinese():
    assert not {id: foreign(sentence) for id, sentence in sentences("zh").items() if foreign(sentence)}


def test_every_chinese_sentence_is_chinese_or_has_no_words():
    untranslated = [id for id, text in sentences("zh").items() if not CHINESE.search(text) and foreign(text)]
    assert not untranslated


def test_chinese_uses_chinese_punctuation():
    """Half-width commas, semicolons and question marks beside Chinese characters."""
    odd = {
        id: text
        for id, text in sentences("zh").items()
        if re.search(r"[\u4e00-\u9fff] ?[,;?!]|[,;?!] ?[\u4e00-\u9fff]", text)
    }
    assert not odd
