"""Junctions of the road kit: crossings, side roads, roundabouts of one lane and two; many seeds, and their customs."""

from typing import Any

import numpy as np
import pytest

from worlds.kit.record import record
from worlds.road.drivers.order import clear_cars
from worlds.road.drivers.precedence import goes_first
from worlds.road.fields import EXIT, FIRST_COME, FROM_RIGHT, LINK, ROAD, road_fields, road_is_consistent
from worlds.road.lanes.crossings import reaches
from worlds.road.layouts.crossroads import (
    CROSSING,
    FIRST_FIRST,
    MAIN_ROAD,
    RIGHT_FIRST,
    RING,
    ROUNDABOUT,
    SIDE_ROAD,
    SKEWED,
    WIDE_ROUNDABOUT,
    build_crossroad,
    crossroad_capacity,
    crossroad_extent,
    crossroad_fields,
    draw_custom,
)
from worlds.road.layouts.roundabouts import AROUND, IN

LAYOUTS = {
    "crossing": CROSSING, "side_road": SIDE_ROAD, "roundabout": ROUNDABOUT, "wide_roundabout": WIDE_ROUNDABOUT,
    "skewed": SKEWED,
}  # fmt: skip
ROUND = (ROUNDABOUT, WIDE_ROUNDABOUT)
SEEDS = 40
CAPACITY = crossroad_capacity(20, 1)
FIELDS = {**road_fields(CAPACITY, crossroad_extent()), **crossroad_fields(CAPACITY)}
MOST = {CROSSING: 5, SIDE_ROAD: 3, ROUNDABOUT: 6, WIDE_ROUNDABOUT: 6, SKEWED: 4}


@pytest.fixture(scope="module", params=LAYOUTS, ids=str)
def drawn(request: pytest.FixtureRequest) -> tuple[int, list[Any]]:
    """A layout, and junctions of it from many seeds."""
    layout = LAYOUTS[request.param]
    many = np.zeros(SEEDS, record(FIELDS))
    for seed, w in enumerate(many):
        w.key = 7919 * (seed + 1)
        assert build_crossroad(w, layout)
        draw_custom(w, layout, seed % 3)
    return layout, list(many)


def links_of(w: Any) -> list[int]:
    return [lane for lane in range(int(w.lanes)) if w.lane_kind[lane] == LINK]


def sides_of(w: Any, lane: int) -> list[tuple[int, float, float]]:
    """The links that a link meets, and where, along either."""
    first = int(w.lane_conflict[lane])
    sides = range(first, first + int(w.lane_conflicts[lane]))
    return [(int(w.conflict_lane[side]), w.conflict_here[side], w.conflict_there[side]) for side in sides]


def test_every_arm_leads_to_every_other(drawn: tuple[int, list[Any]]) -> None:
    layout, junctions = drawn
    counts = set()
    for w in junctions:
        counts.add(int(w.arm_count))
        open_ways = set()
        for source in range(int(w.sources)):
            for goal in range(int(w.destinations)):
                if w.demand[source, goal] > 0.0:
                    assert reaches(w, int(w.source_lane[source]), goal)
                    open_ways.add((int(w.source_arm[source]), goal))
        arms = range(int(w.arm_count))
        assert open_ways == {(arm, goal) for arm in arms for goal in arms if arm != goal}
    assert counts == set(range(3, MOST[layout] + 1))


def test_every_lane_belongs_to_an_arm_or_the_ring(drawn: tuple[int, list[Any]]) -> None:
    layout, junctions = drawn
    for w in junctions:
        named = w.lane_arm[: int(w.lanes)]
        assert (named >= 0).all()
        assert (RING in named) == (layout in ROUND)
        for arm in range(int(w.arm_count)):
            kinds = w.lane_kind[: int(w.lanes)][named == arm]
            lanes = 2 if layout == WIDE_ROUNDABOUT else 1
            assert (kinds == ROAD).sum() == (kinds == EXIT).sum() == lanes


def test_conflicts_are_mutual_and_on_the_links(drawn: tuple[int, list[Any]]) -> None:
    for w in drawn[1]:
        found = {(lane, other): (here, there) for lane in links_of(w) for other, here, there in sides_of(w, lane)}
        assert found
        for (lane, other), (here, there) in found.items():
            assert found[other, lane] == pytest.approx((there, here))
            assert 0.0 <= here <= w.lane_length[lane]


def test_one_of_two_who_meet_goes_first(drawn: tuple[int, list[Any]]) -> None:
    for w in drawn[1]:
        for lane in links_of(w):
            for other, _, _ in sides_of(w, lane):
                both = goes_first(w, lane, other), goes_first(w, other, lane)
                first_come = w.lane_rank[lane] == w.lane_rank[other] == FIRST_COME
                assert sum(both) == (0 if first_come else 1)


def test_customs_rank_the_links(drawn: tuple[int, list[Any]]) -> None:
    layout, junctions = drawn
    for w in junctions:
        ranks = {int(w.lane_rank[lane]) for lane in links_of(w) if w.lane_arm[int(w.lane_before[lane, 0])] != RING}
        ring = {int(w.lane_rank[lane]) for lane in links_of(w) if w.lane_arm[lane] == RING}
        if w.custom == RIGHT_FIRST:
            assert ranks == {FROM_RIGHT}
            assert layout not in ROUND or FROM_RIGHT in ring
        elif w.custom == FIRST_FIRST:
            assert ranks == {FIRST_COME}
        elif layout in ROUND:
            assert ranks == {IN}
            assert max(ring) == AROUND
            assert w.main_arms == 1 << RING
        else:
            assert w.custom == MAIN_ROAD
            assert int(w.main_arms).bit_count() == 2
            best = [a for a in range(int(w.arm_count)) if int(w.main_arms) >> a & 1]
            low = [int(w.lane_rank[lane]) for lane in links_of(w) if w.lane_arm[lane] not in best]
            high = [int(w.lane_rank[lane]) for lane in links_of(w) if w.lane_arm[lane] in best]
            assert max(low) < min(high)


def test_traffic_goes_round_against_the_clock(drawn: tuple[int, list[Any]]) -> None:
    layout, junctions = drawn
    if layout not in ROUND:
        pytest.skip("no ring")
    for w in junctions:
        arcs = [lane for lane in range(int(w.lanes)) if w.lane_kind[lane] == ROAD and w.lane_arm[lane] == RING]
        for lane in arcs:
            first, last = int(w.lane_first[lane]), int(w.lane_first[lane] + w.lane_points[lane]) - 1
            turns = np.diff(np.unwrap(w.point_heading[first : last + 1]))
            assert (turns < 0.0).all(), "y grows southwards: falling headings turn against the clock"
            assert w.lane_length[lane] > 3.0


def test_everything_fits_and_is_in_range(drawn: tuple[int, list[Any]]) -> None:
    extent = crossroad_extent()
    for w in drawn[1]:
        for name in ("lane_length", "lane_limit", "lane_next", "way", "lane_arm", "source_arm", "lane_rank"):
            low, high = FIELDS[name].low, FIELDS[name].high
            assert (w[name] >= low).all(), name
            assert (w[name] <= high).all(), name
        used = int(w.points)
        assert 0.0 <= w.point_x[:used].min() <= w.point_x[:used].max() <= extent[0]
        assert 0.0 <= w.point_y[:used].min() <= w.point_y[:used].max() <= extent[1]
        w = w.copy()
        clear_cars(w)
        assert road_is_consistent(np.atleast_1d(w)) is None


def test_no_two_seeds_give_the_same_junction(drawn: tuple[int, list[Any]]) -> None:
    assert len({w.point_x.tobytes() for w in drawn[1]}) == SEEDS


def test_skewed_arms_lie_unevenly() -> None:
    """Two arms beside each other at less than 61°; with a third one it is a fork, with a fourth one open scissors."""
    for seed in range(SEEDS):
        w = np.zeros(1, record(FIELDS))[0]
        w.key = 104729 * (seed + 1)
        assert build_crossroad(w, SKEWED)
        bearings = np.sort(w.arm_bearing[0, : int(w.arms[0])])
        gaps = np.diff(np.append(bearings, bearings[0] + 2.0 * np.pi))
        assert len(gaps) in (3, 4)
        assert (gaps < 1.06).sum() == len(gaps) - 2
        assert (gaps > 1.9).sum() == 2
