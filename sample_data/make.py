"""Make the sample files, their right answers and the README of this folder.

    python sample_data/make.py            writes everything anew
    python sample_data/make.py --check    says whether the files here are what the script makes
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

from maker import answers, cafe, messy, readme, shop, studio, tea, tidy  # noqa: E402
from maker.sheets import write_csv, write_workbook  # noqa: E402

SEEDS = {"cafe": 20240502, "shop": 20230701, "studio": 20240115, "tea_zh": 20240105}


def make(target: Path) -> None:
    """Write all sample files, answers.json and README.md into a folder."""
    bank = tomllib.loads((HERE / "maker" / "comments.toml").read_text(encoding="utf-8"))
    found: dict[str, dict] = {}
    for name, module in {"cafe": cafe, "shop": shop, "studio": studio, "tea_zh": tea}.items():
        business = module.business(SEEDS[name], bank[name])
        write_workbook(target / f"{name}.xlsx", tidy.SHEETS[name](business))
        found[f"{name}.xlsx"] = answers.answers(business, tidy.TABLES[name])
        for made in messy.FILES[name](business):
            if made.encoding:
                write_csv(target / made.name, made.sheets[0].rows, made.delimiter, made.encoding)
            else:
                write_workbook(target / made.name, made.sheets)
            found[made.name] = answers.answers(business, made.tables) | {"mess": made.mess}
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=False)
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
    print("\n".join(f"different: {name}" for name in different) or "all sample files are as the script makes them")
    return 1 if different else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        return check()
    make(HERE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
