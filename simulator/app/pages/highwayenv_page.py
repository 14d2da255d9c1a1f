"""The page of HighwayEnv's tasks here, made from a file of runs and a few words by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.stats import t as student

from simulator.app.pages.markdown import table
from simulator.interop.kept_runs import read_kept

SHARE = 0.95  # of the intervals
COMMAND = "python tests/tools/highwayenv.py docs/references/highwayenv.json"
LEARNERS = {
    "dqn": "DQN", "ppo": "PPO", "agent": "agent", "agent-long": "agent, {long:,} steps", "wary": "bot wary",
    "slower": "bot slower", "random": "bot random",
}  # fmt: skip
"""By their names in the file, what they are called in the table; those with none there are left out."""
POLICIES = ("idle", "faster", "slower", "random")
FIGURES = {"return": 2, "crashed": 2, "speed": 1, "decisions": 1}
"""Figures of an episode in the table of policies, and their decimals."""


class HighwayRuns(msgspec.Struct):
    """A file of runs."""

    steps: int
    """That learners learned from."""
    long: int
    version: str
    """Of HighwayEnv, where simple policies were played there."""
    tasks: dict[str, dict[str, dict[str, dict[str, list[float]]]]]
    """By task, player, training seed and figure: mean, standard deviation over episodes, and their number."""


def read_highway_runs(path: Path) -> HighwayRuns | None:
    """The runs of a file; None where there is none.

    Raises:
        Refused: it holds something else.
        OSError: it cannot be read.
    """
    return read_kept(path, HighwayRuns, "runs of HighwayEnv's tasks")


def highwayenv_page(runs: HighwayRuns, notes: str) -> str:
    """The whole page.

    Args:
        runs: what was played.
        notes: Markdown by hand: what differs from HighwayEnv.
    """
    lines = [
        "# HighwayEnv's tasks", "",
        "Four of HighwayEnv's five tasks are lay-outs of [`highway`](../worlds/highway.md) and",
        "[`junction`](../worlds/junction.md), with its cars, choices, observation and reward",
        "([how](../how-to/drive-highwayenv.md)). Its DQN and PPO learn here beside our agent; and policies that never",
        "look are played here and there, to see how far the lay-outs are the same tasks.", "",
        "```sh", *_commands(runs), "crossplay docs", "```", "",
        "## Learners", "",
        f"Everyone learns from {runs.steps:,} agent-steps unless the row says otherwise, and is played on held-out",
        "tasks (split test-both). ± is the 95 % interval, over training seeds where there are several, else over",
        "episodes.", "",
        *table(("task", "who", "return", "crashed", "mean speed, m/s", "seeds"), _learned(runs)), "",
    ]  # fmt: skip
    compared = _compared(runs)
    if compared:
        lines += [
            "## Here and in HighwayEnv", "",
            f"The same choice every second, here and in highway-env {runs.version}: here / there.", "",
            *table(("task", "policy", "return", "crashed", "mean speed, m/s", "decisions", "episodes"), compared), "",
        ]  # fmt: skip
    return "\n".join([*lines, notes.strip()]).strip() + "\n"


def _commands(runs: HighwayRuns) -> list[str]:
    seeds = max((len(rows.get("ppo", ())) for rows in runs.tasks.values()), default=0)
    long = f" --long {runs.long}" if runs.long else ""
    return [f"{COMMAND} --seeds {seeds} --steps {runs.steps}{long}", f"{COMMAND} --seeds 0 --there there.json"]


def _learned(runs: HighwayRuns) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for task, players in runs.tasks.items():
        for name, words in LEARNERS.items():
            found = players.get(name)
            if found:
                cells = (_interval(found, "return", 2), _interval(found, "crashed", 2), _interval(found, "speed", 1))
                seeds = str(len(found)) if name in list(LEARNERS)[:4] else "–"
                rows.append((task, words.format(long=runs.long), *cells, seeds))
    return rows


def _compared(runs: HighwayRuns) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for task, players in runs.tasks.items():
        for policy in POLICIES:
            here, there = players.get(policy, {}).get("0"), players.get(f"there-{policy}", {}).get("0")
            if here and there:
                cells = [f"{here[name][0]:.{n}f} / {_one(there, name, n)}" for name, n in FIGURES.items()]
                rows.append((task, policy, *cells, f"{here['return'][2]:.0f} / {there['return'][2]:.0f}"))
    return rows


def _interval(seeds: dict[str, dict[str, list[float]]], name: str, digits: int) -> str:
    """A figure's mean over training seeds, and how far its interval reaches."""
    if len(seeds) < 2:
        return _one(next(iter(seeds.values())), name, digits)
    means = [figures[name][0] for figures in seeds.values()]
    width = float(student.ppf(0.5 + 0.5 * SHARE, len(means) - 1) * np.std(means, ddof=1) / math.sqrt(len(means)))
    return f"{np.mean(means):.{digits}f} ± {width:.{digits}f}"


def _one(figures: dict[str, Any], name: str, digits: int) -> str:
    """The same over the episodes of one player."""
    mean, spread, count = figures[name]
    return f"{mean:.{digits}f} ± {1.96 * spread / math.sqrt(max(count, 1)):.{digits}f}"
