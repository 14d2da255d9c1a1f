"""Lets players of the world `signals`, agents and its scripted controllers, run the lights of a network's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.engine.player import Player
from simulator.interop.sumo.build import Imported
from simulator.interop.sumo.controllers import FixedTime
from simulator.interop.sumo.mirror import WorldMirror
from simulator.interop.sumo.programmes import GREENS
from simulator.interop.sumo.scene import RoadScene
from simulator.interop.sumo.signalling import phase_states
from worlds.road.fields import GREEN, YELLOW
from worlds.road.layouts.given import GivenNetwork, unpack
from worlds.road.lights.signalling import SLACK
from worlds.traffic.signals.constants import TICK
from worlds.world import Refused, World

NEAR = 1e-3  # m by which lengths of lanes may differ: a packed network keeps 32 bits


class SeatedLights:
    """A controller that asks the players of a world, every light by its phases, with the program's yellow and all-red.

    Lights that have nothing to decide keep the program of the file.
    """

    in_files = False

    def __init__(
        self, imported: Imported, world: World, players: Mapping[int, Player],
        seats: Mapping[str, str] | None = None, *, seed: int = 0, episodes: int | None = None,
    ) -> None:  # fmt: skip
        """Seat them.

        Args:
            imported: what is driven; it must have the lanes and lights of the world's network, other routes will do.
            world: signals on that network.
            players: of the seats that no bot has.
            seats: bots by name of a seat.
            seed: of what scripted controllers draw.
            episodes: of the trials that the players know.

        Raises:
            Refused: another network, or a seat without a player.
        """
        network = unpack(world.build_args["network"])
        if problem := _unlike(network, imported):
            raise Refused(f"the world's network {network.name!r} is not the one to drive: {problem}")
        self.mirror = WorldMirror(world, players, seats, seed=seed, episodes=episodes)
        seat_of = {name: seat for seat, name in enumerate(network.lights)}
        self._seats = [seat_of.get(light.name, -1) for light in imported.lights]
        groups = self.mirror.simulation.w["lane_group"]
        self._heads = [
            _SeatHead(phase_states(light), tuple((link, int(groups[lane])) for lane, link, _ in light.ways))
            for light in imported.lights
        ]
        self._others = FixedTime(imported)
        self._now = 0.0

    def states(self, second: float, scene: RoadScene) -> list[str]:
        """What all lights show from now on; asked for in ascending order, at most a decision apart."""
        ticks = round((second - self._now) / TICK)
        if ticks:
            vehicles = scene.vehicles()
            for _ in range(ticks):
                self.mirror.tick(vehicles)
        self._now = second
        lamps = _Lamps(self.mirror.foresee())
        rest = self._others.states(second, scene)
        return [
            rest[order] if seat < 0 else head.show(lamps, seat)
            for order, (head, seat) in enumerate(zip(self._heads, self._seats, strict=True))
        ]


class _Lamps:
    """What the lamps of a record are: plain lists, which are quick to read."""

    def __init__(self, w: Any) -> None:
        self.group = w["group_state"].tolist()
        self.before, self.phase = w["phase_before"].tolist(), w["phase"].tolist()
        since = w["phase_time"] - TICK + SLACK
        self.changing = (since < w["phase_yellow"] + w["phase_all_red"]).tolist()


class _SeatHead:
    """The letters of one light, for what the lamps of its seat are."""

    def __init__(self, letters: tuple[str, ...], links: tuple[tuple[int, int], ...]) -> None:
        """Letters of each phase; of each way its place among them, and its group in the world's record."""
        self._letters, self._links = letters, links

    def show(self, lamps: _Lamps, seat: int) -> str:
        """A letter for every link."""
        before, after = self._letters[lamps.before[seat]], self._letters[lamps.phase[seat]]
        changing = lamps.changing[seat]
        shown = list(before if changing else after)
        for link, group in self._links:
            state = lamps.group[group]
            if state == GREEN:
                shown[link] = before[link] if changing and before[link] in GREENS else after[link]
            elif state == YELLOW:
                shown[link] = "y"
            else:
                shown[link] = "s" if before[link] == after[link] == "s" else "r"
        return "".join(shown)


def _unlike(network: GivenNetwork, imported: Imported) -> str:
    """What differs between a world's roads and lights and those of files; nothing for the same."""
    w, lanes = imported.records[0], len(network.lanes)
    if network.lanes != imported.lanes[:lanes] or len(imported.lanes) != lanes:
        return f"its lanes are {', '.join(network.lanes[:3])} …, in the files {', '.join(imported.lanes[:3])} …"
    missing = set(network.lights) - {light.name for light in imported.lights}
    if missing:
        return f"the files have no light {sorted(missing)[0]!r}"
    apart = np.abs(network.tables["lane_length"][:lanes] - w["lane_length"][:lanes])
    if float(apart.max()) > NEAR * max(float(w["lane_length"][:lanes].max()), 1.0):
        return f"lane {network.lanes[int(np.argmax(apart))]!r} has another length in the files"
    return ""
