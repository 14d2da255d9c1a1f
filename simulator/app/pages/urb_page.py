"""The page of the Urban Routing Benchmark, made from a file of runs and a few words by hand."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.app.pages.markdown import table
from simulator.interop.urb.people import FLEETS
from simulator.interop.urb.published import OWN, PUBLISHED, SOURCE, Published
from simulator.interop.urb.table import PEOPLE, FleetFound, UrbNetwork, UrbRuns, found_of

HEADS = (
    "who chooses for the cars", "seeds", "all before, min", "all in the test", "change", "cars before",
    "cars in the test", "change of cars", "people in the test", "won", "other drivers", "in SUMO", "taken out",
)  # fmt: skip
PUBLISHED_HEADS = ("published", "all before, min", "all in the test", "cars in the test", "people in the test", "won")


def urb_page(runs: UrbRuns, notes: str) -> str:
    """The whole page.

    Args:
        runs: what was run.
        notes: Markdown by hand: the protocol, and what differs from the benchmark's.
    """
    lines = [
        "# The Urban Routing Benchmark", "",
        "[URB](https://github.com/COeXISTENCE-PROJECT/URB) asks whether cars that learn routes do better than the",
        "people whom they replace. People learn routes day by day; then 40 % of them become automated, and whoever",
        "chooses for these cars learns, and is tested. No published learning algorithm brings the mean trip of all",
        "below that of before. ± is the 95 % interval over seeds.", "",
    ]  # fmt: skip
    for name, network in runs.networks.items():
        lines += _section(name, network)
    if notes.strip():
        lines += [notes.strip()]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, network: UrbNetwork) -> list[str]:
    found = found_of(network)
    lines = [f"## {name}", "", "```sh", _command(name, network), "crossplay docs", "```", "", *verdict(name, found), ""]
    lines += [*table(HEADS, rows(found)), ""]
    if name in PUBLISHED:
        lines += [*table(PUBLISHED_HEADS, [_published(row) for row in PUBLISHED[name]]), "", f"From {SOURCE}.", ""]
    return lines


def _command(name: str, network: UrbNetwork) -> str:
    fleets = list(dict.fromkeys(fleet for run in network.runs.values() for fleet in run if fleet != PEOPLE))
    ordered = [fleet for fleet in FLEETS if fleet in fleets]
    words = [
        "crossplay urb", f"URB/networks/{name}", f"--seeds {len(network.runs)}", f"--people-days {network.people}",
        f"--training-days {network.training}", f"--test-days {network.test}", f"--other-days {network.others}",
        f"--share {network.share:g}", f"--fleets {' '.join(ordered)}",
    ]  # fmt: skip
    if network.place == "sumo":
        words.append("--in-sumo")
    if any("t_beside" in run for fleets_of in network.runs.values() for run in fleets_of.values()):
        words.append("--beside-sumo")
    return " ".join([*words, "--table docs/references/urb.json"])


def verdict(name: str, found: Sequence[FleetFound]) -> list[str]:
    """Who does better than people, in a sentence each."""
    fleets = [one for one in found if one.fleet != PEOPLE]
    if not fleets:
        return []
    best = min(fleets, key=lambda one: one.change[0])
    mean, width = best.change
    sure = (
        " with one seed" if best.seeds < 2 else " in every seed" if best.won == 1.0 else f" in {best.won:.0%} of seeds"
    )
    if mean + width < 0.0:
        lines = [f"With {best.fleet!r} the mean trip of all is {_percent(best.change)} against people; shorter{sure}."]
    else:
        lines = [f"No fleet does better than people for sure; the best, {best.fleet!r}: {_percent(best.change)}."]
    if name in PUBLISHED:
        rows_of = [row for row in PUBLISHED[name] if row.who not in OWN]
        learnt = min(rows_of, key=lambda row: row.t_test)
        lines.append(
            f"Of the published learning algorithms the best, {learnt.who}, comes to "
            f"{learnt.t_test / learnt.t_pre - 1.0:+.2%} against people "
            f"({learnt.t_test:.2f} min after {learnt.t_pre:.2f}), in the benchmark's own traffic."
        )
    return lines


def rows(found: Sequence[FleetFound]) -> list[tuple[str, ...]]:
    """A row for each fleet, the people first."""
    return [
        (
            one.fleet, str(one.seeds), _minutes(one.t_pre), _minutes(one.t_test), _percent(one.change),
            _minutes(one.t_cav_pre), _minutes(one.t_cav), _percent(one.car_change), _minutes(one.t_hdv),
            "–" if one.fleet == PEOPLE else f"{one.won:.0%}", _minutes(one.others), _minutes(one.beside),
            f"{one.removed:.1f}",
        )
        for one in found
    ]  # fmt: skip


def _published(row: Published) -> tuple[str, ...]:
    return (row.who, *(f"{value:.2f}" for value in (row.t_pre, row.t_test, row.t_cav, row.t_hdv)), f"{row.won:.0%}")


def _minutes(figure: tuple[float, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure[0]:.3f} ± {figure[1]:.3f}" if figure[1] else f"{figure[0]:.3f}"


def _percent(figure: tuple[float, float]) -> str:
    return f"{figure[0]:+.2%} ± {figure[1]:.2%}" if figure[1] else f"{figure[0]:+.2%}"
