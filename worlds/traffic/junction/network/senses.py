"""What the seats see at a given junction: as at any other, and the light that holds their way."""

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import GREEN, RED, YELLOW
from worlds.road.lanes.network import wrap
from worlds.road.layouts.crossroads import ARMS
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.constants import EPISODE, PAUSE
from worlds.traffic.junction.looking import link_ahead
from worlds.traffic.junction.senses import EVENTS, OWN, PER_ARM, STREAMS, heading_of, observe_own, observe_streams

LIGHT = 4  # numbers: there is one, red, yellow, green


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces; its car is on the road or pauses."""
    for index in range(len(out)):
        out[index] = 0.0
    at = OWN + STREAMS
    out[at] = min(w.crashes[seat] / 3.0, 2.0)
    out[at + 1] = min(w.crossings[seat] / 4.0, 2.0)
    out[at + 2] = w.rest[seat] / PAUSE
    out[at + 3] = w.tick / EPISODE
    car = int(w.ride[seat])
    if car < 0:
        return
    link, away = link_ahead(w, car)
    observe_own(w, seat, car, link, away, out)
    observe_arms(w, seat, car, out)
    if link >= 0:
        observe_streams(w, car, link, away, out)
        observe_light(w, link, out, at + EVENTS)


@kernel
def observe_arms(w, seat, car, out):
    """Where the arms lie, and what the seat has met at each in this episode."""
    mine = heading_of(w, car)
    for arm in range(int(w.arm_count)):
        out[OWN + PER_ARM * arm] = 1.0
        out[OWN + PER_ARM * arm + 1] = wrap(w.arm_heading[arm] + PI - mine) / PI
    for arm in range(ARMS):
        out[OWN + PER_ARM * arm + 2] = float(int(w.gave[seat, arm]))
        out[OWN + PER_ARM * arm + 3] = float(int(w.took[seat, arm]))
    for arm in range(MOST_ARMS):
        out[OWN + PER_ARM * arm + 4] = float(int(w.fined[seat, arm]))
        out[OWN + PER_ARM * arm + 5] = float(int(w.spared[seat, arm]))


@kernel
def observe_light(w, link, out, at):
    """The light that holds a way, if there is one."""
    if w.lane_group[link] < 0:
        return
    state = int(w.group_state[w.lane_group[link]])
    out[at] = 1.0
    out[at + 1] = 1.0 if state == RED else 0.0
    out[at + 2] = 1.0 if state == YELLOW else 0.0
    out[at + 3] = 1.0 if state == GREEN else 0.0
