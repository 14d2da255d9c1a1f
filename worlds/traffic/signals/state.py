"""What a record of the signals world holds, and what it may hold."""

from dataclasses import replace

from worlds.road.fields import road_fields
from worlds.road.layouts.towns import extent_of, town_capacity, town_fields
from worlds.traffic.signals.constants import STUCK
from worlds.world import Field

HIDDEN = ("demand", "course_tide", "course_surge", "surge_from", "surge_part")  # fields of the road: secret here


def vehicles_of(junctions: int) -> int:
    """Room for vehicles on the map; those beyond it wait outside."""
    return 60 + 40 * junctions


def state(junctions: int) -> dict[str, Field]:
    """The fields of the record for this many junctions."""
    capacity = town_capacity(junctions, vehicles_of(junctions))
    road = road_fields(capacity, extent_of(junctions))
    return {
        **road,
        **{name: replace(road[name], hidden=True) for name in HIDDEN},
        **town_fields(junctions, capacity.lanes),
        **task_fields(capacity.lanes),
        **control_fields(junctions, capacity.lanes),
        **count_fields(capacity.lanes, capacity.vehicles),
    }


def task_fields(lanes: int) -> dict[str, Field]:
    """The task: how much traffic comes and when, what is broken, what is blocked."""
    return {
        "sound": Field("i8", (), 0, 1, doc="1: the town passed its checks"),
        "load": Field("f8", (), 0.0, 1.0, hidden=True, doc="of the busiest junction"),
        "course": Field("i8", (), 0, 2, hidden=True, doc="even, tidal or surge"),
        "lane_flow": Field("f8", (lanes,), 0.0, 10.0, unit="vehicles/s", hidden=True, doc="in the mean"),
        "incident_lane": Field("i8", (), -1, lanes - 1, hidden=True, doc="−1 none"),
        "incident_from": Field("f8", (), 0.0, 1e4, unit="s", hidden=True),
        "incident_until": Field("f8", (), 0.0, 1e4, unit="s", hidden=True),
        "incident_limit": Field("f8", (), 0.0, 60.0, unit="m/s", hidden=True, doc="the lane's limit at other times"),
        "detector": Field("u1", (lanes,), 0, STUCK, hidden=True, doc="FINE, DEAD or STUCK"),
    }


def control_fields(junctions: int, lanes: int) -> dict[str, Field]:
    """What the detectors told at the last decision, and what is lost at the junctions."""
    every, each = (lanes,), (junctions,)
    return {
        "seen_cars": Field("f8", every, 0.0, 1e4, doc="on the lane"),
        "seen_queue": Field("f8", every, 0.0, 1e4, doc="of them those that stand"),
        "seen_near": Field("f8", every, 0.0, 1e4, doc="of them those near the stop line"),
        "seen_gap": Field("f8", every, 0.0, 99.0, unit="s", doc="until the next car is at the line"),
        "losing": Field("f8", each, 0.0, 1e5, doc="s a second lost there now"),
        "pent_up": Field("f8", each, 0.0, 1e4, doc="car-seconds on red: the memory of a self-organising bot"),
        "queued": Field("f8", (), 0.0, 1e8, doc="car-seconds of queues so far"),
    }


def count_fields(lanes: int, vehicles: int) -> dict[str, Field]:
    """What scripted controllers make of the detectors, see `estimates`; counts run on through a trial."""
    each = (lanes,)
    return {
        "counting": Field("f8", (), 0.0, 1e6, unit="s", carried=True, doc="that detectors were counted in this trial"),
        "counted": Field("f8", each, 0.0, 1e6, carried=True, doc="vehicles that a lane's detector has counted"),
        "silent": Field("f8", each, 0.0, 1e4, unit="s", carried=True, doc="since a detector last told a car"),
        "plan_flow": Field("f8", each, 0.0, 10.0, unit="vehicles/s", carried=True, doc="that plans go by"),
        "frozen": Field(
            "f8", each, 0.0, 1e4, unit="s", carried=True, doc="of green that a car told at the line did not move"
        ),
        "red_for": Field("f8", each, 0.0, 1e3, unit="s", doc="since a lane was last green"),
        "counted_in": Field("i4", (vehicles,), -1, lanes - 1, doc="lane where a vehicle was counted last"),
    }
