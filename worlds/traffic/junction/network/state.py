"""What a record of the junction holds at a junction of a given network, and what every record begins with."""

from typing import Any

import numpy as np

from worlds.road.fields import ALL_STOP, AT_STOP, FIRST_COME, FROM_RIGHT, LINK, rides_are_seats
from worlds.road.layouts.crossroads import FIRST_FIRST, MAIN_ROAD, RIGHT_FIRST, RING
from worlds.road.layouts.given_room import room_of
from worlds.road.layouts.given_state import capacity_of, given_fields, given_numbers, given_road, unlike_given
from worlds.road.layouts.given_tables import GivenNetwork
from worlds.traffic.junction.constants import EPISODE
from worlds.traffic.junction.state import seat_fields, task_fields
from worlds.world import Field

HIDDEN = ("demand",)
NOTHING: frozenset[str] = frozenset()  # of what is given changes


def network_state(network: GivenNetwork, seats: int) -> dict[str, Field]:
    """The fields of the record for so many seats."""
    s = room_of(network)
    return {
        **given_road(network, seats, HIDDEN),
        **given_fields(network),
        **_arms(s),
        **task_fields(capacity_of(network, seats)),
        **seat_fields(seats, s["vehicles"]),
        "programmes_from": Field("f8", (), 0.0, 1e5, unit="s", doc="that the lights have run when an episode begins"),
    }


def _arms(s: Any) -> dict[str, Field]:
    """The arms, and who goes first, by the names of a generated junction."""
    return {
        "arm_count": Field("i8", (), 0, s["arm_count"]),
        "arm_heading": Field("f8", (s["arm_count"],), -10.0, 10.0, unit="rad", doc="of those who leave by it"),
        "lane_arm": Field("i4", (s["lanes"],), -1, RING, doc="of a link the one it comes from; −1 none"),
        "source_arm": Field("i4", (s["sources"],), 0, s["arm_count"] - 1),
        "custom": Field("i8", (), MAIN_ROAD, FIRST_FIRST, doc="MAIN_ROAD … FIRST_FIRST"),
        "main_arms": Field("i8", (), 0, 2 ** (RING + 1) - 1, doc="bit a: arm a is part of the main road"),
        "stop_arms": Field("i8", (), 0, 2**RING - 1, doc="bit a: who comes by arm a stands at its line first"),
    }


def given_values(network: GivenNetwork) -> dict[str, np.ndarray]:
    """The values that every record begins with."""
    t = network.tables
    links = np.flatnonzero(t["lane_kind"] == LINK)
    arm, rank = t["lane_arm"][links], t["lane_rank"][links]
    stops = [one for one in np.unique(arm[arm >= 0]) if np.isin(rank[arm == one], (AT_STOP, ALL_STOP)).all()]
    custom = MAIN_ROAD
    if len(rank) and np.isin(rank, (FROM_RIGHT, FIRST_COME, ALL_STOP)).all():
        custom = RIGHT_FIRST if (rank == FROM_RIGHT).all() else FIRST_FIRST
    plain = rank < ALL_STOP
    main = int(rank[plain].max()) if plain.any() and custom == MAIN_ROAD else -1
    firsts = [one for one in np.unique(arm[arm >= 0]) if main >= 0 and (rank[arm == one] == main).any()]
    numbers = {
        "arm_count": network.sizes["arm_count"], "custom": custom, "stop_arms": sum(1 << int(one) for one in stops),
        "main_arms": sum(1 << int(one) for one in firsts),
    }  # fmt: skip
    return {**given_numbers(network, EPISODE), **{name: np.array(value) for name, value in numbers.items()}}


def consistent_with(given: dict[str, np.ndarray], records: Any) -> str | None:
    """What is wrong with records, if anything."""
    return unlike_given(given, records, NOTHING) or rides_are_seats(records)
