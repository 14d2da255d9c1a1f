"""What a record of the junction holds, and what it may hold."""

from dataclasses import replace

from worlds.road.fields import RoadCapacity, road_fields
from worlds.road.layouts.crossroads import ARMS, crossroad_capacity, crossroad_extent, crossroad_fields
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.constants import EPISODE
from worlds.world import Field

VEHICLES = 48
HIDDEN = ("demand", "custom", "main_arms", "stop_arms")  # fields of the road that are secret here


def state(seats: int) -> dict[str, Field]:
    """The fields of the record for this many seats."""
    capacity = crossroad_capacity(VEHICLES, seats)
    road = {**road_fields(capacity, crossroad_extent()), **crossroad_fields(capacity)}
    return {
        **road,
        **{name: replace(road[name], hidden=True) for name in HIDDEN},
        **task_fields(capacity),
        **seat_fields(seats, VEHICLES),
    }


def task_fields(capacity: RoadCapacity) -> dict[str, Field]:
    """The task: what one sees, who drives, how many come."""
    return {
        "sound": Field("i8", (), 0, 1, doc="1: the junction passed its checks"),
        "sight": Field("f8", (), 0.0, 100.0, unit="m", doc="before the line, from where a seat sees round the corner"),
        "forcing": Field(
            "f8", (), 0.0, 1.0, hidden=True, population=True, doc="share of the drivers who force their way"
        ),
        "insisting": Field(
            "f8", (), 0.0, 1.0, hidden=True, population=True,
            doc="share of those who do not brake for one who should have given way",
        ),
        "busy": Field("f8", (), 0.0, 10.0, unit="vehicles/s", hidden=True, doc="that come to the junction"),
        "nature": Field("u1", (capacity.vehicles,), 0, 1, doc="1: it has been drawn whether the driver forces his way"),
        "link_turn": Field("u1", (capacity.lanes,), 0, 2, doc="indicator of a link: 0 none, 1 left, 2 right"),
        "tour": Field(
            "u1", (capacity.sources,), 0, capacity.sources - 1, hidden=True,
            doc="the order in which the seats set out from the gates",
        ),
    }  # fmt: skip


def seat_fields(seats: int, vehicles: int) -> dict[str, Field]:
    """How each seat fares in this episode, and what it has learned in it."""
    each, arms, lines = (seats,), (seats, ARMS), (seats, MOST_ARMS)
    return {
        "ride": Field(
            "i4", each, -1, vehicles - 1, doc="the seat's vehicle, −1: it pauses, or waits for room at a gate"
        ),
        "trips": Field("i8", each, 0, EPISODE + 1, doc="begun"),
        "crossings": Field("i8", each, 0, EPISODE, doc="trips that arrived"),
        "crashes": Field("i8", each, 0, EPISODE),
        "rest": Field("f8", each, 0.0, 100.0, unit="s", doc="of the pause that are left"),
        "stood": Field("f8", each, 0.0, 1e4, unit="s", doc="below walking pace on this trip"),
        "idled": Field("f8", each, 0.0, 1e4, unit="s", doc="the same in this episode"),
        "driven": Field("f8", each, 0.0, 1e5, unit="m"),
        "seconds": Field("f8", each, 0.0, 1e4, unit="s", doc="on the road"),
        "risky": Field(
            "f8", each, 0.0, 1e4, unit="s",
            doc="on the junction with another less than RISKY s away at a conflict",
        ),
        "jolted": Field("f8", each, 0.0, 1e6, unit="m/s²", doc="all changes of acceleration"),
        "gave": Field("u1", arms, 0, 1, doc="1: somebody from that arm stood while the seat went"),
        "took": Field("u1", arms, 0, 1, doc="1: somebody from that arm went while the seat was there"),
        "halted": Field("f8", each, 0.0, 1e4, unit="s", doc="that it stood before the line on this trip"),
        "passed": Field("u1", each, 0, 1, doc="1: it has passed the line on this trip"),
        "fines": Field("i8", each, 0, EPISODE),
        "fined": Field("u1", lines, 0, 1, doc="1: the seat was fined at that arm's line"),
        "spared": Field("u1", lines, 0, 1, doc="1: it passed that line without standing, and nothing happened"),
    }  # fmt: skip
