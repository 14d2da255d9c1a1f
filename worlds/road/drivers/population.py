"""Who drives in a task, and where from and to: the hidden population of drivers, the hidden relations of a town."""

from worlds.kit.chance import between, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING
from worlds.road.fields import EXIT
from worlds.road.lanes.crossings import next_lane
from worlds.road.lanes.junctions import gate_behind
from worlds.road.lights.loads import scale_for


@kernel
def draw_drivers(w, part):  # type: ignore[no-untyped-def]
    """The population: means around the city values of IDM, and how much drivers differ. Slow ones are kept for test,
    those who keep very close for final.
    """
    luck = uniform(w)
    if part == FOR_TESTING:
        w.mean_headway = 1.3 + 0.25 * luck  # s
    elif part == FOR_FINAL:
        w.mean_headway = 0.75 + 0.15 * luck
    else:
        w.mean_headway = 0.9 + 0.4 * luck
    w.mean_desire = between(w, 0.92, 1.08)
    w.mean_brisk = between(w, 1.2, 1.7)  # m/s²
    w.mean_comfort = between(w, 1.8, 2.4)  # m/s²
    w.mean_polite = between(w, 0.0, 0.4)
    w.mean_gap = between(w, 3.5, 5.5)  # s; HCM: 4.1 s for left turns from the major road
    w.spread = between(w, 0.1, 0.5)
    w.truck_share, w.bus_share = between(w, 0.0, 0.1), between(w, 0.0, 0.04)


@kernel
def draw_relations(w):  # type: ignore[no-untyped-def]
    """Each gate sends and draws its own share; only the proportions are meant, see `scale_demand`."""
    for source in range(int(w.sources)):
        w.course_tide[source] = 0.2 + uniform(w) * uniform(w) * 3.0  # first as weights
    for source in range(1, int(w.sources)):  # lanes of one gate share its weight
        if gate_behind(w, w.source_lane[source]) == gate_behind(w, w.source_lane[source - 1]):
            w.course_tide[source] = w.course_tide[source - 1]
    for goal in range(int(w.destinations)):
        pull = 0.2 + uniform(w)
        for source in range(int(w.sources)):
            if w.demand[source, goal] > 0.0:
                w.demand[source, goal] = w.course_tide[source] * pull * lane_share(w, source, goal)
    assign(w)


@kernel
def lane_share(w, source, goal):  # type: ignore[no-untyped-def]
    """The share of a gate's flow to a destination that enters by one of its lanes: those that lead straight there."""
    lane = w.source_lane[source]
    if w.steer[lane, goal] != 0:
        return 0.0
    for other in (w.lane_left[lane], w.lane_right[lane]):
        if other >= 0 and w.steer[other, goal] == 0:
            return 0.5
    return 1.0


@kernel
def assign(w):  # type: ignore[no-untyped-def]
    """Mean flow (vehicles/s) of every lane when everybody takes the quickest way on empty roads."""
    for lane in range(len(w.lane_flow)):
        w.lane_flow[lane] = 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            lane = int(w.source_lane[source])
            for _ in range(2 * int(w.lanes)):
                if w.steer[lane, goal] == 0 or int(w.lane_kind[lane]) == EXIT:
                    w.lane_flow[lane] += w.demand[source, goal]
                if int(w.lane_kind[lane]) == EXIT:
                    break
                lane = next_lane(w, lane, goal)
                if lane < 0:
                    break


@kernel
def scale_demand(w, load):  # type: ignore[no-untyped-def]
    """Bring the busiest junction, or the busiest gate, to a share of its capacity."""
    scale = scale_for(w, load)
    for lane in range(len(w.lane_flow)):
        w.lane_flow[lane] *= scale
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] *= scale
