"""How fast traffic is: `python tests/speed/roads.py [--json] [--seconds 2]`.

A script, no test. Cars on a three-lane ring: every tick each of them looks for its leader, follows it by the
Intelligent Driver Model, weighs a lane change by MOBIL and moves; one core, 64 worlds in turn.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from worlds.kit.kernel import kernel
from worlds.road.drivers.traffic import step_traffic
from worlds.road.lab.bench import lay_rings, place, track

WORLDS = 64
TICK = 0.25  # s
LANES = 3
DENSITY = 0.02  # vehicles a metre and lane: dense, but flowing
TARGETS = {"updates_per_second": 20e6, "cost_growth": 1.5}
PEERS = {"raw libsumo": 0.32e6, "HighwayEnv": 5e3}  # vehicle-updates a second on the same kind of machine


@kernel
def run(worlds, ticks):  # type: ignore[no-untyped-def]
    for i in range(len(worlds)):
        for tick in range(ticks):
            step_traffic(worlds[i], tick * TICK, TICK)


def crowd(cars: int) -> Any:
    """Records (WORLDS,) of rings with drivers of differing haste, after a minute of driving."""
    one = track(cars)
    length = cars / LANES / DENSITY
    lay_rings(one, LANES, length, 25.0)
    draws = np.random.default_rng(0)
    for car in range(cars):
        pace = draws.uniform(0.7, 1.1)
        driver = np.array([25.0 * pace, draws.uniform(0.9, 1.8), 1.4, 2.0])
        place(one, car, car % LANES, (car // LANES + 0.5) * length * LANES / (cars + LANES), driver)
    one["car_polite"] = 0.2
    worlds = np.repeat(one, WORLDS)
    run(worlds, int(60.0 / TICK))
    return worlds


def measure(cars: int, seconds: float) -> float:
    """Vehicle-updates a second, the best of some runs."""
    worlds = crowd(cars)
    best, spent = 0.0, 0.0
    while spent < seconds:
        begun = time.perf_counter()
        run(worlds, 40)
        took = time.perf_counter() - begun
        spent += took
        best = max(best, WORLDS * 40 * cars / took)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    speeds = {cars: measure(cars, given.seconds) for cars in (21, 51, 99, 150, 249)}
    figures = {
        "updates_per_second": min(speeds[cars] for cars in (99, 150, 249)),
        "cost_growth": speeds[21] / speeds[249],
    }
    if given.json:
        print(json.dumps({"speeds": speeds, "figures": figures, "targets": TARGETS, "peers": PEERS}))
        return
    for cars, speed in speeds.items():
        print(f"{cars:4d} vehicles a world   {speed / 1e6:6.2f} M vehicle-updates/s")
    asked = f"target {TARGETS['updates_per_second'] / 1e6:g} M/s at least"
    print(f"100 to 250 vehicles: {figures['updates_per_second'] / 1e6:.2f} M/s   {asked}")
    print(f"cost of an update from 21 to 249 vehicles: × {figures['cost_growth']:.2f}   target × 1.5 at most")
    for name, speed in PEERS.items():
        print(f"{name}: {speed / 1e6:.3f} M/s as published, {figures['updates_per_second'] / speed:.0f} times slower")


if __name__ == "__main__":
    main()
