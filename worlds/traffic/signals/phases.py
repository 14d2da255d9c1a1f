"""What a seat sees phase by phase: the same numbers of every phase, in generated towns and on every network.

No number stands for an arm, a lane or the place of a phase in its order, so an agent that judges all phases alike by
their blocks plays on any network. Its kin: FRAP (Zheng et al. 2019, "Learning Phase Competition for Traffic Signal
Control"), AttendLight (Oroojlooy et al. 2020) and, for what is pooled, Deep Sets (Zaheer et al. 2017).

A block holds, in this order: that there is such a phase; whether it is the present one; of the lanes that it lets go
the cars, the queue, those near the line, the cars that tolerant controllers reckon with, those on lanes that are red
now, the most on one lane; how soon the next car is at a line; the cars where they go, and how full the fullest of these
lanes is; cars one lane further back that may drive on now; the longest red; how many lanes, and the shares of them that
are green now, whose detector is taken to be stuck, and whose detector has long been silent; the share of ways that give
way. Cars are what detectors tell, and some are broken: before a short lane those further back too, and of a lane the
share that the phase lets go (`reach`). What is known of a detector is kept through a trial.
"""

from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.fields import GREEN
from worlds.road.lanes.junctions import lane_in
from worlds.road.lights.loads import gives_way, is_green, phases_of
from worlds.traffic.signals.constants import EPISODE, FULL_LANE, FULL_QUEUE
from worlds.traffic.signals.estimates import SILENT, is_frozen, likely_cars
from worlds.traffic.signals.lights import green_seconds, is_ready
from worlds.traffic.signals.reach import (
    SHORT,
    SPACE,
    cars_before,
    gap_before,
    near_before,
    queue_before,
    share_let_go,
    ways_of,
)
from worlds.traffic.signals.senses import TOP

ROOM = 12  # phases; the most that a network's light can have
OWN, BLOCK = 3, 18  # numbers of the junction, of a phase
FEW_LANES = 4.0  # lanes of a phase that read as 1
LONG_RED = 60.0  # s that read as 1


def phase_pieces() -> Pieces:
    """What a seat sees: of the junction whether it may change, seconds of green, how many phases; a block a phase."""
    return Pieces(own=OWN, phases=ROOM * BLOCK, clock=1).within(0.0, TOP)


@kernel
def observe_town_phases(w, seat, out):
    """In a generated town."""
    out[observe_phases(w, seat, out)] = w.tick / EPISODE


@kernel
def observe_network_phases(w, seat, out):
    """On a given network, whose episodes last as long as is asked for."""
    out[observe_phases(w, seat, out)] = w.tick / w.last_tick


@kernel
def observe_phases(w, seat, out):
    """All but the clock; where that stands."""
    for index in range(len(out)):
        out[index] = 0.0
    out[0] = 1.0 if is_ready(w, seat) else 0.0
    out[1] = min(green_seconds(w, seat) / 30.0, TOP)
    out[2] = phases_of(w, seat) / ROOM
    for phase in range(phases_of(w, seat)):
        at = OWN + BLOCK * phase
        out[at] = 1.0
        out[at + 1] = 1.0 if phase == w.phase[seat] else 0.0
        observe_served(w, seat, phase, out, at + 2)
        observe_known(w, seat, phase, out, at + 12)
    return OWN + BLOCK * ROOM


@kernel
def observe_served(w, seat, phase, out, at):
    """The cars that a phase would let go, and what is before and behind them."""
    cars, queue, near, likely, red, most, gap = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 99.0
    behind, ways, fullest, coming = 0.0, 0, 0.0, 0.0
    for arm in range(int(w.arms[seat])):
        for side in range(w.road_lane.shape[2]):
            if not is_green(w, seat, phase, arm, side):
                continue
            lane = lane_in(w, seat, arm, side)
            share = share_let_go(w, seat, phase, lane)
            here = share * cars_before(w, lane)
            cars += here
            queue += share * queue_before(w, lane)
            near += share * near_before(w, lane)
            likely += share * likely_cars(w, seat, lane)
            red += 0.0 if is_green(w, seat, int(w.phase[seat]), arm, side) else here
            most = max(most, here)
            gap = min(gap, gap_before(w, lane))
            coming += cars_sent(w, lane)
            for index in range(w.lane_next.shape[1]):
                link = w.lane_next[lane, index]
                if link >= 0 and w.lane_next[link, 0] >= 0:
                    far = w.lane_next[link, 0]
                    behind += w.seen_cars[far]
                    fullest = max(fullest, w.seen_cars[far] * SPACE / max(w.lane_length[far], SPACE))
                    ways += 1
    out[at] = min(cars / FULL_LANE, TOP)
    out[at + 1] = min(queue / FULL_QUEUE, TOP)
    out[at + 2] = min(near / FULL_QUEUE, TOP)
    out[at + 3] = min(likely / FULL_LANE, TOP)
    out[at + 4] = min(red / FULL_LANE, TOP)
    out[at + 5] = min(most / FULL_QUEUE, TOP)
    out[at + 6] = max(1.0 - gap / 10.0, 0.0)
    out[at + 7] = min(behind / max(ways, 1) / FULL_LANE, TOP)
    out[at + 8] = min(fullest, 1.0)
    out[at + 9] = min(coming / FULL_QUEUE, TOP)


@kernel
def cars_sent(w, lane):
    """Cars on the lanes before this one that no red holds back, each shared among the ways that it has; but for those
    that `reach` counts.
    """
    cars = 0.0
    for index in range(w.lane_before.shape[1]):
        link = w.lane_before[lane, index]
        if link < 0:
            break
        before, group = w.lane_before[link, 0], w.lane_group[link]
        lit = group >= 0
        if before < 0 or (lit and w.group_state[group] != GREEN) or (not lit and w.lane_length[lane] < SHORT):
            continue
        cars += w.seen_cars[before] / ways_of(w, before)
    return cars


@kernel
def observe_known(w, seat, phase, out, at):
    """What a phase is like: how long its lanes have been red, how many they are, and what is known of them."""
    longest, lanes, green, stuck, silent, yielding, ways = 0.0, 0, 0, 0, 0, 0, 0
    for arm in range(int(w.arms[seat])):
        for side in range(w.road_lane.shape[2]):
            if not is_green(w, seat, phase, arm, side):
                continue
            lane = lane_in(w, seat, arm, side)
            lanes += 1
            longest = max(longest, w.red_for[lane])
            green += 1 if is_green(w, seat, int(w.phase[seat]), arm, side) else 0
            stuck += 1 if is_frozen(w, lane) else 0
            silent += 1 if w.silent[lane] >= SILENT else 0
            for index in range(w.lane_next.shape[1]):
                link = w.lane_next[lane, index]
                if link >= 0:
                    ways += 1
                    yielding += 1 if gives_way(w, seat, phase, link) else 0
    out[at] = min(longest / LONG_RED, TOP)
    out[at + 1] = min(lanes / FEW_LANES, TOP)
    out[at + 2] = green / max(lanes, 1)
    out[at + 3] = stuck / max(lanes, 1)
    out[at + 4] = silent / max(lanes, 1)
    out[at + 5] = yielding / max(ways, 1)
