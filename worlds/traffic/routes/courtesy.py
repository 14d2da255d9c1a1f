"""Who has waited long at a crossing is let through: nobody has to give way for ever, and no ring of cars locks.

Drivers accept smaller gaps and are given way to the longer they wait (Polus, Lazar and Livneh 2003); here the way of
one who has stood at the line for PATIENCE seconds goes before all others, as soon as there is room for him behind the
crossing. Whether there is room plays no part in who goes first: a street that crawls takes one car after the other, and
those with the usual right of way would fill every gap of a car's length, while who gives way to them waits for more.
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import LINK
from worlds.road.lanes.crossings import leads
from worlds.traffic.routes.constants import HALTING

PATIENCE = 25.0  # s
AT_LINE = 8.0  # m
FAVOUR = 10  # ranks that he gains each time his patience ends: of two the one goes who has waited longer
TIMES = 5  # that he gains them at most


@kernel
def start_courtesy(w):
    """Nobody waits yet; the ranks of all ways are the usual ones."""
    for lane in range(len(w.lane_wait)):
        w.lane_wait[lane] = 0.0
        w.lane_waiter[lane] = -1
        w.lane_rank[lane] = w.lane_order[lane]


@kernel
def let_through(w, dt):
    """One tick of waiting at the lines, and who goes first because of it."""
    for lane in range(int(w.lanes)):
        if w.lane_junction[lane] < 0 or int(w.lane_kind[lane]) == LINK:
            continue
        car = w.lane_head[lane]
        if car != w.lane_waiter[lane]:
            if w.lane_wait[lane] > PATIENCE:
                if is_crossing(w, int(w.lane_waiter[lane]), lane):
                    continue
                favour(w, lane, -1, 0)
            w.lane_waiter[lane], w.lane_wait[lane] = car, 0.0
        if car < 0:
            continue
        if w.car_speed[car] < HALTING and w.lane_length[lane] - w.car_pos[car] < AT_LINE:
            w.lane_wait[lane] += dt
        if w.lane_wait[lane] > PATIENCE:
            link = leads(w, lane, w.car_goal[car])
            favour(w, lane, link, FAVOUR * min(int(w.lane_wait[lane] / PATIENCE), TIMES))


@kernel
def is_crossing(w, car, lane):
    """Whether one who has left a lane is still on his way over the crossing: so long nobody goes before him."""
    way = int(w.car_lane[car])
    return way >= 0 and int(w.lane_kind[way]) == LINK and w.lane_before[way, 0] == lane


@kernel
def favour(w, lane, chosen, ranks):
    """Let one way out of a lane go before all others by so many ranks, −1 for none."""
    for index in range(w.lane_next.shape[1]):
        link = w.lane_next[lane, index]
        if link >= 0:
            w.lane_rank[link] = int(w.lane_order[link]) + (ranks if link == chosen else 0)
