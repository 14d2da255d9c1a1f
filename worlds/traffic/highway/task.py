"""What stays for a trial: the motorway, its works and cameras, who drives on it and how many they are."""

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, opponents_part
from worlds.road.layouts.motorways import NO_RAMP, OFF_RAMP, ON_RAMP, WEAVING, lay_motorway
from worlds.traffic.highway.constants import CAMERAS, EPISODE, LIMIT, METRES, SECTIONS, TICK
from worlds.traffic.highway.fleets import draw_habits
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("plain"),
    Generator("ramps"),
    Generator("works"),
    Generator("mixed"),
    Generator("weaving", split="test"),
    Generator("chicane", split="final"),
)
PLAIN, RAMPS, WORKS, MIXED, WEAVE, CHICANE = range(6)
THINNEST, DENSEST = 0.003, 0.008  # vehicles a metre and lane: 2 to 8 a km; jams begin at about 25
EXITING = 0.15  # share of the traffic that leaves by each off-ramp
RAMP_FLOW = 0.15  # vehicles/s from an on-ramp
MOST_LIVE = 3  # cameras; at least one is


@kernel
def draw_task(w):
    """The motorway, how many come, and the cameras."""
    draw_plan(w)
    w.sound = int(lay_motorway(w, LIMIT))
    if int(w.sound) == 0:  # never seen; the plain motorway always holds
        open_all(w)
        w.sound = int(lay_motorway(w, LIMIT))
    draw_demand(w)
    draw_cameras(w)


@kernel
def draw_population(w):
    """How everyone drives who has no seat, how many they are, and what the firms' drivers do."""
    draw_drivers(w, opponents_part(w))
    draw_habits(w, opponents_part(w))


@kernel
def draw_drivers(w, part):
    """The population: means of the drivers' values, and how much they differ. The extremes are kept for test, those
    beyond them for final.
    """
    luck, side = uniform(w), uniform(w)
    if part == FOR_TESTING:
        w.mean_headway = 0.7 + 0.2 * luck if side < 0.5 else 1.7 + 0.3 * luck
    elif part == FOR_FINAL:
        w.mean_headway = 0.6 + 0.1 * luck if side < 0.5 else 2.0 + 0.3 * luck
    else:
        w.mean_headway = 0.9 + 0.8 * luck  # s; Treiber and Kesting 2013: 0.8 to 2 s
    w.mean_desire = between(w, 0.85, 1.15)
    w.mean_brisk = between(w, 0.8, 1.6)  # m/s²
    w.mean_comfort = between(w, 1.5, 2.5)  # m/s²
    w.mean_polite = between(w, 0.0, 0.5)  # realistic range of Treiber's page
    w.mean_gap = 4.0
    w.spread = between(w, 0.2, 0.6)
    w.truck_share, w.bus_share = between(w, 0.0, 0.25), 0.02
    w.density = between(w, THINNEST, DENSEST)


@kernel
def open_all(w):
    """All lanes open, no ramps."""
    w.section_metres = METRES
    for section in range(SECTIONS):
        w.section_open[section] = (1 << int(w.main_lanes)) - 1
        w.section_ramp[section] = NO_RAMP


@kernel
def draw_plan(w):
    """Lanes, ramps and works. The first section and the last are always plain."""
    w.main_lanes = 3 + integer(w, 2)
    open_all(w)
    first, second, long = 1 + integer(w, 2), 4 + integer(w, 3), 1 + integer(w, 2)
    turned = uniform(w) < 0.5
    if w.generator in (RAMPS, MIXED):
        w.section_ramp[first] = ON_RAMP
        w.section_ramp[second] = OFF_RAMP if turned else ON_RAMP
    if w.generator in (WORKS, MIXED):
        closed = 0 if turned or w.generator == MIXED else int(w.main_lanes) - 1
        close_lane(w, closed, second - 1, second - 1 + long)
    elif w.generator == WEAVE:
        w.section_ramp[first] = WEAVING
        w.section_ramp[second] = WEAVING if turned else ON_RAMP
        close_lane(w, 0, second - 2, second - 2 + long)
    elif w.generator == CHICANE:
        left, right = (2, 5) if turned else (5, 2)  # sections from where works close the outer lane on either side
        close_lane(w, 0, left, left + long)
        close_lane(w, int(w.main_lanes) - 1, right, right + long)
        if first == 1:
            w.section_ramp[1 if turned else 4] = OFF_RAMP


@kernel
def close_lane(w, index, start, stop):
    """Works: a lane ends before ``start`` and begins again at ``stop``."""
    for section in range(start, min(stop, SECTIONS - 1)):
        if (int(w.section_open[section]) >> index) & 1 == 1:
            w.section_open[section] = int(w.section_open[section]) - (1 << index)


@kernel
def draw_demand(w):
    """As many vehicles come in a second as keep the motorway as full as it was in the beginning."""
    w.course_length = EPISODE * TICK
    w.surge_from = w.surge_part = 0.0
    off = int(w.destinations) - 1
    for source in range(len(w.source_lane)):
        w.course_tide[source] = w.course_surge[source] = 0.0
    for source in range(int(w.sources)):
        flow = w.density * LIMIT * 0.9 if source < w.main_lanes else RAMP_FLOW
        for goal in range(int(w.destinations)):
            w.demand[source, goal] = flow * (1.0 - EXITING * off if goal == 0 else EXITING)
    for source in range(int(w.main_lanes), int(w.sources)):  # nobody leaves by the ramp where he came in, or before
        for goal in range(1, int(w.destinations)):
            w.demand[source, 0] += w.demand[source, goal]
            w.demand[source, goal] = 0.0


@kernel
def draw_cameras(w):
    """Which cameras are live; the others are empty boxes."""
    for camera in range(CAMERAS):
        w.live[camera] = 0
    left = 1 + integer(w, MOST_LIVE)
    for camera in range(CAMERAS):  # each as likely as any other (Knuth's selection sampling, TAOCP 3.4.2 S)
        if uniform(w) * (CAMERAS - camera) < left:
            w.live[camera] = 1
            left -= 1


@kernel
def solvable(w):
    """Whether everybody finds a way to where they want to go."""
    return int(w.sound) == 1
