"""What a record of the highway holds, and what it may hold."""

from typing import Any

import numpy as np

from worlds.kit.record import record
from worlds.road.fields import RoadCapacity, road_fields, road_ranges
from worlds.road.layouts.motorways import motorway_capacity, motorway_extent, motorway_fields, motorway_ranges
from worlds.traffic.highway.constants import CAMERAS, EPISODE, FLEETS, METRES, NOBODY, RUNNING, SECTIONS, TIME_IS_UP
from worlds.traffic.highway.roster import KNOBS

VEHICLES = 180
RANGES: dict[str, tuple[float, float]] = {
    "layout_key": (0, 2**64 - 1),
    "sound": (0, 1),
    "density": (0.0, 0.1),
    "live": (0, 1),
    "fate": (RUNNING, TIME_IS_UP),
    "fined": (0, 2**CAMERAS - 1),
    "spared": (0, 2**CAMERAS - 1),
    "fines": (0, CAMERAS),
    "habit": (0, 3),
    "fleet": (NOBODY, FLEETS - 1),
    "lapse": (0.0, 10.0),
    "own_desire": (0.0, 3.0),
    "own_comfort": (0.0, 10.0),
    "seen": (0, 2 ** (2 * FLEETS) - 1),
    "changes": (0, EPISODE),
    "driven": (0.0, 1e5),
    "seconds": (0.0, 1e4),
    "risky": (0.0, 1e4),
    "jolted": (0.0, 1e6),
}


def capacity_of(seats: int) -> RoadCapacity:
    """Room in the record."""
    return motorway_capacity(SECTIONS, VEHICLES, seats)


def state(seats: int) -> np.dtype[Any]:
    """The record for this many seats."""
    return record(
        seats,
        factors=2,
        knobs=KNOBS,
        **road_fields(capacity_of(seats)),
        **motorway_fields(SECTIONS),
        layout_key="u8",
        sound="i8",  # 1: the motorway passed its checks
        density="f8",  # vehicles a metre and lane, hidden
        live=("u1", (CAMERAS,)),  # 1: the camera fines, hidden
        habit=("u1", (FLEETS,)),  # what its drivers do, bits CUTS_IN and STOPS_SHORT, hidden
        fleet=("i4", (VEHICLES,)),  # of each vehicle, or NOBODY
        lapse=("f8", (VEHICLES,)),  # s that a lapse goes on
        own_desire=("f8", (VEHICLES,)),  # what the driver of a vehicle that brakes for no cause wishes else, or 0
        own_comfort=("f8", (VEHICLES,)),
        seen=("i8", (seats,)),  # bit f: saw fleet f cut in in this episode; bit FLEETS + f: stop short
        ride=("i4", (seats,)),  # the seat's vehicle, −1: its drive is over
        lane_before_tick=("i4", (seats,)),
        fate=("u1", (seats,)),  # RUNNING, ARRIVED, CRASHED or LEFT_ROAD
        fined=("i8", (seats,)),  # bit c: fined by camera c in this episode
        spared=("i8", (seats,)),  # bit c: passed camera c too fast in this episode, and was not fined
        fines=("i8", (seats,)),
        changes=("i8", (seats,)),  # of lanes
        driven=("f8", (seats,)),  # m
        seconds=("f8", (seats,)),  # on the road
        risky=("f8", (seats,)),  # s with less than RISKY to a collision
        jolted=("f8", (seats,)),  # m/s², all changes of acceleration
    )


def ranges(seats: int) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of every field of this world and of the road core."""
    capacity = capacity_of(seats)
    return {
        **road_ranges(capacity, motorway_extent(SECTIONS, METRES)),
        **motorway_ranges(capacity),
        **RANGES,
        "ride": (-1, VEHICLES - 1),
        "lane_before_tick": (-1, capacity.lanes - 1),
    }
