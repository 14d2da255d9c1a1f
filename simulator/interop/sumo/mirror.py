"""A world of signals in which others let the traffic drive: SUMO, or this project's own as its files say.

What happens in a tick is written into the world's record; lights, detectors, observations, rewards and scripted
controllers are those of the world itself. So an agent meets in SUMO what it met in training, number by number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator.engine import Simulation
from simulator.engine.player import Player
from simulator.engine.trial import SeatedPlayers
from simulator.interop.sumo.scene import Vehicles
from worlds.road.fields import FASTEST, LONGEST, WAITING
from worlds.road.layouts.given import unpack
from worlds.traffic.signals.network.elsewhere import driven_elsewhere, foresee
from worlds.world import Refused, World

MOST_WAITED = 1e6  # s, as the record's fields allow
FARTHEST_FACTOR = 3.0


class WorldMirror:
    """One episode of a world on a network, tick by tick, with traffic from elsewhere.

    Before each tick `foresee` says what lights show in it; when the traffic has driven, `tick` is told where it is.
    """

    def __init__(
        self, world: World, players: Mapping[int, Player], seats: Mapping[str, str] | None = None, *,
        seed: int = 0, episodes: int | None = None,
    ) -> None:  # fmt: skip
        """Seat the players.

        Args:
            world: signals on a network.
            players: of the seats that ``seats`` gives to nobody else.
            seats: bots by name of a seat, as for `Simulation`.
            seed: of what scripted controllers draw.
            episodes: of the trials that the players know; those of the world unless said otherwise.

        Raises:
            Refused: a seat without a player, or a world without a network.
        """
        if not world.build_args.get("network"):
            raise Refused(f"world {world.name!r} is built without a network: only one on a network can be driven")
        self.simulation = Simulation(
            driven_elsewhere(world), seed=seed, seats=seats, episodes_per_trial=episodes, reveal=False
        )
        missing = sorted(set(self.simulation.external) ^ set(players))
        if missing:
            raise Refused(f"seat {world.seats[missing[0]].name!r} needs a bot or a player, and not both")
        self._players = SeatedPlayers(players)
        self._players.begin()
        self._actions = np.zeros((len(world.seats), len(world.actions)), np.int64)
        self._ahead = self.simulation.state.copy()
        self._slots: dict[Any, int] = {}
        self._free = list(range(len(self.simulation.w["car_lane"])))[::-1]
        self._source_of = _sources(self.simulation.w, unpack(world.build_args["network"]).lanes)
        self.unseen = 0
        """Most vehicles at once that the record had no room for."""

    @property
    def observations(self) -> np.ndarray:
        """(S, O): what every seat saw when the present decision began."""
        return self.simulation.observations

    def foresee(self) -> Any:
        """The record as it will be when the lights have obeyed in the tick to come; players decide if it is time."""
        if self.simulation.deciding:
            self._players.decide(self.simulation, self._actions)
        self._ahead[...] = self.simulation.state
        foresee(self._ahead, self._actions, self.simulation.deciding)
        return self._ahead[0]

    def tick(self, vehicles: Vehicles) -> None:
        """One tick after which the vehicles are where they are told to be."""
        self._write(vehicles)
        self.simulation.tick(self._actions)

    def _write(self, vehicles: Vehicles) -> None:
        w, names = self.simulation.w, vehicles.names
        here = set(names)  # asked, never gone through: a set of names has another order in every process
        gone = [name for name in self._slots if name not in here]
        self._free += [self._slots.pop(name) for name in gone]
        for name in names:
            if name not in self._slots and self._free:
                self._slots[name] = self._free.pop()
        rows = [row for row, name in enumerate(names) if name in self._slots]
        self.unseen = max(self.unseen, len(names) - len(rows))
        rows = [row for row in rows if vehicles.lane[row] < int(w["lanes"])]  # stubs of other routes are no lanes here
        slots = np.array([self._slots[names[row]] for row in rows], np.int64)
        lane = vehicles.lane[rows]
        w["car_lane"][...] = -1
        w["car_lane"][slots] = lane
        ahead = np.maximum(vehicles.ahead[rows], 0.0)
        w["car_pos"][slots] = np.maximum(w["lane_length"][lane] - ahead, 0.0)
        w["car_speed"][slots] = np.clip(vehicles.speed[rows], 0.0, FASTEST)
        w["car_desire"][slots] = np.clip(vehicles.factor[rows], 0.0, FARTHEST_FACTOR)
        w["car_waited"][slots] = np.clip(vehicles.waited[rows], 0.0, MOST_WAITED)
        w["car_length"][slots] = np.clip(vehicles.length[rows], 0.0, LONGEST)
        w["car_kind"][slots] = vehicles.kind[rows]
        _chain(w, slots)
        w["outside"][...] = 0
        for edge, waiting in vehicles.outside.items():
            if edge in self._source_of:
                w["outside"][self._source_of[edge]] = min(waiting, WAITING)


def _sources(w: Any, lanes: Sequence[str]) -> dict[str, int]:
    """The first place to enter by of each edge where somebody does."""
    found: dict[str, int] = {}
    for source in range(int(w["sources"])):
        lane = int(w["source_lane"][source])
        if lane < len(lanes):
            found.setdefault(lanes[lane].rpartition("_")[0], source)
    return found


def _chain(w: Any, slots: np.ndarray) -> None:
    """Everybody in the order of his lane, as the record keeps them."""
    for name in ("car_ahead", "car_behind", "lane_head", "lane_tail"):
        w[name][...] = -1
    order = slots[np.lexsort((-w["car_pos"][slots], w["car_lane"][slots]))]
    if not len(order):
        return
    lane = w["car_lane"][order]
    first = np.r_[True, lane[1:] != lane[:-1]]
    last = np.r_[first[1:], True]
    w["lane_head"][lane[first]] = order[first]
    w["lane_tail"][lane[last]] = order[last]
    behind = np.flatnonzero(~first)
    w["car_ahead"][order[behind]] = order[behind - 1]
    w["car_behind"][order[behind - 1]] = order[behind]
