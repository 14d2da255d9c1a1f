"""What a record of routes holds on a given network, and what every record begins with."""

from typing import Any

import numpy as np

from worlds.road.fields import rides_are_seats
from worlds.road.lanes.crossings import FAR
from worlds.road.layouts.given_room import room_of
from worlds.road.layouts.given_state import given_fields, given_numbers, given_road, unlike_given
from worlds.road.layouts.given_tables import GivenNetwork
from worlds.traffic.routes.constants import SLOW_STREETS, TICK, TICKS_PER_DECISION, WORST
from worlds.traffic.routes.state import lane_times, trip_fields
from worlds.world import Field

HIDDEN = ("demand", "lane_limit")
CHANGING = frozenset({"lane_limit"})  # of what is given: a street that crawls


def decisions_of(network: GivenNetwork) -> int:
    """Decisions of an episode."""
    return max(int(network.sizes["seconds"] / (TICK * TICKS_PER_DECISION)), 1)


def network_state(network: GivenNetwork, seats: int) -> dict[str, Field]:
    """The fields of the record for so many seats."""
    s = room_of(network)
    return {
        **given_road(network, seats, HIDDEN),
        **given_fields(network),
        **_streets(s, seats),
        **_seats(s, seats),
    }


def _streets(s: Any, seats: int) -> dict[str, Field]:
    """The task: relations and their ways, who takes which, which streets crawl, what everything takes."""
    lanes, ways, flows = (s["lanes"],), (s["relations"], s["choices"]), (s["sources"], s["destinations"])
    return {
        "sound": Field("i8", (), 0, 1),
        "map_wide": Field("f8", (), 1.0, 1e7, unit="m", doc="the longer side of the map"),
        "load": Field("f8", (), 0.0, 2.0, hidden=True, population=True, doc="times the file's demand"),
        "relation_goal": Field("i4", ways, -1, s["destinations"] - 1, doc="the destination of each way, −1 none"),
        "relation_source": Field("i4", ways, -1, s["sources"] - 1, doc="where one sets out on it"),
        "relation_flow": Field("f8", (s["relations"],), 0.0, 100.0, unit="vehicles/s", doc="of the file"),
        "relation_of": Field("i4", flows, -1, s["relations"] - 1, doc="that a flow belongs to, −1 none"),
        "roaming": Field(
            "f8", (s["relations"],), 0.0, 1.0, hidden=True, population=True, doc="share that goes by other ways"
        ),
        "habit": Field("f8", ways, 0.0, 1.0, hidden=True, population=True, doc="of those the share of each way"),
        "moved": Field("f8", flows, 0.0, 10.0, hidden=True, doc="scratch"),
        "limit_given": Field("f8", lanes, 0.0, 60.0, unit="m/s", doc="of the file"),
        **lane_times(s["lanes"]),
        "slow_lane": Field("i4", (SLOW_STREETS,), -1, s["lanes"] - 1, hidden=True, doc="of streets that crawl"),
        "to_go": Field("f8", (s["lanes"], seats), 0.0, 2.0 * FAR, unit="s", doc="to the seat's end on empty roads"),
        "left_by": Field(
            "f8", (seats, s["choices"], s["lanes"]), -1e6, 2.0 * FAR, unit="s", doc="along each way, FAR: not on it"
        ),
    }  # fmt: skip


def _seats(s: Any, seats: int) -> dict[str, Field]:
    """Where each seat is and what it has done."""
    each, ways = (seats,), (seats, s["choices"])
    return {
        "relation": Field("i4", each, 0, s["relations"] - 1, doc="from where to where it goes"),
        "ride": Field("i4", each, -1, s["vehicles"] - 1, doc="the seat's vehicle, −1: it has not set out"),
        "choice": Field("i4", each, 0, s["choices"] - 1, doc="the way that it takes"),
        "way_before": Field("i4", each, -1, s["choices"] - 1, doc="of its last trip in this episode, −1 none yet"),
        "bot_way": Field("i4", each, -1, s["choices"], doc="that a bot decided for, −1 none"),
        "met": Field("f8", ways, 0.0, WORST, unit="s", doc="that each way cost beyond free flow when last taken"),
        "been": Field("u1", ways, 0, 1, doc="1: taken in this episode"),
        "learnt": Field("f8", ways, -1.0, WORST, unit="s", carried=True, doc="that a learner expects; −1 unknown"),
        **trip_fields(seats),
    }  # fmt: skip


def given_values(network: GivenNetwork) -> dict[str, np.ndarray]:
    """The values that every record begins with."""
    numbers = given_numbers(network, decisions_of(network) * TICKS_PER_DECISION)
    return {
        **numbers,
        "limit_given": numbers["lane_limit"],
        "map_wide": np.array(max(network.extent)),
    }


def consistent_with(given: dict[str, np.ndarray], records: Any) -> str | None:
    """What is wrong with records, if anything."""
    if (problem := unlike_given(given, records, CHANGING)) is not None:
        return problem
    w = np.atleast_1d(records)
    if (w["lane_limit"] > given["lane_limit"]).any():
        return "lane_limit is above that of the network"
    return rides_are_seats(records)
