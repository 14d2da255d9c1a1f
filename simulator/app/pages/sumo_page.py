"""The page of what drives here beside SUMO, made from a file of runs and a few words by hand."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.app.pages.markdown import table
from simulator.interop.sumo.beside import FAR, NEAR, NetworkCompared, Runs, compare

COMMAND = "crossplay sumo --table docs/references/sumo.json --networks sumo-rl/sumo_rl/nets"
HEADS = (
    "network",
    "from",
    "delay here, s",
    "in SUMO, s",
    "apart",
    "arrived",
    "queue",
    "collisions",
    "rerouted, elsewhere",
)


def sumo_page(runs: Runs, notes: str) -> str:
    """The whole page.

    Args:
        runs: what was driven.
        notes: Markdown by hand: the causes of differences.
    """
    found = compare(runs)
    refused = [(name, row.refused) for name, row in runs.rows.items() if row.refused]
    lines = [
        "# Beside SUMO", "",
        f"The same networks, programmes and demand here and in {runs.sumo}: own networks, and those that the packages",
        "`eclipse-sumo` and `sumo-rl` bring. Delay is SUMO's timeLoss and departDelay together, in the mean over all",
        "trips, finished or not. Arrived, queue (vehicles that stand, in the mean over time), collisions: here / SUMO.",
        "± is the 95 % interval over seeds, which decide on departures and, in SUMO, on dawdling.",
        "Rerouted, elsewhere: vehicles here that missed a turn, and those of them that left at another place.", "",
        "```sh", *commands(runs), "crossplay docs", "```", "",
        *verdict(found), "",
        *table(HEADS, [_row(one) for one in found]), "",
        f"{_seconds(runs)} Seeds: {_seeds(found)}.",
    ]  # fmt: skip
    if refused:
        lines += ["", "Not driven:", "", *(f"- {name}: {words}" for name, words in refused)]
    if notes.strip():
        lines += ["", notes.strip()]
    return "\n".join(lines) + "\n"


def commands(runs: Runs) -> list[str]:
    """What drives the networks so again: once for each length of time."""
    most: dict[float, int] = {}
    for row in runs.rows.values():
        most[row.seconds] = max(most.get(row.seconds, 1), len(row.runs))
    return [f"{COMMAND} --seconds {seconds:g} --seeds {seeds}" for seconds, seeds in sorted(most.items())]


def verdict(found: Sequence[NetworkCompared]) -> list[str]:
    """How many networks come how near to SUMO's delay, in a sentence."""
    near = sum(one.apart <= NEAR for one in found)
    far = sum(one.apart <= FAR for one in found)
    hits = [one.name for one in found if one.here["collisions"][0] > 0.0 and one.there["collisions"][0] == 0.0]
    words = f"collisions here and none in SUMO: {', '.join(hits)}" if hits else "nobody collides who does not in SUMO"
    delays = f"within {NEAR:.0%} of SUMO's on {near} of {len(found)} networks and within {FAR:.0%} on {far}"
    return [f"Delay is {delays}; {words}."]


def _row(one: NetworkCompared) -> tuple[str, ...]:
    here, there = one.here, one.there
    sign = "+" if one.ratio >= 1.0 else "−"
    return (
        one.name, one.source, figure(here["delay"]), figure(there["delay"]), f"{sign}{one.apart:.0%}",
        _both(one, "finished", 0), _both(one, "queue", 1), _both(one, "collisions", 1),
        f"{here['rerouted'][0]:.0f}, {here['elsewhere'][0]:.0f}",
    )  # fmt: skip


def figure(interval: tuple[float, float]) -> str:
    """A mean, with how far its interval reaches."""
    mean, width = interval
    return f"{mean:.1f} ± {width:.1f}" if width else f"{mean:.1f}"


def _both(one: NetworkCompared, name: str, digits: int) -> str:
    here, there = one.here[name][0], one.there[name][0]
    return " / ".join(f"{value:.{digits}f}" if value % 1.0 else f"{value:.0f}" for value in (here, there))


def _seconds(runs: Runs) -> str:
    lengths = sorted({row.seconds for row in runs.rows.values()})
    return f"Each is driven for {' or '.join(f'{length:g}' for length in lengths)} s."


def _seeds(found: Sequence[NetworkCompared]) -> str:
    counts = sorted({one.seeds for one in found}, reverse=True)
    if len(counts) < 2:
        return str(counts[0]) if counts else "none"
    fewer = "; ".join(
        f"{count} on {', '.join(one.name for one in found if one.seeds == count)}" for count in counts[1:]
    )
    return f"{counts[0]}, but {fewer}"
