"""Lights that run the program of their file: greens in turn, each as long as there, with the file's changes between."""

import numpy as np

from worlds.kit.kernel import kernel
from worlds.road.fields import GREEN, RED
from worlds.road.lights.signalling import ask_phase, set_change, shows


@kernel
def start_programmes(w):  # type: ignore[no-untyped-def]
    """Changes take as long as the file says."""
    for light in range(len(w.light_yellow)):
        set_change(w, light, w.light_yellow[light], w.light_all_red[light])


@kernel
def show_programmes(w, now):  # type: ignore[no-untyped-def]
    """Every light shows the green of its program at once, as if it had run before."""
    groups = len(w.group_state) // max(len(w.phase), 1)
    for light in range(len(w.light_yellow)):
        if w.phases[light] > 0:
            phase = programmed(w, light, now)
            w.phase[light] = w.phase_before[light] = phase
            for group in range(groups):
                w.group_state[light * groups + group] = GREEN if shows(w, light, phase, group) else RED


@kernel
def run_programmes(w, now):  # type: ignore[no-untyped-def]
    """Every light is asked for the green that its program has ``now``, s since the programs began."""
    for light in range(len(w.light_yellow)):
        if w.phases[light] > 0:
            ask_phase(w, light, programmed(w, light, now))


@kernel
def programmed(w, light, now):  # type: ignore[no-untyped-def]
    """The phase that the program shows, or changes to."""
    phases, change = int(w.phases[light]), w.light_yellow[light] + w.light_all_red[light]
    whole = 0.0
    for phase in range(phases):
        whole += w.green_given[light, phase] + change
    if whole <= 0.0:
        return int(w.phase[light])
    left = now - w.offset_given[light]
    left -= whole * np.floor(left / whole)
    for phase in range(phases):
        left -= w.green_given[light, phase]
        if left < 0.0:
            return phase
        left -= change
        if left < 0.0:
            return (phase + 1) % phases
    return 0
