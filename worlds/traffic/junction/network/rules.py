"""Junction: get across a junction of a given network again and again; nobody tells you how those who meet you drive.

Rules    The junction has the file's arms, lanes, priorities, stop signs and lights. Everyone drives from one arm to
         another, and then sets out on the next trip. Cars brake for what is ahead in their lane, for bends and at red
         lights by themselves, but not for those who cross or join: who goes when is the driver's decision. Who comes by
         an arm with a stop sign stands 2 s within 8 m of the line, or is fined and held up. Some force their way. Who
         touches another car is taken off the road, and so is the other; a seat sets out anew after 4 s.
Who      driver_0 …, each for itself.
Actions  pedal: brake, stop at the line, roll (4 m/s), cruise at the limit, push on (1.4 times the limit).
Seen     own, streams, events: as at generated junctions · light: that one holds the own way, red, yellow, green.
Hidden   critical gaps, speeds and headways of the drivers, how many force their way; how many come from where; who
         sits in the other cars; the order of the gates from which one sets out.
Reward   1 for every 12 m · 2 for each trip that arrives · −0.25 a second · up to −3 for a stop sign · −60 for a crash.
End      truncated after 50 s.
Varies   demand (test: farther from the file's; final: heavy), sight, drivers (test: very short and very long gaps, more
         who force their way; final: still shorter and longer gaps), bots.
Version  6: as at generated junctions.
"""

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
