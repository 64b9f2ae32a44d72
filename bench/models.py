"""From purchases to value for 200,000 customers: against lifetimes, which has an environment of its own."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.harness import Claim, report, seconds, turns
from loyalty.models import bg_nbd, gamma_gamma, pareto_nbd
from loyalty.models.summary import summarise
from loyalty.models.value import discounted_purchases

CUSTOMERS, DAYS, START = 200_000, 730, np.datetime64("2023-01-01")
PURCHASES = {"r": 0.7, "alpha": 44.0, "a": 0.8, "b": 5.0}  # days
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}  # CDNOW: Fader & Hardie, note 025
MONTH, DISCOUNT = 30, 0.01  # as lifetimes has them
ALIKE = 5e-3  # from where lifetimes starts by chance, it comes to rest a little before the top of Pareto/NBD
TRIES = 10  # for each of lifetimes
ROOT = Path(__file__).parents[1]
PEER = Path(__file__).with_name("lifetimes_peer.py")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
FIT = "from bench.models import quickest_fit; import sys; print(quickest_fit(sys.argv[1]))"


class Stage(NamedTuple):
    """What is done, how many times faster than lifetimes, and how often both take turns."""

    title: str
    faster: int
    rounds: int = 5


STAGES = {
    "summary": Stage("frequency, recency, age and money from the log", 10),
    "bg_nbd": Stage("BG/NBD with standard errors", 40),
    "gamma_gamma": Stage("Gamma-Gamma", 40),
    "value": Stage("value of the next 12 months, discounted", 40),
    "chain": Stage("all four, from the log to the value", 30),
    "pareto_nbd": Stage("Pareto/NBD with standard errors, which lifetimes has not", 80, 3),
}


class Stages:
    """Each stage takes what the stages before it have left, and gives one number to be compared."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as log:
            self.end = int(log["end"].astype(int))
            self.log = log["customer"], log["date"].astype(int), log["amount"]

    def summary(self) -> float:
        found = summarise(*self.log, end=self.end)
        self.histories = found.frequency, found.recency, found.age
        self.repeat = found.frequency, found.money
        return float(np.nansum(found.money))

    def bg_nbd(self) -> float:
        self.purchases = bg_nbd.fit(*self.histories)
        assert self.purchases.state == "ok"
        assert self.purchases.se
        return self.purchases.params["r"]

    def gamma_gamma(self) -> float:
        self.spend = gamma_gamma.fit(*self.repeat)
        return self.spend.params["p"]

    def pareto_nbd(self) -> float:
        return pareto_nbd.fit(*self.histories).params["r"]

    def value(self) -> float:
        expected = discounted_purchases(bg_nbd, self.purchases, 12, DISCOUNT, *self.histories, month=MONTH)
        return float((expected * gamma_gamma.expected_money(self.spend, *self.repeat)).sum())

    def chain(self) -> float:
        self.summary(), self.bg_nbd(), self.gamma_gamma()
        return self.value()


class Peer:
    """lifetimes in a process that does stages as it is told."""

    def __init__(self, uv: str, path: Path) -> None:
        command = [uv, "run", "--no-project", "--quiet", "--script", str(PEER), str(path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def does(self, stage: str) -> dict[str, float]:
        """The seconds that a stage took, and its number."""
        self.process.stdin.write(f"{stage}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def main() -> bool:
    """Print a ratio for each stage, and what the number of threads does to a fit."""
    uv = shutil.which("uv")
    if uv is None:
        print("lifetimes is run in an environment of its own, which uv makes. Install uv: pip install uv")
        return False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.npz"
        log = purchases(CUSTOMERS)
        np.savez(path, **log)
        print(f"  {CUSTOMERS:,} customers, {len(log['date']):,} rows over {DAYS} days")
        with Peer(uv, path) as peer:
            mine = Stages(path)
            held = [compared(name, mine, peer) for name in STAGES]
        return all([*held, threads(path)])


def compared(name: str, mine: Stages, peer: Peer) -> bool:
    """Compare one stage, in turns."""
    stage, task = STAGES[name], getattr(mine, name)
    mine_found, first = task(), peer.does(name)
    assert abs(mine_found / first["answer"] - 1) < ALIKE, f"{name}: {mine_found} is not {first['answer']}"
    pairs = [(_mean_of(TRIES, task), peer.does(name)["seconds"]) for _ in range(stage.rounds)]
    return turns(Claim(stage.title, "lifetimes 0.11.3", 1 / stage.faster), pairs)


def _mean_of(tries: int, task: Callable[[], object]) -> float:
    """So long as lifetimes takes for one: a busy machine holds up both alike."""
    return statistics.fmean(seconds(task) for _ in range(tries))


def threads(path: Path) -> bool:
    """Compare a fit where libraries of linear algebra have one thread, and as many as they like."""
    free = {name: value for name, value in os.environ.items() if name not in THREADS}
    alone = {**free, **dict.fromkeys(THREADS, "1")}
    pairs = [(_fit_in(free, path), _fit_in(alone, path)) for _ in range(5)]
    ratio = statistics.median(many / one for many, one in pairs)
    claim = Claim("BG/NBD with as many threads as there are, or the reverse", "with one thread", 2)
    return report(claim, max(ratio, 1 / ratio), min(many for many, _ in pairs), min(one for _, one in pairs))


def _fit_in(environment: dict[str, str], path: Path) -> float:
    command = [sys.executable, "-c", FIT, str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def quickest_fit(path: str) -> float:
    """Seconds of the quickest of ten fits."""
    stages = Stages(Path(path))
    stages.summary()
    return min(seconds(stages.bg_nbd) for _ in range(10))


def purchases(customers: int) -> dict[str, NDArray[Any]]:
    """A log of purchases of customers as BG/NBD and Gamma-Gamma suppose them, in the order of time.

    One purchase in seven is written in two rows, as two orders of a day.
    """
    draw = np.random.default_rng(20250103)
    who, when = _bought(draw, customers)
    rate = draw.gamma(SPEND["q"], 1 / SPEND["v"], customers)
    paid = draw.gamma(SPEND["p"], 1 / rate[who])
    twice = draw.random(len(who)) < 1 / 7
    rows = np.concatenate([np.arange(len(who)), np.flatnonzero(twice)])
    rows = rows[np.argsort(when[rows], kind="stable")]
    amount = np.round(paid / (1 + twice), 2) + 0.01
    date = (START + when.astype("timedelta64[D]"))[rows]
    return {"customer": who[rows], "date": date, "amount": amount[rows], "end": START + (DAYS - 1)}


def _bought(draw: np.random.Generator, customers: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who bought on which day: everybody's first purchases, everybody's second ones, and so on."""
    rate = draw.gamma(PURCHASES["r"], 1 / PURCHASES["alpha"], customers)
    leaves = draw.beta(PURCHASES["a"], PURCHASES["b"], customers)
    there, now = np.arange(customers), draw.uniform(0, DAYS, customers)
    names, days = [there], [now]
    while there.size:
        now = now + draw.exponential(1 / rate[there])
        there, now = there[now < DAYS], now[now < DAYS]
        names.append(there)
        days.append(now)
        stays = draw.random(there.size) > leaves[there]
        there, now = there[stays], now[stays]
    return np.concatenate(names), np.concatenate(days).astype(np.int64)
