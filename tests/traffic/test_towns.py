"""Towns: every layout and size, many seeds, looked at with plain Python."""

from collections import deque
from typing import Any

import numpy as np
import pytest

from worlds.kit.record import record
from worlds.road.fields import EXIT, LINK, road_fields, road_is_consistent
from worlds.road.lanes.junctions import GROUPS
from worlds.road.layouts.towns import (
    BOTTLENECK,
    CORRIDOR,
    GRID,
    IRREGULAR,
    build_town,
    extent_of,
    lay_town,
    town_capacity,
    town_fields,
)
from worlds.world import Field

LAYOUTS = {"grid": GRID, "irregular": IRREGULAR, "corridor": CORRIDOR, "bottleneck": BOTTLENECK}
SEEDS = 20
SIZES = (1, 4, 9)


def fields_of(size: int) -> dict[str, Field]:
    capacity = town_capacity(size, 20)
    return {**road_fields(capacity, extent_of(size)), **town_fields(size, capacity.lanes)}


@pytest.fixture(scope="module", params=[(size, name) for size in SIZES for name in LAYOUTS], ids=str)
def towns(request: pytest.FixtureRequest) -> list[Any]:
    """The same layout of many seeds."""
    size, name = request.param
    worlds = np.zeros(SEEDS, record(fields_of(size)))
    for seed, w in enumerate(worlds):
        w.key = 7919 * (seed + 1)
        assert build_town(w, LAYOUTS[name], True)
    return list(worlds)


def successors(w: Any, lane: int) -> list[int]:
    """Where a car in this lane can be next."""
    beside = [int(w.lane_left[lane]), int(w.lane_right[lane])]
    return [after for after in [*map(int, w.lane_next[lane]), *beside] if after >= 0]


def reached(w: Any, start: int) -> set[int]:
    """All lanes that a car can come to, found by walking."""
    found, ahead = {start}, deque([start])
    while ahead:
        for after in successors(w, ahead.popleft()):
            if after not in found:
                found.add(after)
                ahead.append(after)
    return found


def test_every_gate_leads_to_every_other(towns: list[Any]) -> None:
    for w in towns:
        for source in range(int(w.sources)):
            found = reached(w, int(w.source_lane[source]))
            wanted = [goal for goal in range(int(w.destinations)) if w.demand[source, goal] > 0.0]
            assert len(wanted) >= 1
            for goal in wanted:
                assert found & exits(w, goal)


def exits(w: Any, goal: int) -> set[int]:
    """The lanes side by side that leave the map at a destination."""
    lane = int(w.sink_lane[goal])
    return {lane, int(w.lane_left[lane]), int(w.lane_right[lane])} - {-1}


def test_routes_lead_where_they_say(towns: list[Any]) -> None:
    for w in towns[:5]:
        for source, goal in np.argwhere(w.demand[: int(w.sources), : int(w.destinations)] > 0.0):
            lane, seconds = int(w.source_lane[source]), 0.0
            while w.lane_kind[lane] != EXIT:
                side = int(w.steer[lane, goal])
                seconds += 0.0 if side else float(w.lane_length[lane] / w.lane_limit[lane])
                lane = int((w.lane_left, w.way[:, goal], w.lane_right)[side + 1][lane])
            assert lane in exits(w, int(goal))
            assert seconds + w.lane_length[lane] / w.lane_limit[lane] == pytest.approx(w.free_seconds[source, goal])


def test_links_are_smooth_and_join_what_they_join(towns: list[Any]) -> None:
    for w in towns:
        for lane in range(int(w.lanes)):
            if w.lane_kind[lane] == LINK:
                first = int(w.lane_first[lane])
                last = first + int(w.lane_points[lane]) - 1
                before, after = int(w.lane_before[lane, 0]), int(w.lane_next[lane, 0])
                end = int(w.lane_first[before] + w.lane_points[before] - 1)
                start = int(w.lane_first[after])
                assert (w.point_x[first], w.point_y[first]) == (w.point_x[end], w.point_y[end])
                assert w.point_x[last] == pytest.approx(w.point_x[start])
                assert w.point_y[last] == pytest.approx(w.point_y[start])
                turns = np.diff(np.unwrap(w.point_heading[first : last + 1]))
                assert np.abs(turns).max() < 0.6


def test_conflicts_are_mutual(towns: list[Any]) -> None:
    for w in towns:
        sides = {}
        for lane in range(int(w.lanes)):
            for side in range(int(w.lane_conflict[lane]), int(w.lane_conflict[lane] + w.lane_conflicts[lane])):
                sides[lane, int(w.conflict_lane[side])] = (w.conflict_here[side], w.conflict_there[side])
        for (lane, other), (here, there) in sides.items():
            assert sides[other, lane] == pytest.approx((there, here))


def test_no_phase_is_green_for_two_that_cross_with_equal_rights(towns: list[Any]) -> None:
    for w in towns:
        for junction in range(len(w.arms)):
            greens = [int(w.phase_groups[junction, phase]) for phase in range(int(w.phases[junction]))]
            assert len(greens) >= 2
            everybody = {int(w.lane_group[lane]) for lane in links_of(w, junction)}
            shown = {junction * GROUPS + bit for green in greens for bit in range(GROUPS) if green >> bit & 1}
            assert shown == everybody, "a group is never green"
            for green in greens:
                for lane in links_of(w, junction):
                    for other in crossed(w, lane):
                        both = all(green >> (int(w.lane_group[one]) - junction * GROUPS) & 1 for one in (lane, other))
                        merge = w.lane_next[lane, 0] == w.lane_next[other, 0]
                        assert not both or merge or w.lane_rank[lane] != w.lane_rank[other]


def links_of(w: Any, junction: int) -> list[int]:
    """The links of a junction."""
    return [lane for lane in range(int(w.lanes)) if w.lane_kind[lane] == LINK and w.lane_junction[lane] == junction]


def crossed(w: Any, lane: int) -> list[int]:
    """The links that a link meets."""
    first = int(w.lane_conflict[lane])
    return [int(other) for other in w.conflict_lane[first : first + int(w.lane_conflicts[lane])]]


def test_everything_is_in_range_and_on_the_map(towns: list[Any]) -> None:
    size = len(towns[0].arms)
    extent = extent_of(size)
    for w in towns:
        fields = fields_of(size)
        for name in ("lane_length", "lane_limit", "lane_next", "way", "steer", "node_x", "arm_bearing", "phase_groups"):
            low, high = fields[name].low, fields[name].high
            assert (w[name] >= low).all(), name
            assert (w[name] <= high).all(), name
        used = int(w.points)
        assert w.point_x[:used].min() >= 0.0
        assert w.point_x[:used].max() <= extent[0]
        assert w.point_y[:used].min() >= 0.0
        assert w.point_y[:used].max() <= extent[1]
    empty = np.array(towns)
    empty["car_lane"] = empty["lane_head"] = empty["lane_tail"] = -1
    assert road_is_consistent(empty) is None


def test_no_two_seeds_give_the_same_town(towns: list[Any]) -> None:
    assert len({w.point_x.tobytes() for w in towns}) == SEEDS


@pytest.mark.parametrize("size", [4, 5, 9])
def test_bottlenecks_have_one_hub_or_few_bridges(size: int) -> None:
    """Small towns: every street leads to junction 0. Larger ones: only one street crosses the river."""
    for seed in range(SEEDS):
        w = np.zeros(1, record(fields_of(size)))[0]
        w.key = 104729 * (seed + 1)
        assert lay_town(w, BOTTLENECK, False)
        pairs = [(int(a), int(b)) for a, b in zip(w.road_a, w.road_b, strict=True) if a != b]
        streets = [pair for pair in pairs if max(pair) < size]
        if size <= 5:
            assert sorted(streets) == [(0, junction) for junction in range(1, size)]
        else:
            across = [sum(a // 3 == row and b // 3 == row + 1 for a, b in streets) for row in range(2)]
            assert sorted(across) == [1, 3], "one river, one bridge"
        assert not any(meet(w, one, other) for one in pairs for other in pairs if not {*one} & {*other})


def meet(w: Any, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two roads cross on the map."""

    def side(a: int, b: int, c: int) -> float:
        dx, dy = w.node_x[b] - w.node_x[a], w.node_y[b] - w.node_y[a]
        return float(dx * (w.node_y[c] - w.node_y[a]) - dy * (w.node_x[c] - w.node_x[a]))

    apart = side(*one, other[0]) * side(*one, other[1]), side(*other, one[0]) * side(*other, one[1])
    return apart[0] < 0.0 and apart[1] < 0.0
