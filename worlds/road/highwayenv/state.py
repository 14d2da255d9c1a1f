"""What a record of one of HighwayEnv's tasks holds."""

from worlds.road.fields import RoadCapacity, road_fields
from worlds.road.highwayenv.numbers import (
    CAUSES,
    DECISIONS,
    FASTER,
    INTERSECTION,
    LONG,
    MERGE,
    MIDDLE,
    SLOWER,
    TICKS_PER_DECISION,
    TOP,
    VEHICLES,
)
from worlds.world import Field

CAPACITIES = {"lanes": (4, 3, 9, 40, 20), "points": (8, 6, 40, 420, 140), "conflicts": (1, 1, 1, 120, 80)}
"""By scene."""
DESTINATIONS = 4


def extent_of(scene: int) -> tuple[float, float]:
    """Width and height of the map in m."""
    if scene <= MERGE:
        return (LONG if scene < MERGE else 710.0), 2.0 * TOP + 30.0
    return 2.0 * float(MIDDLE[scene]), 2.0 * float(MIDDLE[scene])


def scene_state(scene: int) -> dict[str, Field]:
    """The fields of the record of a scene."""
    vehicles = VEHICLES[scene]
    capacity = RoadCapacity(
        **{name: sizes[scene] for name, sizes in CAPACITIES.items()}, destinations=DESTINATIONS, sources=1,
        junctions=1, groups=1, phases=1, vehicles=vehicles, seats=1,
    )  # fmt: skip
    many, ticks = (vehicles,), DECISIONS[scene] * TICKS_PER_DECISION
    wider = {
        "car_accel": Field("f8", many, -30.0, 30.0, unit="m/s²", doc="a target speed is reached as fast as there"),
        "mean_brisk": Field("f8", (), 0.2, 8.0, unit="m/s²", hidden=True, population=True, doc="acceleration"),
    }
    return {
        **road_fields(capacity, extent_of(scene)),
        **wider,
        "scene": Field("i8", (), 0, INTERSECTION, doc="HIGHWAY … INTERSECTION"),
        "sound": Field("i8", (), 0, 1, doc="1: the road passed its checks"),
        "density": Field("f8", (), 0.5, 2.0, hidden=True, doc="times as many cars as usual"),
        "car_x": Field("f8", many, -1e4, 1e4, unit="m", doc="of the middle"),
        "car_y": Field("f8", many, -1e4, 1e4, unit="m"),
        "car_cos": Field("f8", many, -1.1, 1.1, doc="of the heading"),
        "car_sin": Field("f8", many, -1.1, 1.1),
        "ride": Field("i4", (1,), -1, vehicles - 1, doc="the seat's vehicle, −1 none"),
        "target": Field("i8", (1,), 0, 2, doc="which of the three speeds the car comes to"),
        "chosen": Field("i8", (1,), 0, max(FASTER, SLOWER), doc="the last choice"),
        "turning": Field("i8", (1,), -1, 1, doc="the lane that the car is on its way to: −1 left, 1 right, 0 its own"),
        "hit": Field("u1", (1,), 0, 1, doc="1: it has crashed"),
        "fate": Field("u1", (1,), 0, max(CAUSES), doc="why the drive is over, 0: it is not"),
        "decided": Field("i8", (1,), 0, ticks, doc="decisions that are over"),
        "speeds": Field("f8", (1,), 0.0, 1e5, unit="m/s", doc="at the end of each decision, summed"),
        "changes": Field("i8", (1,), 0, ticks, doc="of lanes"),
    }  # fmt: skip
