# /// script
# requires-python = "==3.11.*"
# dependencies = [
#     "autograd==1.9.1",
#     "lifetimes==0.11.3",
#     "numpy==1.26.4",
#     "pandas==2.3.3",
#     "scipy==1.13.1",
# ]
# ///
"""What lifetimes needs for a stage of the way from purchases to value: the peer of bench/models.py.

Reads the name of a stage from each line, carries it out, and answers with its time and one of its numbers.
The versions are the newest with which lifetimes fits all its models.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data


class Stages:
    """Each stage takes what the stages before it have left."""

    def __init__(self, path: str) -> None:
        with np.load(path) as log:
            self.end = pd.Timestamp(log["end"].item())
            dates = log["date"].astype("datetime64[ns]")
            self.log = pd.DataFrame({"customer": log["customer"], "date": dates, "amount": log["amount"]})

    def summary(self) -> float:
        columns = ("customer", "date", "amount")
        self.table = summary_data_from_transaction_data(self.log, *columns, observation_period_end=self.end)
        return float(self.table["monetary_value"].sum())

    def bg_nbd(self) -> float:
        table = self.table
        self.purchases = BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
        assert self.purchases.standard_errors_ is not None
        return float(self.purchases.params_["r"])

    def gamma_gamma(self) -> float:
        repeat = self.table[self.table["frequency"] > 0]
        self.spend = GammaGammaFitter().fit(repeat["frequency"], repeat["monetary_value"])
        return float(self.spend.params_["p"])

    def pareto_nbd(self) -> float:
        table = self.table
        fit = ParetoNBDFitter().fit(table["frequency"], table["recency"], table["T"])
        return float(fit.params_["r"])

    def value(self) -> float:
        names = ("frequency", "recency", "T", "monetary_value")
        columns = [self.table[name] for name in names]
        worth = self.spend.customer_lifetime_value(
            self.purchases, *columns, time=12, freq="D", discount_rate=0.01
        )
        return float(worth.sum())

    def chain(self) -> float:
        self.summary(), self.bg_nbd(), self.gamma_gamma()
        return self.value()


def main() -> None:
    warnings.simplefilter("ignore")
    stages = Stages(sys.argv[1])
    for line in sys.stdin:
        gc.collect()
        start = time.perf_counter()
        answer = getattr(stages, line.strip())()
        print(json.dumps({"seconds": time.perf_counter() - start, "answer": answer}), flush=True)


if __name__ == "__main__":
    main()
