"""Lights: a phase that is asked for comes after yellow and all-red; groups green before and after stay green."""

from worlds.kit.kernel import kernel
from worlds.road.fields import GREEN, RED, YELLOW

SLACK = 1e-6  # s; ticks add up to a little less or more than a whole yellow


@kernel
def start_lights(w, yellow, all_red):  # type: ignore[no-untyped-def]
    """Every junction shows its first phase, and has for long enough to change it."""
    w.yellow, w.all_red = yellow, all_red
    for group in range(len(w.group_state)):
        w.group_state[group] = RED
    groups = len(w.group_state) // max(len(w.phase), 1)
    for junction in range(len(w.phase)):
        w.phase[junction] = w.phase_before[junction] = 0
        set_change(w, junction, yellow, all_red)
        for group in range(groups):
            if w.phases[junction] > 0 and shows(w, junction, 0, group):
                w.group_state[junction * groups + group] = GREEN


@kernel
def set_change(w, junction, yellow, all_red):  # type: ignore[no-untyped-def]
    """Let a junction's changes take so long; the phase it shows has had its change."""
    w.phase_yellow[junction], w.phase_all_red[junction] = yellow, all_red
    w.phase_time[junction] = yellow + all_red


@kernel
def change_seconds(w, junction):  # type: ignore[no-untyped-def]
    """Seconds from a phase that was asked for to its green."""
    return w.phase_yellow[junction] + w.phase_all_red[junction]


@kernel
def shows(w, junction, phase, group):  # type: ignore[no-untyped-def]
    """Whether a phase shows green to a junction's group (numbered within the junction)."""
    return (int(w.phase_groups[junction, phase]) >> group) & 1 == 1


@kernel
def in_change(w, junction):  # type: ignore[no-untyped-def]
    """Whether a junction is between two phases."""
    return w.phase_time[junction] < change_seconds(w, junction) - SLACK


@kernel
def ask_phase(w, junction, phase):  # type: ignore[no-untyped-def]
    """Change to a phase, unless it is shown already or a change is under way."""
    if phase != w.phase[junction] and phase < w.phases[junction] and not in_change(w, junction):
        w.phase_before[junction] = w.phase[junction]
        w.phase[junction] = phase
        w.phase_time[junction] = 0.0


@kernel
def run_lights(w, dt):  # type: ignore[no-untyped-def]
    """One tick of every light."""
    groups = len(w.group_state) // max(len(w.phase), 1)
    for junction in range(len(w.phase)):
        if w.phases[junction] == 0:
            continue
        time, change = w.phase_time[junction] + SLACK, change_seconds(w, junction)
        w.phase_time[junction] = min(w.phase_time[junction] + dt, 1e5)
        if time >= change + dt + SLACK:
            continue  # green has been shown since the tick before
        before, phase = w.phase_before[junction], w.phase[junction]
        for group in range(groups):
            was, will = shows(w, junction, before, group), shows(w, junction, phase, group)
            state = RED
            if time >= change:
                state = GREEN if will else RED
            elif was and will:
                state = GREEN
            elif was and time < w.phase_yellow[junction]:
                state = YELLOW
            w.group_state[junction * groups + group] = state
