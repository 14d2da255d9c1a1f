"""The routes that commuters choose among, sampled as the benchmark does it (JanuX 1.1, "extended generator").

From the origin on, the next edge is drawn among those that follow, by a logit of how many edges lie between them and
the destination (RouteRL asks for a weight "time", which JanuX's graph does not have, so every edge weighs 1); no edge
comes twice. Of the routes so found some are picked, each as likely as it was found often. Random numbers are drawn in
JanuX's order, so that equal graphs and seeds give its routes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import exp, inf

import numpy as np

from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.urb.folder import Edges, Pair
from worlds.world import Refused

ROUTES = 4  # of each origin and destination, as in the benchmark
SAMPLES = 10  # at least
BETA = -5.0  # of the logit, an edge
LONGEST = 200  # edges of a route
PATIENCE = 200  # tries after which the logit gets flatter and routes may be longer
SHIFT = 0.05  # by so much of itself
FLATTEST = -0.01  # of the logit
BLOCK = 1024  # numbers drawn at once
GIVE_UP = 5000  # tries; JanuX never does. Then there are as many routes as were found, or the quickest alone


@dataclass(frozen=True)
class Streets:
    """Edges for cars, as a graph."""

    minutes: dict[str, float]
    """Of each edge at its limit."""
    after: dict[str, Edges]
    """Of each edge those that follow, sorted by name."""

    def edges_to(self, end: str) -> dict[str, int]:
        """How many edges lie from each edge to another, at least."""
        before: dict[str, list[str]] = {}
        for edge, following in self.after.items():
            for other in following:
                before.setdefault(other, []).append(edge)
        found, last = {end: 0}, [end]
        while last:
            reached, last = last, []
            for edge in reached:
                for other in before.get(edge, ()):
                    if other not in found:
                        found[other] = found[edge] + 1
                        last.append(other)
        return found

    def free_minutes(self, route: Edges) -> float:
        """Minutes of a route at its limits, without its last edge, as RouteRL counts."""
        return float(sum(self.minutes[edge] for edge in route[:-1]))


def streets_of(network: RoadNetwork) -> Streets:
    """The graph of a network: an edge is as long and as fast as its rightmost lane."""
    minutes: dict[str, float] = {}
    for lane in network.lanes:
        minutes.setdefault(lane.edge, lane.length / lane.speed / 60.0)
    after: dict[str, set[str]] = {edge: set() for edge in minutes}
    for way in network.ways:
        after[way.start.rpartition("_")[0]].add(way.end.rpartition("_")[0])
    return Streets(minutes, {edge: tuple(sorted(following)) for edge, following in after.items()})


def sample_routes(streets: Streets, pair: Pair, seed: int) -> tuple[Edges, ...]:
    """The routes of one origin and destination, at most `ROUTES`, in the order in which they are picked.

    Raises:
        Refused: an end that is no street for cars, or no way from the one to the other.
    """
    start, end = pair
    for edge in pair:
        if edge not in streets.minutes:
            raise Refused(f"an agent goes from {start!r} to {end!r}, and {edge!r} is no edge for cars of the network")
    potential = streets.edges_to(end)
    if start == end or start not in potential:
        raise Refused(f"no way leads from edge {start!r} to edge {end!r}")
    walks = _Walks(streets, pair, potential, seed)
    found: list[Edges] = []
    tries, beta, longest, asked = 0, BETA, float(LONGEST), 0
    while len(found) < SAMPLES or len(set(found)) < ROUTES:
        if tries > PATIENCE:
            beta, longest, tries = min(beta * (1.0 - SHIFT), FLATTEST), int(longest * (1.0 + SHIFT)), 0
        route = walks.walk(beta, longest)
        if route is not None:
            found.append(route)
        tries, asked = tries + 1, asked + 1
        if asked >= GIVE_UP:
            break
    if not found:
        return (_quickest(streets, pair, potential),)
    names, counts = np.unique([",".join(route) for route in found], return_counts=True)
    picked = walks.random().choice(len(names), size=min(ROUTES, len(names)), p=counts / counts.sum(), replace=False)
    return tuple(tuple(str(names[place]).split(",")) for place in picked)


def _quickest(streets: Streets, pair: Pair, potential: dict[str, int]) -> Edges:
    route = [pair[0]]
    while route[-1] != pair[1]:
        route.append(min(streets.after[route[-1]], key=lambda other: potential.get(other, inf)))
    return tuple(route)


class _Walks:
    """Routes drawn one after the other; what is drawn from is numpy's stream, number by number."""

    def __init__(self, streets: Streets, pair: Pair, potential: dict[str, int], seed: int) -> None:
        self._streets, self._pair, self._potential, self._seed = streets, pair, potential, seed
        self._drawn: list[float] = []
        self._stream, self._used = np.random.default_rng(seed), 0
        self._beta, self._sums = 0.0, dict[str, list[float]]()

    def random(self) -> np.random.Generator:
        """A generator behind the numbers drawn so far."""
        random = np.random.default_rng(self._seed)
        random.random(self._used)
        return random

    def walk(self, beta: float, longest: float) -> Edges | None:
        """One route; None where it leads nowhere, or too far."""
        if beta != self._beta:
            self._beta, self._sums = beta, {}
        edge, end = self._pair
        route: list[str] = []
        been: set[str] = set()
        while True:
            route.append(edge)
            been.add(edge)
            options = self._streets.after[edge]
            free = been.isdisjoint(options)
            if not free:
                options = tuple(other for other in options if other not in been)
            if end in options:
                return (*route, end)
            if not options or len(route) > longest:
                return None
            sums = self._sums.get(edge) if free else self._shares(options)
            if sums is None:
                sums = self._sums[edge] = self._shares(options)
            if not sums:
                return None
            edge = options[min(bisect_right(sums, self._luck()), len(options) - 1)]

    def _shares(self, options: Edges) -> list[float]:
        """The shares of edges in the logit, summed up; none where no edge leads to the destination."""
        sums = list(accumulate(exp(self._beta * self._potential.get(other, inf)) for other in options))
        return [part / sums[-1] for part in sums] if sums[-1] > 0.0 else []

    def _luck(self) -> float:
        place = self._used % BLOCK
        if place == 0:
            self._drawn = self._stream.random(BLOCK).tolist()
        self._used += 1
        return self._drawn[place]
