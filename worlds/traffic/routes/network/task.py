"""What stays for a trial on a given network: who drives, by which ways, who wants to go where, which streets crawl."""

from worlds.kit.chance import between, integer, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, layout_part, opponents_part
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import EXIT, LINK
from worlds.road.lanes.crossings import FAR, leftmost, next_lane, seconds
from worlds.road.layouts.given_demand import (
    draw_flows,
    draw_given_drivers,
    is_anybody,
    level_course,
    run_demand,
    scale_flows,
    set_city_drivers,
)
from worlds.road.lights.programmes import run_programmes, start_programmes
from worlds.traffic.routes.constants import ALL_RED, REHEARSAL, SLOW_STREETS, TICK, WARM_UP, WORST, YELLOW
from worlds.traffic.routes.network.ways import entry_of_way, find_ways, goal_of_way, seconds_by
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("usual"),
    Generator("shifted", split="test"),
    Generator("barred", split="final"),
)
EACH, SHIFTED = 0.3, 0.8  # by so much of itself a relation's flow differs from the file's: in training, in test
LIGHT, HEAVY, HEAVIEST = 0.7, 1.0, 1.1  # times the file's demand; the last range is for test
STEADY = 0.6  # most of a relation's others that keep to no file's way, but split among all its ways as they like
CRAWL, CREEP = 1.5, 2.5  # m/s; limits of a crawling street,
WAIT, LEAST = 100.0, 15.0  # s that it costs at most, and at least
BARRED = 1.5  # times as long takes a crawling street in the split final
TRIES = 24  # to find streets that can be avoided
DETOUR = 45.0  # s that avoiding it may cost
SLOWEST_PACE = 4.0  # s a metre; no lane is reckoned slower


@kernel
def draw_population(w):
    """Who drives, how many, and by which ways the others of a relation go; heavy traffic is kept for test."""
    draw_given_drivers(w)
    heavy = opponents_part(w) == FOR_TESTING
    w.load = between(w, HEAVY, HEAVIEST) if heavy else between(w, LIGHT, HEAVY)
    for relation in range(w.relation_goal.shape[0]):
        w.roaming[relation] = STEADY * uniform(w)
        total = 0.0
        for choice in range(w.relation_goal.shape[1]):
            luck = uniform(w)
            w.habit[relation, choice] = luck * luck if w.relation_goal[relation, choice] >= 0 else 0.0
            total += w.habit[relation, choice]
        for choice in range(w.relation_goal.shape[1]):
            w.habit[relation, choice] /= max(total, 1e-9)


@kernel
def draw_population_as_given(w):
    """The file's demand on the file's ways."""
    set_city_drivers(w)
    w.load = 1.0
    for relation in range(w.relation_goal.shape[0]):
        w.roaming[relation] = 0.0
        for choice in range(w.relation_goal.shape[1]):
            w.habit[relation, choice] = 1.0 if choice == 0 else 0.0


@kernel
def draw_task(w):
    """Demand around the file's, a relation for every seat, streets that crawl."""
    open_streets(w)
    draw_flows(w, SHIFTED if layout_part(w) == FOR_TESTING else EACH)
    share_ways(w)
    for seat in range(len(w.ride)):
        w.relation[seat] = draw_relation(w)
        find_ways(w, seat)
    draw_slow_streets(w)
    rehearse(w)
    forget(w)


@kernel
def draw_task_as_given(w):
    """The file's demand, the busiest relations in turn, nothing that crawls."""
    open_streets(w)
    draw_flows(w, 0.0)
    share_ways(w)
    for seat in range(len(w.ride)):
        w.relation[seat] = seat % w.relation_goal.shape[0]
        find_ways(w, seat)
    rehearse(w)
    forget(w)


@kernel
def open_streets(w):
    """All limits are the file's again; seconds of every lane on empty roads."""
    w.yellow, w.all_red = YELLOW, ALL_RED
    level_course(w)
    for index in range(SLOW_STREETS):
        w.slow_lane[index] = -1
    for lane in range(int(w.lanes)):
        w.lane_limit[lane] = w.limit_given[lane]
        w.lane_free[lane] = w.lane_mean[lane] = seconds(w, lane)


@kernel
def forget(w):
    """A new trial: nobody has learnt anything."""
    for seat in range(len(w.ride)):
        for choice in range(w.learnt.shape[1]):
            w.learnt[seat, choice] = -1.0


@kernel
def draw_relation(w):
    """From where to where a seat goes: as often as the file's trips do."""
    total = 0.0
    for relation in range(len(w.relation_flow)):
        total += w.relation_flow[relation]
    luck = uniform(w) * total
    for relation in range(len(w.relation_flow)):
        luck -= w.relation_flow[relation]
        if luck < 0.0:
            return relation
    return len(w.relation_flow) - 1


@kernel
def share_ways(w):
    """Some of each relation's vehicles go by its ways as the others of this task like them, not by the file's."""
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            relation = int(w.relation_of[source, goal])
            w.moved[source, goal] = w.flow_mean[source, goal] * w.roaming[relation] if relation >= 0 else 0.0
    for source in range(int(w.sources)):
        for goal in range(int(w.destinations)):
            relation, moved = int(w.relation_of[source, goal]), w.moved[source, goal]
            if moved <= 0.0:
                continue
            w.flow_mean[source, goal] -= moved
            for choice in range(w.relation_goal.shape[1]):
                if w.relation_goal[relation, choice] >= 0:
                    start, end = w.relation_source[relation, choice], w.relation_goal[relation, choice]
                    w.flow_mean[start, end] += moved * w.habit[relation, choice]
    scale_flows(w, w.load)


# --- crawling streets --------------------------------------------------------------------------------------------


@kernel
def draw_slow_streets(w):
    """Streets that crawl, each on a way of some seat and none of another way that is not much longer."""
    count, placed = 1 + integer(w, SLOW_STREETS), 0
    longer = BARRED if layout_part(w) == FOR_FINAL else 1.0
    for attempt in range(TRIES):
        crawl, luck, which = between(w, CRAWL, CREEP), uniform(w), uniform(w)
        seat = attempt % len(w.ride)
        choice = int(which * ways_of(w, seat))
        lane = lane_on_way(w, seat, choice, luck)
        if placed >= count or lane < 0:
            continue
        free = w.lane_free[lane]
        slow = longer * min(w.lane_length[lane] / crawl - free, WAIT)
        if slow >= LEAST and w.lane_mean[lane] == free and can_be_avoided(w, seat, choice, lane, slow):
            w.slow_lane[placed] = lane
            placed += 1
    for index in range(placed):
        lane = leftmost(w, w.slow_lane[index])
        while lane >= 0:
            w.lane_limit[lane] = w.lane_length[lane] / w.lane_mean[lane]
            lane = int(w.lane_right[lane])


@kernel
def ways_of(w, seat):
    """How many ways a seat has."""
    count = 0
    for choice in range(w.relation_goal.shape[1]):
        count += 1 if goal_of_way(w, seat, choice) >= 0 else 0
    return count


@kernel
def lane_on_way(w, seat, choice, luck):
    """A lane of a way between its first street and its last, by a draw from [0, 1); −1 where it has none."""
    goal, inner, chosen = goal_of_way(w, seat, choice), 0, -1
    for turn in range(2):  # count first, then choose
        wanted, inner = int(luck * inner), 0
        lane = next_street(w, entry_of_way(w, seat, choice), goal)
        while lane >= 0 and int(w.lane_kind[lane]) != EXIT:
            if turn == 1 and inner == wanted:
                chosen = lane
            inner += 1
            lane = next_street(w, lane, goal)
    return chosen


@kernel
def next_street(w, lane, goal):
    """The first lane of the next street on the way to a destination; −1 none."""
    for _ in range(2 * int(w.lanes)):
        turns = int(w.steer[lane, goal])
        lane = next_lane(w, lane, goal)
        if lane < 0 or int(w.lane_kind[lane]) == EXIT:
            return lane
        if turns == 0 and int(w.lane_kind[lane]) != LINK:
            return lane
    return -1


@kernel
def can_be_avoided(w, seat, choice, lane, slow):
    """Whether another way of few more seconds avoids a street that crawls; if so, it is reckoned with from now on."""
    before = seconds_by(w, entry_of_way(w, seat, choice), goal_of_way(w, seat, choice), w.lane_mean)
    best = FAR
    for other in range(w.relation_goal.shape[1]):
        if goal_of_way(w, seat, other) >= 0 and w.left_by[seat, other, lane] >= FAR:
            best = min(best, seconds_by(w, entry_of_way(w, seat, other), goal_of_way(w, seat, other), w.lane_mean))
    if best > before + DETOUR:
        return False
    beside = leftmost(w, lane)
    while beside >= 0:
        w.lane_mean[beside] = w.lane_free[beside] + slow
        beside = int(w.lane_right[beside])
    return True


# --- the true seconds --------------------------------------------------------------------------------------------


@kernel
def rehearse(w):
    """Run the traffic without the seats and take the mean pace of every lane (Edie 1963), as in the towns."""
    start_traffic(w, YELLOW, ALL_RED)
    start_programmes(w)
    run_demand(w, 0.0, TICK)
    for lane in range(int(w.lanes)):
        w.lane_metres[lane] = w.lane_length[lane]
    for tick in range(int((WARM_UP + REHEARSAL) / TICK)):
        now = tick * TICK
        run_programmes(w, now)
        step_traffic(w, now, TICK)
        for car in range(len(w.car_lane) if now >= WARM_UP else 0):
            lane = w.car_lane[car]
            if lane >= 0:
                w.lane_mean[lane] += TICK
                w.lane_metres[lane] += w.car_speed[car] * TICK
    for lane in range(int(w.lanes)):
        pace = min(w.lane_mean[lane] / max(w.lane_metres[lane], 1.0), SLOWEST_PACE)
        most = max(WORST, w.lane_free[lane])
        w.lane_mean[lane] = max(min(pace * w.lane_length[lane], most), w.lane_free[lane])


@kernel
def solvable(w):
    """Whether somebody comes, and every seat has two ways or more."""
    chosen = True
    for seat in range(len(w.ride)):
        chosen = chosen and ways_of(w, seat) > 1
    return is_anybody(w) and chosen
