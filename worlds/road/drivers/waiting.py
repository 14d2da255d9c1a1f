"""The wait for a lane: who must change lanes to get where he wants, and cannot yet, stands before it is too late.

As in LC2013 of SUMO, where one who has to change brakes to a stop before the end of what allows him to (Erdmann 2015,
"strategic changes"). Only those wait who would otherwise end up elsewhere, on networks that say so (`mark_stays`): who
has another way to the same end takes it.

Two side by side, each of whom wants the other's lane, would wait for ever: so who changes to the left stands farther
ahead, and goes first. Whoever has waited for long all the same gives up and drives on.
"""

from worlds.kit.kernel import kernel
from worlds.road.drivers.making_room import AT_END, LAST, must_leave, urgency
from worlds.road.drivers.precedence import can_hold

FARTHER = 8.0  # m that who wants to the left stands ahead of who wants to the right: a car and a gap on either side
STANDS = LAST + 1.0  # m before the end of the lane where the former stands, if it is long enough
SLACK = 0.9  # m that one may stand farther ahead
NOWHERE = 1e6  # m


@kernel
def place_to_wait(w, car, lane):  # type: ignore[no-untyped-def]
    """Metres ahead to where a driver stands to wait for the lane beside; NOWHERE where he need not, or cannot."""
    if not must_leave(w, car, lane) or urgency(w, car, lane) <= 0.0:
        return NOWHERE
    left = w.lane_length[lane] - w.car_pos[car]
    place = max(min(STANDS + FARTHER, w.lane_length[lane] - w.car_length[car] - 1.0), AT_END)
    if int(w.steer[lane, w.car_goal[car]]) < 0:
        place = max(place - FARTHER, AT_END)
    if not can_hold(w, car, left - place + SLACK):
        place = AT_END
    return left - place if can_hold(w, car, left - place + SLACK) else NOWHERE
