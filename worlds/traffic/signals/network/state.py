"""What a record of signals holds on a given network, and what every record begins with."""

from dataclasses import replace
from typing import Any

import numpy as np

from worlds.kit.maths import PI
from worlds.road.fields import RoadCapacity, road_fields, road_is_consistent
from worlds.road.layouts.given import GivenNetwork
from worlds.traffic.signals.constants import DECISION, TICKS_PER_DECISION
from worlds.traffic.signals.state import HIDDEN, control_fields, count_fields, task_fields
from worlds.world import Field

OTHERS = ("light_yellow", "light_all_red", "green_given", "offset_given", "flow_given", "flow_course")
CHANGING = frozenset({"lane_limit", "incident_lane"})  # of what is given: a blocked lane is slow for a while


def decisions_of(network: GivenNetwork) -> int:
    """Decisions of an episode."""
    return max(int(network.sizes["seconds"] / DECISION), 1)


def network_state(network: GivenNetwork) -> dict[str, Field]:
    """The fields of the record."""
    sizes = network.sizes
    capacity = RoadCapacity(
        lanes=sizes["lanes"], points=sizes["points"], conflicts=sizes["conflicts"],
        destinations=sizes["destinations"], sources=sizes["sources"], junctions=sizes["junctions"],
        groups=sizes["groups"] * sizes["junctions"], phases=sizes["phases"], vehicles=sizes["vehicles"],
        seats=sizes["seats"], ways=sizes["ways"],
    )  # fmt: skip
    road = road_fields(capacity, network.extent)
    far = road["lane_length"].high
    return {
        **road,
        **{name: replace(road[name], hidden=True) for name in HIDDEN},
        "lane_length": replace(road["lane_length"], high=max(far, 1e5)),
        **_plan(network),
        **task_fields(sizes["lanes"]),
        **control_fields(sizes["seats"], sizes["lanes"]),
        **count_fields(sizes["lanes"], sizes["vehicles"]),
        **_given(network),
    }


def _plan(network: GivenNetwork) -> dict[str, Field]:
    """Junctions and their arms, as the plan of a town has them, with as many lanes as there are."""
    s = network.sizes
    nodes, roads, arms = (s["nodes"],), (s["roads"],), (s["seats"], s["arms"])
    return {
        "nodes": Field("i8", (), 0, s["nodes"]),
        "roads": Field("i8", (), 0, s["roads"]),
        "node_x": Field("f8", nodes, -1e6, 1e6, unit="m"),
        "node_y": Field("f8", nodes, -1e6, 1e6, unit="m"),
        "road_a": Field("i4", roads, 0, s["nodes"] - 1, doc="nodes at its ends"),
        "road_b": Field("i4", roads, 0, s["nodes"] - 1),
        "road_ab": Field("u1", roads, 0, s["arm_lanes"], doc="lanes from a to b"),
        "road_ba": Field("u1", roads, 0, s["arm_lanes"]),
        "road_limit": Field("f8", roads, 0.0, 60.0, unit="m/s"),
        "arms": Field("u1", (s["seats"],), 0, s["arms"]),
        "arm_road": Field("i4", arms, -1, s["roads"] - 1, doc="−1 none"),
        "arm_bearing": Field("f8", arms, -0.5, 2.0 * PI + 0.1, unit="rad", doc="outwards, clockwise from east"),
        "stop_distance": Field("f8", (s["seats"],), 0.0, 500.0, unit="m", doc="from the middle to the stop lines"),
        "road_lane": Field("i4", (s["roads"], 2, s["arm_lanes"]), -1, s["lanes"] - 1, doc="by way, from the left"),
    }


def _given(network: GivenNetwork) -> dict[str, Field]:
    """What the file says of lights and demand."""
    s = network.sizes
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


def given_values(network: GivenNetwork) -> dict[str, np.ndarray]:
    """The values that every record begins with."""
    s = network.sizes
    shares = network.long_shares or (-1.0, -1.0)
    numbers = {
        "lanes": s["lanes"], "points": s["points"], "conflicts": s["conflicts"], "sources": s["sources"],
        "destinations": s["destinations"], "nodes": s["nodes"], "roads": s["roads"], "sound": 1,
        "flow_counted": int(network.counted), "truck_given": shares[0], "bus_given": shares[1],
        "last_tick": decisions_of(network) * TICKS_PER_DECISION, "incident_lane": -1,
        "course_length": float(s["seconds"]),
    }  # fmt: skip
    return {**network.tables, **{name: np.array(value) for name, value in numbers.items()}}


def consistent_with(given: dict[str, np.ndarray], records: Any) -> str | None:
    """What is wrong with records, if anything: their roads must be the given ones, and their vehicles in order."""
    w = np.atleast_1d(records)
    for name, values in given.items():
        if name not in CHANGING and (w[name] != values).any():
            return f"{name} is not that of the network"
    other = w["lane_limit"] != given["lane_limit"]
    if (other & (np.arange(other.shape[1]) != w["incident_lane"][:, None])).any():
        return "lane_limit is not that of the network"
    return road_is_consistent(w)
