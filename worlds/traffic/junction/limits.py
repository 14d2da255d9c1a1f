"""What a record of the junction holds, and what it may hold."""

from typing import Any

import numpy as np

from worlds.kit.record import record
from worlds.road.fields import RoadCapacity, road_fields, road_ranges
from worlds.road.layouts.crossroads import (
    ARMS,
    crossroad_capacity,
    crossroad_extent,
    crossroad_fields,
    crossroad_ranges,
)
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.constants import EPISODE
from worlds.traffic.junction.roster import KNOBS

VEHICLES = 48
RANGES: dict[str, tuple[float, float]] = {
    "layout_key": (0, 2**64 - 1),
    "sound": (0, 1),
    "sight": (0.0, 100.0),
    "forcing": (0.0, 1.0),
    "insisting": (0.0, 1.0),
    "busy": (0.0, 10.0),
    "nature": (0, 1),
    "link_turn": (0, 2),
    "trips": (0, EPISODE + 1),
    "crossings": (0, EPISODE),
    "crashes": (0, EPISODE),
    "rest": (0.0, 100.0),
    "stood": (0.0, 1e4),
    "idled": (0.0, 1e4),
    "driven": (0.0, 1e5),
    "seconds": (0.0, 1e4),
    "risky": (0.0, 1e4),
    "jolted": (0.0, 1e6),
    "gave": (0, 1),
    "took": (0, 1),
    "tour": (0, 2 * MOST_ARMS - 1),
    "halted": (0.0, 1e4),
    "passed": (0, 1),
    "fines": (0, EPISODE),
    "fined": (0, 1),
    "spared": (0, 1),
}


def capacity_of(seats: int) -> RoadCapacity:
    """Room in the record."""
    return crossroad_capacity(VEHICLES, seats)


def state(seats: int) -> np.dtype[Any]:
    """The record for this many seats."""
    capacity = capacity_of(seats)
    return record(
        seats,
        factors=1,
        knobs=KNOBS,
        **road_fields(capacity),
        **crossroad_fields(capacity),
        layout_key="u8",
        sound="i8",  # 1: the junction passed its checks
        sight="f8",  # m before the line from where a seat sees round the corner
        forcing="f8",  # share of the drivers who force their way, hidden
        insisting="f8",  # share of those who do not brake for one who should have given way, hidden
        busy="f8",  # vehicles/s that come to the junction, hidden
        nature=("u1", (VEHICLES,)),  # 1: it has been drawn whether the driver forces his way
        link_turn=("u1", (capacity.lanes,)),  # indicator of a link: 0 none, 1 left, 2 right
        ride=("i4", (seats,)),  # the seat's vehicle, −1: it pauses, or waits for room at a gate
        trips=("i8", (seats,)),  # begun in this episode
        crossings=("i8", (seats,)),  # trips that arrived
        crashes=("i8", (seats,)),
        rest=("f8", (seats,)),  # s of the pause that are left
        stood=("f8", (seats,)),  # s below walking pace on this trip
        idled=("f8", (seats,)),  # the same in this episode
        driven=("f8", (seats,)),  # m
        seconds=("f8", (seats,)),  # on the road
        risky=("f8", (seats,)),  # s on the junction with another less than RISKY s away at a conflict
        jolted=("f8", (seats,)),  # m/s², all changes of acceleration
        gave=("u1", (seats, ARMS)),  # 1: in this episode somebody from that arm stood while the seat went
        took=("u1", (seats, ARMS)),  # 1: somebody from that arm went while the seat was there
        tour=("u1", (capacity.sources,)),  # the order in which the seats set out from the gates, hidden
        halted=("f8", (seats,)),  # s that it stood before the line on this trip
        passed=("u1", (seats,)),  # 1: it has passed the line on this trip
        fines=("i8", (seats,)),
        fined=("u1", (seats, MOST_ARMS)),  # 1: in this episode the seat was fined at that arm's line
        spared=("u1", (seats, MOST_ARMS)),  # 1: it passed that line without standing, and nothing happened
    )


def ranges(seats: int) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of every field of this world and of the road core."""
    capacity = capacity_of(seats)
    return {
        **road_ranges(capacity, crossroad_extent()),
        **crossroad_ranges(capacity),
        **RANGES,
        "ride": (-1, VEHICLES - 1),
    }
