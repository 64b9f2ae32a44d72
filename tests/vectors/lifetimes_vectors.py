"""Write lifetimes.json beside this file: what lifetimes takes CDNOW's customers to be worth.

lifetimes is among the development dependencies for its files of data; this is run by hand,
`python tests/vectors/lifetimes_vectors.py`. Purchases are worth 1 each, times are in weeks.
"""

import json
from importlib.metadata import version
from pathlib import Path

import lifetimes
import pandas as pd
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from lifetimes.utils import _customer_lifetime_value

FITTERS = {"bg_nbd": BetaGeoFitter, "mbg_nbd": ModifiedBetaGeoFitter, "pareto_nbd": ParetoNBDFitter}
EVERY = 60  # of the 2,357 customers
MONTH = 4.345  # weeks, by lifetimes


def found(model: str, months: int, discount: float) -> dict:
    """Parameters, histories and values by one of the models."""
    summary = pd.read_csv(Path(lifetimes.__file__).parent / "datasets" / "cdnow_customers_summary.csv")
    columns = ["frequency", "recency", "T"]
    fitter = FITTERS[model]()
    fitter.fit(*(summary[column] for column in columns))
    some = summary.iloc[::EVERY]
    history = [some[column] for column in columns]
    worth = _customer_lifetime_value(fitter, *history, some["T"] * 0 + 1.0, months, discount, "W")
    return {
        "model": model,
        "params": {name.replace("params_", ""): float(value) for name, value in fitter.params_.items()},
        "months": months,
        "month": MONTH,
        "discount": discount,
        "frequency": history[0].tolist(),
        "recency": history[1].tolist(),
        "age": history[2].tolist(),
        "value": worth.tolist(),
    }


def main() -> None:
    """Write the file."""
    made = {"lifetimes": version("lifetimes")}
    rows = [json.dumps(made | found(model, *how)) for model in FITTERS for how in ((12, 0.01), (3, 0.0))]
    text = "[\n" + ",\n".join(rows) + "\n]\n"
    Path(__file__).with_name("lifetimes.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
