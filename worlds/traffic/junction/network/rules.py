"""Junction on a given network: driving, fines and crashes as at generated junctions, lights by the file's programs."""

from worlds.kit.chance import uniform
from worlds.kit.kernel import kernel
from worlds.road.lights.programmes import run_programmes, show_programmes, start_programmes
from worlds.traffic.junction.constants import TICK
from worlds.traffic.junction.rules import begin as begin_anywhere
from worlds.traffic.junction.rules import step as step_anywhere


@kernel
def begin(w):
    """One episode of the same task; the lights are somewhere in their programs."""
    w.programmes_from = uniform(w) * cycle_of(w)
    begin_anywhere(w)
    start_programmes(w)
    show_programmes(w, w.programmes_from)


@kernel
def cycle_of(w):
    """Seconds of the longest program."""
    longest = 0.0
    for light in range(len(w.light_yellow)):
        whole = 0.0
        for phase in range(int(w.phases[light])):
            whole += w.green_given[light, phase] + w.light_yellow[light] + w.light_all_red[light]
        longest = max(longest, whole)
    return longest


@kernel
def step(w, actions, rewards):
    """Lights run, and all else is as at a junction without them."""
    run_programmes(w, w.programmes_from + w.tick * TICK)
    step_anywhere(w, actions, rewards)
