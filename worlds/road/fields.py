"""The part of a record that holds roads, lights and vehicles, and what such a record may hold.

L lanes, P points, C conflict sides, D destinations, S sources, J junctions, G signal groups, V vehicles. Lengths in
metres, times in seconds; y grows southwards, headings are clockwise from east, traffic drives on the right.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.world import Field

ROAD, LINK, RAMP, EXIT = range(4)  # kinds of lanes: a RAMP ends, an EXIT leaves the map
RED, YELLOW, GREEN = range(3)  # states of a signal group
CAR, TRUCK, BUS = range(3)  # kinds of vehicles
FIRST_COME, FROM_RIGHT = 100, 99  # ranks of links that have none,
AT_STOP, ALL_STOP = 98, 97  # of those behind a stop line, and where there is one for everybody
NO_WAY, STAY = -1, -2  # in the place of a way: none; none, and who has to change lanes waits for that
FASTEST = 60.0  # m/s; no vehicle ever goes faster
LONGEST = 20.0  # m; no vehicle is longer
WAITING = 64  # vehicles that may wait outside one source; more are turned away, and counted
WAIT_BINS = 64  # of the histogram of waits
WAIT_BIN = 5.0  # s


@dataclass(frozen=True, kw_only=True)
class RoadCapacity:
    """How much of each a record has room for. A network that needs more is refused when it is built."""

    lanes: int
    points: int
    conflicts: int
    destinations: int
    sources: int
    junctions: int
    groups: int
    phases: int
    vehicles: int
    seats: int = 1
    ways: int = 4
    """Most successors, or predecessors, of a lane."""


def road_fields(capacity: RoadCapacity, extent: tuple[float, float] = (1e4, 1e4)) -> dict[str, Field]:
    """Everything the road core keeps, by name, on a map of this extent (m)."""
    far = 4.0 * (extent[0] + extent[1])
    return {
        **network_fields(capacity, far),
        **routing_fields(capacity),
        **signal_fields(capacity),
        **vehicle_fields(capacity, far),
        **measure_fields(),
    }


def network_fields(capacity: RoadCapacity, far: float) -> dict[str, Field]:
    """Lanes, their centre-lines and where they cross: static in a trial."""
    many, lane = (capacity.lanes,), (-1, capacity.lanes - 1)
    points, conflicts = (capacity.points,), (capacity.conflicts,)
    return {
        "lanes": Field("i8", (), 0, capacity.lanes, doc="in use"),
        "points": Field("i8", (), 0, capacity.points),
        "conflicts": Field("i8", (), 0, capacity.conflicts),
        "lane_length": Field("f8", many, 0.0, far, unit="m"),
        "lane_limit": Field("f8", many, 0.0, FASTEST, unit="m/s"),
        "lane_width": Field("f8", many, 0.0, 10.0, unit="m"),
        "lane_kind": Field("u1", many, 0, EXIT),
        "lane_first": Field("i4", many, 0, capacity.points, doc="into the points"),
        "lane_points": Field("i4", many, 0, capacity.points),
        "lane_next": Field("i4", (*many, capacity.ways), *lane, doc="−1 none"),
        "lane_before": Field("i4", (*many, capacity.ways), *lane),
        "lane_left": Field("i4", many, *lane, doc="the parallel lane that one may change to, −1 none"),
        "lane_right": Field("i4", many, *lane),
        "lane_junction": Field(
            "i4", many, -1, capacity.junctions - 1, doc="of a link, or the one that an approach ends at; −1 none"
        ),
        "lane_group": Field("i4", many, -1, capacity.groups - 1, doc="signal group of a link, −1 unsignalised"),
        "lane_rank": Field("u1", many, 0, 100, doc="right of way of a link: the higher goes first"),
        "lane_parting": Field(
            "f8", many, 0.0, far, unit="m", doc="of a link: to where it is clear of all other ways out of its lane"
        ),
        "lane_conflict": Field("i4", many, 0, capacity.conflicts, doc="first of the lane's sides in the conflicts"),
        "lane_conflicts": Field("i4", many, 0, capacity.conflicts),
        "point_x": Field("f8", points, -far, far, unit="m"),
        "point_y": Field("f8", points, -far, far, unit="m"),
        "point_s": Field("f8", points, 0.0, far, unit="m", doc="from the lane's start"),
        "point_heading": Field("f8", points, -10.0, 10.0, unit="rad"),
        "conflict_lane": Field("i4", conflicts, 0, capacity.lanes - 1),
        "conflict_here": Field(
            "f8", conflicts, 0.0, far, unit="m", doc="along this lane to where the centre-lines meet"
        ),
        "conflict_there": Field("f8", conflicts, 0.0, far, unit="m", doc="along the other"),
        "conflict_from": Field(
            "f8", conflicts, 0.0, far, unit="m", doc="along this lane to where bodies on either first touch"
        ),
        "conflict_to": Field("f8", conflicts, 0.0, far, unit="m", doc="to where they last do; of a merge the end"),
        "conflict_back": Field("i4", conflicts, 0, capacity.conflicts - 1, doc="the other lane's side of the same"),
        "conflict_clear": Field(
            "f8", conflicts, -1e6, 1e6, unit="s", doc="when the last vehicle on this lane had passed it whole"
        ),
    }


def routing_fields(capacity: RoadCapacity) -> dict[str, Field]:
    """Where traffic comes from, where it goes, and which way; static in a trial."""
    lanes, to, origins = capacity.lanes, capacity.destinations, capacity.sources
    lane = (-1, lanes - 1)
    return {
        "destinations": Field("i8", (), 0, capacity.destinations),
        "sources": Field("i8", (), 0, capacity.sources),
        "sink_lane": Field("i4", (to,), *lane),
        "source_lane": Field("i4", (origins,), *lane),
        "way": Field(
            "i4", (lanes, to), STAY, lanes - 1, doc="the successor to take for a destination, −1 none, −2: see STAY"
        ),
        "steer": Field(
            "i4", (lanes, to), -1, 1, doc="the lane change that reaching it asks for: −1 left, 0 none, 1 right"
        ),
        "way_cost": Field("f8", (lanes,), 0.0, 1e9, unit="s", doc="scratch of the route search"),
        "demand": Field("f8", (origins, to), 0.0, 10.0, unit="vehicles/s", doc="the mean over an episode"),
        "free_seconds": Field("f8", (origins, to), 0.0, 1e6, doc="of a trip on empty roads"),
        "course_length": Field("f8", (), 1.0, 1e6, unit="s", doc="of the course that demand runs"),
        "course_tide": Field("f8", (origins,), -1.0, 1.0, doc="so much more than the mean at first, less at last"),
        "course_surge": Field("f8", (origins,), 0.0, 10.0, doc="so much more during the surge"),
        "surge_from": Field("f8", (), 0.0, 1.0, doc="share of the course"),
        "surge_part": Field("f8", (), 0.0, 1.0),
        "outside": Field("i4", (origins,), 0, WAITING, doc="vehicles that wait for room to enter"),
        "came": Field("i4", (origins,), 0, 10**6, doc="arrivals so far"),
        "outside_since": Field("f8", (origins, WAITING), 0.0, 1e6, unit="s", doc="when they came, as a ring"),
        "mean_desire": Field("f8", (), 0.3, 2.0, hidden=True, population=True, doc="of drivers: factor on the limit"),
        "mean_headway": Field("f8", (), 0.3, 4.0, unit="s", hidden=True, population=True, doc="time gap"),
        "mean_brisk": Field("f8", (), 0.2, 5.0, unit="m/s²", hidden=True, population=True, doc="acceleration"),
        "mean_comfort": Field("f8", (), 0.5, 6.0, unit="m/s²", hidden=True, population=True, doc="braking"),
        "mean_polite": Field(
            "f8", (), -1.0, 2.0, hidden=True, population=True, doc="share of others' losses that counts for them"
        ),
        "mean_gap": Field("f8", (), 1.0, 12.0, unit="s", hidden=True, population=True, doc="critical gap"),
        "spread": Field("f8", (), 0.0, 1.0, hidden=True, population=True, doc="of the parameters around their means"),
        "truck_share": Field("f8", (), 0.0, 1.0, hidden=True, population=True),
        "bus_share": Field("f8", (), 0.0, 1.0, hidden=True, population=True),
    }


def signal_fields(capacity: RoadCapacity) -> dict[str, Field]:
    """Lights: what each phase shows, and what is shown now."""
    return {
        "phases": Field("i4", (capacity.junctions,), 0, capacity.phases, doc="0 where there are no lights"),
        "phase_groups": Field(
            "i8", (capacity.junctions, capacity.phases), 0, 2**40, doc="bit g: the junction's g-th group is green"
        ),
        "group_state": Field("u1", (capacity.groups,), RED, GREEN, doc="RED, YELLOW or GREEN"),
        "phase": Field("i4", (capacity.junctions,), 0, capacity.phases - 1, doc="shown, or on its way"),
        "phase_before": Field("i4", (capacity.junctions,), 0, capacity.phases - 1),
        "phase_time": Field(
            "f8", (capacity.junctions,), 0.0, 1e6, unit="s", doc="since it was asked for: yellow, all-red, then green"
        ),
        "phase_yellow": Field("f8", (capacity.junctions,), 0.0, 100.0, unit="s", doc="of each junction's changes"),
        "phase_all_red": Field("f8", (capacity.junctions,), 0.0, 100.0, unit="s"),
        "yellow": Field("f8", (), 0.0, 10.0, unit="s", doc="the same for junctions that have none of their own"),
        "all_red": Field("f8", (), 0.0, 10.0, unit="s"),
    }


def vehicle_fields(capacity: RoadCapacity, far: float) -> dict[str, Field]:
    """Vehicles, one a slot."""
    many = (capacity.vehicles,)
    lane, car = (-1, capacity.lanes - 1), (-1, capacity.vehicles - 1)
    return {
        "car_pos": Field("f8", many, -FASTEST, far, unit="m"),
        "car_speed": Field("f8", many, 0.0, FASTEST, unit="m/s"),
        "car_accel": Field("f8", many, -30.0, 10.0, unit="m/s²"),
        "car_length": Field("f8", many, 0.0, LONGEST, unit="m"),
        "car_side": Field("f8", many, -20.0, 20.0, unit="m"),
        "car_desire": Field("f8", many, 0.0, 3.0, doc="factor on the limit"),
        "car_headway": Field("f8", many, 0.0, 10.0, unit="s"),
        "car_brisk": Field("f8", many, 0.0, 10.0, unit="m/s²"),
        "car_comfort": Field("f8", many, 0.0, 10.0, unit="m/s²"),
        "car_polite": Field("f8", many, -1.0, 2.0),
        "car_gap": Field("f8", many, 0.0, 20.0, unit="s"),
        "car_cool": Field("f8", many, 0.0, 100.0, unit="s"),
        "car_since": Field("f8", many, -1e6, 1e6, unit="s"),
        "car_waited": Field("f8", many, 0.0, 1e6, unit="s"),
        "car_free": Field("f8", many, 0.0, 1e6, unit="s"),
        "car_stood": Field("f8", many, 0.0, 1e6, unit="s", doc="that it has stood at the line before it"),
        "car_far": Field(
            "f8", many, 0.0, far, unit="m", doc="forwards in the last tick: the picture goes back along it"
        ),
        "car_slid": Field("f8", many, -20.0, 20.0, unit="m", doc="the same sideways"),
        "car_was": Field("f8", many, -30.0, 10.0, unit="m/s²", doc="the acceleration of the tick before"),
        "car_lane": Field("i4", many, *lane, doc="−1: the slot is free"),
        "car_last": Field("i4", many, *lane, doc="the lane that it came from, −1 none"),
        "car_goal": Field("i4", many, 0, capacity.destinations - 1),
        "car_from": Field("i4", many, 0, capacity.sources - 1),
        "car_seat": Field("i4", many, -1, capacity.seats - 1, doc="−1: driven by the model"),
        "car_ahead": Field("i4", many, *car, doc="next in the same lane, −1 none"),
        "car_behind": Field("i4", many, *car),
        "car_heeds": Field("i4", many, *car, doc="whom in the lane beside it keeps behind: lets in, or is let in by"),
        "car_stops": Field("i4", many, 0, 10**6),
        "car_kind": Field("u1", many, 0, BUS),
        "car_moved": Field("u1", many, 0, 1, doc="has driven since its last stop"),
        "car_blink": Field("u1", many, 0, 2, doc="0 none, 1 left, 2 right"),
        "car_brakes": Field("u1", many, 0, 1),
        "car_hit": Field(
            "u1", many, 0, 3, doc="bit 0: it overlaps the one ahead, bit 1: one across; one collision, however long"
        ),
        "lane_head": Field("i4", (capacity.lanes,), *car, doc="the foremost vehicle of a lane, −1 none"),
        "lane_tail": Field("i4", (capacity.lanes,), *car),
    }


def measure_fields() -> dict[str, Field]:
    """Counters of an episode."""
    return {
        "beats": Field("i8", (), 0, 10**9, doc="ticks of traffic since the episode began"),
        "beat": Field("f8", (), 0.0, 1e9, smooth="linear", doc="the same number for the window, which blends it"),
        "beat_seconds": Field("f8", (), 0.0, 10.0),
        "arrived": Field("i8", (), 0, 10**7),
        "entered": Field("i8", (), 0, 10**7),
        "turned_away": Field("i8", (), 0, 10**7),
        "travelled": Field("f8", (), 0.0, 1e7, unit="s", doc="of finished trips, the wait outside included"),
        "free_time": Field("f8", (), 0.0, 1e7, unit="s", doc="that the finished trips take on empty roads"),
        "waited": Field("f8", (), 0.0, 1e7, unit="s", doc="of finished trips below walking pace"),
        "stopped": Field("i8", (), 0, 10**7, doc="stops of finished trips"),
        "lost": Field("f8", (), 0.0, 1e7, unit="s", doc="lost by all, finished or not"),
        "metres": Field("f8", (), 0.0, 1e9),
        "collisions": Field("i8", (), 0, 10**7),
        "road_seconds": Field("f8", (), 0.0, 1e7, doc="vehicle-seconds on the map"),
        "jolts": Field("f8", (), 0.0, 1e9, unit="m/s²", doc="that accelerations changed by from tick to tick, summed"),
        "near_seconds": Field("f8", (), 0.0, 1e7, doc="vehicle-seconds with less than RISKY_TTC to a collision"),
        "encroached": Field("i8", (), 0, 10**7, doc="crossings less than RISKY_PET s after another vehicle"),
        "wait_count": Field("i8", (WAIT_BINS,), 0, 10**7, doc="finished trips by seconds waited"),
    }


def road_is_consistent(records: Any) -> str | None:
    """What is wrong between the fields of one record or several, if anything: chains that loop or name a wrong lane."""
    w = np.atleast_1d(records)
    ends = w["lane_first"].astype(np.int64) + w["lane_points"]
    if (ends > w["point_x"].shape[1]).any():
        return "a lane's points lie beyond the table"
    sides = w["lane_conflict"].astype(np.int64) + w["lane_conflicts"]
    if (sides > w["conflict_lane"].shape[1]).any():
        return "a lane's conflicts lie beyond the table"
    return next((problem for one in w if (problem := _lists(one))), None)


def rides_are_seats(records: Any) -> str | None:
    """The same for records whose seats drive vehicles: a field ``ride`` names each seat's, −1 none."""
    for w in np.atleast_1d(records):
        for seat, car in enumerate(w["ride"]):
            if car >= 0 and (w["car_lane"][car] < 0 or w["car_seat"][car] != seat):
                return f"seat {seat} drives vehicle {car}, which is not its own"
    return road_is_consistent(records)


def _lists(w: Any) -> str | None:
    """The vehicles of every lane form one chain from head to tail, and every vehicle is in the chain of its lane."""
    used = w["car_lane"] >= 0
    ahead, behind = w["car_ahead"], w["car_behind"]
    for car in np.flatnonzero(used):
        lane = w["car_lane"][car]
        front, back = ahead[car], behind[car]
        if (front < 0 and w["lane_head"][lane] != car) or (front >= 0 and (behind[front] != car or not used[front])):
            return f"vehicle {car} is not behind the one ahead of it"
        if (back < 0 and w["lane_tail"][lane] != car) or (back >= 0 and (ahead[back] != car or not used[back])):
            return f"vehicle {car} is not ahead of the one behind it"
        if front >= 0 and (w["car_lane"][front] != lane or w["car_pos"][front] < w["car_pos"][car]):
            return f"vehicle {car} and the one ahead of it are out of order"
    heads = w["lane_head"][w["lane_head"] >= 0]
    if (~used[heads]).any():
        return "a lane begins with a vehicle that does not exist"
    return None
