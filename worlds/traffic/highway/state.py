"""What a record of the highway holds, and what it may hold."""

from worlds.road.fields import RoadCapacity, road_fields
from worlds.road.layouts.motorways import motorway_capacity, motorway_extent, motorway_fields
from worlds.traffic.highway.constants import (
    CAMERAS,
    CUTS_IN,
    EPISODE,
    FLEETS,
    METRES,
    NOBODY,
    RUNNING,
    SECTIONS,
    STOPS_SHORT,
    TIME_IS_UP,
)
from worlds.world import Field

VEHICLES = 180


def state(seats: int) -> dict[str, Field]:
    """The fields of the record for this many seats."""
    capacity = motorway_capacity(SECTIONS, VEHICLES, seats)
    return {
        **road_fields(capacity, motorway_extent(SECTIONS, METRES)),
        **motorway_fields(SECTIONS, capacity.lanes),
        **task_fields(),
        **seat_fields(capacity),
    }


def task_fields() -> dict[str, Field]:
    """The task: cameras, how many drive, the firms and what their drivers do."""
    many = (VEHICLES,)
    return {
        "sound": Field("i8", (), 0, 1, doc="1: the motorway passed its checks"),
        "density": Field("f8", (), 0.0, 0.1, unit="vehicles/m", hidden=True, doc="on each lane"),
        "live": Field("u1", (CAMERAS,), 0, 1, hidden=True, doc="1: the camera fines"),
        "habit": Field(
            "u1", (FLEETS,), 0, CUTS_IN + STOPS_SHORT, hidden=True,
            doc="what a fleet's drivers do, bits CUTS_IN and STOPS_SHORT",
        ),
        "fleet": Field("i4", many, NOBODY, FLEETS - 1, doc="of each vehicle, or NOBODY"),
        "lapse": Field("f8", many, 0.0, 10.0, unit="s", doc="that a lapse goes on"),
        "own_desire": Field(
            "f8", many, 0.0, 3.0, doc="what the driver of a vehicle that brakes for no cause wishes else, or 0"
        ),
        "own_comfort": Field("f8", many, 0.0, 10.0, unit="m/s²"),
    }  # fmt: skip


def seat_fields(capacity: RoadCapacity) -> dict[str, Field]:
    """How each seat fares in this episode, and what it has learned in it."""
    each, cameras = (capacity.seats,), (0, 2**CAMERAS - 1)
    return {
        "seen": Field(
            "i8", each, 0, 2 ** (2 * FLEETS) - 1, doc="bit f: saw fleet f cut in; bit FLEETS + f: stop short"
        ),
        "camera_news": Field(
            "i4",
            each,
            -CAMERAS,
            CAMERAS,
            doc="of this decision: fined by camera c − 1 (c), let off by it (−c), or 0",
        ),
        "firm_news": Field(
            "i4", each, -FLEETS, FLEETS, doc="of this decision: saw fleet f − 1 cut in (f), stop short (−f), or 0"
        ),
        "ride": Field("i4", each, -1, VEHICLES - 1, doc="the seat's vehicle, −1: its drive is over"),
        "lane_before_tick": Field("i4", each, -1, capacity.lanes - 1),
        "fate": Field("u1", each, RUNNING, TIME_IS_UP, doc="RUNNING, ARRIVED, CRASHED or LEFT_ROAD"),
        "fined": Field("i8", each, *cameras, doc="bit c: fined by camera c"),
        "spared": Field("i8", each, *cameras, doc="bit c: passed camera c too fast, and was not fined"),
        "fines": Field("i8", each, 0, CAMERAS),
        "changes": Field("i8", each, 0, EPISODE, doc="of lanes"),
        "driven": Field("f8", each, 0.0, 1e5, unit="m"),
        "seconds": Field("f8", each, 0.0, 1e4, unit="s", doc="on the road"),
        "risky": Field("f8", each, 0.0, 1e4, unit="s", doc="with less than RISKY to a collision"),
        "jolted": Field("f8", each, 0.0, 1e6, unit="m/s²", doc="all changes of acceleration"),
    }
