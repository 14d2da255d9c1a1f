"""How often the intervals of an evaluation cover the truth, by simulation: `python tests/tools/intervals.py`.

Trials are drawn whose truth is known: returns with a spread between tasks, which all conditions share in part, noise of
their own, and a spread between training seeds, whose standard deviation each row names beside those of the tasks (1)
and of the noise (0.5). An agent and its wiped control come from the same seeds, blind and oracle from seeds of their
own. Each column is one figure: the agent's mean; agent − wiped; agent − blind; and the adaptation, (agent − blind) /
(oracle − blind), which is true 0.6. An adaptation that is not told, for the headroom is not sure, claims nothing and
counts as covered; the last column says how often that was.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from agents.evaluation.statistics import Comparison, Estimate, Formula, Statistic

FIGURES = ("mean", "agent − wiped", "agent − blind", "adaptation")
SEEDS = (3, 5, 10)
SPREADS = (0.0, 0.1, 0.3, 1.0, 3.0)
TRUTH = {"agent": 1.2, "wiped": 0.5, "blind": 0.0, "oracle": 2.0}
OWN = 0.5  # of the standard deviation between tasks, what conditions do not share; and of the noise
TRUE = (1.2, 0.7, 1.2, 0.6)  # of the figures
AT_ONCE = 250
GROUPS = {"agent": "agent", "wiped": "agent"}


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What is drawn, how often."""

    seeds: int
    spread: float
    tasks: int = 60
    replicates: int = 4000
    reference_seeds: int = 0
    """0: as many as the agent's."""
    statistic: Statistic = "mean"

    @property
    def scale(self) -> float:
        """Of the true returns: headroom grows with the spread between seeds, so that it mostly is sure."""
        return max(1.0, 3.0 * self.spread)

    def tables(self, rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
        """Returns (seeds, tasks, count) of the four conditions: what is an episode elsewhere is a replicate here."""
        shared = rng.normal(size=(1, self.tasks, count))
        runs = {name: rng.normal(size=(self.reference_seeds or self.seeds, 1, count)) for name in ("blind", "oracle")}
        runs["agent"] = rng.normal(size=(self.seeds, 1, count))
        runs["wiped"] = 0.8 * runs["agent"] + 0.6 * rng.normal(size=(self.seeds, 1, count))  # of the same checkpoints
        found = {}
        for name, run in runs.items():
            of_tasks = shared + OWN * rng.normal(size=(1, self.tasks, count))
            noise = OWN * rng.normal(size=(len(run), self.tasks, count))
            found[name] = self.scale * TRUTH[name] + self.spread * run + of_tasks + noise
        return found

    def coverage(self) -> tuple[np.ndarray, float]:
        """How often each figure's interval covers the truth (4,), and how often the adaptation was not told."""
        rng = np.random.default_rng((self.seeds, int(1000 * self.spread), 7))
        hits, untold = np.zeros(len(FIGURES)), 0
        for start in range(0, self.replicates, AT_ONCE):
            count = min(AT_ONCE, self.replicates - start)
            compared = Comparison(self.tables(rng, count), groups=GROUPS, statistic=self.statistic, resamples=200)
            for replicate in range(count):
                found = estimates(compared, replicate)
                hits += [
                    each is None or each.low <= true * size <= each.high
                    for each, true, size in zip(found, TRUE, (*3 * (self.scale,), 1.0), strict=True)
                ]
                untold += found[-1] is None
        return hits / self.replicates, untold / self.replicates


def estimates(compared: Comparison, at: int) -> list[Estimate | None]:
    """The four figures of one replicate."""

    def above(name: str, minus: str) -> Formula:
        return lambda v: v(name)[..., at] - v(minus)[..., at]

    return [
        compared.measure(lambda v: v("agent")[..., at]),
        compared.measure(above("agent", "wiped")),
        compared.measure(above("agent", "blind")),
        compared.ratio(above("agent", "blind"), above("oracle", "blind")),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--tasks", type=int, default=60)
    parser.add_argument("--reference-seeds", type=int, default=0, help="0: as many as the agent's")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--statistic", choices=("mean", "iqm"), default="mean")
    chosen = parser.parse_args()
    print(f"{'seeds':>5} {'spread':>7}{''.join(f'{name:>15}' for name in FIGURES)}{'not told':>10}")
    for seeds in chosen.seeds:
        for spread in SPREADS if seeds > 1 else SPREADS[:1]:
            hits, untold = Simulated(
                seeds=seeds, spread=spread, tasks=chosen.tasks, replicates=chosen.replicates,
                reference_seeds=chosen.reference_seeds, statistic=chosen.statistic,
            ).coverage()  # fmt: skip
            print(f"{seeds:>5} {spread:>7g}{''.join(f'{hit:>15.3f}' for hit in hits)}{untold:>10.3f}", flush=True)


if __name__ == "__main__":
    main()
