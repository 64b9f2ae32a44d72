"""What the code imports is declared, what is declared is locked, and a lock is good on any machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.txt": PROJECT["dependencies"],
    "requirements-dev.txt": PROJECT["dependencies"] + EXTRAS["dev"] + EXTRAS["duckdb"],
    "requirements-spark.txt": PROJECT["dependencies"] + EXTRAS["spark"],
}
OURS = {"app", "bench", "loyalty", "maker", "pages", "run", "sample_data", "tests"}
APP = ("app.py", "loyalty/**/*.py", "pages/*.py")
AROUND = ("tests/**/*.py", "bench/**/*.py", "sample_data/**/*.py")
ALONE = re.compile(r"^# /// script$(.*?)^# ///$", re.MULTILINE | re.DOTALL)  # has an environment of its own


def pins(lock: str) -> list[Requirement]:
    """Read what a lock pins, without the hashes."""
    lines = re.findall(r"^[a-z0-9].*?(?= \\$)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return [Requirement(line) for line in lines]


def declared(requirements: list[str]) -> list[Requirement]:
    return [r for r in map(Requirement, requirements) if canonicalize_name(r.name) != PROJECT["name"]]


def imported(*patterns: str) -> set[str]:
    """List the packages that files import and that are neither Python's nor ours."""
    texts = [path.read_text("utf-8") for pattern in patterns for path in ROOT.glob(pattern)]
    return {name for text in texts if not ALONE.search(text) for name in foreign(text)}


def foreign(text: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names - OURS - set(sys.stdlib_module_names)


def undeclared(names: set[str], requirements: list[str]) -> set[str]:
    packages = {canonicalize_name(r.name) for r in declared(requirements)}
    sources = packages_distributions()
    return {n for n in names if packages.isdisjoint(map(canonicalize_name, sources.get(n, [n])))}


def test_what_the_app_imports_is_declared():
    assert undeclared(imported(*APP), PROJECT["dependencies"]) == set()


def test_what_the_tests_import_is_declared():
    everything = LOCKS["requirements-dev.txt"] + EXTRAS["spark"]
    assert undeclared(imported(*AROUND), everything) == set()


@pytest.mark.parametrize("path", ["tests/vectors/lifelines_vectors.py", "bench/lifetimes_peer.py"])
def test_a_script_that_runs_alone_names_what_it_imports(path):
    text = (ROOT / path).read_text("utf-8")
    [block] = ALONE.findall(text)
    needs = tomllib.loads(block.replace("\n# ", "\n"))["dependencies"]
    assert foreign(text)
    assert undeclared(foreign(text), needs) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_all_that_is_declared_within_its_range(lock):
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins(lock)}
    for requirement in declared(LOCKS[lock]):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("lock", ["requirements-dev.txt", "requirements-spark.txt"])
def test_a_larger_lock_holds_the_one_of_the_app(lock):
    assert set(map(str, pins("requirements.txt"))) <= set(map(str, pins(lock)))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(lock):
    text = (ROOT / lock).read_text("utf-8")
    entries = [entry for entry in re.split(r"\n(?=[^ #])", text) if not entry.startswith("#")]
    assert len(entries) == len(pins(lock))
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==\S+", entry)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)
    assert not re.search(r"://|^-|[\w-]+/[\w-]+/", text, re.MULTILINE)
