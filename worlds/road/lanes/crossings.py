"""Where the links of a junction meet, and which way leads where."""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK, STAY
from worlds.road.lanes.network import overfull, wrap

BESIDE = 2.2  # m; centre-lines this near do not pass each other: a lane of cars is as wide
TOUCH = 1.9  # m; bodies of 1.8 m on centre-lines this near may touch in bends
MEETINGS = 2  # of two ways that are looked for, at most
STRIDE = 0.5  # m between the places at which it is looked how near another way is
CHANGE_COST = 4.0  # s that a lane change weighs in the choice of a route,
SHORT_COST = 60.0  # and on a lane too short for it: nobody can rely on that
SHORT = 24.0  # m; a lane has to be longer for a change: a lorry's length and the last metres before the line
TURN_BACK_COST = 60.0  # s that it weighs to turn round on the spot
FAR = 1e8  # s
NO_STOPPING = 25.0  # m/s; where the limit is 90 km/h or more nobody stands for a lane (StVO § 18 (8))
BACKWARDS = 2.8  # rad; a way that bends more turns round


@kernel
def connect_conflicts(w):  # type: ignore[no-untyped-def]
    """List for every link the other links of its junction that it crosses or merges with, and where."""
    for lane in range(int(w.lanes)):
        w.lane_conflict[lane] = w.conflicts
        w.lane_conflicts[lane] = 0
        if int(w.lane_kind[lane]) != LINK:
            continue
        for other in range(int(w.lanes)):
            if other == lane or int(w.lane_kind[other]) != LINK or w.lane_junction[other] != w.lane_junction[lane]:
                continue
            if w.lane_before[other, 0] == w.lane_before[lane, 0]:
                continue  # they part; who is ahead is seen as such
            for number in range(MEETINGS):
                here, there = meeting(w, lane, other, number)
                if here < 0.0:
                    break
                add_conflict(w, lane, other, here, there)
    for lane in range(int(w.lanes)):
        w.lane_parting[lane] = parting(w, lane) if int(w.lane_kind[lane]) == LINK else 0.0
    if w.conflicts <= len(w.conflict_lane):
        for lane in range(int(w.lanes)):
            for side in range(int(w.lane_conflict[lane]), int(w.lane_conflict[lane] + w.lane_conflicts[lane])):
                w.conflict_back[side] = side_of(w, int(w.conflict_lane[side]), lane, w.conflict_there[side])
                measure_zone(w, lane, side)


@kernel
def add_conflict(w, lane, other, here, there):  # type: ignore[no-untyped-def]
    """One side of a conflict; the sides of a lane lie together."""
    side = int(w.conflicts)
    if side >= len(w.conflict_lane):
        w.conflicts = len(w.conflict_lane) + 1
        return
    w.conflict_lane[side] = other
    w.conflict_here[side], w.conflict_there[side] = here, there
    w.conflicts += 1
    w.lane_conflicts[lane] += 1


@kernel
def side_of(w, lane, other, there):  # type: ignore[no-untyped-def]
    """The side of a lane's conflict with another lane that lies nearest to a place on it; 0 where there is none."""
    first, found, nearest = int(w.lane_conflict[lane]), 0, FAR
    for side in range(first, first + int(w.lane_conflicts[lane])):
        if w.conflict_lane[side] == other and abs(w.conflict_here[side] - there) < nearest:
            found, nearest = side, abs(w.conflict_here[side] - there)
    return found


@kernel
def measure_zone(w, lane, side):  # type: ignore[no-untyped-def]
    """From where to where along a lane bodies on it touch bodies on the other, around where the centre-lines meet.

    Ways that cross at a sharp angle do so for many metres. Ways that merge do so to their end.
    """
    other, length = int(w.conflict_lane[side]), w.lane_length[lane]
    start = stop = w.conflict_here[side]
    if w.lane_next[lane, 0] == w.lane_next[other, 0]:
        stop = length
    while start > 0.0 and is_beside(w, lane, start, other):
        start -= STRIDE
    while stop < length and is_beside(w, lane, stop, other):
        stop += STRIDE
    w.conflict_from[side], w.conflict_to[side] = max(start, 0.0), min(stop, length)


@kernel
def is_beside(w, lane, metres, other):  # type: ignore[no-untyped-def]
    """Whether a place on a lane, or its nearer end, lies too near to the centre-line of another to pass."""
    x, y = point_at(w, lane, min(max(metres, 0.0), w.lane_length[lane]))
    first = int(w.lane_first[other])
    for point in range(first, first + int(w.lane_points[other]) - 1):
        ax, ay = w.point_x[point], w.point_y[point]
        bx, by = w.point_x[point + 1] - ax, w.point_y[point + 1] - ay
        share = ((x - ax) * bx + (y - ay) * by) / max(bx * bx + by * by, 1e-9)
        share = min(max(share, 0.0), 1.0)
        dx, dy = x - ax - share * bx, y - ay - share * by
        if dx * dx + dy * dy < TOUCH * TOUCH:
            return True
    return False


@kernel
def parting(w, link):  # type: ignore[no-untyped-def]
    """Metres along a link to where a body on it touches nobody on another way out of the same lane."""
    before, far = w.lane_before[link, 0], 0.0
    for index in range(w.lane_next.shape[1]):
        other = w.lane_next[before, index] if before >= 0 else -1
        if other < 0:
            break
        while other != link and far < w.lane_length[link] and is_beside(w, link, far, int(other)):
            far += STRIDE
    return min(far, w.lane_length[link])


@kernel
def point_at(w, lane, metres):  # type: ignore[no-untyped-def]
    """x and y of a place on a lane; before its beginning and behind its end straight on."""
    first = int(w.lane_first[lane])
    end = first + int(w.lane_points[lane]) - 2
    point = first
    while point < end and w.point_s[point + 1] < metres:
        point += 1
    part = (metres - w.point_s[point]) / max(w.point_s[point + 1] - w.point_s[point], 1e-9)
    x = w.point_x[point] + part * (w.point_x[point + 1] - w.point_x[point])
    y = w.point_y[point] + part * (w.point_y[point + 1] - w.point_y[point])
    return x, y


@kernel
def meeting(w, lane, other, number):  # type: ignore[no-untyped-def]
    """Metres along either lane to where they meet for the first time, or after so many others; −1 where they do not.

    Ways that merge meet once. One who turns back may cross another way twice.
    """
    if w.lane_next[lane, 0] == w.lane_next[other, 0]:
        return (merging(w, lane, other), merging(w, other, lane)) if number == 0 else (-1.0, -1.0)
    first, last = int(w.lane_first[lane]), int(w.lane_first[lane]) + int(w.lane_points[lane]) - 1
    begin, end = int(w.lane_first[other]), int(w.lane_first[other]) + int(w.lane_points[other]) - 1
    before = -FAR
    for a in range(first, last):
        for b in range(begin, end):
            t, u = crossing(w, a, b)
            if t >= 0.0:
                here = w.point_s[a] + t * (w.point_s[a + 1] - w.point_s[a])
                if abs(here - before) < BESIDE:
                    continue  # the same place, where two stretches join
                if number == 0:
                    return here, w.point_s[b] + u * (w.point_s[b + 1] - w.point_s[b])
                before, number = here, number - 1
    return -1.0, -1.0


@kernel
def crossing(w, a, b):  # type: ignore[no-untyped-def]
    """Shares of the stretches after points a and b up to where they cross; −1 where they do not."""
    ax, ay = w.point_x[a + 1] - w.point_x[a], w.point_y[a + 1] - w.point_y[a]
    bx, by = w.point_x[b + 1] - w.point_x[b], w.point_y[b + 1] - w.point_y[b]
    cx, cy = w.point_x[b] - w.point_x[a], w.point_y[b] - w.point_y[a]
    area = ax * by - ay * bx
    if abs(area) < 1e-9:
        return -1.0, -1.0
    t, u = (cx * by - cy * bx) / area, (cx * ay - cy * ax) / area
    if t < 0.0 or t > 1.0 or u < 0.0 or u > 1.0:
        return -1.0, -1.0
    return t, u


@kernel
def merging(w, lane, other):  # type: ignore[no-untyped-def]
    """Metres along a lane to where it has come too near to another that ends in the same place."""
    first, last = int(w.lane_first[lane]), int(w.lane_first[lane]) + int(w.lane_points[lane]) - 1
    begin, end = int(w.lane_first[other]), int(w.lane_first[other]) + int(w.lane_points[other]) - 1
    for a in range(first, last + 1):
        for b in range(begin, end + 1):
            dx, dy = w.point_x[a] - w.point_x[b], w.point_y[a] - w.point_y[b]
            if dx * dx + dy * dy < BESIDE * BESIDE:
                return w.point_s[a]
    return w.lane_length[lane]


# --- routes ------------------------------------------------------------------------------------------------------


@kernel
def find_routes(w):  # type: ignore[no-untyped-def]
    """Fill ``way`` and ``steer`` with the quickest way on empty roads, for every lane and destination."""
    for goal in range(int(w.destinations)):
        for lane in range(len(w.way_cost)):
            w.way_cost[lane] = FAR
        mark_sinks(w, goal)
        for _ in range(int(w.lanes)):
            if not shorten(w):
                break
        for lane in range(int(w.lanes)):
            point_way(w, lane, goal)
        for source in range(int(w.sources)):
            w.free_seconds[source, goal] = free_seconds(w, int(w.source_lane[source]), goal)


@kernel
def free_seconds(w, lane, goal):  # type: ignore[no-untyped-def]
    """Seconds of a trip from the beginning of a lane on empty roads; 0 where it leads nowhere."""
    total = 0.0
    for _ in range(2 * int(w.lanes)):
        if w.steer[lane, goal] == 0 or int(w.lane_kind[lane]) == EXIT:
            total += seconds(w, lane)
        if int(w.lane_kind[lane]) == EXIT:
            return total
        lane = next_lane(w, lane, goal)
        if lane < 0:
            return 0.0
    return 0.0


@kernel
def next_lane(w, lane, goal):  # type: ignore[no-untyped-def]
    """The lane after this one on the way to a destination, or beside it; −1 none."""
    if w.steer[lane, goal] < 0:
        return int(w.lane_left[lane])
    if w.steer[lane, goal] > 0:
        return int(w.lane_right[lane])
    return int(w.way[lane, goal])


@kernel
def onward(w, lane, goal):  # type: ignore[no-untyped-def]
    """The lane that a driver takes at the end of this one, −1 none, and where he is bound for from there.

    Who is in the wrong lane at its end drives on and goes somewhere else: to the first destination in reach.
    """
    goal, following = int(goal), int(w.way[lane, goal])
    if following >= 0:
        return following, goal
    following = int(w.lane_next[lane, 0])
    if following >= 0:
        for other in range(int(w.destinations)):
            if w.way[following, other] >= 0 or int(w.lane_kind[following]) == EXIT:
                return following, other
    return following, goal


@kernel
def leads(w, lane, goal):  # type: ignore[no-untyped-def]
    """The lane of `onward` alone."""
    following = int(w.way[lane, goal])
    return following if following >= 0 else int(w.lane_next[lane, 0])


@kernel
def mark_sinks(w, goal):  # type: ignore[no-untyped-def]
    """The exits of a destination: its lane and those beside it."""
    lane = leftmost(w, w.sink_lane[goal])
    while lane >= 0:
        if int(w.lane_kind[lane]) == EXIT:
            w.way_cost[lane] = seconds(w, lane)
        lane = int(w.lane_right[lane])


@kernel
def leftmost(w, lane):  # type: ignore[no-untyped-def]
    """The leftmost of the lanes beside a lane, itself included; −1 for none."""
    lane = int(lane)
    while lane >= 0 and w.lane_left[lane] >= 0:
        lane = int(w.lane_left[lane])
    return lane


@kernel
def seconds(w, lane):  # type: ignore[no-untyped-def]
    """Seconds along a lane at its limit."""
    return w.lane_length[lane] / max(w.lane_limit[lane], 1.0)


@kernel
def change_cost(w, lane):  # type: ignore[no-untyped-def]
    """Seconds that a change out of a lane weighs."""
    return CHANGE_COST if w.lane_length[lane] > SHORT else SHORT_COST


@kernel
def weight(w, lane):  # type: ignore[no-untyped-def]
    """Seconds that a lane weighs in the choice of a route."""
    return seconds(w, lane) + (TURN_BACK_COST if turns_back(w, lane) else 0.0)


@kernel
def turns_back(w, lane):  # type: ignore[no-untyped-def]
    """Whether a way through a junction leads back to where it comes from."""
    first = int(w.lane_first[lane])
    last = first + int(w.lane_points[lane]) - 1
    return int(w.lane_kind[lane]) == LINK and abs(wrap(w.point_heading[last] - w.point_heading[first])) > BACKWARDS


@kernel
def shorten(w):  # type: ignore[no-untyped-def]
    """One round of Bellman and Ford's search, against the traffic; whether any way became shorter."""
    changed = False
    for lane in range(int(w.lanes) - 1, -1, -1):
        best = w.way_cost[lane]
        for index in range(w.lane_next.shape[1]):
            following = w.lane_next[lane, index]
            if following >= 0:
                best = min(best, w.way_cost[following] + weight(w, lane))
        if w.lane_left[lane] >= 0:
            best = min(best, w.way_cost[w.lane_left[lane]] + change_cost(w, lane))
        if w.lane_right[lane] >= 0:
            best = min(best, w.way_cost[w.lane_right[lane]] + change_cost(w, lane))
        if best < w.way_cost[lane]:
            w.way_cost[lane] = best
            changed = True
    return changed


@kernel
def point_way(w, lane, goal):  # type: ignore[no-untyped-def]
    """The best successor of a lane, even where a lane change would be better: who fails to change takes a detour."""
    w.way[lane, goal] = -1
    w.steer[lane, goal] = 0
    best = FAR
    for index in range(w.lane_next.shape[1]):
        following = w.lane_next[lane, index]
        if following >= 0 and w.way_cost[following] + weight(w, lane) < best:
            best = w.way_cost[following] + weight(w, lane)
            w.way[lane, goal] = following
    if int(w.lane_kind[lane]) == EXIT and w.way_cost[lane] <= seconds(w, lane):
        return
    if w.lane_left[lane] >= 0 and w.way_cost[w.lane_left[lane]] + change_cost(w, lane) < best:
        best = w.way_cost[w.lane_left[lane]] + change_cost(w, lane)
        w.steer[lane, goal] = -1
    if w.lane_right[lane] >= 0 and w.way_cost[w.lane_right[lane]] + change_cost(w, lane) < best:
        w.steer[lane, goal] = 1


@kernel
def mark_stays(w):  # type: ignore[no-untyped-def]
    """Have drivers wait for the lane beside wherever going on would lead them away from their destination for good.

    Networks that are read from a file are driven so, as in SUMO. In generated ones who misses a turn goes elsewhere.
    """
    for lane in range(int(w.lanes)):
        if w.lane_next[lane, 0] < 0 or int(w.lane_kind[lane]) == LINK or w.lane_limit[lane] >= NO_STOPPING:
            continue
        for goal in range(int(w.destinations)):
            if w.way[lane, goal] < 0 and int(w.steer[lane, goal]) != 0:
                w.way[lane, goal] = STAY


@kernel
def all_reachable(w):  # type: ignore[no-untyped-def]
    """Whether everybody who may want to go somewhere finds a way from any source, and nothing was left out."""
    if overfull(w):
        return False
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            if w.demand[source, goal] > 0.0 and not reaches(w, int(w.source_lane[source]), goal):
                return False
    return True


@kernel
def reaches(w, lane, goal):  # type: ignore[no-untyped-def]
    """Whether following way and steer from a lane leads to an exit of a destination."""
    for _ in range(2 * int(w.lanes)):
        if int(w.lane_kind[lane]) == EXIT:
            return leftmost(w, lane) == leftmost(w, w.sink_lane[goal])
        lane = next_lane(w, lane, goal)
        if lane < 0:
            return False
    return False
