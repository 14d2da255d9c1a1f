"""Collisions, times to collision, encroachments and jerk are counted as they are defined."""

from typing import Any

import numpy as np
import pytest

from worlds.kit.kernel import kernel
from worlds.road.fields import LINK
from worlds.road.lab.bench import CAR_LENGTH, CITY, place, straight_road
from worlds.road.lab.cross import lay_cross
from worlds.road.measures.safety import collision_rate, come_to_conflict, mean_jerk, near_share, start_safety, watch
from worlds.traffic.signals.building import build

DT = 0.5


@kernel
def begin(worlds):  # type: ignore[no-untyped-def]
    start_safety(worlds[0])


@kernel
def look(worlds, car, now):  # type: ignore[no-untyped-def]
    w = worlds[0]
    watch(w, car, w.car_lane[car], now, DT)


@kernel
def cross(worlds, link, side, now):  # type: ignore[no-untyped-def]
    come_to_conflict(worlds[0], link, side, now)


@kernel
def rates(worlds, out):  # type: ignore[no-untyped-def]
    w = worlds[0]
    out[0], out[1], out[2] = collision_rate(w), near_share(w), mean_jerk(w, DT)


@pytest.fixture
def pair() -> Any:
    """A record (1,) with car 1 some way behind car 0 on a straight road."""
    worlds = straight_road(2)
    begin(worlds)
    return worlds


def gap(worlds: Any, metres: float, *, speed: float, ahead: float = 0.0) -> None:
    """Car 1 this far behind car 0."""
    w = worlds[0]
    w.car_pos[1] = w.car_pos[0] - CAR_LENGTH - metres
    w.car_speed[0], w.car_speed[1] = ahead, speed


def test_less_than_three_seconds_to_a_collision_count(pair: Any) -> None:
    w = pair[0]
    gap(pair, 29.0, speed=10.0)
    look(pair, 1, 0.0)
    assert w.near_seconds == DT
    for metres, speed, ahead in ((31.0, 10.0, 0.0), (29.0, 10.0, 5.0), (5.0, 10.0, 10.0)):
        gap(pair, metres, speed=speed, ahead=ahead)
        look(pair, 1, 0.0)
    assert w.near_seconds == DT
    assert w.collisions == 0


def test_an_overlap_is_one_collision_however_long_it_lasts(pair: Any) -> None:
    w = pair[0]
    for metres, so_far in ((0.5, 0), (-0.1, 1), (-1.0, 1), (0.5, 1), (-0.1, 2)):
        gap(pair, metres, speed=5.0)
        look(pair, 1, 0.0)
        assert w.collisions == so_far


def test_the_vehicle_beyond_the_end_of_the_lane_counts_too(pair: Any) -> None:
    w = pair[0]
    link = int(w.lane_next[0, 0])
    assert int(w.lane_kind[link]) == LINK
    w.car_lane[:] = w.car_ahead[:] = w.car_behind[:] = -1
    w.lane_head[:] = w.lane_tail[:] = -1
    place(pair, 0, link, CAR_LENGTH - 1.0, np.array(CITY))  # its rear is still a metre before the link
    w.car_last[0] = 0
    place(pair, 1, 0, float(w.lane_length[0]) - 0.5, np.array(CITY))
    look(pair, 1, 0.0)
    assert w.collisions == 1


def test_jerk_and_rates(pair: Any) -> None:
    w = pair[0]
    gap(pair, 50.0, speed=1.0)
    for accel in (1.0, 1.0, -1.0, 0.0):
        w.car_accel[1] = accel
        look(pair, 1, 0.0)
    w.metres, w.collisions = 2000.0, 1
    out = np.zeros(3)
    rates(pair, out)
    assert out[0] == pytest.approx(1e9 / 2000.0)
    assert out[1] == 0.0
    assert out[2] == pytest.approx((1.0 + 0.0 + 2.0 + 1.0) / 4 / DT)


def empty(w: Any) -> Any:
    """The same roads with nobody on them."""
    w.car_lane[:] = w.car_ahead[:] = w.car_behind[:] = -1
    w.lane_head[:] = w.lane_tail[:] = -1
    return w


def crossing_links(w: Any) -> tuple[int, int]:
    """A link, and one of its conflicts that is no merge."""
    for link in range(int(w.lanes)):
        first = int(w.lane_conflict[link])
        for side in range(first, first + int(w.lane_conflicts[link])):
            if w.lane_next[w.conflict_lane[side], 0] != w.lane_next[link, 0]:
                return link, side
    raise AssertionError("the crossing has no crossing ways")


def test_who_crosses_soon_after_another_encroaches() -> None:
    worlds: Any = np.zeros(1, build(1).record)
    lay_cross(worlds, 0.2, 0.1, 0)
    begin(worlds)
    w = empty(worlds[0])
    link, side = crossing_links(w)
    other = int(w.conflict_lane[side])
    first = int(w.lane_conflict[other])
    sides = range(first, first + int(w.lane_conflicts[other]))
    (back,) = (index for index in sides if w.conflict_lane[index] == link)
    cross(worlds, link, side, 10.0)
    assert (w.encroached, w.collisions) == (0, 0)
    w.conflict_clear[back] = 8.5
    cross(worlds, link, side, 10.0)
    assert w.encroached == 1
    cross(worlds, link, side, 10.6)
    assert w.encroached == 1


def test_who_drives_into_one_that_stands_across_collides() -> None:
    worlds: Any = np.zeros(1, build(1).record)
    lay_cross(worlds, 0.2, 0.1, 0)
    w = empty(worlds[0])
    begin(worlds)
    link, side = crossing_links(w)
    place(worlds, 0, int(w.conflict_lane[side]), float(w.conflict_there[side]) + 1.0, np.array(CITY))
    place(worlds, 1, link, float(w.conflict_here[side]) + 1.0, np.array(CITY))
    look(worlds, 1, 10.0)
    assert (w.encroached, w.collisions) == (0, 1)
    look(worlds, 0, 10.0)
    assert w.collisions == 1, "both saw the same collision"
