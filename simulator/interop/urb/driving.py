"""One day of the benchmark, driven here: everybody departs on the route of the day, and arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.interop.sumo.bridge import TICK
from simulator.interop.sumo.drivers import driver_of
from simulator.interop.sumo.fleet import MOST, SLOWEST, STEP, admit, ends_at
from simulator.interop.urb.building import CAR, GROUP, Choices, Roads, light_events
from simulator.interop.urb.folder import Benchmark
from worlds.kit.kernel import kernel
from worlds.road.drivers.order import slots_used, take_out, wipe
from worlds.road.drivers.traffic import start_traffic, step_traffic

STUCK = 600.0  # s that one stands until one is taken out, RouteRL's stuck_time
REST = 7200.0  # s after the last start; who is not there yet is taken out too
STANDING = 0.1  # m/s
FACTOR, TOP, DAWDLES = 1, 2, 8  # columns of a driver beside those of `admit`
COUNTS = ("rerouted", "elsewhere", "removed", "collisions")


@dataclass(frozen=True)
class Day:
    """What a day came to."""

    minutes: np.ndarray
    """(n,) of every commuter's trip, the wait to depart included."""
    counts: dict[str, int]
    """Who missed a turn, left elsewhere, was taken out since he stood too long, and collisions."""


class Here:
    """Days in this project's traffic. Equal choices and an equal seed give equal days."""

    place = "here"

    def __init__(self, bench: Benchmark, choices: Choices, roads: Roads) -> None:
        self._bench, self._choices, self._roads = bench, choices, roads
        self._order = np.argsort(bench.commuters.starts, kind="stable")
        self._starts = bench.commuters.starts[self._order]
        self._until = float(self._starts[-1]) + STUCK + REST
        self._events = light_events(roads, self._until)

    def drive(self, taken: np.ndarray, seed: int) -> Day:
        """One day.

        Args:
            taken: (n,) the place of each commuter's route among his own.
            seed: decides what drivers are like: how fast they wish to drive, which gaps they take.
        """
        roads, n = self._roads, len(taken)
        w = roads.worlds[0]
        w["lane_rank"] = roads.ranks
        w["key"] = seed
        routes = self._choices.of[np.arange(n), taken][self._order]
        values, lucks = _drivers(n, seed)
        arrivals = np.full(n, -1.0)
        counts = np.zeros(len(COUNTS), np.int64)
        drive_day(
            roads.worlds, self._until, TICK, self._events, self._starts, roads.lanes[routes],
            np.stack((roads.goals[routes], roads.quickest[routes]), axis=1), roads.edges[routes], lucks[self._order],
            values[self._order], roads.edge_of, arrivals, np.zeros(n),
            _notes(n, len(w["car_lane"]), int(roads.edge_of.max()) + 1), counts,
        )  # fmt: skip
        minutes = np.empty(n)
        minutes[self._order] = np.where(arrivals >= 0.0, (arrivals - self._starts) / 60.0, self._bench.length)
        counts[3] = int(w["collisions"])
        return Day(minutes, dict(zip(COUNTS, map(int, counts), strict=True)))


def _drivers(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, 9) what `admit` takes of each commuter and how much he dawdles; (n,) what the rest is drawn from."""
    random = np.random.default_rng((seed, 1))
    driver = driver_of(CAR, STEP)
    values = np.tile(
        [driver.room, 1.0, driver.top, driver.headway, driver.brisk, driver.comfort, -1.0, 0.0, driver.dawdles], (n, 1)
    )
    values[:, FACTOR] = [CAR.drawn_factor(random) for _ in range(n)]
    return values, random.integers(0, 2**62, n)


def _notes(n: int, slots: int, edges: int) -> tuple[np.ndarray, ...]:
    """Of each vehicle slot its commuter and the lane it was on before; who missed a turn; who waits to depart; and
    the tick in which an edge had no room.
    """
    rider, before = np.full(slots, -1), np.full(slots, -1)
    return rider, before, np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(edges, -1)


@kernel
def drive_day(  # type: ignore[no-untyped-def]
    worlds, until, dt, events, starts, lanes, goals, edges, lucks, values, edge_of, arrivals, stood, notes, counts
):
    """Drive until everybody has arrived or was taken out.

    ``events``: of `light_events`. Then of everybody, in the order of starts: s of the start, lane, (n, 2) column and
    that of the quickest way, edge, luck and values as in `_drivers`. ``arrivals`` (n,), −1 at first, becomes s of
    arrival, ``stood`` (n,) s that each stands; ``notes`` are of `_notes`; ``counts`` is added to as in `COUNTS`.
    """
    w = worlds[0]
    start_traffic(w, w.yellow, w.all_red)
    rider, before, told, queue, busy = notes
    n = len(starts)
    waiting, coming, left, event, tick = 0, 0, n, 0, 0
    while left > 0 and tick * dt < until:
        now = tick * dt
        while event < len(events) and events[event, 0] <= tick:
            if events[event, 1] == GROUP:
                w.group_state[events[event, 2]] = events[event, 3]
            else:
                w.lane_rank[events[event, 2]] = events[event, 3]
            event += 1
        while coming < n and starts[coming] <= now + 1e-9:
            queue[waiting] = coming
            waiting, coming = waiting + 1, coming + 1
        stay = 0
        for place in range(waiting):
            one = queue[place]
            car = -1
            if busy[edges[one]] != tick:
                car = admit(worlds, lanes[one], goals[one, 0], 0, lucks[one], values[one], starts[one], dt)
            if car >= 0:
                rider[car], before[car] = one, lanes[one]
            else:
                busy[edges[one]] = tick
                queue[stay] = one
                stay += 1
        waiting = stay
        used = slots_used(w)
        hold(w, used, rider, values)
        step_traffic(w, now, dt)
        left -= look_after(worlds, used, rider, before, goals, edge_of, told, stood, now + dt, dt, arrivals, counts)
        tick += 1
    counts[2] += left  # whoever is still there


@kernel
def hold(w, used, rider, values):  # type: ignore[no-untyped-def]
    """Nobody wishes to drive faster than he may and his car can, and all dawdle, as in `Fleet.hold`."""
    for car in range(used):
        one = rider[car]
        if one < 0:
            continue
        limit = max(w.lane_limit[w.car_lane[car]], 0.1)
        may = min(values[one, FACTOR] * limit, values[one, TOP])
        wish = max(may - values[one, DAWDLES], SLOWEST * may)
        w.car_desire[car] = min(wish / limit, MOST)


@kernel
def look_after(worlds, used, rider, before, goals, edge_of, told, stood, now, dt, arrivals, counts):  # type: ignore[no-untyped-def]
    """Who has arrived, who missed a turn and is led back to his own end, who stands for too long; how many are gone."""
    w = worlds[0]
    gone = 0
    for car in range(used):
        one = rider[car]
        if one < 0:
            continue
        lane, was = int(w.car_lane[car]), before[car]
        if lane < 0:
            counts[1] += 0 if ends_at(worlds, was, goals[one, told[one]]) else 1
            arrivals[one] = now
            rider[car] = -1
            gone += 1
            continue
        astray = w.car_goal[car] != goals[one, told[one]]
        if told[one] == 0 and (
            astray or (edge_of[was] >= 0 and edge_of[lane] != edge_of[was] and w.steer[was, goals[one, 0]] != 0)
        ):
            counts[0] += 1
            told[one], astray = 1, True
        if astray and w.way[lane, goals[one, 1]] >= 0:
            w.car_goal[car] = goals[one, 1]
        before[car] = lane
        stood[one] = stood[one] + dt if w.car_speed[car] < STANDING else 0.0
        if stood[one] > STUCK:
            take_out(w, car)
            wipe(w, car)
            rider[car] = -1
            counts[2] += 1
            gone += 1
    return gone
