"""What a commuter on a given network sees and is told, piece by piece."""

from worlds.kit.kernel import kernel
from worlds.road.lanes.crossings import FAR, point_at
from worlds.traffic.routes.constants import STANDING, TICK, WARM_UP
from worlds.traffic.routes.network.bots import ANYBODY, SIGHT
from worlds.traffic.routes.network.ways import cars_ahead, free_by, goal_of_way, is_open, place_of_seat, true_by

OWN, WAY = 11, 7  # numbers of the piece of its own, and of one way
NOTED = 1  # of the names: the way of the last trip, of which the piece before tells what it lost
TOLD_DRIVERS = 3
FAST = 15.0  # m/s that read as 1
MINUTE = 60.0  # s that read as 1
MANY = 8.0  # cars that read as 1
TOP = 3.0  # nothing reads higher, or below −TOP


@kernel
def clip(value):
    """Within what may be seen."""
    return min(max(value, -TOP), TOP)


@kernel
def observe(w, seat, out):
    """What a seat sees, in the order of the pieces: own, ways, the last trip, names, clock."""
    for index in range(len(out)):
        out[index] = 0.0
    most = w.relation_goal.shape[1]
    observe_own(w, seat, out)
    best = quickest_free(w, seat)
    for choice in range(most):
        observe_way(w, seat, choice, best, out, OWN + WAY * choice)
    at = OWN + WAY * most
    if w.way_before[seat] >= 0:
        before = int(w.way_before[seat])
        out[at + before] = 1.0
        out[at + most] = clip(w.met[seat, before] / MINUTE)
    name_ways(w, seat, out, at + most + 1)
    out[len(out) - 1] = w.tick / w.last_tick


@kernel
def name_ways(w, seat, out, at):
    """The way of the last trip today, and those that are open, by name (see `World.things`): people see its number."""
    most = w.relation_goal.shape[1]
    out[at] = (int(w.way_before[seat]) + 1) / most
    for choice in range(most):
        if is_open(w, seat, choice):
            out[at + NOTED + choice] = (choice + 1) / most


@kernel
def observe_own(w, seat, out):
    """Where it is and where its end lies; on the road; speed; standing; seconds of the trip, and those lost; to go."""
    lane, metres = place_of_seat(w, seat, w.choice[seat])
    x, y = point_at(w, lane, metres)
    end = int(w.sink_lane[goal_of_way(w, seat, 0)])
    ex, ey = point_at(w, end, w.lane_length[end])
    wide = max(w.map_wide, 1.0)
    out[0], out[1] = clip(2.0 * x / wide - 1.0), clip(2.0 * y / wide - 1.0)
    out[2], out[3] = clip(2.0 * ex / wide - 1.0), clip(2.0 * ey / wide - 1.0)
    out[4] = 1.0 if w.ride[seat] >= 0 else 0.0
    out[5] = clip(w.car_speed[w.ride[seat]] / FAST) if w.ride[seat] >= 0 else 0.0
    out[6] = clip(w.standing[seat] / MINUTE)
    spent = max(WARM_UP + w.tick * TICK - w.trip_since[seat], 0.0)
    out[7] = clip(spent / (2.0 * MINUTE))
    out[8] = clip(lost_so_far(w, seat) / MINUTE)
    out[9] = clip(w.remaining[seat] / (2.0 * MINUTE))
    out[10] = clip(w.trip_free[seat] / (2.0 * MINUTE))


@kernel
def lost_so_far(w, seat):
    """Seconds of this trip beyond those by which its end came nearer."""
    spent = max(WARM_UP + w.tick * TICK - w.trip_since[seat], 0.0)
    return max(spent - (w.trip_free[seat] - w.remaining[seat]), 0.0)


@kernel
def quickest_free(w, seat):
    """Seconds on empty roads by the quickest open way."""
    best = FAR
    for choice in range(w.relation_goal.shape[1]):
        if is_open(w, seat, choice):
            best = min(best, free_by(w, seat, choice))
    return best


@kernel
def observe_way(w, seat, choice, best, out, at):
    """Of one way: there, open, chosen, its detour on empty roads, cars ahead and those that stand, taken today."""
    if goal_of_way(w, seat, choice) < 0:
        return
    out[at] = 1.0
    out[at + 6] = float(int(w.been[seat, choice]))
    if not is_open(w, seat, choice):
        return
    out[at + 1] = 1.0
    out[at + 2] = 1.0 if w.choice[seat] == choice else 0.0
    out[at + 3] = clip((free_by(w, seat, choice) - best) / MINUTE)
    out[at + 4] = clip(cars_ahead(w, seat, choice, SIGHT, ANYBODY) / MANY)
    out[at + 5] = clip(cars_ahead(w, seat, choice, SIGHT, STANDING) / MANY)


@kernel
def reveal(w, seat, out):
    """The hidden task: the true detours by all open ways, which is the quickest; load, drivers, true seconds to go."""
    most, best = w.relation_goal.shape[1], FAR
    for choice in range(most):
        if is_open(w, seat, choice):
            best = min(best, true_by(w, seat, choice))
    for choice in range(most):
        if is_open(w, seat, choice):
            true = true_by(w, seat, choice)
            out[choice] = clip((true - best) / MINUTE)
            out[most + choice] = 1.0 if true <= best else 0.0
    at = 2 * most
    out[at] = w.load
    out[at + 1] = w.mean_headway - 1.0
    out[at + 2] = w.mean_brisk - 1.4
    out[at + 3] = 10.0 * w.truck_share
    out[at + 4] = clip(best / MINUTE) if best < FAR else 0.0
