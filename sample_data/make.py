"""Make the sample files, their right answers and the README of this folder.

`python sample_data/make.py` writes everything anew; with `--check` it says whether the files
here are what it makes.
"""

import argparse
import json
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from maker import (  # noqa: E402
    answers,
    cafe,
    messy_cafe,
    messy_mint,
    messy_shop,
    messy_studio,
    messy_tea,
    mint,
    readme,
    shop,
    studio,
    tea,
    tidy,
)
from maker.sheets import write_csv, write_workbook  # noqa: E402

# File name: the module of its records, their seed, and what makes the messy files of them.
BUSINESSES = {
    "cafe": (cafe, 20240502, messy_cafe.cafe),
    "shop": (shop, 20230701, messy_shop.shop),
    "studio": (studio, 20240115, messy_studio.studio),
    "tea_zh": (tea, 20240105, messy_tea.tea),
    "mint": (mint, 20240922, messy_mint.mint),
}


def make(target: Path) -> None:
    """Write all sample files, answers.json and README.md into a folder."""
    bank = tomllib.loads((HERE / "maker" / "comments.toml").read_text(encoding="utf-8"))
    found: dict[str, dict] = {}
    for name, (module, seed, messy) in BUSINESSES.items():
        business = module.business(seed, bank.get(name, {}))
        write_workbook(target / f"{name}.xlsx", tidy.SHEETS[name](business))
        found[f"{name}.xlsx"] = answers.answers(business, tidy.TABLES[name])
        for made in messy(business):
            if made.encoding:
                write_csv(target / made.name, made.sheets[0].rows, made.delimiter, made.encoding)
            else:
                write_workbook(target / made.name, made.sheets)
            found[made.name] = answers.answers(business, made.tables, made.asked) | {"mess": made.mess}
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (target / "answers.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    (target / "README.md").write_text(readme.text(found), encoding="utf-8", newline="\n")


def content(path: Path) -> object:
    """What must be equal: the parts inside an xlsx (zip programs pack them differently), or the bytes."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def differences(made: Path, here: Path = HERE) -> list[str]:
    """Names of the made files that are missing here or are different."""
    return [
        path.name
        for path in sorted(made.iterdir())
        if not (here / path.name).exists() or content(path) != content(here / path.name)
    ]


def check() -> int:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        different = differences(Path(folder))
    for name in different:
        print(f"different: {name}")
    if not different:
        print("All sample files are as the script makes them.")
    return 1 if different else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        return check()
    make(HERE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
