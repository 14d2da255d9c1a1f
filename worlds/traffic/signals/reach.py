"""Whom a light's lanes hold: how far back detectors see, and what share of a lane a phase lets go.

Before a short lane detectors also see those behind it, as far as no light parts them from it. A network of others has
lanes of a few metres, or of less than one, before its lights: who waits there stands on the way into such a lane, or on
the lane before that way. An engineer lays his detectors by distance, not by where a map cuts a road in two.

Where a phase is green for some ways of a lane alone, such as its left turns, it lets go that share of the lane: who
wants to go elsewhere stops all behind him. Nor does green help those who find a tight lane full behind the light.

Controllers and agents that see phases look through this file; what sumo-rl and LibSignal show is theirs. In generated
towns a light stands at both ends of every lane, none is tight, and no phase is for a part of a lane: nothing here
changes them.
"""

from worlds.kit.kernel import kernel
from worlds.road.fields import EXIT, LINK
from worlds.road.lights.signalling import shows

SHORT = 100.0  # m; before a shorter lane those behind it count too
TIGHT = 45.0  # m; a shorter lane may be passed between two looks, or fill up with a few; no lane of a town is
SPACE = 7.5  # m that a standing vehicle takes
STUB = SPACE  # m; a shorter lane out of the network is a place where trips end
UNSEEN = 99.0  # s; nobody is coming


@kernel
def share_let_go(w, junction, phase, lane):
    """The share of the ways of a lane, among those with a light, that a phase lets go to where there is room."""
    green, ways = 0, 0
    for way in range(w.lane_next.shape[1]):
        link = w.lane_next[lane, way]
        if link >= 0 and w.lane_group[link] >= 0:
            ways += 1
            green += 1 if lets_go(w, junction, phase, link) and not is_full(w, w.lane_next[link, 0]) else 0
    return green / ways if ways > 0 else 1.0


@kernel
def is_full(w, lane):
    """Whether a tight lane holds so many that nobody else finds room; a long one is taken to move, as is a way out."""
    if not is_tight(w, lane) or int(w.lane_kind[lane]) == EXIT:
        return False
    return (w.seen_cars[lane] + 1.0) * SPACE > w.lane_length[lane] > SPACE


@kernel
def lets_go(w, junction, phase, link):
    """Whether a phase shows green to a way."""
    groups = len(w.group_state) // max(len(w.phase), 1)
    return w.lane_group[link] >= 0 and shows(w, junction, phase, w.lane_group[link] - junction * groups)


@kernel
def cars_before(w, lane):
    """Cars that come to a light by a lane."""
    return w.seen_cars[lane] + further_back(w, lane)[0]


@kernel
def queue_before(w, lane):
    """Of them those that stand."""
    return w.seen_queue[lane] + further_back(w, lane)[1]


@kernel
def near_before(w, lane):
    """Of them those near the line; who stands behind a short lane counts as near."""
    return w.seen_near[lane] + further_back(w, lane)[1]


@kernel
def gap_before(w, lane):
    """Seconds until the next of them is at the line."""
    return min(w.seen_gap[lane], further_back(w, lane)[2])


@kernel
def further_back(w, lane):
    """Cars behind a short lane, those of them that stand, and seconds until the first of them is at its end.

    Cars of a lane that leads elsewhere too count by its share.
    """
    cars, queue, gap = 0.0, 0.0, UNSEEN
    if w.lane_length[lane] >= SHORT:
        return cars, queue, gap
    for index in range(w.lane_before.shape[1]):
        link = w.lane_before[lane, index]
        if link < 0:
            break
        if w.lane_group[link] >= 0:
            continue
        before, late = w.lane_before[link, 0], seconds_along(w, lane)
        cars += w.seen_cars[link]
        queue += w.seen_queue[link]
        gap = min(gap, w.seen_gap[link] + late)
        if before < 0:
            continue
        more, standing, soonest = w.seen_cars[before], w.seen_queue[before], w.seen_gap[before]
        if w.lane_length[lane] + w.lane_length[before] < SHORT:
            behind, stand_behind = one_back(w, before)
            more, standing = more + behind, standing + stand_behind
        share = 1.0 / ways_of(w, before)
        cars += share * more
        queue += share * standing
        gap = min(gap, soonest + seconds_along(w, link) + late)
    return cars, queue, gap


@kernel
def one_back(w, lane):
    """Cars on the ways and lanes right before this one, and those of them that stand."""
    cars, queue = 0.0, 0.0
    for index in range(w.lane_before.shape[1]):
        link = w.lane_before[lane, index]
        if link < 0:
            break
        before = w.lane_before[link, 0]
        if w.lane_group[link] >= 0:
            continue
        cars += w.seen_cars[link]
        queue += w.seen_queue[link]
        if before >= 0:
            cars += w.seen_cars[before] / ways_of(w, before)
            queue += w.seen_queue[before] / ways_of(w, before)
    return cars, queue


@kernel
def seconds_along(w, lane):
    """How long a lane takes at its limit."""
    return w.lane_length[lane] / max(w.lane_limit[lane], 1.0)


@kernel
def ways_of(w, lane):
    """How many ways lead on from a lane, 1 at least: those on it are shared among them.

    Where trips end on the way, a network has a stub off the road, which is no way on.
    """
    ways = 0
    for way in range(w.lane_next.shape[1]):
        following = lane_after(w, lane, way)
        if following >= 0 and (int(w.lane_kind[following]) != EXIT or w.lane_length[following] > STUB):
            ways += 1
    return max(ways, 1)


@kernel
def tight_between(w, start, lane):
    """The first tight lane that somebody must have driven over on his way from one lane to another; −1 none.

    Two of them in a row are found; who is looked at every few seconds passes more only where he is fast.
    """
    if leads_to(w, start, lane):
        return -1
    for way in range(w.lane_next.shape[1]):
        first = lane_after(w, start, way)
        if is_tight(w, first) and leads_to(w, first, lane):
            return first
    for way in range(w.lane_next.shape[1]):
        first = lane_after(w, start, way)
        for further in range(w.lane_next.shape[1] if is_tight(w, first) else 0):
            second = lane_after(w, first, further)
            if is_tight(w, second) and leads_to(w, second, lane):
                return first
    return -1


@kernel
def is_tight(w, lane):
    """Whether a lane is so short that few find room on it."""
    return lane >= 0 and w.lane_length[lane] < TIGHT


@kernel
def leads_to(w, start, lane):
    """Whether another lane, or a way, comes right after one."""
    for way in range(w.lane_next.shape[1]):
        if w.lane_next[start, way] == lane or lane_after(w, start, way) == lane:
            return True
    return False


@kernel
def lane_after(w, start, way):
    """The lane to which one of the ways of a lane leads, or a way itself; −1 none."""
    following = w.lane_next[start, way]
    if following >= 0 and int(w.lane_kind[following]) == LINK:
        return w.lane_next[following, 0]
    return following
