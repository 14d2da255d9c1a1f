"""The room that a record has for a given network: few sizes, filled up with what is not there.

A record's kernels are compiled for its sizes, which takes a minute or so. With few sizes a network finds them compiled
although somebody has added a street to it, or changed who drives where. What is in use stands in the record's counts,
as in a generated town.
"""

from collections.abc import Mapping

import numpy as np

from worlds.road.layouts.given_tables import GivenNetwork, tables_of

COUNTED = ("lanes", "points", "conflicts", "destinations", "sources", "roads", "nodes")
"""Sizes whose use a record counts; beyond it lie blanks, as in a generated town. The others stay as they are."""
LEAST = 16
NOWHERE = frozenset({
    "lane_next", "lane_before", "lane_left", "lane_right", "lane_junction", "lane_group", "lane_arm", "way",
    "source_lane", "sink_lane", "road_lane", "relation_of",
})  # fmt: skip
"""Tables in which −1 stands for what is not there; 0 in the others."""


def room_for(count: int) -> int:
    """The least room that is given for so many: 16, 24, 32, 48, 64, 96, 128 and so on."""
    room = LEAST
    while room < count:
        room = room * 3 // 2 if (room & (room - 1)) == 0 else room * 4 // 3
    return room


def room_of(network: GivenNetwork) -> dict[str, int]:
    """The sizes of a record for a network, by the names of `given_tables.limits_of`."""
    return {name: room_for(size) if name in COUNTED else size for name, size in network.sizes.items()}


def tables_in_room(network: GivenNetwork) -> Mapping[str, np.ndarray]:
    """The tables of a network in the sizes of its record."""
    room, found = {**room_of(network), "two": 2}, {}
    for name, (_, axes) in tables_of(network.kind).items():
        table = network.tables[name]
        more = [(0, room[axis] - length) for axis, length in zip(axes, table.shape, strict=True)]
        found[name] = np.pad(table, more, constant_values=-1 if name in NOWHERE else 0)
    return found
