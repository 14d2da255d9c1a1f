"""Surrogate safety: times to collision, decelerations to avoid one, and times between two on one spot.

Definitions and thresholds: SUMO's SSM device (https://sumo.dlr.de/docs/Simulation/Output/SSM_Device.html).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.road.fields import LINK

TTC = 3.0  # s to a collision if both keep their speeds
DRAC = 3.0  # m/s² that avoid it
PET = 2.0  # s from one leaving a conflict to the next one coming to it
EXTRA = 5.0  # s after the last dangerous moment that an encounter goes on
FOLLOWING, CROSSING = 2, 11  # SUMO's codes: ego follows; ego crosses behind
NONE = {"time": "NA", "position": "NA", "type": "NA", "value": "NA", "speed": "NA"}
Place = tuple[float, str, int, float, float]  # time, "x,y", code, value, speed


@dataclass
class Conflict:
    """An encounter of two vehicles."""

    ego: str
    foe: str
    begin: float
    end: float
    ttc: Place | None = None
    drac: Place | None = None
    pet: Place | None = None

    def inner(self) -> dict[str, dict[str, object]]:
        """SUMO's elements of its worst moments."""
        return {
            name: _element(place) for name, place in (("minTTC", self.ttc), ("maxDRAC", self.drac), ("PET", self.pet))
        }


def _element(place: Place | None) -> dict[str, object]:
    if place is None:
        return dict(NONE)
    time, position, code, value, speed = place
    return {"time": f"{time:.2f}", "position": position, "type": code, "value": f"{value:.2f}", "speed": f"{speed:.2f}"}


class Conflicts:
    """Looks for encounters tick by tick."""

    def __init__(self, lanes: int) -> None:
        self._open: dict[tuple[str, str], Conflict] = {}
        self._last: list[str] = [""] * lanes  # who was on a lane last

    def look(self, w: Any, now: float, ids: dict[int, str], place: Callable[[int], str]) -> list[Conflict]:
        """The encounters that are over; ``place``: where a slot's vehicle is, for the file."""
        slots = np.array(sorted(ids), np.int64)
        if len(slots):
            self._follow(w, now, slots, ids, place)
            self._cross(w, now, slots, ids, place)
            for slot in slots:
                for lane in (w["car_lane"][slot], w["car_last"][slot]):
                    if lane >= 0 and w["lane_kind"][lane] == LINK:
                        self._last[lane] = ids[int(slot)]
        over = [key for key, conflict in self._open.items() if now - conflict.end > EXTRA]
        return [self._open.pop(key) for key in over]

    def rest(self) -> list[Conflict]:
        """Those that go on when the run ends."""
        return list(self._open.values())

    def _of(self, ego: str, foe: str, now: float) -> Conflict:
        conflict = self._open.setdefault((ego, foe), Conflict(ego, foe, now, now))
        conflict.end = now
        return conflict

    def _follow(self, w: Any, now: float, slots: np.ndarray, ids: dict[int, str], place: Callable[[int], str]) -> None:
        lane = w["car_lane"][slots]
        ahead, away = w["car_ahead"][slots].astype(np.int64), np.zeros(len(slots))
        following = w["way"][lane, w["car_goal"][slots]]
        beyond = (ahead < 0) & (following >= 0)
        ahead = np.where(beyond, w["lane_tail"][np.maximum(following, 0)], ahead)
        away[beyond] = w["lane_length"][lane[beyond]]
        seen = ahead >= 0
        slots, ahead, away = slots[seen], ahead[seen], away[seen]
        gap = away + w["car_pos"][ahead] - w["car_length"][ahead] - w["car_pos"][slots]
        closing = w["car_speed"][slots] - w["car_speed"][ahead]
        near = (gap > 0.0) & (closing > 0.0)
        slots, ahead, gap, closing = slots[near], ahead[near], gap[near], closing[near]
        ttc, drac = gap / closing, 0.5 * closing * closing / gap
        for index in np.flatnonzero((ttc < TTC) | (drac > DRAC)):
            slot, foe = int(slots[index]), ids.get(int(ahead[index]), "")
            if not foe:
                continue
            conflict, speed = self._of(ids[slot], foe, now), float(w["car_speed"][slot])
            if ttc[index] < TTC and (conflict.ttc is None or ttc[index] < conflict.ttc[3]):
                conflict.ttc = now, place(slot), FOLLOWING, float(ttc[index]), speed
            if drac[index] > DRAC and (conflict.drac is None or drac[index] > conflict.drac[3]):
                conflict.drac = now, place(slot), FOLLOWING, float(drac[index]), speed

    def _cross(self, w: Any, now: float, slots: np.ndarray, ids: dict[int, str], place: Callable[[int], str]) -> None:
        """Who came to a conflict in the last tick that another way's vehicle has just left; merging is following."""
        for slot in slots[w["lane_kind"][w["car_lane"][slots]] == LINK]:
            link = int(w["car_lane"][slot])
            first, front = int(w["lane_conflict"][link]), float(w["car_pos"][slot])
            sides = np.arange(first, first + int(w["lane_conflicts"][link]))
            here = w["conflict_here"][sides]
            for side in sides[(front - float(w["car_far"][slot]) < here) & (here <= front)]:
                other = int(w["conflict_lane"][side])
                waited = now - float(w["conflict_clear"][w["conflict_back"][side]])
                foe = self._last[other]
                merges = w["lane_next"][other, 0] == w["lane_next"][link, 0]
                if merges or not 0.0 <= waited < PET or not foe or foe == ids[int(slot)]:
                    continue
                conflict = self._of(ids[int(slot)], foe, now)
                if conflict.pet is None or waited < conflict.pet[3]:
                    conflict.pet = now, place(int(slot)), CROSSING, waited, float(w["car_speed"][slot])
