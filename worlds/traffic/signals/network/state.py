"""What a record of signals holds on a given network, and what every record begins with."""

from typing import Any

import numpy as np

from worlds.kit.maths import PI
from worlds.road.layouts.given_room import room_of
from worlds.road.layouts.given_state import given_fields, given_numbers, given_road, unlike_given
from worlds.road.layouts.given_tables import GivenNetwork
from worlds.traffic.signals.constants import DECISION, TICKS_PER_DECISION
from worlds.traffic.signals.state import HIDDEN, control_fields, count_fields, task_fields
from worlds.world import Field

CHANGING = frozenset({"lane_limit", "incident_lane"})  # of what is given: a blocked lane is slow for a while


def decisions_of(network: GivenNetwork) -> int:
    """Decisions of an episode."""
    return max(int(network.sizes["seconds"] / DECISION), 1)


def network_state(network: GivenNetwork) -> dict[str, Field]:
    """The fields of the record."""
    sizes = room_of(network)
    return {
        **given_road(network, sizes["seats"], HIDDEN),
        **_plan(sizes),
        **task_fields(sizes["lanes"]),
        **control_fields(sizes["seats"], sizes["lanes"]),
        **count_fields(sizes["lanes"], sizes["vehicles"]),
        **given_fields(network),
    }


def _plan(s: dict[str, int]) -> dict[str, Field]:
    """Junctions and their arms, as the plan of a town has them, with as many lanes as there are."""
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


def given_values(network: GivenNetwork) -> dict[str, np.ndarray]:
    """The values that every record begins with."""
    more = {"nodes": network.sizes["nodes"], "roads": network.sizes["roads"], "incident_lane": -1}
    return {
        **given_numbers(network, decisions_of(network) * TICKS_PER_DECISION),
        **{name: np.array(value) for name, value in more.items()},
    }


def consistent_with(given: dict[str, np.ndarray], records: Any) -> str | None:
    """What is wrong with records, if anything: their roads must be the given ones, and their vehicles in order."""
    if (problem := unlike_given(given, records, CHANGING)) is not None:
        return problem
    w = np.atleast_1d(records)
    other = w["lane_limit"] != given["lane_limit"]
    if (other & (np.arange(other.shape[1]) != w["incident_lane"][:, None])).any():
        return "lane_limit is not that of the network"
    return None
