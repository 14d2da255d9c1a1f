"""The lights of an imported network as seats of a world: what each phase shows, lane by lane and way by way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.programmes import GREENS
from worlds.road.layouts.given import LIMITS
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.interop.sumo.arms import Corners

NO_STOP = GREENS.replace("s", "")  # s: a turn at red after a stop; it is red here
YELLOW = 3.0  # s where a program has none, and no all-red either: SUMO's default


@dataclass(frozen=True)
class SeatedLight:
    """A light that has something to decide."""

    name: str
    links: tuple[int, ...]
    """Its ways through junctions, as lanes of the record."""
    junctions: frozenset[int]
    """Of the record; a light may hold several."""
    greens: tuple[frozenset[int], ...]
    """The links that each phase lets go."""
    seconds: tuple[float, ...]
    yellow: float
    all_red: float
    offset: float


@dataclass(frozen=True)
class Signals:
    """All of them, seat by seat."""

    lights: tuple[SeatedLight, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the file calls them."""
        return tuple(light.name for light in self.lights)

    @property
    def most_phases(self) -> int:
        """Of any light."""
        return max((len(light.greens) for light in self.lights), default=2)

    @property
    def junctions(self) -> set[int]:
        """Junctions of the record that a seat runs."""
        return {junction for light in self.lights for junction in light.junctions}

    def tables(
        self, w: Any, corners: Corners | LightLanes, sizes: dict[str, int], order: dict[int, int]
    ) -> dict[str, Any]:
        """Groups and phases of the record, junctions in their new order; ``groups_used`` is how many a junction has.

        A lane that comes in has the group of its place among the arms, which is green while any way out of it is (but
        not for one that is green at all times). A way that shows something else than its lane has a group of its own.
        """
        lanes, seats = int(w["lanes"]), len(self.lights)
        junction = np.array([order.get(int(one), -1) for one in w["lane_junction"][:lanes]])
        group = np.full(lanes, -1)
        shown = np.zeros((sizes["junctions"], sizes["phases"]), np.int64)
        phases = np.zeros(sizes["junctions"], np.int64)
        of_lane = sizes["arms"] * sizes["arm_lanes"]
        own: list[dict[int, int]] = []
        for seat, light in enumerate(self.lights):
            found = _groups(w, light, corners.places(seat, sizes["arm_lanes"]), of_lane)
            own.append(found.of_link)
            phases[seat] = len(light.greens)
            for phase in range(len(light.greens)):
                shown[seat, phase] = sum(1 << one for one in found.shown[phase])
        most = max(max((*of.values(), of_lane - 1)) + 1 for of in own)
        if most > LIMITS["groups"][1]:
            worst = self.lights[int(np.argmax([max(of.values()) for of in own]))]
            raise Refused(
                f"light {worst.name!r} has {most} groups of ways that change alike: at most {LIMITS['groups'][1]}"
            )
        for seat, light in enumerate(self.lights):
            for link in light.links:
                group[link] = seat * most + own[seat][link]
                junction[link] = junction[int(w["lane_before"][link, 0])] = seat
        green = np.zeros((seats, sizes["phases"]))
        for seat, light in enumerate(self.lights):
            green[seat, : len(light.seconds)] = light.seconds
        return {
            "groups_used": most, "lane_group": group, "lane_junction": junction, "phases": phases,
            "phase_groups": shown, "green_given": green,
            "light_yellow": np.array([light.yellow for light in self.lights]),
            "light_all_red": np.array([light.all_red for light in self.lights]),
            "offset_given": np.array([light.offset for light in self.lights]),
        }  # fmt: skip


@dataclass(frozen=True)
class LightLanes:
    """The lanes before lights in the order of the record, for worlds in which nobody runs them."""

    lanes: tuple[tuple[int, ...], ...]
    """By light."""

    @property
    def most(self) -> int:
        """Of any light."""
        return max((len(one) for one in self.lanes), default=1)

    def places(self, seat: int, _: int) -> dict[int, int]:
        """The group of every lane that comes in."""
        return {lane: place for place, lane in enumerate(self.lanes[seat])}


def lanes_before(w: Any, signals: Signals) -> LightLanes:
    """Those of every light."""
    return LightLanes(
        tuple(tuple(sorted({int(w["lane_before"][link, 0]) for link in light.links})) for light in signals.lights)
    )


def no_lights(w: Any, sizes: dict[str, int], order: dict[int, int]) -> dict[str, Any]:
    """The tables of a network without lights: room for one that is none."""
    lanes, one = int(w["lanes"]), np.zeros(1)
    return {
        "groups_used": 1, "lane_group": np.full(lanes, -1), "phases": np.zeros(sizes["junctions"], np.int64),
        "lane_junction": np.array([order.get(int(junction), -1) for junction in w["lane_junction"][:lanes]]),
        "phase_groups": np.zeros((sizes["junctions"], sizes["phases"]), np.int64),
        "green_given": np.zeros((1, sizes["phases"])), "light_yellow": one, "light_all_red": one,
        "offset_given": one,
    }  # fmt: skip


@dataclass(frozen=True)
class _Groups:
    of_link: dict[int, int]
    shown: list[set[int]]
    """By phase."""


def _groups(w: Any, light: SeatedLight, places: dict[int, int], first: int) -> _Groups:
    """Groups of a light: those of its lanes by their places, then those of ways that differ from their lanes."""
    count = len(light.greens)
    patterns = {link: tuple(link in green for green in light.greens) for link in light.links}
    by_lane: dict[int, list[int]] = {}
    for link in light.links:
        by_lane.setdefault(int(w["lane_before"][link, 0]), []).append(link)
    of_link: dict[int, int] = {}
    shown: list[set[int]] = [set() for _ in range(count)]
    spare: dict[tuple[bool, ...], int] = {}
    for lane, links in by_lane.items():
        changing = [link for link in links if not all(patterns[link])] or links
        whole = tuple(any(patterns[link][phase] for link in changing) for phase in range(count))
        _show(shown, whole, places[lane])
        for link in links:
            if patterns[link] == whole:
                of_link[link] = places[lane]
                continue
            if patterns[link] not in spare:
                spare[patterns[link]] = first + len(spare)
                _show(shown, patterns[link], spare[patterns[link]])
            of_link[link] = spare[patterns[link]]
    return _Groups(of_link, shown)


def _show(shown: list[set[int]], pattern: tuple[bool, ...], group: int) -> None:
    for phase, lit in enumerate(pattern):
        if lit:
            shown[phase].add(group)


def signals_of(network: RoadNetwork, imported: Imported, left_out: dict[str, int], *, needed: bool = True) -> Signals:
    """The lights with at least two different greens; the others are told.

    Raises:
        Refused: there is none, and one is needed; or two hold one junction.
    """
    w = imported.records[0]
    found = []
    for light in imported.lights:
        greens = _greens(light)
        if len(greens) < 2:
            what = "light with one green, which stays green"
            left_out[what] = left_out.get(what, 0) + 1
            continue
        if light.programme.kind != "static":
            chosen = "chosen by the seat" if needed else "as long as they are first"
            what = f"{light.programme.kind} program, whose greens are {chosen}"
            left_out[what] = left_out.get(what, 0) + 1
        links = tuple(lane for lane, _, _ in light.ways)
        changes = light.yellow > 0.0 or light.all_red > 0.0
        found.append(
            SeatedLight(
                light.name, links, frozenset(int(w["lane_junction"][link]) for link in links), tuple(greens),
                tuple(greens.values()), light.yellow if changes else YELLOW, light.all_red, light.programme.offset,
            )
        )  # fmt: skip
    if not found and needed:
        raise Refused(f"{network.path.name} has no light with two greens or more: signals needs one to decide")
    shared = [one for one in found if any(one.junctions & other.junctions for other in found if other is not one)]
    if shared:
        names = ", ".join(repr(one.name) for one in shared[:4])
        raise Refused(f"lights {names} hold one junction together, which cannot be driven: one light a junction can")
    return Signals(tuple(found))


def with_crossings(signals: Signals, imported: Imported, left_out: dict[str, int]) -> Signals:
    """Rail crossings beside the lights, for worlds in which all go by the clock: phases open and closed in turn.

    Their program begins with the episode, and lasts as long. Those that close too often for one are told, and open.
    """
    w, found = imported.records[0], []
    for crossing in imported.crossings:
        spans = [
            (is_open, sum(phase.seconds for phase in phases))
            for is_open, phases in groupby(crossing.programme.phases, lambda phase: phase.state in GREENS)
        ]
        if len(spans) > LIMITS["phases"][1]:
            times = sum(not is_open for is_open, _ in spans)
            for told in [one for one in left_out if one.startswith(f"rail crossing {crossing.name!r}, closed")]:
                del left_out[told]
            what = f"rail crossing {crossing.name!r}, open since a world has no room for its {times} closings"
            left_out[what] = left_out.get(what, 0) + 1
            continue
        links, yellow = frozenset(lane for lane, _, _ in crossing.ways), crossing.yellow
        # a change to closed shows its yellow, and one to open ends with green: both are of the time that it is closed
        seconds = [span if is_open else max(span - 2.0 * yellow, 0.0) for is_open, span in spans]
        found.append(
            SeatedLight(
                crossing.name, tuple(sorted(links)), frozenset(int(w["lane_junction"][link]) for link in links),
                tuple(links if is_open else frozenset() for is_open, _ in spans), tuple(seconds), yellow, 0.0, 0.0,
            )
        )  # fmt: skip
    return Signals((*signals.lights, *found))


def phase_states(light: Light) -> tuple[str, ...]:
    """What the file shows in each phase of a seat, a letter a link; of phases that are one here, the first."""
    found: dict[frozenset[int], str] = {}
    for state in light.states:
        links = frozenset(lane for lane, link, _ in light.ways if state[link] in NO_STOP)
        if links:
            found.setdefault(links, state)
    return tuple(found.values())


def _greens(light: Light) -> dict[frozenset[int], float]:
    """What each green phase lets go, with its seconds; phases that let the same go are one."""
    found: dict[frozenset[int], float] = {}
    for state, seconds in zip(light.states, light.seconds, strict=True):
        links = frozenset(lane for lane, link, _ in light.ways if state[link] in NO_STOP)
        if links:
            found[links] = found.get(links, 0.0) + seconds
    return found
