"""Who drives on a given network, and how many from where to where: the file's, or around it."""

from worlds.kit.chance import between
from worlds.kit.kernel import kernel
from worlds.kit.record import opponents_part
from worlds.road.drivers.population import draw_drivers

MOST_FLOW = 10.0  # vehicles/s of one relation


@kernel
def draw_given_drivers(w):  # type: ignore[no-untyped-def]
    """Who drives; slow drivers are kept for test, close ones for final. Lorries are as many as in the file."""
    draw_drivers(w, opponents_part(w))
    if w.truck_given >= 0.0:
        w.truck_share, w.bus_share = w.truck_given, w.bus_given


@kernel
def set_city_drivers(w):  # type: ignore[no-untyped-def]
    """The city values of Treiber and Kesting 2013, a fifth apart, as when a network is driven beside SUMO."""
    w.mean_desire, w.mean_headway, w.mean_brisk, w.mean_comfort = 1.0, 1.0, 1.4, 2.0
    w.mean_polite, w.mean_gap, w.spread = 0.2, 4.5, 0.2
    w.truck_share, w.bus_share = max(w.truck_given, 0.0), max(w.bus_given, 0.0)


@kernel
def level_course(w):  # type: ignore[no-untyped-def]
    """Demand runs the file's course and no other."""
    w.surge_from = w.surge_part = 0.0
    for source in range(len(w.course_tide)):
        w.course_tide[source] = w.course_surge[source] = 0.0


@kernel
def draw_flows(w, spread):  # type: ignore[no-untyped-def]
    """Each relation within ``spread`` of the file's flow."""
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.flow_mean[source, goal] = 0.0
            if w.flow_given[source, goal] > 0.0:
                luck = between(w, 1.0 - spread, 1.0 + spread)
                w.flow_mean[source, goal] = min(w.flow_given[source, goal] * luck, MOST_FLOW)


@kernel
def scale_flows(w, factor):  # type: ignore[no-untyped-def]
    """All flows ``factor`` times as large."""
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.flow_mean[source, goal] = min(w.flow_mean[source, goal] * factor, MOST_FLOW)
            w.demand[source, goal] = w.flow_mean[source, goal]


@kernel
def run_demand(w, now, dt):  # type: ignore[no-untyped-def]
    """The mean flows of this part of the episode; they change at most every ``dt`` seconds."""
    bins = w.flow_course.shape[0]
    length = w.course_length / bins
    at = min(int(now / length), bins - 1)
    if now > 0.0 and min(int((now - dt) / length), bins - 1) == at:
        return
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] = min(w.flow_mean[source, goal] * w.flow_course[at, source], MOST_FLOW)


@kernel
def is_anybody(w):  # type: ignore[no-untyped-def]
    """Whether somebody comes."""
    flow = 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            flow += w.flow_mean[source, goal]
    return flow > 0.0
