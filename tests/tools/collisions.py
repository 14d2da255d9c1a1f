"""Whether law-abiding drivers touch: `python tests/tools/collisions.py [highway junction signals routes networks]`.

A gate: drivers of the model alone on the road, all of whom keep to the rules, on every generator of every traffic world
and on networks: those that SUMO's netconvert builds (left out where there is none on the path or in SUMO_HOME) and, by
`--networks DIR`, whatever networks lie in a folder (`NAME.net.xml` beside `NAME*.rou.xml`). What is watched, apart from
the record's own count of collisions: bodies that overlap, vehicles that jump, junctions that stand still although
nothing outside holds them up, with the junction and the cause (`watching.py`). Exit code 1 where anything is found.

`--seconds 1800 --tasks 100` and all worlds are about 10⁷ vehicle-seconds. Rows `as drawn` play the task with whoever it
puts into the seats and on the road: bad firms and those who force their way may crash; they are counted apart.

The same seed gives the same figures on every machine.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import worlds
from simulator.engine import Batch
from simulator.interop.sumo.bridge import FixedTime, run_in_sumo
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.routes import read_demand
from tests.tools.networks import Site, build_sites, tool
from tests.tools.watching import CHANGES, HARD, JUMPS, SECONDS, SPEEDS, STANDS, STAYS, WAYS_OF, Watch, look
from worlds.kit.kernel import kernel
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.lights.signalling import ask_phase
from worlds.traffic.routes.courtesy import let_through, start_courtesy

WORLDS = ("highway", "junction", "signals", "routes")
SPLITS = ("train", "test-both", "final")
GREEN = 25.0  # s from phase to phase of a light nobody runs
SECOND = 1.0  # s
FORBIDDEN = ("counted", "touches", "jumps", "standstills")
Row = dict[str, Any]


@kernel
def drive(  # type: ignore[no-untyped-def]
    worlds, index, seconds, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events
):
    """From empty roads; every light goes round its phases."""
    w = worlds[index]
    start_traffic(w, 3.0, 2.0)
    for tick in range(int(seconds / dt)):
        for junction in range(len(w.phases)):
            if w.phases[junction] > 0:
                ask_phase(w, junction, int(tick * dt / GREEN) % w.phases[junction])
        step_traffic(w, tick * dt, dt)
        look(w, tick * dt, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events)


@kernel
def drive_courteously(  # type: ignore[no-untyped-def]
    worlds, index, seconds, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events
):
    """The same where who has waited long is let through."""
    w = worlds[index]
    start_traffic(w, 3.0, 2.0)
    start_courtesy(w)
    for tick in range(int(seconds / dt)):
        let_through(w, dt)
        step_traffic(w, tick * dt, dt)
        look(w, tick * dt, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events)


def begun(name: str, split: str, tasks: int, seed: int) -> Batch:
    """Tasks of a world with bots in all seats, at the beginning of their first episode."""
    world = worlds.get(name)
    seats = {seat.name: "bot" for seat in world.seats}
    batch = Batch(
        world, tasks, split=split, episodes_per_trial=1, seed=seed, seats=seats, lanes=np.zeros((tasks, 0), int)
    )
    batch.reset()
    return batch


def alone(name: str, split: str, tasks: int, seed: int, seconds: float) -> list[Row]:
    """Only drivers of the model."""
    batch = begun(name, split, tasks, seed)
    records = np.array(batch.worlds)
    run = drive_courteously if name == "routes" else drive
    watches = [Watch(records["car_lane"].shape[1], records["phase"].shape[1]) for _ in range(tasks)]
    for index, watch in enumerate(watches):
        run(records, index, seconds, batch.world.timing.tick, *watch.arrays())
    return rows(name, "drivers", batch, records["generator"], records["collisions"], watches, records["metres"])


def as_drawn(name: str, split: str, tasks: int, seed: int) -> list[Row]:
    """One episode or more of each task, with its bots."""
    batch = begun(name, split, tasks, seed)
    generators = np.array(batch.worlds["generator"])
    hits, metres = np.zeros(tasks, np.int64), np.zeros(tasks)
    nobody = np.zeros((tasks, 0, len(batch.world.action_sizes)), np.int64)
    for _ in range(batch.world.timing.decisions - 1):
        before = np.array(batch.worlds["collisions"]), np.array(batch.worlds["metres"])
        batch.step(nobody)
        goes_on = np.array(batch.worlds["metres"]) >= before[1]
        same = goes_on & (np.array(batch.worlds["generator"]) == generators)
        hits += np.where(same, batch.worlds["collisions"] - before[0], 0)
        metres += np.where(same, batch.worlds["metres"] - before[1], 0.0)
        generators = np.array(batch.worlds["generator"])
    return rows(name, "as drawn", batch, generators, hits, [], metres)


def rows(name: str, way: str, batch: Batch, kinds: Any, hits: Any, watches: list[Watch], metres: Any) -> list[Row]:
    """A row for every generator that came up."""
    found = []
    for kind in np.unique(kinds):
        mine = kinds == kind
        row = {"where": f"{name} {batch.world.generators[int(kind)].name}", "way": way, "km": metres[mine].sum() / 1e3}
        row["counted"] = int(hits[mine].sum())
        if watches:
            row |= watched([watch for watch, chosen in zip(watches, mine, strict=True) if chosen])
        found.append(row)
    return found


def watched(watches: list[Watch]) -> Row:
    """What some watches saw together."""
    found = np.sum([watch.found for watch in watches], axis=0)
    seen: Row = {"touches": int(found[: len(WAYS_OF)].sum()), "jumps": int(found[[JUMPS, SPEEDS]].sum())}
    seen |= {"standstills": int(found[[STANDS, STAYS]].sum()), "seconds": float(found[SECONDS])}
    seen |= {"hard": float(found[HARD] / max(found[SECONDS], 1.0)), "changes": float(found[CHANGES])}
    return seen | {"events": [sentence for watch in watches for sentence in watch.sentences()]}


def is_clean(row: Row) -> bool:
    """Whether nothing happened that law-abiding drivers never let happen."""
    return not any(row.get(key, 0) for key in FORBIDDEN)


def networks(seconds: float, runs: int, seed: int, chosen: str, with_sumo: bool, more: list[Site]) -> list[Row]:
    """The same figures on networks, with delays, here and in SUMO where it is installed."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        built = [] if tool("netconvert") is None else build_sites(Path(folder), seconds)
        for site in [site for site in built + more if chosen in site.name]:
            row = drive_site(site, seconds, runs, seed, with_sumo)
            found.append(row)
            print_rows([row])
    return found


def drive_site(site: Site, seconds: float, runs: int, seed: int, with_sumo: bool) -> Row:
    """Some runs on a network."""
    network = read_network(site.network, leave_out=True)
    demand = read_demand(site.routes, site.begin, seconds)
    done, lost, began, queue, km, counted = 0, 0.0, 0, 0.0, 0.0, 0
    watches = []
    for run in range(runs):
        imported = import_network(network, demand, seed + run, leave_out=True)
        watch, halted = run_site(imported, seconds)
        w = imported.records[0]
        km, counted, done = km + float(w["metres"]) / 1e3, counted + int(w["collisions"]), done + int(w["arrived"])
        lost, began = lost + float(w["lost"]), began + int(w["came"].sum()) + int(w["turned_away"])
        queue += halted
        watches.append(watch)
    row: Row = {"where": site.name, "way": "drivers", "km": km, "counted": counted, **watched(watches)}
    row |= {"done": done / runs, "queue": queue / runs, "delay": lost / max(began, 1)}
    if with_sumo:
        there = run_in_sumo(network, site.routes, imported, FixedTime(imported), demand)
        row["sumo_delay"], row["sumo_done"] = there.delay, there.finished
    return row


def sites_in(folder: Path, seconds: float) -> list[Site]:
    """The networks of a folder and of those in it; each begins when the first of its trips departs."""
    found = []
    for network in sorted(folder.rglob("*.net.xml")):
        stem = network.name.removesuffix(".net.xml")
        routes = sorted(network.parent.glob(f"{stem}*.rou.xml"))
        if routes:
            departures = re.findall(r'(?:depart|begin)="([0-9.]+)"', routes[0].read_text(encoding="utf-8"))
            found.append(Site(stem, network, routes[0], seconds, min(map(float, departures), default=0.0)))
    return found


def run_site(imported: Any, seconds: float) -> tuple[Watch, float]:
    """Drive an imported network by its own programs; what was seen, and vehicles that stand in the mean."""
    w, dt, halted = imported.records[0], 0.5, 0
    controller, watch = FixedTime(imported), Watch(len(w["car_lane"]), len(w["phase"]))
    for second in range(int(seconds)):
        for light, phase in zip(imported.lights, controller.choose(float(second), np.zeros(0)), strict=True):
            ask_one(imported.records, light.junction, phase)
        watch_second(imported.records, dt, *watch.arrays())
        halted += int(((w["car_lane"] >= 0) & (w["car_speed"] < 0.1)).sum())
    return watch, halted / seconds


@kernel
def ask_one(records, junction, phase):  # type: ignore[no-untyped-def]
    ask_phase(records[0], junction, phase)


@kernel
def watch_second(  # type: ignore[no-untyped-def]
    records, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events
):
    w = records[0]
    for _ in range(int(SECOND / dt)):
        now = w.beats * dt
        step_traffic(w, now, dt)
        look(w, now, dt, xs, ys, pxs, pys, speeds, lanes, sinces, touched, stood, moved, found, events)


def print_rows(found: list[Row]) -> None:
    for row in found:
        words = f"{row['where']:<24} {row['way']:<9} {row['km']:8.0f} km   counted {row['counted']:4d}"
        if "seconds" in row:
            words += f"   touches {row['touches']:4d}   jumps {row['jumps']:4d}   standstills {row['standstills']:3d}"
            words += f"   {row['seconds']:9.0f} vehicle-s   hard braking {row['hard']:.2%}"
            words += f"   changes {row['changes'] / max(row['km'], 1e-9):.2f}/km"
        else:
            words += f"   {row['counted'] * 1e6 / max(row['km'], 1e-9):9.0f} per 10⁶ km"
        for key in ("done", "delay", "queue", "sumo_delay", "sumo_done"):
            words += f"   {key} {row[key]:.1f}" if key in row else ""
        print(words, *(f"    {sentence}" for sentence in row.get("events", [])[:8]), sep="\n", flush=True)


def main() -> None:
    """Print a row for every generator and network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=[*WORLDS, "networks"], help="worlds, or networks (all)")
    parser.add_argument("--tasks", type=int, default=24, help="of each world and split")
    parser.add_argument("--seconds", type=float, default=600.0, help="that the model's drivers drive alone")
    parser.add_argument("--runs", type=int, default=2, help="of half an hour on each network")
    parser.add_argument("--only", default="", help="networks whose name contains this")
    parser.add_argument("--networks", type=Path, help="a folder with more networks")
    parser.add_argument("--alone", action="store_true", help="leave the tasks as drawn out")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sumo", action="store_true", help="SUMO's delays beside (the extra sumo)")
    parser.add_argument("--json", action="store_true", help="a line of JSON at the end")
    given = parser.parse_args()
    if unknown := set(given.what) - {*WORLDS, "networks"}:
        parser.error(f"unknown {', '.join(sorted(unknown))}: choose from {', '.join(WORLDS)} and networks")
    found: list[Row] = []
    for name in (name for name in given.what if name != "networks"):
        for split in SPLITS:
            part = alone(name, split, given.tasks, given.seed, given.seconds)
            part += [] if given.alone else as_drawn(name, split, given.tasks, given.seed)
            print_rows(part)
            found += part
    if "networks" in given.what:
        more = sites_in(given.networks, 1800.0) if given.networks else []
        found += networks(1800.0, given.runs, given.seed, given.only, given.sumo, more)
    lawful = [row for row in found if row["way"] == "drivers"]
    dirty = [row["where"] for row in lawful if not is_clean(row)]
    seconds = sum(row["seconds"] for row in lawful)
    verdict = f"not clean: {', '.join(dirty)}" if dirty else "clean"
    print(f"{seconds:.3g} vehicle-seconds of law-abiding drivers: {verdict}")
    if given.json:
        print(json.dumps(found))
    sys.exit(1 if dirty else 0)


if __name__ == "__main__":
    main()
