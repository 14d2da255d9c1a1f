"""What a record of the routes world holds, and what it may hold."""

from dataclasses import replace
from typing import Any

import numpy as np

from worlds.road.fields import RoadCapacity, rides_are_seats, road_fields
from worlds.road.lanes.crossings import FAR
from worlds.road.lanes.plan import roads_of
from worlds.road.layouts.towns import extent_of, town_capacity, town_fields
from worlds.traffic.routes.constants import JUNCTIONS, KEEP, SLOW_STREETS, STOPS, VEHICLES, WORST
from worlds.world import Field

EXTENT = extent_of(JUNCTIONS)
STREETS = 2 * roads_of(JUNCTIONS)
HIDDEN = ("demand", "lane_limit")  # fields of the road that are secret here: the limit of a street that crawls, too


def capacity_of(seats: int) -> RoadCapacity:
    """Room in the record: that of a town, and a destination for every stop of every seat."""
    town = town_capacity(JUNCTIONS, VEHICLES)
    return replace(town, destinations=town.destinations + seats * STOPS, seats=seats)


def state(seats: int) -> dict[str, Field]:
    """The fields of the record for this many seats."""
    capacity = capacity_of(seats)
    road = road_fields(capacity, EXTENT)
    return {
        **road,
        **{name: replace(road[name], hidden=True) for name in HIDDEN},
        **town_fields(JUNCTIONS, capacity.lanes),
        **street_fields(capacity.lanes, seats * STOPS),
        **place_fields(seats, capacity.lanes),
        **trip_fields(seats),
    }


def street_fields(count: int, stops: int) -> dict[str, Field]:
    """What the world knows of a town of so many lanes, in which so many stops are served."""
    lanes = (count,)
    return {
        "sound": Field("i8", (), 0, 1, doc="1: the town passed its checks"),
        "load": Field("f8", (), 0.0, 1.0, hidden=True, doc="of the busiest junction"),
        "lane_flow": Field("f8", lanes, 0.0, 10.0, unit="vehicles/s", hidden=True, doc="in the mean"),
        "lane_street": Field("i4", lanes, -1, STREETS - 1, doc="twice the road, plus the way; −1 a link"),
        "lane_back": Field(
            "i4", lanes, -1, count - 1, doc="of a lane out of the town: the one that leads back in, −1 none"
        ),
        "lane_order": Field("u1", lanes, 0, 100, doc="the usual rank of a link"),
        "lane_wait": Field("f8", lanes, 0.0, 1e5, unit="s", doc="that the first of a lane has stood at its line"),
        "lane_waiter": Field("i4", lanes, -1, VEHICLES - 1, doc="who that is, −1 nobody"),
        **lane_times(count),
        "lane_guess": Field("f8", lanes, 0.0, 1e6, unit="s", doc="that a bot expects; scratch"),
        "to_go": Field(
            "f8", (count, stops), 0.0, 2.0 * FAR, unit="s", doc="from a lane's beginning to each stop on empty roads"
        ),
        "true_to_go": Field("f8", (count, stops), 0.0, 2.0 * FAR, unit="s", hidden=True, doc="the same in the mean"),
        "street_after": Field(
            "i4", (STREETS, stops), -1, STREETS - 1, doc="on the quickest way to each stop on empty roads, −1 none"
        ),
        "slow_street": Field("i4", (SLOW_STREETS,), -1, STREETS - 1, hidden=True, doc="that crawls; −1 none"),
        "stop_road": Field("i4", (stops,), 0, STREETS // 2 - 1, doc="the road in the middle of which the stop is"),
    }


def lane_times(count: int) -> dict[str, Field]:
    """What each of so many lanes takes."""
    lanes = (count,)
    return {
        "lane_free": Field("f8", lanes, 0.0, 1e6, unit="s", doc="on an empty road"),
        "lane_mean": Field("f8", lanes, 0.0, 1e6, unit="s", hidden=True, doc="what it takes in the mean"),
        "lane_metres": Field("f8", lanes, 0.0, 1e9, unit="m", doc="driven in the rehearsal"),
    }


def place_fields(seats: int, lanes: int) -> dict[str, Field]:
    """Where each seat is, where it wants to go, and what it has met on its way."""
    each, streets, lane = (seats,), (seats, STREETS), (-1, lanes - 1)
    return {
        "ride": Field("i4", each, -1, VEHICLES - 1, doc="the seat's vehicle, −1: it is out of the town"),
        "stop": Field("i4", each, 0, STOPS - 1, doc="the one that the seat is on its way to"),
        "fork": Field("i4", each, *lane, doc="the leftmost lane before the next fork, −1 none"),
        "choice": Field("i4", each, 0, KEEP, doc="what the seat chose there"),
        "aim": Field("i4", each, *lane, doc="the link that it means, −1 none"),
        "guided": Field(
            "i4", each, -(10**6), 10**6, doc="fork, stop and choice that the lanes before the fork point to"
        ),
        "on_lane": Field("i4", each, *lane, doc="where it was after the last tick"),
        "street": Field("i4", each, -1, STREETS - 1, doc="that it is on, or came from"),
        "street_since": Field("f8", each, 0.0, 1e6, unit="s"),
        "street_before": Field("i4", each, -1, STREETS - 1, doc="that it left last in this episode, −1 none yet"),
        "met": Field(
            "f8", streets, 0.0, WORST, unit="s", doc="that each street cost beyond its free-flow time when last taken"
        ),
        "been": Field("u1", streets, 0, 1, doc="1: taken in this episode"),
        "learnt": Field("f8", streets, 0.0, WORST, unit="s", doc="that a learning bot expects to lose"),
        "bot_sign": Field("i4", each, -1, 10**6, doc="the fork and the stop that a bot decided for, −1 none"),
        "bot_turn": Field("i4", each, 0, KEEP),
    }


def trip_fields(seats: int) -> dict[str, Field]:
    """What each seat has done in this episode."""
    each = (seats,)
    return {
        "remaining": Field("f8", each, 0.0, 1e9, unit="s", doc="of free flow to the end"),
        "trip_since": Field("f8", each, 0.0, 1e6, unit="s"),
        "trips": Field("i8", each, 0, 10**6, doc="finished"),
        "trip_seconds": Field("f8", each, 0.0, 1e7, unit="s", doc="of those"),
        "trip_free": Field("f8", each, 0.0, 1e6, unit="s", doc="of free flow of the trip under way"),
        "trips_free": Field("f8", each, 0.0, 1e7, unit="s", doc="the same of the finished"),
        "driven": Field("f8", each, 0.0, 1e7, unit="s", doc="of free flow of all lanes driven on"),
        "gained": Field("f8", each, -1e7, 1e7, unit="s", doc="of which nearer to the end"),
        "held_up": Field("f8", each, 0.0, 1e7, unit="s"),
        "standing": Field("f8", each, 0.0, 1e7, unit="s", doc="since it last moved"),
        "away_until": Field("f8", each, 0.0, 1e6, unit="s", doc="when it may set out again"),
    }


def is_consistent(records: Any) -> str | None:
    """What is wrong between the fields of one record or several, if anything."""
    for w in np.atleast_1d(records):
        for seat, car in enumerate(w["ride"]):
            if car < 0 and w["tick"] > 0 and w["lane_back"][w["on_lane"][seat]] < 0:
                return f"seat {seat} is out of the town, but left it by no gate"
    return rides_are_seats(records)
