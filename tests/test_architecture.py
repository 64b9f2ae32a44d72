"""The order of the house, read off the source: who imports whom, how long it is, what it says."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from loyalty.texts import LANGUAGES, sentences

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "loyalty").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
SOURCES = [ROOT / "app.py", *PAGES, *PACKAGE]

# From the roof to the ground: each imports only from below.
FLOORS = (
    ("app", "pages"),
    ("ui",),
    ("__main__",),
    ("report",),
    ("scorecard",),
    ("__init__",),
    ("members",),
    ("metrics",),
    ("charts",),
    ("story",),
    ("benchmarks",),
    ("scales",),
    ("bands",),
    ("words",),
    ("views",),
    ("dataset",),
    ("history", "remote", "reading"),
    ("purchases",),
    ("models",),
    ("columns", "stats"),
    ("assignment", "facts", "grouping", "synonyms", "answer_scales", "core"),
    ("errors",),
    ("codes", "memory", "limits", "queries", "texts"),
)
FLOOR = {name: height for height, names in enumerate(reversed(FLOORS)) for name in names}


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path):
    return path.relative_to(ROOT).as_posix()


def floor_of(path):
    first, *rest = path.relative_to(ROOT).with_suffix("").parts
    return rest[0] if first == "loyalty" else first


def imports(path):
    """Modules that a file imports when it runs; what only type checkers see does not count."""
    seen = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            seen |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree(path)):
        if id(node) in seen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place(path)}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(module):
    """The part of the package that an import of it means; names of the package itself are in its __init__."""
    name = module.split(".")[1] if "." in module else "__init__"
    return name if name in FLOOR else "__init__"


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_point_down(path):
    here = floor_of(path)
    assert here in FLOOR, f"{here} has no floor yet: give it one in FLOORS"
    upward = {
        module
        for module in imports(path)
        if module.split(".")[0] == "loyalty" and part(module) != here and FLOOR[part(module)] >= FLOOR[here]
    }
    assert not upward


@pytest.mark.parametrize("path", PACKAGE, ids=place)
def test_only_the_screen_knows_streamlit(path):
    if floor_of(path) != "ui":
        assert not {module for module in imports(path) if module.split(".")[0] == "streamlit"}


@pytest.mark.parametrize("path", sorted((ROOT / "loyalty" / "metrics").glob("[!_]*.py")), ids=place)
def test_no_metric_imports_another(path):
    assert not {module for module in imports(path) if module.startswith("loyalty.metrics")}


@pytest.mark.parametrize("path", [path for path in SOURCES if path not in PAGES], ids=place)
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_pages_are_thin(path):
    assert 4 <= len(path.read_text(encoding="utf-8").splitlines()) <= 40
    defined = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert not defined, "a page is a straight script"


def test_the_package_starts_without_heavy_libraries():
    heavy = {
        "pandas",
        "polars",
        "pyarrow",
        "scipy",
        "numpy",
        "streamlit",
        "altair",
        "babel",
        "openpyxl",
        "duckdb",
    }
    code = f"import loyalty, sys; print(*sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


# Sentences


def calls(path, *names):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", None)
            if name in names and node.args:
                yield node


def written(node):
    """Every text that an expression can be, names in it as wildcards."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {re.escape(node.value)}
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(p.value) if isinstance(p, ast.Constant) else r".+" for p in node.values)
        return {"".join(parts)}
    if isinstance(node, ast.IfExp):
        return written(node.body) | written(node.orelse)
    return set()


def known(id):
    return [key for key in sentences("en") if re.fullmatch(id, key)]


def holes(id):
    return {name for _, name, _, _ in string.Formatter().parse(sentences("en")[id]) if name}


def keywords(node):
    """Names of the values handed over, None if they cannot be read off."""
    if any(keyword.arg is None for keyword in node.keywords):
        return None
    return {keyword.arg for keyword in node.keywords}


def message_holes(node):
    """The same for a Message, whose values are a dictionary."""
    if len(node.args) == 1 and not node.keywords:
        return set()
    given = node.args[1] if len(node.args) == 2 else None
    if not isinstance(given, ast.Dict) or not all(isinstance(key, ast.Constant) for key in given.keys):
        return None
    return {key.value for key in given.keys}


def unsaid(path):
    """Sentences that the code means to say and that are not there, or lack a value for a hole."""
    for call in calls(path, "LoyaltyError"):
        for id in written(call.args[0]):
            for sentence in (rf"error\.{id}\.what", rf"error\.{id}\.fix"):
                yield from _wrong(sentence, keywords(call))
    for call in calls(path, "Message"):
        for id in written(call.args[0]):
            yield from _wrong(id, message_holes(call))
    for call in calls(path, "t"):
        for id in written(call.args[0]):
            yield from _wrong(id, keywords(call))


def _wrong(id, given):
    keys = known(id)
    if not keys:
        yield id
    elif len(keys) == 1 and given is not None and not holes(keys[0]) <= given:
        yield f"{id}: {holes(keys[0]) - given} not given"


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_what_is_said_has_a_sentence_and_its_holes_are_filled(path):
    assert not list(unsaid(path))


def test_every_error_has_both_sentences_in_every_language():
    for language in LANGUAGES:
        ids = {key.split(".")[1] for key in sentences(language) if key.startswith("error.")}
        assert {f"error.{id}.{half}" for id in ids for half in ("what", "fix")} <= sentences(language).keys()


def test_no_sentence_of_an_error_is_left_over():
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    ids = {key.split(".")[1] for key in sentences("en") if key.startswith("error.")}
    assert not {id for id in ids if f'"{id}"' not in source}


CHARTS = [path for path in PACKAGE if path.parent.name == "charts"]
BARE = ("alt.value", "alt.datum", "alt.condition", "alt.when")


@pytest.mark.parametrize("path", CHARTS, ids=place)
def test_charts_name_the_class_of_each_channel(path):
    """For a bare text or value Altair looks through its whole schema, which takes longest of all."""
    encodings = (call for call in ast.walk(tree(path)) if isinstance(call, ast.Call))
    given = (
        keyword.value
        for call in encodings
        if isinstance(call.func, ast.Attribute) and call.func.attr == "encode"
        for keyword in call.keywords
    )
    bare = [
        f"{value.lineno}: {ast.unparse(value)}"
        for value in given
        if isinstance(value, ast.Constant)
        or (isinstance(value, ast.Call) and ast.unparse(value.func) in BARE)
    ]
    assert not bare
