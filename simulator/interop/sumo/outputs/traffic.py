"""Watches traffic tick by tick and writes what SUMO would: trips, places, sums, loops, surrogate safety, fumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from simulator.interop.sumo.outputs.conflicts import Conflicts
from simulator.interop.sumo.outputs.emissions import CLASSES, FUEL, POLLUTANTS, emitted
from simulator.interop.sumo.outputs.loops import Loops
from simulator.interop.sumo.outputs.names import Names as Names
from simulator.interop.sumo.outputs.names import names_of_record as names_of_record
from simulator.interop.sumo.outputs.sheets import OutputFile
from worlds.kit.writing import real
from worlds.road.lanes.places import points_at
from worlds.world import Refused

STANDING = 0.1  # m/s
KINDS = {0: "passenger", 1: "truck", 2: "bus"}
GASES = (*(f"{name}_abs" for name in POLLUTANTS), "fuel_abs")
TRIP = (
    "id", "depart", "departLane", "departPos", "departSpeed", "departDelay", "arrival", "arrivalLane", "arrivalPos",
    "arrivalSpeed", "duration", "routeLength", "waitingTime", "waitingCount", "stopTime", "timeLoss", "rerouteNo",
    "devices", "vType", "speedFactor", "vaporized",
)  # fmt: skip
PLACE = ("id", "x", "y", "angle", "type", "speed", "pos", "lane", "slope", "acceleration")
STEP = (
    "time", "loaded", "inserted", "running", "waiting", "ended", "arrived", "collisions", "teleports", "halting",
    "stopped", "meanWaitingTime", "meanTravelTime", "meanSpeed", "meanSpeedRelative", "duration",
)  # fmt: skip
LOOP = ("begin", "end", "id", "nVehContrib", "flow", "occupancy", "speed", "harmonicMeanSpeed", "length", "nVehEntered")
FUME = ("id", "eclass", *POLLUTANTS, "fuel", "type", "waiting", "lane", "pos", "speed", "angle", "x", "y")
WORST = tuple(
    f"{name}_{part}" for name in ("minTTC", "maxDRAC", "PET") for part in ("time", "position", "type", "value", "speed")
)


def _columns(element: str, names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    return (*(f"{element}_{name}" for name in names), *more)


OUTPUTS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "tripinfo": ("tripinfos", "tripinfo", _columns("tripinfo", TRIP, *(f"emissions_{gas}" for gas in GASES)), ""),
    "fcd": ("fcd-export", "vehicle", ("timestep_time", *_columns("vehicle", PLACE)), "timestep"),
    "summary": ("summary", "step", _columns("step", STEP), ""),
    "ssm": ("SSMLog", "conflict", _columns("conflict", ("begin", "end", "ego", "foe"), *WORST), ""),
    "emissions": ("emission-export", "vehicle", ("timestep_time", *_columns("vehicle", FUME)), "timestep"),
    "detectors": ("detector", "interval", _columns("interval", LOOP), ""),
}
"""Root, row, columns of the table, and the element around the rows of one time, as SUMO has them."""


@dataclass
class _Trip:
    """A vehicle on its way."""

    name: str
    kind: str
    token: tuple[float, int, float]
    depart: float
    depart_lane: str
    depart_pos: float
    depart_speed: float
    delay: float
    factor: float
    lane: int
    length: float = 0.0
    waited: float = 0.0
    stops: int = 0
    lost: float = 0.0
    speed: float = 0.0
    pos: float = 0.0
    rerouted: bool = False
    gases: np.ndarray = field(default_factory=lambda: np.zeros(len(POLLUTANTS)))  # mg


class Outputs:
    """Files that a run is told to; use as a context, and call `look` after every tick.

    Args:
        files: a path, .xml or .csv, by the names of `OUTPUTS`.
        names: of lanes, and where the map lies.
        begin: s of the day at which the run begins.

    Raises:
        Refused: an output that there is not, another ending, or two outputs into one file.
    """

    def __init__(self, files: Mapping[str, Path], names: Names, begin: float = 0.0) -> None:
        for name, path in files.items():
            if name not in OUTPUTS:
                raise Refused(f"output {name!r} is none: choose from {', '.join(OUTPUTS)}")
            if path.suffix.lower() not in (".xml", ".csv"):
                raise Refused(f"output {str(path)!r} ends in {path.suffix!r}: choose .xml or .csv")
        for path, others in groupby(sorted(map(real, files.values()))):
            if len(list(others)) > 1:
                raise Refused(f"{str(path)!r} is named for more than one output: give each a file of its own")
        self._sheets = {name: OutputFile(path, *_sheet(name)) for name, path in files.items()}
        self._names, self._begin = names, begin
        self._trips: dict[int, _Trip] = {}
        self._conflicts: Conflicts | None = None
        self._loops: Loops | None = None
        self._told = self._ended = self._inserted = 0
        self._took = self._waited_outside = 0.0
        self._count = 0
        self._now = 0.0

    def __enter__(self) -> Outputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            for sheet in self._sheets.values():
                sheet.close((kind, error, trace))

    # --- a tick ---

    def look(
        self,
        w: Any,
        now: float,
        dt: float,
        *,
        waiting: int | None = None,
        name_of: Callable[[int], tuple[str, str] | None] | None = None,
    ) -> None:
        """What a tick has come to.

        Args:
            w: the record, after the tick.
            now: s since the run began, the tick included.
            dt: s of a tick.
            waiting: vehicles that wait to enter, where the record does not tell.
            name_of: (slot): name and type of the vehicle there, where the record has none.
        """
        self._now = now
        slots = np.flatnonzero(w["car_lane"] >= 0)
        self._match(w, slots, now, dt, name_of)
        at = np.array([slot for slot in self._trips if slot in set(slots.tolist())], np.int64)
        gases = emitted(w["car_kind"][at], w["car_speed"][at], w["car_accel"][at])
        self._add_up(w, at, dt, gases)
        places = self._places(w, at) if {"fcd", "emissions", "ssm"} & self._sheets.keys() else {}
        if "ssm" in self._sheets:
            self._watch_safety(w, now, places)
        if "detectors" in self._sheets:
            self._watch_loops(w, at, now, dt)
        if abs(now - round(now)) < 0.5 * dt:
            self._tell(w, at, now, places, gases)
            self._sum_up(w, at, now, waiting)

    def _match(
        self, w: Any, slots: np.ndarray, now: float, dt: float,
        name_of: Callable[[int], tuple[str, str] | None] | None,
    ) -> None:  # fmt: skip
        """Who came, and who is gone: a slot may hold another vehicle than a tick ago."""
        since, origin, length = (w[name][slots].tolist() for name in ("car_since", "car_from", "car_length"))
        tokens = dict(zip(slots.tolist(), zip(since, origin, length, strict=True), strict=True))
        for slot in [slot for slot, trip in self._trips.items() if tokens.get(slot) != trip.token]:
            self._arrive(w, self._trips.pop(slot), now)
        for slot, token in tokens.items():
            if slot in self._trips:
                continue
            told = name_of(slot) if name_of is not None else None
            name, kind = told or (f"veh{self._count}", KINDS[int(w["car_kind"][slot])])
            self._count += told is None
            lane, depart = int(w["car_lane"][slot]), max(now - dt, 0.0)
            delay = max(depart - token[0], 0.0)
            self._trips[slot] = _Trip(
                name, kind, token, depart, self._names.lane(lane), float(w["car_pos"][slot]),
                float(w["car_speed"][slot]), delay, float(w["car_desire"][slot]), lane,
            )  # fmt: skip
            self._inserted += 1
            self._waited_outside += delay

    def _add_up(self, w: Any, at: np.ndarray, dt: float, gases: np.ndarray) -> None:
        lanes = w["car_lane"][at].astype(np.int64)
        wish = np.maximum(w["lane_limit"][lanes] * w["car_desire"][at], 0.1)
        lost = dt * np.maximum(1.0 - w["car_speed"][at] / wish, 0.0)
        rows = zip(at.tolist(), lanes.tolist(), w["car_far"][at].tolist(), w["car_speed"][at].tolist(),
                   w["car_pos"][at].tolist(), lost.tolist(), gases, strict=True)  # fmt: skip
        for slot, lane, far, speed, pos, late, gas in rows:
            trip = self._trips[slot]
            if speed < STANDING:
                trip.stops += trip.waited == 0.0 or trip.speed >= STANDING
                trip.waited += dt
            trip.length += far
            trip.lost += late
            trip.gases += dt * gas
            trip.lane, trip.speed, trip.pos = lane, speed, pos

    def _places(self, w: Any, at: np.ndarray) -> dict[int, tuple[float, float, float]]:
        """x, y (m, as in the file) and angle (degrees clockwise from north) of the fronts."""
        if not len(at):
            return {}
        places, headings = points_at(
            w, w["car_lane"][at].astype(np.int64), w["car_pos"][at], w["car_last"][at].astype(np.int64)
        )
        x, y = self._names.left + places[:, 0], self._names.top - places[:, 1]
        angles = (np.degrees(headings) + 90.0) % 360.0
        return dict(zip(at.tolist(), zip(x.tolist(), y.tolist(), angles.tolist(), strict=True), strict=True))

    # --- files ---

    def _time(self, now: float) -> str:
        return f"{self._begin + now:.2f}"

    def _arrive(self, w: Any, trip: _Trip, now: float) -> None:
        self._ended += 1
        self._took += now - trip.depart
        self._trip(trip, now, self._names.lane(trip.lane), float(w["lane_length"][trip.lane]))

    def _trip(self, trip: _Trip, now: float, lane: str, pos: float, *, arrived: bool = True) -> None:
        if "tripinfo" not in self._sheets:
            return
        values = (
            trip.name, self._time(trip.depart), trip.depart_lane, f"{trip.depart_pos:.2f}", f"{trip.depart_speed:.2f}",
            f"{trip.delay:.2f}", self._time(now) if arrived else "-1.00", lane if arrived else "",
            f"{pos if arrived else -1.0:.2f}", f"{trip.speed if arrived else -1.0:.2f}", f"{now - trip.depart:.2f}",
            f"{trip.length:.2f}", f"{trip.waited:.2f}", trip.stops, "0.00", f"{trip.lost:.2f}", int(trip.rerouted),
            "tripinfo", trip.kind, f"{trip.factor:.2f}", "",
        )  # fmt: skip
        gases = (*trip.gases.tolist(), float(trip.gases[0]) / FUEL)
        inner = {"emissions": {name: f"{value:.4f}" for name, value in zip(GASES, gases, strict=True)}}
        self._sheets["tripinfo"].add(dict(zip(TRIP, values, strict=True)), inner)

    def _tell(
        self, w: Any, at: np.ndarray, now: float, places: dict[int, tuple[float, float, float]], gases: np.ndarray
    ) -> None:
        time = self._time(now)
        for name in ("fcd", "emissions"):
            if name in self._sheets:
                self._sheets[name].begin_step(time)
        if not {"fcd", "emissions"} & self._sheets.keys():
            return
        accel = w["car_accel"][at].tolist()
        for index, slot in enumerate(at.tolist()):
            trip, (x, y, angle) = self._trips[slot], places[slot]
            lane, place = self._names.lane(trip.lane), (f"{x:.2f}", f"{y:.2f}", f"{angle:.2f}")
            if "fcd" in self._sheets:
                row = (trip.name, *place, trip.kind, f"{trip.speed:.2f}", f"{trip.pos:.2f}", lane, "0.00",
                       f"{accel[index]:.2f}")  # fmt: skip
                self._sheets["fcd"].add(dict(zip(PLACE, row, strict=True)), time=time)
            if "emissions" in self._sheets:
                gas = gases[index].tolist()
                fumes = (
                    trip.name, CLASSES[int(w["car_kind"][slot])], *(f"{value:.4f}" for value in gas),
                    f"{gas[0] / FUEL:.4f}", trip.kind, f"{trip.waited:.2f}", lane, f"{trip.pos:.2f}",
                    f"{trip.speed:.2f}", place[2], place[0], place[1],
                )  # fmt: skip
                self._sheets["emissions"].add(dict(zip(FUME, fumes, strict=True)), time=time)

    def _sum_up(self, w: Any, at: np.ndarray, now: float, waiting: int | None) -> None:
        if "summary" not in self._sheets:
            return
        outside = int(w["outside"].sum()) if waiting is None else waiting
        speed = w["car_speed"][at]
        limit = np.maximum(w["lane_limit"][w["car_lane"][at].astype(np.int64)], 0.1)
        values = (
            self._time(now), self._inserted + outside, self._inserted, len(at), outside, self._ended, self._ended,
            int(w["collisions"]), 0, int((speed < STANDING).sum()), 0,
            f"{self._waited_outside / max(self._inserted, 1):.2f}",
            f"{self._took / self._ended if self._ended else -1.0:.2f}",
            f"{float(speed.mean()) if len(at) else -1.0:.2f}",
            f"{float((speed / limit).mean()) if len(at) else -1.0:.2f}", 0,
        )  # fmt: skip
        self._sheets["summary"].add(dict(zip(STEP, values, strict=True)))

    def _watch_safety(self, w: Any, now: float, places: dict[int, tuple[float, float, float]]) -> None:
        if self._conflicts is None:
            self._conflicts = Conflicts(len(w["lane_length"]))
        ids = {slot: self._trips[slot].name for slot in places}

        def place(slot: int) -> str:
            return f"{places[slot][0]:.2f},{places[slot][1]:.2f}"

        for conflict in self._conflicts.look(w, self._begin + now, ids, place):
            self._conflict(conflict)

    def _conflict(self, conflict: Any) -> None:
        facts = {
            "begin": f"{conflict.begin:.2f}",
            "end": f"{conflict.end:.2f}",
            "ego": conflict.ego,
            "foe": conflict.foe,
        }
        self._sheets["ssm"].add(facts, conflict.inner())

    def _watch_loops(self, w: Any, at: np.ndarray, now: float, dt: float) -> None:
        if self._loops is None:
            self._loops = Loops(w, self._names)
        for row in self._loops.look(w, at, self._begin + now, dt, self._begin):
            self._sheets["detectors"].add(row)

    def _finish(self) -> None:
        """Who has not arrived is told too, as SUMO does with --tripinfo-output.write-unfinished."""
        for trip in self._trips.values():
            self._trip(trip, self._now, "", -1.0, arrived=False)
        if self._conflicts is not None:
            for conflict in self._conflicts.rest():
                self._conflict(conflict)
        if self._loops is not None:
            for row in self._loops.rest(self._begin + self._now):
                self._sheets["detectors"].add(row)


def _sheet(name: str) -> tuple[str, str, tuple[str, ...], str]:
    return OUTPUTS[name]
