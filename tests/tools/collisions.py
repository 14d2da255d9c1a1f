"""How often drivers of the model touch: `python tests/tools/collisions.py [highway junction signals routes networks]`.

Collisions per 10⁶ vehicle-km, of every generator of every traffic world and on networks that SUMO's netconvert builds
(left out where there is none on the path or in SUMO_HOME). Two ways of driving: `drivers` has the model's own drivers
alone on the road, all of whom keep to the rules; `as drawn` plays the task, with whoever the task puts into the seats
and on the road. Two counts: `counted` is the record's own, `touches` are boxes of vehicles on ways that cross or merge
which come to overlap. Where a world takes vehicles that touch off the road, the second stays out.

The same seed gives the same figures on every machine.
"""

from __future__ import annotations

import argparse
import json
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
from tests.tools.networks import build_sites, tool
from worlds.kit.kernel import kernel
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import LINK
from worlds.road.lanes.bodies import rear_lane, touching
from worlds.road.lights.signalling import ask_phase
from worlds.traffic.routes.courtesy import let_through, start_courtesy

WORLDS = ("highway", "junction", "signals", "routes")
SPLITS = ("train", "test-both")
GREEN = 25.0  # s from phase to phase of a light nobody runs
SECOND = 1.0  # s
Row = dict[str, Any]


@kernel
def count_touches(w, touched):  # type: ignore[no-untyped-def]
    """Pairs on ways that meet which have begun to overlap since the last look; `touched` (V,) remembers."""
    found = 0
    for car in range(len(w.car_lane)):
        lane = w.car_lane[car]
        if lane < 0:
            touched[car] = 0
            continue
        rear = rear_lane(w, car)
        other = -1
        if int(w.lane_kind[lane]) == LINK or (rear >= 0 and int(w.lane_kind[rear]) == LINK):
            other = touching(w, car)
        if other < 0:
            touched[car] = 0
        elif touched[car] == 0:
            touched[car] = 1
            found += 1 if touched[other] == 0 else 0
    return found


@kernel
def drive(worlds, seconds, dt, touches, touched):  # type: ignore[no-untyped-def]
    """From empty roads; every light goes round its phases."""
    for index in range(len(worlds)):
        w = worlds[index]
        start_traffic(w, 3.0, 2.0)
        for car in range(len(touched)):
            touched[car] = 0
        for tick in range(int(seconds / dt)):
            for junction in range(len(w.phases)):
                if w.phases[junction] > 0:
                    ask_phase(w, junction, int(tick * dt / GREEN) % w.phases[junction])
            step_traffic(w, tick * dt, dt)
            touches[index] += count_touches(w, touched)


@kernel
def drive_courteously(worlds, seconds, dt, touches, touched):  # type: ignore[no-untyped-def]
    """The same where who has waited long is let through."""
    for index in range(len(worlds)):
        w = worlds[index]
        start_traffic(w, 3.0, 2.0)
        start_courtesy(w)
        for car in range(len(touched)):
            touched[car] = 0
        for tick in range(int(seconds / dt)):
            let_through(w, dt)
            step_traffic(w, tick * dt, dt)
            touches[index] += count_touches(w, touched)


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
    touches, touched = np.zeros(tasks, np.int64), np.zeros(records["car_lane"].shape[1], np.uint8)
    run = drive_courteously if name == "routes" else drive
    run(records, seconds, batch.world.timing.tick, touches, touched)
    return rows(name, "drivers", batch, records["generator"], records["collisions"], touches, records["metres"])


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
    return rows(name, "as drawn", batch, generators, hits, None, metres)


def rows(name: str, way: str, batch: Batch, kinds: Any, hits: Any, touches: Any, metres: Any) -> list[Row]:
    """A row for every generator that came up."""
    found = []
    for kind in np.unique(kinds):
        mine = kinds == kind
        row = {"where": f"{name} {batch.world.generators[int(kind)].name}", "way": way, "km": metres[mine].sum() / 1e3}
        row["counted"] = int(hits[mine].sum())
        if touches is not None:
            row["touches"] = int(touches[mine].sum())
        found.append(row)
    return found


def networks(seconds: float, runs: int, seed: int, chosen: str, with_sumo: bool) -> list[Row]:
    """The same figures on networks that netconvert builds, with delays, here and in SUMO where it is installed."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for site in build_sites(Path(folder), seconds):
            if chosen not in site.name:
                continue
            network, demand = read_network(site.network, leave_out=True), read_demand(site.routes, 0.0, seconds)
            row: Row = {"where": site.name, "way": "drivers", "km": 0.0, "counted": 0, "touches": 0, "done": 0}
            lost, began, queue = 0.0, 0, 0.0
            for run in range(runs):
                imported = import_network(network, demand, seed + run, leave_out=True)
                touches, halted = run_site(imported, seconds)
                w = imported.records[0]
                row["km"] += float(w["metres"]) / 1e3
                row["counted"] += int(w["collisions"])
                row["touches"] += touches
                row["done"] += int(w["arrived"])
                queue += halted
                lost, began = lost + float(w["lost"]), began + int(w["came"].sum()) + int(w["turned_away"])
            row["done"] /= runs
            row["queue"], row["delay"] = queue / runs, lost / max(began, 1)
            if with_sumo:
                there = run_in_sumo(network, site.routes, imported, FixedTime(imported), demand)
                row["sumo_delay"], row["sumo_done"] = there.delay, there.finished
            found.append(row)
            print_rows([row])
    return found


def run_site(imported: Any, seconds: float) -> tuple[int, float]:
    """Drive an imported network by its own programs; touches, and vehicles that stand in the mean."""
    w, dt = imported.records[0], 0.5
    controller = FixedTime(imported)
    touched, touches, halted = np.zeros(len(w["car_lane"]), np.uint8), np.zeros(1, np.int64), 0
    for second in range(int(seconds)):
        for light, phase in zip(imported.lights, controller.choose(float(second), np.zeros(0)), strict=True):
            ask_one(imported.records, light.junction, phase)
        watch_second(imported.records, dt, touches, touched)
        halted += int(((w["car_lane"] >= 0) & (w["car_speed"] < 0.1)).sum())
    return int(touches[0]), halted / seconds


@kernel
def ask_one(records, junction, phase):  # type: ignore[no-untyped-def]
    ask_phase(records[0], junction, phase)


@kernel
def watch_second(records, dt, touches, touched):  # type: ignore[no-untyped-def]
    w = records[0]
    for _ in range(int(SECOND / dt)):
        step_traffic(w, w.beats * dt, dt)
        touches[0] += count_touches(w, touched)


def print_rows(found: list[Row]) -> None:
    for row in found:
        more = "".join(
            f"   {key} {row[key]:.1f}" for key in row if key in ("done", "delay", "queue", "sumo_delay", "sumo_done")
        )
        rate = 1e6 / max(row["km"], 1e-9)
        touches = f"{row['touches']:6d} {row['touches'] * rate:9.0f}" if "touches" in row else " " * 16
        print(
            f"{row['where']:<24} {row['way']:<9} {row['km']:8.0f} km   counted {row['counted']:5d} "
            f"{row['counted'] * rate:9.0f}   touches {touches}{more}",
            flush=True,
        )


def main() -> None:
    """Print a row for every generator and network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", default=[*WORLDS, "networks"], help="worlds, or networks (all)")
    parser.add_argument("--tasks", type=int, default=24, help="of each world and split")
    parser.add_argument("--seconds", type=float, default=600.0, help="that the model's drivers drive alone")
    parser.add_argument("--runs", type=int, default=2, help="of half an hour on each network")
    parser.add_argument("--only", default="", help="networks whose name contains this")
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
            part += as_drawn(name, split, given.tasks, given.seed)
            print_rows(part)
            found += part
    if "networks" in given.what and tool("netconvert") is None:
        print("networks: SUMO's netconvert is not installed, left out")
    elif "networks" in given.what:
        found += networks(1800.0, given.runs, given.seed, given.only, given.sumo)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
