"""How much of its time a junction needs for the flows of a task (``lane_flow``), phase by phase, and how much fits.

Flow ratios as in Webster 1958, "Traffic signal settings".
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import LINK
from worlds.road.lanes.junctions import lane_in
from worlds.road.lights.signalling import shows

CAR = 6.5  # m of road that a car of a standing queue takes
GIVING_WAY = 1.8  # times the headway of those who turn left across traffic (HCM: 1.4 to 2.5 for shared lanes)
SATURATION = 0.47  # vehicles/s and lane, the discharge of IDM with the city values (research: 1,700 vehicles/h)
UNSIGNALISED = 0.4  # vehicles/s that a junction without lights takes in all
GATE_FLOW = 0.4  # vehicles/s that enter by a lane at most
CYCLE = 90.0  # s; SUMO's default cycle, for which a junction's capacity is reckoned


@kernel
def phases_of(w, junction):  # type: ignore[no-untyped-def]
    """How many phases a junction has."""
    return int(w.phases[junction])


@kernel
def is_green(w, junction, phase, arm, lane):  # type: ignore[no-untyped-def]
    """Whether a phase is green for a lane that comes in."""
    return lane_in(w, junction, arm, lane) >= 0 and shows(w, junction, phase, arm * w.road_lane.shape[2] + lane)


@kernel
def need(w, seat, phase):  # type: ignore[no-untyped-def]
    """The flow ratio of a phase: that of its busiest lane."""
    most = 0.005
    for arm in range(int(w.arms[seat])):
        for lane in range(w.road_lane.shape[2]):
            if is_green(w, seat, phase, arm, lane):
                most = max(most, lane_need(w, seat, phase, lane_in(w, seat, arm, lane)))
    return most


@kernel
def lane_need(w, seat, phase, place):  # type: ignore[no-untyped-def]
    """The share of time that a lane's flow takes to discharge, way by way: bends are slow, giving way is slower."""
    ratio = 0.0
    for index in range(w.lane_next.shape[1]):
        link = w.lane_next[place, index]
        if link >= 0:
            headway = max(1.0 / SATURATION, CAR / w.lane_limit[link] + w.mean_headway)
            ratio += w.lane_flow[link] * headway * (GIVING_WAY if gives_way(w, seat, phase, link) else 1.0)
    return ratio


@kernel
def gives_way(w, seat, phase, link):  # type: ignore[no-untyped-def]
    """Whether a phase is also green for somebody who goes before this link."""
    groups = len(w.group_state) // max(len(w.phase), 1)
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other = w.conflict_lane[side]
        if w.lane_rank[other] > w.lane_rank[link] and shows(w, seat, phase, w.lane_group[other] - seat * groups):
            return True
    return False


@kernel
def inflow(w, junction):  # type: ignore[no-untyped-def]
    """Vehicles/s that come into a junction."""
    flow = 0.0
    for lane in range(int(w.lanes)):
        if int(w.lane_kind[lane]) == LINK and w.lane_junction[lane] == junction:
            flow += w.lane_flow[lane]
    return flow


@kernel
def scale_for(w, load):  # type: ignore[no-untyped-def]
    """The factor on all flows that brings the busiest junction, or the busiest gate, to a share of its capacity."""
    scale = 1e9
    for junction in range(len(w.arms)):
        ratio = 0.0
        for phase in range(phases_of(w, junction)):
            ratio += need(w, junction, phase)
        if phases_of(w, junction) == 0:
            scale = min(scale, load * UNSIGNALISED / max(inflow(w, junction), 1e-6))
            continue
        usable = max(1.0 - phases_of(w, junction) * (w.yellow + w.all_red) / CYCLE, 0.1)
        scale = min(scale, load * usable / max(ratio, 1e-6))
    for source in range(int(w.sources)):
        scale = min(scale, GATE_FLOW / max(w.lane_flow[w.source_lane[source]], 1e-6))
    return scale
