"""Induction loops before lights, and what they count in each interval, as SUMO's E1 detectors do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.interop.sumo.outputs.names import Names
from worlds.road.fields import LINK

BACK = 30.0  # m before the line, or half of a shorter lane
INTERVAL = 60.0  # s


class Loops:
    """One loop on every lane that leads to a light; where there is no light, to a junction."""

    def __init__(self, w: Any, names: Names) -> None:
        count = int(w["lanes"])
        links = np.flatnonzero(w["lane_kind"][:count] == LINK)
        lit = links[w["lane_group"][links] >= 0]
        before = w["lane_before"][lit if len(lit) else links, 0]
        self.lanes = np.unique(before[before >= 0])
        self.places = np.maximum(w["lane_length"][self.lanes] - BACK, 0.5 * w["lane_length"][self.lanes])
        self.ids = tuple(f"e1_{names.lane(int(lane))}" for lane in self.lanes)
        self._of = np.full(len(w["lane_length"]), -1)
        self._of[self.lanes] = np.arange(len(self.lanes))
        self._begin: float | None = None
        self._clear()

    def _clear(self) -> None:
        zeros = np.zeros(len(self.lanes))
        self._cars, self._speeds, self._slowness = zeros.copy(), zeros.copy(), zeros.copy()
        self._lengths, self._taken = zeros.copy(), zeros.copy()

    def look(self, w: Any, at: np.ndarray, now: float, dt: float, begin: float) -> Iterator[dict[str, object]]:
        """Count a tick; the rows of an interval that it ends."""
        self._begin = begin if self._begin is None else self._begin
        loop = self._of[w["car_lane"][at]]
        cars, loop = at[loop >= 0], loop[loop >= 0]
        front, place = w["car_pos"][cars], self.places[loop]
        on = (front >= place) & (front - w["car_length"][cars] <= place)
        np.add.at(self._taken, np.unique(loop[on]), dt)
        passed = (front >= place) & (front - w["car_far"][cars] < place)
        speed = np.maximum(w["car_speed"][cars[passed]], 0.1)
        for table, value in (
            (self._cars, np.ones(len(speed))), (self._speeds, speed), (self._slowness, 1.0 / speed),
            (self._lengths, w["car_length"][cars[passed]]),
        ):  # fmt: skip
            np.add.at(table, loop[passed], value)
        if now - self._begin >= INTERVAL - 1e-6:
            yield from self.rest(now)
            self._begin = now
            self._clear()

    def rest(self, now: float) -> Iterator[dict[str, object]]:
        """The rows of the interval so far."""
        begin = self._begin if self._begin is not None else now
        time = now - begin
        if time <= 0.0:
            return
        for index, name in enumerate(self.ids):
            cars = self._cars[index]
            yield {
                "begin": f"{begin:.2f}", "end": f"{now:.2f}", "id": name, "nVehContrib": int(cars),
                "flow": f"{3600.0 * cars / time:.2f}", "occupancy": f"{100.0 * self._taken[index] / time:.2f}",
                "speed": f"{self._speeds[index] / cars if cars else -1.0:.2f}",
                "harmonicMeanSpeed": f"{cars / self._slowness[index] if cars else -1.0:.2f}",
                "length": f"{self._lengths[index] / cars if cars else -1.0:.2f}", "nVehEntered": int(cars),
            }  # fmt: skip
