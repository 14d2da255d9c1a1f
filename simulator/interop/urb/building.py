"""From a folder of the benchmark to a record in which its commuters can drive, each by any of its routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.bridge import CLEARS, TICK
from simulator.interop.sumo.build import SIZES, import_network
from simulator.interop.sumo.flows import Rhythm, Start, Stream
from simulator.interop.sumo.laying import WAYS
from simulator.interop.sumo.lighting import GROUPS, Light, show, take_over
from simulator.interop.sumo.routes import Demand
from simulator.interop.sumo.running import Timed
from simulator.interop.sumo.vehicles import VehicleType
from simulator.interop.urb.folder import Benchmark, Edges, Pair
from simulator.interop.urb.pathways import Streets, sample_routes, streets_of
from worlds.road.fields import RoadCapacity
from worlds.world import Refused

CAR = VehicleType()
"""SUMO's usual passenger car: the benchmark's types Human and AV say nothing else."""
FIRST = Start("0", 0.0)
"""At the beginning of the rightmost lane, standing, as TraCI lets vehicles in."""
SIZES_HERE = (
    SIZES[0],
    *(
        RoadCapacity(
            lanes=lanes, points=8 * lanes, conflicts=8 * lanes, destinations=ends, sources=1024,
            junctions=junctions, groups=GROUPS * junctions, phases=12, vehicles=cars, ways=WAYS,
        )
        for lanes, ends, junctions, cars in (
            (4096, 1024, 1024, 512), (4096, 2048, 1024, 2048), (8192, 3072, 2048, 1024),
        )
    ),
)  # fmt: skip
GROUP, RANK = range(2)  # what a light's event sets


@dataclass(frozen=True)
class Choices:
    """The routes of every commuter."""

    routes: tuple[Edges, ...]
    """All different ones."""
    of: np.ndarray
    """(n, most) the routes of each commuter, −1 none."""
    free: np.ndarray
    """(n, most) their minutes on empty roads, inf for none."""

    @property
    def counts(self) -> np.ndarray:
        """(n,) how many each commuter has."""
        return np.asarray((self.of >= 0).sum(axis=1))


@dataclass(frozen=True)
class Roads:
    """The record of a network, with all routes."""

    worlds: Any
    """(1,) record."""
    lanes: np.ndarray
    """(routes,) the lane on which each begins."""
    goals: np.ndarray
    """(routes,) its column in the record's tables."""
    quickest: np.ndarray
    """(routes,) the column of the quickest way to the same end, for who misses a turn."""
    edges: np.ndarray
    """(routes,) the edge on which it begins: who waits there forms one queue."""
    edge_of: np.ndarray
    """(lanes,) edges by number, −1 inside of junctions."""
    ranks: np.ndarray
    """(lanes,) right of way before any light has shown something."""
    lights: tuple[Light, ...]


def choices_of(bench: Benchmark, seed: int) -> Choices:
    """The routes of everybody: the file's, or sampled with a seed as the benchmark does it.

    Raises:
        Refused: a commuter without a route.
    """
    streets, pairs = streets_of(bench.network), tuple(dict.fromkeys(bench.commuters.pairs))
    routes = {pair: _routes_of(bench, streets, pair, seed) for pair in pairs}
    number: dict[Edges, int] = {}
    for pair in pairs:
        for route in routes[pair]:
            number.setdefault(route, len(number))
    most = max(len(one) for one in routes.values())
    of = np.full((len(bench.commuters), most), -1)
    free = np.full(of.shape, np.inf)
    for place, pair in enumerate(bench.commuters.pairs):
        for order, route in enumerate(routes[pair]):
            of[place, order], free[place, order] = number[route], streets.free_minutes(route)
    return Choices(tuple(number), of, free)


def _routes_of(bench: Benchmark, streets: Streets, pair: Pair, seed: int) -> tuple[Edges, ...]:
    if bench.routes is None:
        return sample_routes(streets, pair, seed)
    if pair not in bench.routes:
        raise Refused(f"an agent goes from edge {pair[0]!r} to edge {pair[1]!r}, and paths.csv has no path for it")
    unknown = {edge for route in bench.routes[pair] for edge in route} - streets.minutes.keys()
    if unknown:
        raise Refused(f"paths.csv names edge {min(unknown)!r}, which is no edge for cars of {bench.name}.net.xml")
    return bench.routes[pair]


def build_roads(bench: Benchmark, choices: Choices) -> Roads:
    """Lay the network with a column for every route.

    Raises:
        Refused: a route that cannot be driven, a light that does not go by the clock, or a network that is too large.
    """
    for name, programme in bench.network.programmes.items():
        if programme.kind not in ("static", ""):
            raise Refused(f"light {name!r} is {programme.kind}: days of the benchmark are driven with static lights")
    demand = _demand(choices.routes)
    imported = import_network(bench.network, demand, sizes=SIZES_HERE)
    if len(imported.rides) != len(choices.routes) or "trip by another way than the file's" in imported.left_out:
        what = ", ".join(imported.left_out)
        raise Refused(f"{len(choices.routes)} routes of {bench.name} cannot all be laid into the record: {what}")
    w = imported.records[0]
    w["demand"] = 0.0
    w["sources"] = 0  # nobody comes by chance
    take_over(w, imported.lights)
    goals = np.array([ride.goal for ride in imported.rides])
    sinks = w["sink_lane"].tolist()
    return Roads(
        imported.records,
        np.array([ride.lanes[0] for ride in imported.rides]),
        goals,
        np.array([sinks.index(sinks[goal]) for goal in goals]),  # quickest ways stand before all others
        np.array([ride.edge for ride in imported.rides]),
        imported.edge_of,
        w["lane_rank"].copy(),
        imported.lights,
    )


def _demand(routes: Sequence[Edges]) -> Demand:
    """One vehicle by each route."""
    streams = tuple(
        Stream(str(number), Rhythm(0.0, 1.0, number=1), ((route, 1.0),), ((CAR, 1.0),), True, FIRST)
        for number, route in enumerate(routes)
    )
    flows: dict[Pair, float] = {}
    for route in routes:
        flows[route[0], route[-1]] = flows.get((route[0], route[-1]), 0.0) + 1.0
    return Demand(flows, 0.0, 1.0, streams)


def light_events(roads: Roads, seconds: float) -> np.ndarray:
    """What the lights do on a day: (n, 4) tick, `GROUP` or `RANK`, which one, its new value; in order of time."""
    w = roads.worlds[0]
    kept = w["group_state"].copy(), w["lane_rank"].copy()
    clocks = [Timed(light.programme, 0.0) for light in roads.lights]
    shown, since = [""] * len(clocks), [0] * len(clocks)
    found: list[tuple[int, int, int, int]] = []
    w["group_state"] = 0
    for tick in range(int(seconds / TICK)):
        for order, (light, clock) in enumerate(zip(roads.lights, clocks, strict=True)):
            state = clock.state(tick * TICK)
            if state != shown[order]:
                found += _changes(w, light, state, tick, clearing=True)
                shown[order], since[order] = state, tick
            elif (tick - since[order]) * TICK == CLEARS:
                found += _changes(w, light, state, tick, clearing=False)
    w["group_state"], w["lane_rank"] = kept
    return np.array(found, np.int64).reshape(-1, 4)


def _changes(w: Any, light: Light, state: str, tick: int, *, clearing: bool) -> list[tuple[int, int, int, int]]:
    first = light.junction * (len(w["group_state"]) // len(w["phase"]))
    groups = sorted({first + group for group in light.groups if group >= 0})
    lanes = sorted({lane for lane, _, _ in light.ways})
    before = w["group_state"][groups].copy(), w["lane_rank"][lanes].copy()
    show(w, light, state, clearing=clearing)
    after = w["group_state"][groups], w["lane_rank"][lanes]
    found = []
    for kind, places, was, now in zip((GROUP, RANK), (groups, lanes), before, after, strict=True):
        found += [(tick, kind, place, int(new)) for place, old, new in zip(places, was, now, strict=True) if old != new]
    return found
