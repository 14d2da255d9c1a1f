"""What lanes are called, and where the map of a record lies in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.road.fields import LINK


@dataclass(frozen=True)
class Names:
    """Names of lanes; x is that of the record plus ``left``, y is ``top`` less that of the record (m)."""

    lanes: tuple[str, ...]
    """Of the first lanes of the record."""
    junctions: tuple[int, ...] = ()
    """Of every lane of the record, −1 none: ways through junctions are called after them."""
    left: float = 0.0
    top: float = 0.0

    def lane(self, index: int) -> str:
        """A lane's name; a way through a junction has one with a colon before it, as in SUMO."""
        if index < len(self.lanes):
            return self.lanes[index]
        junction = self.junctions[index] if index < len(self.junctions) else -1
        return f":{junction if junction >= 0 else 'end'}_{index}_0"


def names_of_record(w: Any, lanes: tuple[str, ...] = (), left: float = 0.0, top: float = 0.0) -> Names:
    """Names for a record: those given, else ``edge_N_K`` by the first lane of an edge and the place from the right, as
    an exported network has them.
    """
    count = int(w["lanes"])
    junctions = tuple(int(one) for one in w["lane_junction"][:count])
    if lanes:
        return Names(lanes, junctions, left, top)
    right, found = w["lane_right"], []
    for lane in range(count):
        first, place = lane, 0
        while right[first] >= 0 and place < 16:
            first, place = int(right[first]), place + 1
        is_link = int(w["lane_kind"][lane]) == LINK
        found.append(f":{junctions[lane]}_{lane}_0" if is_link else f"edge_{first}_{place}")
    return Names(tuple(found), junctions, left, float(np.max(w["point_y"][: int(w["points"])], initial=0.0)))
