"""What the seats see at a given junction: as at any other, and the light that holds their way."""

from worlds.kit.kernel import kernel
from worlds.kit.maths import PI
from worlds.road.fields import GREEN, RED, YELLOW
from worlds.road.lanes.network import wrap
from worlds.traffic.junction.looking import link_ahead
from worlds.traffic.junction.senses import (
    EVENTS,
    OWN,
    PER_ARM,
    STREAMS,
    heading_of,
    observe_events,
    observe_met,
    observe_own,
    observe_streams,
)

LIGHT = 4  # numbers: there is one, red, yellow, green


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces; its car is on the road or pauses."""
    observe_events(w, seat, out)
    car = int(w.ride[seat])
    if car < 0:
        return
    link, away = link_ahead(w, car)
    observe_own(w, seat, car, link, away, out)
    observe_arms(w, seat, car, out)
    if link >= 0:
        observe_streams(w, car, link, away, out)
        observe_light(w, link, out, OWN + STREAMS + EVENTS)


@kernel
def observe_arms(w, seat, car, out):
    """Where the arms lie, and what the seat has met at each in this episode."""
    mine = heading_of(w, car)
    for arm in range(int(w.arm_count)):
        out[OWN + PER_ARM * arm] = 1.0
        out[OWN + PER_ARM * arm + 1] = wrap(w.arm_heading[arm] + PI - mine) / PI
    observe_met(w, seat, out)


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
