"""``python -m loyalty`` on the samples gives the answers that their README promises, in both languages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loyalty.__main__ import main
from loyalty.metrics import METRICS
from loyalty.words import Translator
from tests.promises import ANSWERS, CURRENCY, PROMISED, SAMPLE_DATA, promised

TIDY = ("cafe.xlsx", "tea_zh.xlsx", "mint.xlsx")  # the other files where slow tests are run


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "file", [file if file in TIDY else pytest.param(file, marks=pytest.mark.slow) for file in ANSWERS]
)
def test_json_gives_the_promised_answers(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, str(SAMPLE_DATA / file), "--json"))
    kept = {id: paths for id, paths in PROMISED.items() if promised(file, *paths[2]) is not None}
    assert found["metrics"].keys() == kept.keys()
    assert found["missing"].keys() == PROMISED.keys() - kept.keys()
    for id, (unit, value, base) in kept.items():
        overall = found["metrics"][id]["overall"]
        assert found["metrics"][id]["unit"] == unit
        assert overall["n"] == promised(file, *base)
        if value:
            assert overall["value"] == pytest.approx(promised(file, *value), rel=1e-9)


@pytest.mark.parametrize("file", ["mint.xlsx", "mint_messy.csv"])
def test_json_names_the_columns_of_a_trial(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, str(SAMPLE_DATA / file), "--json"))
    assert found["roles"]["trials"].keys() == {"group", "outcome", "date"}
    assert found["measures"]["trials"][1:] == ["Bill", "Tip"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "file",
    [
        *TIDY,
        *(pytest.param(file, marks=pytest.mark.slow) for file in ("cafe_messy.xlsx", "tea_zh_messy.xlsx")),
    ],
)
def test_the_table_shows_them_in_both_languages(
    file: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    t = Translator(language)
    lines = run(capsys, str(SAMPLE_DATA / file), "--lang", language).splitlines()
    for metric, (unit, path, _) in PROMISED.items():
        value = promised(file, *path) if path else None
        if value is not None:
            [line] = [line for line in lines if line.startswith(t(f"{metric}.title") + " ")]
            written = t.signed if metric == "what_if" else t.value
            assert written(unit, value, CURRENCY.get(file)) in line.split()


def test_several_files_are_one(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(SAMPLE_DATA / name) for name in ("studio_messy.csv", "studio_messy_survey.csv")]
    found = json.loads(run(capsys, *files, "--json"))
    lacking = {
        metric.id for metric in METRICS if {"visits", "trials"} & {need.table for need in metric.needs}
    }
    assert set(found["metrics"]) == {metric.id for metric in METRICS} - lacking
    assert set(found["missing"]) == lacking


def test_a_breakdown(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, str(SAMPLE_DATA / "cafe.xlsx"), "--json", "--by", "segment"))
    groups = {group["group"]: group["value"] for group in found["metrics"]["repurchase"]["groups"]}
    expected = promised("cafe.xlsx", "repurchase", "any_time", "by_segment")
    assert groups == pytest.approx({name: part["value"] for name, part in expected.items()})


def test_a_breakdown_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, str(SAMPLE_DATA / "cafe.xlsx"), "--lang", "en", "--by", "segment").splitlines()
    [at] = [place for place, line in enumerate(lines) if line.startswith("Repurchase ratio ")]
    t, groups = Translator("en"), promised("cafe.xlsx", "repurchase", "any_time", "by_segment")
    below = {line.strip().split("   ")[0]: line.split() for line in lines[at + 1 : at + 1 + len(groups)]}
    assert set(below) == set(groups)
    for name, line in below.items():
        assert t.percent(groups[name]["value"]) in line
        assert t.count(groups[name]["customers"]) == line[-1]


@pytest.mark.parametrize("output", [[], ["--json"]])
def test_a_breakdown_that_cannot_be_made(output: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SAMPLE_DATA / "cafe.xlsx"), "--lang", "en", "--by", "Branch", *output]) == 2
    found = capsys.readouterr()
    assert found.err.startswith("There is no column “Branch” to break the number down by.")
    assert "segment" in found.err
    assert not found.out


def test_lists_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, str(SAMPLE_DATA / "shop.xlsx"), "--json"))
    sizes = {name: len(its) for name, its in found["members"]["rfm"].items()}
    assert sizes == promised("shop.xlsx", "rfm", "segments")


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a letter\nto a friend\n", encoding="utf-8")
    for file in (tmp_path / "notes.csv", tmp_path / "missing.xlsx"):
        done = subprocess.run(
            [sys.executable, "-m", "loyalty", str(file)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=SAMPLE_DATA.parent,
            check=False,
        )
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert file.name in done.stderr
        assert not done.stdout


def test_the_message_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["missing.xlsx", "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(Translator("zh")("error.file_not_found.what"))


def test_visits_of_nobody_known_have_no_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["Visit time,Source,Purchased"]
    lines += [f"2024-01-{day:02} 10:00,a,{'yes' if day % 3 else 'no'}" for day in range(1, 29)]
    (tmp_path / "visits.csv").write_text("\n".join(lines))
    found = json.loads(run(capsys, str(tmp_path / "visits.csv"), "--json"))
    assert found["metrics"]["engagement"]["overall"]["value"] == 19 / 28  # nine days are threes
    assert found["members"] == {}
