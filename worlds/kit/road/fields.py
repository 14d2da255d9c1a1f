"""The part of a record that holds roads, lights and vehicles, and what such a record may hold.

L lanes, P points, C conflict sides, D destinations, S sources, J junctions, G signal groups, V vehicles. Lengths in
metres, times in seconds; y grows southwards, headings are clockwise from east, traffic drives on the right.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from worlds.kit.record import Kind

ROAD, LINK, RAMP, EXIT = range(4)  # kinds of lanes: a RAMP ends, an EXIT leaves the map
RED, YELLOW, GREEN = range(3)  # states of a signal group
CAR, TRUCK, BUS = range(3)  # kinds of vehicles
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


def road_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Everything the road core keeps, by name."""
    return {
        **network_fields(capacity),
        **routing_fields(capacity),
        **signal_fields(capacity),
        **vehicle_fields(capacity),
        **measure_fields(capacity),
    }


def network_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Lanes, their centre-lines and where they cross: static in a trial."""
    many = (capacity.lanes,)
    points, conflicts = (capacity.points,), (capacity.conflicts,)
    return {
        "lanes": "i8",  # in use, and so on
        "points": "i8",
        "conflicts": "i8",
        "lane_length": ("f8", many),
        "lane_limit": ("f8", many),  # m/s
        "lane_width": ("f8", many),
        "lane_kind": ("u1", many),
        "lane_first": ("i4", many),  # into the points
        "lane_points": ("i4", many),
        "lane_next": ("i4", (*many, capacity.ways)),  # −1 none
        "lane_before": ("i4", (*many, capacity.ways)),
        "lane_left": ("i4", many),  # the parallel lane that one may change to, −1 none
        "lane_right": ("i4", many),
        "lane_junction": ("i4", many),  # of a link, or the one that an approach ends at; −1 none
        "lane_group": ("i4", many),  # signal group of a link, −1 unsignalised
        "lane_rank": ("u1", many),  # right of way of a link: the higher goes first
        "lane_conflict": ("i4", many),  # first of the lane's sides in the conflicts
        "lane_conflicts": ("i4", many),
        "point_x": ("f8", points),
        "point_y": ("f8", points),
        "point_s": ("f8", points),  # m from the lane's start
        "point_heading": ("f8", points),
        "conflict_lane": ("i4", conflicts),
        "conflict_here": ("f8", conflicts),  # m along this lane to where the centre-lines meet
        "conflict_there": ("f8", conflicts),  # m along the other
        "conflict_clear": ("f8", conflicts),  # s; when the last vehicle on this lane had passed it whole
    }


def routing_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Where traffic comes from, where it goes, and which way; static in a trial."""
    lanes, to, origins = capacity.lanes, capacity.destinations, capacity.sources
    return {
        "destinations": "i8",
        "sources": "i8",
        "sink_lane": ("i4", (to,)),
        "source_lane": ("i4", (origins,)),
        "way": ("i4", (lanes, to)),  # the successor to take for a destination, −1 none
        "steer": ("i4", (lanes, to)),  # the lane change that reaching it asks for: −1 left, 0 none, 1 right
        "way_cost": ("f8", (lanes,)),  # scratch of the route search, s
        "demand": ("f8", (origins, to)),  # vehicles/s, the mean over an episode
        "free_seconds": ("f8", (origins, to)),  # of a trip on empty roads
        "course_length": "f8",  # s; how demand runs in time: from its beginning to its end,
        "course_tide": ("f8", (origins,)),  # so much more than the mean at first and less at last,
        "course_surge": ("f8", (origins,)),  # so much more during the surge
        "surge_from": "f8",  # share of the course
        "surge_part": "f8",
        "outside": ("i4", (origins,)),  # vehicles that wait for room to enter
        "came": ("i4", (origins,)),  # arrivals so far
        "outside_since": ("f8", (origins, WAITING)),  # s; when they came, as a ring
        "mean_desire": "f8",  # the drivers: factor on the limit,
        "mean_headway": "f8",  # time gap, s
        "mean_brisk": "f8",  # acceleration, m/s²
        "mean_comfort": "f8",  # braking, m/s²
        "mean_polite": "f8",  # share of others' losses that counts for them
        "mean_gap": "f8",  # critical gap, s
        "spread": "f8",  # of the parameters around their means
        "truck_share": "f8",
        "bus_share": "f8",
    }


def signal_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Lights: what each phase shows, and what is shown now."""
    return {
        "phases": ("i4", (capacity.junctions,)),  # 0 where there are no lights
        "phase_groups": ("i8", (capacity.junctions, capacity.phases)),  # bit g: the junction's g-th group is green
        "group_state": ("u1", (capacity.groups,)),  # RED, YELLOW or GREEN
        "phase": ("i4", (capacity.junctions,)),  # shown, or on its way
        "phase_before": ("i4", (capacity.junctions,)),
        "phase_time": ("f8", (capacity.junctions,)),  # s since it was asked for: yellow, all-red, then green
        "phase_yellow": ("f8", (capacity.junctions,)),  # s of each junction's changes
        "phase_all_red": ("f8", (capacity.junctions,)),
        "yellow": "f8",  # s; the same for junctions that have none of their own
        "all_red": "f8",  # s
    }


def vehicle_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Vehicles, one a slot."""
    many = (capacity.vehicles,)
    reals = (
        "car_pos", "car_speed", "car_accel", "car_length", "car_side", "car_desire", "car_headway", "car_brisk",
        "car_comfort", "car_polite", "car_gap", "car_cool", "car_since", "car_waited", "car_free",
        "car_stood",  # s that it has stood at the line before it
        "car_far", "car_slid",  # m forwards, and sideways, in the last tick: the picture goes back along them
        "car_was",  # m/s²; the acceleration of the tick before
    )  # fmt: skip
    return {
        **{name: ("f8", many) for name in reals},
        "car_lane": ("i4", many),  # −1: the slot is free
        "car_last": ("i4", many),  # the lane that it came from, −1 none
        "car_goal": ("i4", many),
        "car_from": ("i4", many),
        "car_seat": ("i4", many),  # −1: driven by the model
        "car_ahead": ("i4", many),  # next in the same lane, −1 none
        "car_behind": ("i4", many),
        "car_stops": ("i4", many),
        "car_kind": ("u1", many),
        "car_moved": ("u1", many),  # has driven since its last stop
        "car_blink": ("u1", many),  # 0 none, 1 left, 2 right
        "car_brakes": ("u1", many),
        "car_hit": ("u1", many),  # it overlaps the one ahead: one collision, however long
        "lane_head": ("i4", (capacity.lanes,)),  # the foremost vehicle of a lane, −1 none
        "lane_tail": ("i4", (capacity.lanes,)),
    }


def measure_fields(capacity: RoadCapacity) -> dict[str, Kind]:
    """Counters of an episode."""
    return {
        "beats": "i8",  # ticks of traffic since the episode began
        "beat": "f8",  # the same number, but smooth: the window blends it
        "beat_seconds": "f8",
        "arrived": "i8",
        "entered": "i8",
        "turned_away": "i8",
        "travelled": "f8",  # s of finished trips, the wait outside included
        "free_time": "f8",  # s that the finished trips take on empty roads
        "waited": "f8",  # s of finished trips below walking pace
        "stopped": "i8",  # stops of finished trips
        "lost": "f8",  # s lost by all, finished or not
        "metres": "f8",
        "collisions": "i8",
        "road_seconds": "f8",  # vehicle-seconds on the map
        "jolts": "f8",  # m/s² that accelerations changed by from tick to tick, summed
        "near_seconds": "f8",  # vehicle-seconds with less than RISKY_TTC to a collision
        "encroached": "i8",  # crossings less than RISKY_PET s after another vehicle
        "wait_count": ("i8", (WAIT_BINS,)),  # finished trips by seconds waited
    }


def road_ranges(capacity: RoadCapacity, extent: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of every road field."""
    far = 4.0 * (extent[0] + extent[1])
    lanes, cars = (-1, capacity.lanes - 1), (-1, capacity.vehicles - 1)
    hour = (0.0, 1e7)
    return {
        "lanes": (0, capacity.lanes), "points": (0, capacity.points), "conflicts": (0, capacity.conflicts),
        "lane_length": (0.0, far), "lane_limit": (0.0, FASTEST), "lane_width": (0.0, 10.0), "lane_kind": (0, EXIT),
        "lane_first": (0, capacity.points), "lane_points": (0, capacity.points), "lane_next": lanes,
        "lane_before": lanes, "lane_left": lanes, "lane_right": lanes, "lane_junction": (-1, capacity.junctions - 1),
        "lane_group": (-1, capacity.groups - 1), "lane_rank": (0, 100), "lane_conflict": (0, capacity.conflicts),
        "lane_conflicts": (0, capacity.conflicts), "point_x": (-far, far), "point_y": (-far, far),
        "point_s": (0.0, far), "point_heading": (-10.0, 10.0), "conflict_lane": (0, capacity.lanes - 1),
        "conflict_here": (0.0, far), "conflict_there": (0.0, far), "conflict_clear": (-1e6, 1e6),
        "destinations": (0, capacity.destinations), "sources": (0, capacity.sources), "sink_lane": lanes,
        "source_lane": lanes, "way": lanes, "steer": (-1, 1), "way_cost": (0.0, 1e9), "demand": (0.0, 10.0),
        "free_seconds": (0.0, 1e6), "course_length": (1.0, 1e6), "course_tide": (-1.0, 1.0),
        "course_surge": (0.0, 10.0), "surge_from": (0.0, 1.0), "surge_part": (0.0, 1.0), "outside": (0, WAITING),
        "came": (0, 10**6), "outside_since": (0.0, 1e6), "mean_desire": (0.3, 2.0), "mean_headway": (0.3, 4.0),
        "mean_brisk": (0.2, 5.0), "mean_comfort": (0.5, 6.0), "mean_polite": (-1.0, 2.0), "mean_gap": (1.0, 12.0),
        "spread": (0.0, 1.0), "truck_share": (0.0, 1.0), "bus_share": (0.0, 1.0), "turned_away": (0, 10**7),
        "phases": (0, capacity.phases), "phase_groups": (0, 2**40), "group_state": (RED, GREEN),
        "phase": (0, capacity.phases - 1),
        "phase_before": (0, capacity.phases - 1), "phase_time": (0.0, 1e6), "yellow": (0.0, 10.0),
        "all_red": (0.0, 10.0), "phase_yellow": (0.0, 100.0), "phase_all_red": (0.0, 100.0),
        "car_pos": (-FASTEST, far), "car_speed": (0.0, FASTEST), "car_accel": (-30.0, 10.0),
        "car_length": (0.0, LONGEST), "car_side": (-20.0, 20.0), "car_desire": (0.0, 3.0), "car_headway": (0.0, 10.0),
        "car_brisk": (0.0, 10.0), "car_comfort": (0.0, 10.0), "car_polite": (-1.0, 2.0), "car_gap": (0.0, 20.0),
        "car_cool": (0.0, 100.0), "car_since": (-1e6, 1e6), "car_waited": (0.0, 1e6), "car_free": (0.0, 1e6),
        "car_stood": (0.0, 1e6),
        "car_lane": lanes, "car_last": lanes, "car_far": (0.0, far), "car_slid": (-20.0, 20.0),
        "beats": (0, 10**9), "beat": (0.0, 1e9), "beat_seconds": (0.0, 10.0),
        "car_goal": (0, capacity.destinations - 1),
        "car_from": (0, capacity.sources - 1),
        "car_seat": (-1, capacity.seats - 1), "car_ahead": cars, "car_behind": cars, "car_stops": (0, 10**6),
        "car_kind": (0, BUS), "car_blink": (0, 2), "car_moved": (0, 1), "car_brakes": (0, 1), "car_hit": (0, 1),
        "car_was": (-30.0, 10.0), "lane_head": cars,
        "lane_tail": cars,
        "arrived": (0, 10**7), "entered": (0, 10**7), "travelled": hour, "free_time": hour, "waited": hour,
        "stopped": (0, 10**7), "lost": hour, "metres": (0.0, 1e9), "collisions": (0, 10**7),
        "road_seconds": hour, "jolts": (0.0, 1e9), "near_seconds": hour, "encroached": (0, 10**7),
        "wait_count": (0, 10**7),
    }  # fmt: skip


ROAD_SMOOTH = {"beat": "linear"}


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
