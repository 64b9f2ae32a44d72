"""What one visitor has opened and chosen: the only module that knows the keys of the session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import streamlit as st

from loyalty import words
from loyalty.benchmarks import CROSS_INDUSTRY, Band
from loyalty.core import Metric, Need, Result
from loyalty.dataset import Dataset, build
from loyalty.errors import LoyaltyError
from loyalty.reading import open_workbook, recognise
from loyalty.reading.plans import Plan
from loyalty.reading.sheets import Workbook
from loyalty.reading.workbooks import display_name
from loyalty.words import Translator

if TYPE_CHECKING:
    from streamlit.typing import UploadedFile

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
SAMPLES: dict[str, dict[str, tuple[str, ...]]] = {  # business -> condition of its files -> files
    "cafe": {"tidy": ("cafe.xlsx",), "messy": ("cafe_messy.xlsx",)},
    "shop": {"tidy": ("shop.xlsx",), "messy": ("shop_messy.xlsx",)},
    "studio": {"tidy": ("studio.xlsx",), "messy": ("studio_messy.csv", "studio_messy_survey.csv")},
    "tea_zh": {"tidy": ("tea_zh.xlsx",), "messy": ("tea_zh_messy.xlsx",)},
    "mint": {"tidy": ("mint.xlsx",), "messy": ("mint_messy.csv",)},
}
SAMPLE_INDUSTRIES = {
    "cafe": "coffee",
    "shop": "e_commerce",
    "studio": "fitness",
    "tea_zh": "tea_drinks",
    "mint": "restaurants",
}
OFFERED = {"en": "cafe", "zh": "tea_zh"}  # the sample named on pages without data, by language
TRIAL = "mint"  # and on those that ask for a trial
KEPT = 200  # results and charts a session remembers
PERIODS = 6  # cuts of the data it remembers: these are large

# Keys of the session. Widgets have keys of their own, with a dot: page or metric, then what is chosen.
LANGUAGE, CHOICES = "language", "choices"
INDUSTRY, SUGGESTION, SUGGESTED = "industry", "suggestion", "suggested"
OPENED, RESULTS, CUTS, UPLOADS = "opened", "results", "cuts", "uploads"
OWN_BANDS, OWN_ROWS, BANDS_OFF, LOW_TRUST = "own_bands", "own_rows", "bands_off", "low_trust"

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Opened:
    """What the visitor has opened.

    Parameters
    ----------
    files
        Names of the files; texts from outside.
    sample
        Which of the samples it is; None for the visitor's own data.
    workbook
        The sheets as they came, so that they can be read in another way without a new upload.
    plans
        How they are read now.
    data
        What came of it; None when the plans yield no table.
    problem
        Why there are no data.
    corrections
        How often the visitor has changed the plans.
    """

    files: tuple[str, ...]
    sample: str | None
    workbook: Workbook
    plans: tuple[Plan, ...]
    data: Dataset | None = None
    problem: LoyaltyError | None = None
    corrections: int = 0


def language() -> str:
    """The language of the screen: the address, else the session, else the browser, else English."""
    return words.pick(st.query_params.get("lang"), st.session_state.get(LANGUAGE), st.context.locale)


def browser_language() -> str:
    """The language that the browser asks for."""
    return words.pick(None, None, st.context.locale)


def translator() -> Translator:
    """The sentences in the visitor's language."""
    return Translator(language())


def choose_language() -> None:
    """Write the language just chosen into the address, which goes before everything else.

    Lists show what is chosen in the words of the old language until their value is set anew.
    """
    st.query_params["lang"] = st.session_state[LANGUAGE]
    for key in st.session_state.get(CHOICES, ()):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def choice(key: str, default: Any = None) -> str:
    """The key of a widget whose options are named in the language of the screen, and what it starts from."""
    st.session_state.setdefault(CHOICES, set()).add(key)
    if default is not None:
        st.session_state.setdefault(key, default)
    return key


def industry() -> str:
    """Code of the visitor's industry."""
    return str(st.session_state.get(INDUSTRY, CROSS_INDUSTRY))


def take_suggestion() -> None:
    """Choose the industry that goes with what was just opened, unless the visitor has chosen one."""
    code = st.session_state.pop(SUGGESTION, None)
    if code and industry() == st.session_state.get(SUGGESTED, CROSS_INDUSTRY):
        st.session_state[INDUSTRY] = st.session_state[SUGGESTED] = code


def own_bands() -> tuple[Band, ...]:
    """The visitor's own benchmarks."""
    return cast("tuple[Band, ...]", st.session_state.get(OWN_BANDS, ()))


def own_rows() -> tuple[Mapping[str, Any], ...]:
    """The visitor's own benchmarks as they stand in the editor, those switched off among them."""
    return cast("tuple[Mapping[str, Any], ...]", st.session_state.get(OWN_ROWS, ()))


def use_own(rows: Sequence[Mapping[str, Any]], bands: Sequence[Band]) -> None:
    """Keep the visitor's own benchmarks: the rows of the editor, and what those in use say."""
    st.session_state[OWN_ROWS] = tuple(rows)
    st.session_state[OWN_BANDS] = tuple(bands)


def bands_off() -> frozenset[str]:
    """Keys of the benchmarks that the visitor has switched off."""
    return cast("frozenset[str]", st.session_state.get(BANDS_OFF, frozenset()))


def switch_off(shown: frozenset[str], off: frozenset[str]) -> None:
    """Of the benchmarks shown, switch off these and switch on the others."""
    st.session_state[BANDS_OFF] = (bands_off() - shown) | off


def low_trust() -> bool:
    """Whether the visitor asked for benchmarks of low trust too."""
    return bool(st.session_state.get(LOW_TRUST, False))


def dark() -> bool:
    """Whether the visitor looks at a dark screen."""
    return st.context.theme.type == "dark"


def opened() -> Opened | None:
    """What is open, readable or not."""
    return cast("Opened | None", st.session_state.get(OPENED))


def data() -> Dataset | None:
    """The data that are open; None when there are none."""
    now = opened()
    return now.data if now else None


def open_files(files: Sequence[UploadedFile]) -> None:
    """Open files and take what is recognised in them.

    Raises
    ------
    LoyaltyError
        If a file cannot be read at all; what was open before stays open.
    """
    workbook = open_workbook(list(files))
    names = tuple(display_name(file.name) for file in files)
    _open(_read(Opened(names, None, workbook, recognise(workbook))))
    st.session_state[SUGGESTION] = CROSS_INDUSTRY


def open_sample(business: str, condition: str = "tidy") -> None:
    """Open one of the samples.

    Parameters
    ----------
    business, condition
        Keys of :data:`SAMPLES`.
    """
    _open(sample(business, condition))
    st.session_state[SUGGESTION] = SAMPLE_INDUSTRIES[business]


def offered(language: str, needs: Sequence[Need] = ()) -> str:
    """The sample that a page without data offers."""
    return TRIAL if any(need.table == "trials" for need in needs) else OFFERED[language]


def use(plans: Sequence[Plan]) -> None:
    """Read what is open in another way."""
    now = opened()
    assert now is not None
    _open(_read(replace(now, plans=tuple(plans), corrections=now.corrections + 1)))


def forget() -> None:
    """Delete everything that this session holds, but for the language."""
    for key in set(st.session_state) - {LANGUAGE}:
        del st.session_state[key]


def uploads() -> int:
    """How many uploads were taken over; in the key of an uploader, so that it lets go of its files."""
    return int(st.session_state.get(UPLOADS, 0))


def next_upload() -> None:
    """Empty the uploader."""
    st.session_state[UPLOADS] = uploads() + 1


def kept(key: Hashable, make: Callable[[], T], memory: str = RESULTS, limit: int = KEPT) -> T:
    """What was made under a key, made only once; the latest are remembered, in this session alone.

    Parameters
    ----------
    key
        Everything the outcome depends on, the id of the data among it.
    make
        Makes it.
    memory, limit
        Where it is remembered, among how many.
    """
    known: OrderedDict[Hashable, Any] = st.session_state.setdefault(memory, OrderedDict())
    if key in known:
        known.move_to_end(key)
    else:
        known[key] = make()
        if len(known) > limit:
            known.popitem(last=False)
    return cast(T, known[key])


def between(whole: Dataset, start: date, end: date) -> Dataset:
    """The data of a period."""
    return kept((whole.id, start, end), lambda: whole.between(start, end), CUTS, PERIODS)


def result(metric: Metric, part: Dataset, by: str | None, options: Mapping[str, Any]) -> Result:
    """A metric of the open data.

    Raises
    ------
    LoyaltyError
        If the data cannot answer it.
    """
    key = (metric.id, part.id, by, *sorted(options.items(), key=str))
    return kept(key, lambda: metric.compute(part, by=by, **options))


def _read(found: Opened) -> Opened:
    try:
        return replace(found, data=build(found.workbook, found.plans, ", ".join(found.files)), problem=None)
    except LoyaltyError as problem:
        return replace(found, data=None, problem=problem)


def _open(found: Opened) -> None:
    st.session_state[OPENED] = found
    for memory in (RESULTS, CUTS):
        st.session_state.pop(memory, None)


@st.cache_resource(max_entries=20, show_spinner=False)
def sample(business: str, condition: str) -> Opened:
    """A sample is nobody's data, so all sessions may share it."""
    files = SAMPLES[business][condition]
    workbook = open_workbook([SAMPLE_DATA / file for file in files])
    return _read(Opened(files, business, workbook, recognise(workbook)))
