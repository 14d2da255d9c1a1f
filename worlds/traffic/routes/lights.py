"""The town's lights: fixed plans, each junction with its own cycle, that nobody tells."""

from worlds.kit.chance import between
from worlds.kit.kernel import kernel
from worlds.kit.road.signalling import ask_phase, shows
from worlds.traffic.routes.constants import ALL_RED, YELLOW

SHORTEST, LONGEST = 5.0, 12.0  # s of green


@kernel
def draw_plans(w):
    """Greens of every phase and an offset for each junction."""
    for junction in range(len(w.arms)):
        for phase in range(w.green.shape[1]):
            w.green[junction, phase] = between(w, SHORTEST, LONGEST)
        w.offset[junction] = between(w, 0.0, 100.0)


@kernel
def cycle_of(w, junction):
    """Seconds of a whole cycle."""
    cycle = 0.0
    for phase in range(int(w.phases[junction])):
        cycle += w.green[junction, phase] + YELLOW + ALL_RED
    return max(cycle, 1.0)


@kernel
def run_plans(w, now):
    """Ask every junction for the phase that its plan shows now."""
    for junction in range(len(w.arms)):
        cycle = cycle_of(w, junction)
        time = now + w.offset[junction]
        time -= int(time / cycle) * cycle
        for phase in range(int(w.phases[junction])):
            time -= w.green[junction, phase] + YELLOW + ALL_RED
            if time < 0.0:
                ask_phase(w, junction, phase)
                break


@kernel
def red_wait(w, lane):
    """Seconds that a lane's light costs in the mean where there is no queue: red² / (2 cycle)."""
    link = w.lane_next[lane, 0]
    group = w.lane_group[link] if link >= 0 else -1
    if group < 0:
        return 0.0
    junction = int(w.lane_junction[link])
    groups = len(w.group_state) // len(w.phase)
    cycle, green = cycle_of(w, junction), 0.0
    for phase in range(int(w.phases[junction])):
        if shows(w, junction, phase, int(group) - junction * groups):
            green += w.green[junction, phase]
    red = max(cycle - green, 0.0)
    return red * red / (2.0 * cycle)
