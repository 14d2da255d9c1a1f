"""A light as sumo-rl shows it: its green phases in the file's order, its lanes in the order of its links.

sumo-rl (Alegre 2019, https://github.com/LucasAlegre/sumo-rl, class `TrafficSignal`) shows a light as its green phase,
one-hot; whether the least green is over; the density of each lane before it, and its queue, both as shares of the
vehicles that fit. A world of `signals` with ``observation=sumo-rl`` has the same numbers, padded and arm by arm; here
they are put into sumo-rl's order, and its phases into ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.minds import Mind
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.programmes import YELLOWS
from simulator.interop.sumo.signalling import NO_STOP
from worlds.road.layouts.given import GivenNetwork, unpack
from worlds.world import Refused, World

OBSERVATION = "sumo-rl"
STOPS = "rs"  # letters of a phase of which nothing is green in sumo-rl
LEVELS = 10  # of a density or a queue, where a table keeps them


@dataclass(frozen=True)
class LightView:
    """One seat of the world as an agent of sumo-rl knows it."""

    name: str
    lanes: tuple[str, ...]
    """Before it, in the order in which they are shown."""
    columns: NDArray[np.int64]
    """(n,) of the world's observation, in sumo-rl's order; −1 for what is always 0."""
    phases: tuple[int, ...]
    """Of the world, by sumo-rl's number; −1 for one that lets no car go: the light stays as it is then."""

    def shown(self, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the agent sees (…, n), of what the world shows (…, O)."""
        return np.where(self.columns >= 0, seen[..., self.columns], np.float32(0.0))

    def asked(self, choice: int, now: int) -> int:
        """The world's phase that a choice stands for, while phase ``now`` is shown."""
        phase = self.phases[choice]
        return now if phase < 0 else phase

    def encode(self, shown: NDArray[np.float32]) -> tuple[int, ...]:
        """What is shown as a key of a table: phase, whether it may change, densities and queues in ten levels."""
        count = len(self.phases)
        levels = [min(int(value * LEVELS), LEVELS - 1) for value in shown[count + 1 :].tolist()]
        return (int(np.argmax(shown[:count])), int(shown[count]), *levels)


def views_of(world: World, network: RoadNetwork) -> tuple[LightView, ...]:
    """Every seat of a world on that network, in the world's order.

    Raises:
        Refused: the world shows something else, or is built on another network.
    """
    text = str(world.build_args.get("network") or "")
    if not text or world.build_args["observation"] != OBSERVATION:
        raise Refused(f"world {world.name!r} does not show what sumo-rl does: build it on a network, {OBSERVATION!r}")
    given = unpack(text)
    missing = [name for name in given.lights if name not in network.lights]
    if missing:
        raise Refused(f"{network.path.name} has no light {missing[0]!r}: the world is built on another network")
    return tuple(_view(network, given, seat, name) for seat, name in enumerate(given.lights))


def _view(network: RoadNetwork, given: GivenNetwork, seat: int, name: str) -> LightView:
    ways = sorted((way for way in network.ways if way.light == name), key=lambda way: way.link)
    lanes = tuple(dict.fromkeys(way.start for way in ways))
    states = [phase.state for phase in network.lights[name]]
    ours: dict[frozenset[int], int] = {}
    phases = []
    for state in states:
        if set(state) & set(YELLOWS):
            continue
        links = frozenset(order for order, way in enumerate(ways) if state[way.link] in NO_STOP)
        if links:
            ours.setdefault(links, len(ours))
        if set(state) - set(STOPS):
            phases.append(ours[links] if links else -1)
    count, most = given.sizes["phases"], given.sizes["arms"] * given.sizes["arm_lanes"]
    places = _places(given, seat)
    density = [count + 1 + places[lane] for lane in lanes]
    shown = [phase if phase not in phases[:order] else -1 for order, phase in enumerate(phases)]
    columns = [*shown, count, *density, *(at + most for at in density)]
    return LightView(name, lanes, np.array(columns, np.int64), tuple(phases))


def _places(given: GivenNetwork, seat: int) -> dict[str, int]:
    """The place of each lane before a light among those that the world shows."""
    tables, most = given.tables, given.sizes["arm_lanes"]
    found = {}
    for arm in range(int(tables["arms"][seat])):
        road = int(tables["arm_road"][seat, arm])
        side = 0 if int(tables["road_b"][road]) == seat else 1
        for place in range(most):
            lane = int(tables["road_lane"][road, side, place])
            if 0 <= lane < len(given.lanes):
                found[given.lanes[lane]] = arm * most + place
    return found


class ViewedPlayer:
    """An agent of sumo-rl as a player: for each light a function from what sumo-rl shows to the number of a phase."""

    def __init__(self, views: Sequence[LightView], choosers: Sequence[Any], name: str = OBSERVATION) -> None:
        """``choosers`` stand in the order of the views; each is called with (n,) float32 and gives a whole number."""
        if len(views) != len(choosers):
            raise Refused(f"{len(choosers)} choosers for {len(views)} lights: one for each is needed")
        self.name = name
        self.mind: Mind | None = None
        self._views, self._choosers = tuple(views), tuple(choosers)

    def reset(self, lanes: int) -> None:
        """Nothing is remembered between decisions.

        Raises:
            Refused: it is seated in other seats than all of them.
        """
        if lanes != len(self._views):
            raise Refused(f"player {self.name!r} knows {len(self._views)} lights and is given {lanes}: seat it in all")

    def forget(self) -> None:
        """Nothing is remembered."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Decide for all lights: observations (S, O), legal (S, A) → phases of the world (S, 1)."""
        actions = np.zeros((len(observations), 1), np.int64)
        for seat, (view, choose) in enumerate(zip(self._views, self._choosers, strict=True)):
            now = int(np.argmax(observations[seat, : legal.shape[1]]))
            choice = int(choose(view.shown(observations[seat])))
            if not 0 <= choice < len(view.phases):
                raise Refused(f"light {view.name!r} is asked for phase {choice}: it has {len(view.phases)} green ones")
            actions[seat, 0] = view.asked(choice, now)
        return actions
