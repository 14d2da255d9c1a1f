"""What a given network is made of: sizes, tables, and which kinds of worlds have which of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

KINDS = ("signals", "routes", "junction")
"""What networks are given to."""
LIMITS = {
    "lanes": (1, 4096), "points": (2, 32_768), "conflicts": (1, 65_536), "destinations": (1, 384), "sources": (1, 512),
    "junctions": (1, 512), "seats": (1, 64), "groups": (1, 40), "phases": (2, 12), "ways": (1, 12), "arms": (1, 8),
    "arm_lanes": (1, 8), "roads": (1, 512), "nodes": (1, 1024), "bins": (1, 96), "vehicles": (16, 4096),
    "seconds": (10, 7200),
}  # fmt: skip
"""Lowest and highest of each size."""
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "lane_length": ("f4", ("lanes",)), "lane_limit": ("f4", ("lanes",)), "lane_width": ("f4", ("lanes",)),
    "lane_kind": ("u1", ("lanes",)), "lane_first": ("i4", ("lanes",)), "lane_points": ("i4", ("lanes",)),
    "lane_next": ("i4", ("lanes", "ways")), "lane_before": ("i4", ("lanes", "ways")),
    "lane_left": ("i4", ("lanes",)), "lane_right": ("i4", ("lanes",)), "lane_junction": ("i4", ("lanes",)),
    "lane_group": ("i4", ("lanes",)), "lane_rank": ("u1", ("lanes",)), "lane_parting": ("f4", ("lanes",)),
    "lane_conflict": ("i4", ("lanes",)), "lane_conflicts": ("i4", ("lanes",)),
    "point_x": ("f4", ("points",)), "point_y": ("f4", ("points",)), "point_s": ("f4", ("points",)),
    "point_heading": ("f4", ("points",)),
    "conflict_lane": ("i4", ("conflicts",)), "conflict_here": ("f4", ("conflicts",)),
    "conflict_there": ("f4", ("conflicts",)), "conflict_from": ("f4", ("conflicts",)),
    "conflict_to": ("f4", ("conflicts",)), "conflict_back": ("i4", ("conflicts",)),
    "sink_lane": ("i4", ("destinations",)), "source_lane": ("i4", ("sources",)),
    "way": ("i4", ("lanes", "destinations")), "steer": ("i4", ("lanes", "destinations")),
    "free_seconds": ("f4", ("sources", "destinations")),
    "phases": ("i4", ("junctions",)), "phase_groups": ("i8", ("junctions", "phases")),
    "light_yellow": ("f4", ("seats",)), "light_all_red": ("f4", ("seats",)),
    "green_given": ("f4", ("seats", "phases")), "offset_given": ("f4", ("seats",)),
    "node_x": ("f4", ("nodes",)), "node_y": ("f4", ("nodes",)), "road_a": ("i4", ("roads",)),
    "road_b": ("i4", ("roads",)), "road_ab": ("u1", ("roads",)), "road_ba": ("u1", ("roads",)),
    "road_limit": ("f4", ("roads",)), "road_lane": ("i4", ("roads", "two", "arm_lanes")),
    "arms": ("u1", ("seats",)), "arm_road": ("i4", ("seats", "arms")), "arm_bearing": ("f4", ("seats", "arms")),
    "stop_distance": ("f4", ("seats",)),
    "flow_given": ("f4", ("sources", "destinations")), "flow_course": ("f4", ("bins", "sources")),
}  # fmt: skip
"""Kind and sizes of every table; names are those of the record's fields."""
PLAN_SIZES = frozenset({"arms", "arm_lanes", "roads", "nodes"})
PLAN = frozenset({
    "node_x", "node_y", "road_a", "road_b", "road_ab", "road_ba", "road_limit", "road_lane", "arms", "arm_road",
    "arm_bearing", "stop_distance",
})  # fmt: skip
"""The arms of lights, which only those see who run them."""
MORE_LIMITS: dict[str, dict[str, tuple[int, int]]] = {
    "routes": {"relations": (1, 32), "choices": (2, 4)},
    "junction": {"arm_count": (2, 6)},
}
MORE_TABLES: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "routes": {
        "relation_goal": ("i4", ("relations", "choices")), "relation_source": ("i4", ("relations", "choices")),
        "relation_flow": ("f4", ("relations",)), "relation_of": ("i4", ("sources", "destinations")),
    },
    "junction": {
        "arm_heading": ("f4", ("arm_count",)), "lane_arm": ("i4", ("lanes",)), "source_arm": ("i4", ("sources",)),
    },
}  # fmt: skip
"""Of routes: the ways of each relation as destinations and as sources, −1 none; its vehicles a second; the relation
of a flow, −1 none. Of junction: headings of those who leave by each arm (rad), the arms of lanes, −1 none."""


def limits_of(kind: str) -> dict[str, tuple[int, int]]:
    """Lowest and highest of each size of a kind of network."""
    if kind == "signals":
        return LIMITS
    common = {name: limit for name, limit in LIMITS.items() if name not in PLAN_SIZES}
    return {**common, **MORE_LIMITS.get(kind, {})}


def tables_of(kind: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Number's kind and sizes of every table of a kind of network; names are those of the record's fields."""
    if kind == "signals":
        return TABLES
    common = {name: table for name, table in TABLES.items() if name not in PLAN}
    return {**common, **MORE_TABLES.get(kind, {})}


@dataclass(frozen=True)
class GivenNetwork:
    """A network with its lights and its demand."""

    name: str
    sizes: Mapping[str, int]
    """By the names of `limits_of`."""
    tables: Mapping[str, np.ndarray]
    """By the names of `tables_of`."""
    lanes: tuple[str, ...]
    """What the file calls the first lanes of the record; ways through junctions follow."""
    lights: tuple[str, ...]
    """What it calls the lights, one a seat."""
    counted: bool
    """Whether ``flow_given`` is of a file; else it is 1 where somebody may want to go, and flows are drawn."""
    long_shares: tuple[float, float] | None = None
    """Of lorries and of buses among the vehicles of the file; none: they are drawn."""
    origin: tuple[float, float] = (0.0, 0.0)
    """The file's x where the record's is 0, and its y, which grows northwards, where the record's is 0 (m)."""
    kind: str = "signals"
    """What it was cut for, one of `KINDS`; each has tables of its own."""

    @property
    def extent(self) -> tuple[float, float]:
        """Metres from the west to the east and from the north to the south of it."""
        x, y = self.tables["point_x"], self.tables["point_y"]
        return max(float(x.max()), 10.0) + 10.0, max(float(y.max()), 10.0) + 10.0
