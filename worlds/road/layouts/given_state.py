"""What every record on a given network holds of it: roads, lights, flows; and what it begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from worlds.road.fields import RoadCapacity, road_fields, road_is_consistent
from worlds.road.layouts.given_room import room_of, tables_in_room
from worlds.road.layouts.given_tables import GivenNetwork
from worlds.world import Field


def capacity_of(network: GivenNetwork, seats: int) -> RoadCapacity:
    """Room for the network and so many seats."""
    sizes = room_of(network)
    return RoadCapacity(
        lanes=sizes["lanes"], points=sizes["points"], conflicts=sizes["conflicts"],
        destinations=sizes["destinations"], sources=sizes["sources"], junctions=sizes["junctions"],
        groups=sizes["groups"] * sizes["junctions"], phases=sizes["phases"], vehicles=sizes["vehicles"],
        seats=seats, ways=sizes["ways"],
    )  # fmt: skip


def given_road(network: GivenNetwork, seats: int, hidden: Iterable[str]) -> dict[str, Field]:
    """The fields of the roads for so many seats, some of which are secret."""
    road = road_fields(capacity_of(network, seats), network.extent)
    far = road["lane_length"].high
    return {
        **road,
        **{name: replace(road[name], hidden=True) for name in hidden},
        "lane_length": replace(road["lane_length"], high=max(far, 1e5)),
    }


def given_fields(network: GivenNetwork) -> dict[str, Field]:
    """What the file says of lights and demand."""
    s = room_of(network)
    seats, flows, origins = (s["seats"],), (s["sources"], s["destinations"]), (s["sources"],)
    return {
        "light_yellow": Field("f8", seats, 0.0, 100.0, unit="s"),
        "light_all_red": Field("f8", seats, 0.0, 100.0, unit="s"),
        "green_given": Field("f8", (s["seats"], s["phases"]), 0.0, 1e4, unit="s", doc="of the file's own program"),
        "offset_given": Field("f8", seats, -1e6, 1e6, unit="s"),
        "flow_given": Field("f8", flows, 0.0, 10.0, unit="vehicles/s", doc="of the file, or 1 for those to draw"),
        "flow_course": Field("f8", (s["bins"], *origins), 0.0, 1000.0, doc="times the mean, through the episode"),
        "flow_mean": Field("f8", flows, 0.0, 10.0, unit="vehicles/s", hidden=True, doc="of the task"),
        "flow_counted": Field("i8", (), 0, 1, doc="1: the flows are a file's; 0: they are drawn"),
        "truck_given": Field("f8", (), -1.0, 1.0, doc="share of lorries in the file; −1: it is drawn"),
        "bus_given": Field("f8", (), -1.0, 1.0),
        "last_tick": Field("i8", (), 1, 10**6, doc="of an episode"),
    }


def given_numbers(network: GivenNetwork, ticks: int) -> dict[str, np.ndarray]:
    """The values that every record of episodes of so many ticks begins with."""
    s = network.sizes
    shares = network.long_shares or (-1.0, -1.0)
    numbers = {
        "lanes": s["lanes"], "points": s["points"], "conflicts": s["conflicts"], "sources": s["sources"],
        "destinations": s["destinations"], "sound": 1, "flow_counted": int(network.counted),
        "truck_given": shares[0], "bus_given": shares[1], "last_tick": ticks, "course_length": float(s["seconds"]),
    }  # fmt: skip
    return {**tables_in_room(network), **{name: np.array(value) for name, value in numbers.items()}}


def unlike_given(given: Mapping[str, np.ndarray], records: Any, changing: frozenset[str]) -> str | None:
    """What is wrong with records, if anything: but for what may change their roads must be the given ones, and their
    vehicles in order.
    """
    w = np.atleast_1d(records)
    for name, values in given.items():
        if name not in changing and (w[name] != values).any():
            return f"{name} is not that of the network"
    return road_is_consistent(w)
