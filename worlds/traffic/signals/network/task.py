"""What differs between the tasks of one network: how much traffic comes and when, who drives, what is broken."""

from worlds.kit.chance import between, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, layout_part
from worlds.road.drivers.population import assign
from worlds.road.layouts.given_demand import draw_flows, is_anybody, level_course, scale_flows
from worlds.road.lights.loads import scale_for
from worlds.traffic.signals.constants import ALL_RED, FINE, YELLOW
from worlds.traffic.signals.estimates import forget_counts
from worlds.traffic.signals.task import EVEN, break_detectors, draw_incident
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("usual"),
    Generator("shifted", split="test"),
    Generator("heavy", split="final"),
)
EACH = 0.3  # by so much of itself a relation's flow differs from the file's in training
SHIFTED = 0.8  # and so much in test
LIGHTEST, HEAVIEST = 0.8, 1.1  # times the file's demand
SHARES = 0.45, 0.8  # of the capacity of the busiest junction that drawn demand uses
HEAVY = 1.25  # times as much in the split final


@kernel
def draw_task(w):
    """Demand around the file's, or drawn where there is none; broken detectors; perhaps a blocked lane."""
    open_lane(w)
    spread = EACH if layout_part(w) != FOR_TESTING else SHIFTED
    factor = between(w, LIGHTEST, HEAVIEST)
    if layout_part(w) == FOR_FINAL:
        factor *= HEAVY
    set_demand(w, spread, factor)
    break_detectors(w, int(w.lanes))
    draw_incident(w)
    w.incident_from *= w.course_length / 400.0
    w.incident_until *= w.course_length / 400.0
    forget_counts(w)


@kernel
def draw_task_intact(w):
    """The same task with all detectors whole."""
    draw_task(w)
    for lane in range(len(w.detector)):
        w.detector[lane] = FINE


@kernel
def draw_task_as_given(w):
    """The file's demand as it is, nothing broken, nothing blocked."""
    open_lane(w)
    set_demand(w, 0.0, 1.0)
    for lane in range(len(w.detector)):
        w.detector[lane] = FINE
    forget_counts(w)


@kernel
def open_lane(w):
    """The lane that the last task blocked is as in the file again."""
    if w.incident_lane >= 0:
        w.lane_limit[w.incident_lane] = w.incident_limit
    w.incident_lane = -1
    w.incident_from = w.incident_until = w.incident_limit = 0.0


@kernel
def set_demand(w, spread, factor):
    """Each relation within ``spread`` of the file's flow, all ``factor`` times that; or drawn around a load."""
    w.yellow, w.all_red = YELLOW, ALL_RED  # the load that fits is reckoned with them, in the first task as later
    w.course = EVEN
    level_course(w)
    draw_flows(w, spread)
    if w.flow_counted == 0:
        draw_relations(w)
        factor = scale_of_draw(w)
    scale_flows(w, factor)
    assign(w)
    w.load = min(0.5 * factor, 1.0) if w.flow_counted == 1 else w.load


@kernel
def draw_relations(w):
    """Each place to enter sends and each to leave draws its own share."""
    for goal in range(int(w.destinations)):
        pull = 0.2 + uniform(w)
        for source in range(int(w.sources)):
            w.flow_mean[source, goal] *= pull
    for source in range(int(w.sources)):
        weight = 0.2 + uniform(w) * uniform(w) * 3.0
        for goal in range(int(w.destinations)):
            w.flow_mean[source, goal] *= weight


@kernel
def scale_of_draw(w):
    """The factor that brings the busiest junction to a drawn share of its capacity."""
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            w.demand[source, goal] = w.flow_mean[source, goal]
    assign(w)
    w.load = between(w, SHARES[0], SHARES[1])
    if layout_part(w) == FOR_FINAL:
        w.load = min(w.load * HEAVY, 1.0)
    return scale_for(w, w.load)


@kernel
def solvable(w):
    """Whether somebody comes."""
    return is_anybody(w)
