"""What a record of the routes world holds, and what it may hold."""

from dataclasses import replace
from typing import Any

import numpy as np

from worlds.kit.record import Kind, record
from worlds.road.fields import RoadCapacity, rides_are_seats, road_fields, road_ranges
from worlds.road.lanes.crossings import FAR
from worlds.road.lanes.plan import roads_of
from worlds.road.layouts.towns import extent_of, town_capacity, town_fields, town_ranges
from worlds.traffic.routes.constants import JUNCTIONS, KEEP, SLOW_STREETS, STOPS, VEHICLES, WORST
from worlds.traffic.routes.roster import KNOBS

EXTENT = extent_of(JUNCTIONS)
STREETS = 2 * roads_of(JUNCTIONS)
RANGES: dict[str, tuple[float, float]] = {
    "layout_key": (0, 2**64 - 1),
    "sound": (0, 1),
    "load": (0.0, 1.0),
    "lane_flow": (0.0, 10.0),
    "lane_street": (-1, STREETS - 1),
    "lane_order": (0, 100),
    "lane_wait": (0.0, 1e5),
    "lane_waiter": (-1, VEHICLES - 1),
    "lane_free": (0.0, 1e6),
    "lane_mean": (0.0, 1e6),
    "lane_guess": (0.0, 1e6),
    "lane_metres": (0.0, 1e9),
    "to_go": (0.0, 2.0 * FAR),
    "true_to_go": (0.0, 2.0 * FAR),
    "slow_street": (-1, STREETS - 1),
    "stop_road": (0, STREETS // 2 - 1),
    "ride": (-1, VEHICLES - 1),
    "stop": (0, STOPS - 1),
    "choice": (0, KEEP),
    "street": (-1, STREETS - 1),
    "street_since": (0.0, 1e6),
    "met": (0.0, WORST),
    "been": (0, 1),
    "learnt": (0.0, WORST),
    "remaining": (0.0, 1e9),
    "trip_since": (0.0, 1e6),
    "trips": (0, 10**6),
    "trip_seconds": (0.0, 1e7),
    "trip_free": (0.0, 1e6),
    "trips_free": (0.0, 1e7),
    "driven": (0.0, 1e7),
    "gained": (-1e7, 1e7),
    "held_up": (0.0, 1e7),
    "standing": (0.0, 1e7),
    "away_until": (0.0, 1e6),
    "guided": (-(10**6), 10**6),
    "bot_sign": (-1, 10**6),
    "bot_turn": (0, KEEP),
}


def capacity_of(seats: int) -> RoadCapacity:
    """Room in the record: that of a town, and a destination for every stop of every seat."""
    town = town_capacity(JUNCTIONS, VEHICLES)
    return replace(town, destinations=town.destinations + seats * STOPS, seats=seats)


def state(seats: int) -> np.dtype[Any]:
    """The record for this many seats."""
    capacity = capacity_of(seats)
    return record(
        seats,
        factors=1,
        knobs=KNOBS,
        **road_fields(capacity),
        **town_fields(JUNCTIONS),
        **street_fields(capacity.lanes, seats * STOPS),
        **traveller_fields(seats),
    )


def street_fields(count: int, stops: int) -> dict[str, Kind]:
    """What the world knows of a town of so many lanes, in which so many stops are served."""
    lanes = (count,)
    return {
        "layout_key": "u8",
        "sound": "i8",  # 1: the town passed its checks
        "load": "f8",  # of the busiest junction, hidden
        "lane_flow": ("f8", lanes),  # vehicles/s in the mean, hidden
        "lane_street": ("i4", lanes),  # twice the road, plus the way; −1 a link
        "lane_back": ("i4", lanes),  # of a lane out of the town: the one that leads back in, −1 none
        "lane_order": ("u1", lanes),  # the usual rank of a link
        "lane_wait": ("f8", lanes),  # s that the first of a lane has stood at its line,
        "lane_waiter": ("i4", lanes),  # and who that is, −1 nobody
        "lane_free": ("f8", lanes),  # s on an empty road,
        "lane_mean": ("f8", lanes),  # and what it takes in the mean, hidden
        "lane_metres": ("f8", lanes),  # driven in the rehearsal
        "lane_guess": ("f8", lanes),  # s that a bot expects; scratch
        "to_go": ("f8", (count, stops)),  # s from a lane's beginning to each stop on empty roads,
        "true_to_go": ("f8", (count, stops)),  # and in the mean, hidden
        "slow_street": ("i4", (SLOW_STREETS,)),  # that crawl; −1 none, hidden
        "stop_road": ("i4", (stops,)),  # the roads in the middle of which the stops are
    }


def traveller_fields(seats: int) -> dict[str, Kind]:
    """Where each seat is, where it wants to go, and what it has done."""
    each = (seats,)
    return {
        "ride": ("i4", each),  # the seat's vehicle, −1: it is out of the town
        "stop": ("i4", each),  # the one that the seat is on its way to
        "fork": ("i4", each),  # the leftmost lane before the next fork, −1 none
        "choice": ("i4", each),  # what the seat chose there
        "aim": ("i4", each),  # the link that it means, −1 none
        "guided": ("i4", each),  # fork, stop and choice that the lanes before the fork point to
        "on_lane": ("i4", each),  # where it was after the last tick
        "street": ("i4", each),  # that it is on, or came from
        "street_since": ("f8", each),  # s
        "met": ("f8", (seats, STREETS)),  # s that each street cost beyond its free-flow time when last taken
        "been": ("u1", (seats, STREETS)),  # 1: taken in this episode
        "learnt": ("f8", (seats, STREETS)),  # s that a learning bot expects to lose
        "remaining": ("f8", each),  # free-flow seconds to the goal
        "trip_since": ("f8", each),
        "trips": ("i8", each),  # finished
        "trip_seconds": ("f8", each),  # of those
        "trip_free": ("f8", each),  # free-flow seconds of the trip under way
        "trips_free": ("f8", each),  # and of the finished
        "driven": ("f8", each),  # free-flow seconds of all lanes driven on
        "gained": ("f8", each),  # of which nearer to the goal
        "held_up": ("f8", each),  # s
        "standing": ("f8", each),  # s since it last moved
        "away_until": ("f8", each),  # s; when it may come back into the town
        "bot_sign": ("i4", each),  # the fork and the stop that a bot made up its mind for, −1 none
        "bot_turn": ("i4", each),
    }


def is_consistent(records: Any) -> str | None:
    """What is wrong between the fields of one record or several, if anything."""
    for w in np.atleast_1d(records):
        for seat, car in enumerate(w["ride"]):
            if car < 0 and w["tick"] > 0 and w["lane_back"][w["on_lane"][seat]] < 0:
                return f"seat {seat} is out of the town, but left it by no gate"
    return rides_are_seats(records)


def ranges(seats: int) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of every field of this world and of the road core."""
    capacity = capacity_of(seats)
    lanes = (-1, capacity.lanes - 1)
    return {
        **road_ranges(capacity, EXTENT),
        **town_ranges(JUNCTIONS, capacity.lanes),
        **RANGES,
        "lane_back": lanes,
        "fork": lanes,
        "aim": lanes,
        "on_lane": lanes,
    }
