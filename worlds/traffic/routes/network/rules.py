"""Routes: commute by one of several ways of a given network, day after day; nobody tells you which streets crawl.

Rules    Each seat has a place and an end, as trips of the file have. It sets out, drives, arrives, and 10 s later sets
         out again; an episode is a day. There are two to four ways. One may take another as long as it goes the same
         streets; who misses a turn goes on to the same end. Lights run the file's greens. Streets that crawl, and how
         many others come by which way, stay for the trial.
Who      traveller_0 …, each for itself.
Actions  way: the first to the fourth, or keep to the chosen one.
Seen     own: place, end, on the road, speed, standing, seconds of this trip, lost, to go, of the whole trip · ways: of
         each that it is there, open, chosen, its detour on empty roads, cars and queue in its next 150 m, taken
         today · before: the way of the last trip, what it lost · things: by name that way, all open ones · clock.
Hidden   which streets crawl, how many others there are, by which ways they go, how they drive.
Reward   0.1 for every free-flow second nearer to the end · −0.05 a second · 5 for an arrival.
End      truncated after the seconds that the network was packed for.
Varies   ends, crawling streets (final: slower ones), demand (test: heavy, and farther from the file's), drivers (test:
         slow ones; final: close ones), bots.
Version  7: as in the generated towns.
"""

from worlds.kit.kernel import kernel
from worlds.road.drivers.demand import place_at_gate
from worlds.road.drivers.order import enter, free_slot
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import CAR
from worlds.road.layouts.given_demand import run_demand
from worlds.road.lights.programmes import run_programmes, start_programmes
from worlds.traffic.routes.constants import (
    ALL_RED,
    ARRIVAL,
    CAR_LENGTH,
    COST,
    PROGRESS,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TURN_ROUND,
    WARM_UP,
    WORST,
    YELLOW,
)
from worlds.traffic.routes.driving import come_nearer, follow_road
from worlds.traffic.routes.network.bots import remember
from worlds.traffic.routes.network.ways import (
    entry_of_way,
    goal_of_way,
    is_open,
    seconds_by,
    seconds_left,
)

THERE = 3.0  # s on empty roads; who left the map so near to the end of its relation has arrived


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One day of the same task: traffic under way, every seat about to set out."""
    start_traffic(w, YELLOW, ALL_RED)
    start_programmes(w)
    run_demand(w, 0.0, TICK)
    for tick in range(int(WARM_UP / TICK)):
        run_programmes(w, tick * TICK)
        step_traffic(w, tick * TICK, TICK)
    for seat in range(len(w.ride)):
        forget_day(w, seat)
        plan_trip(w, seat, WARM_UP)


@kernel
def forget_day(w, seat):
    """Counters of a seat at zero."""
    w.ride[seat] = w.bot_way[seat] = w.way_before[seat] = -1
    w.choice[seat] = w.trips[seat] = 0
    w.trip_seconds[seat] = w.trips_free[seat] = w.driven[seat] = w.gained[seat] = 0.0
    w.held_up[seat] = w.standing[seat] = w.away_until[seat] = 0.0
    for choice in range(w.met.shape[1]):
        w.met[seat, choice] = 0.0
        w.been[seat, choice] = 0


@kernel
def plan_trip(w, seat, now):
    """The next trip begins: all ways are open again."""
    w.choice[seat] = 0
    w.bot_way[seat] = -1
    w.trip_since[seat] = now
    w.standing[seat] = 0.0
    w.remaining[seat] = w.trip_free[seat] = w.to_go[entry_of_way(w, seat, 0), seat]


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Seats choose, lights run, everyone drives, then it shows who came nearer and who arrived."""
    now = WARM_UP + w.tick * TICK
    run_programmes(w, now)
    run_demand(w, w.tick * TICK, TICK)
    for seat in range(len(w.ride)):
        if w.tick % TICKS_PER_DECISION == 0:
            choose(w, seat, int(actions[seat, 0]))
        if w.ride[seat] < 0:
            set_out(w, seat, now)
        if w.ride[seat] >= 0:
            drive(w, seat, w.ride[seat])
    step_traffic(w, now, TICK)
    for seat in range(len(w.ride)):
        rewards[seat] -= COST * TICK
        if w.ride[seat] >= 0:
            account(w, seat, w.ride[seat], now + TICK, rewards)
        else:
            w.held_up[seat] += TICK


@kernel
def choose(w, seat, choice):
    """Another way, if it is one of the relation's and still open."""
    if is_open(w, seat, choice):
        w.choice[seat] = choice


@kernel
def set_out(w, seat, now):
    """Enter at the beginning of the chosen way as soon as there is room."""
    if now < w.away_until[seat]:
        return
    lane = entry_of_way(w, seat, w.choice[seat])
    limit = w.lane_limit[lane] * w.mean_desire
    pos, speed = place_at_gate(w, lane, CAR_LENGTH, w.mean_headway, limit, TICK)
    car = free_slot(w)
    if pos < 0.0 or car < 0:
        return
    w.ride[seat], w.car_seat[car] = car, seat
    w.car_pos[car], w.car_speed[car] = pos, speed
    w.car_length[car], w.car_kind[car] = CAR_LENGTH, CAR
    w.car_desire[car], w.car_headway[car] = w.mean_desire, w.mean_headway
    w.car_brisk[car], w.car_comfort[car] = w.mean_brisk, w.mean_comfort
    w.car_polite[car], w.car_gap[car] = w.mean_polite, w.mean_gap
    w.car_goal[car], w.car_since[car] = goal_of_way(w, seat, w.choice[seat]), now
    w.standing[seat] = 0.0
    enter(w, car, lane)
    w.remaining[seat] = seconds_left(w, seat, car)


@kernel
def drive(w, seat, car):
    """Follow the chosen way as all others follow theirs; who missed a turn goes on to the same end."""
    w.car_goal[car] = goal_of_way(w, seat, w.choice[seat])
    follow_road(w, car)


@kernel
def account(w, seat, car, now, rewards):
    """What a tick brought to one seat."""
    if w.car_lane[car] < 0 or w.car_seat[car] != seat:
        leave_map(w, seat, now, rewards)
        return
    come_nearer(w, seat, car, seconds_left(w, seat, car), rewards)


@kernel
def leave_map(w, seat, now, rewards):
    """Arrived: count the trip, the next one follows. Who left the map elsewhere sets out anew, and no trip is made."""
    w.ride[seat] = -1
    w.away_until[seat] = now + TURN_ROUND
    if w.remaining[seat] > THERE:
        w.bot_way[seat] = -1
        return
    rewards[seat] += PROGRESS * w.remaining[seat] + ARRIVAL
    w.gained[seat] += w.remaining[seat]
    w.driven[seat] += w.remaining[seat]
    w.trips[seat] += 1
    w.trip_seconds[seat] += now - w.trip_since[seat]
    w.trips_free[seat] += w.trip_free[seat]
    choice = int(w.choice[seat])
    free = seconds_by(w, entry_of_way(w, seat, choice), goal_of_way(w, seat, choice), w.lane_free)
    delay = min(max(now - w.trip_since[seat] - free, 0.0), WORST)
    w.met[seat, choice], w.been[seat, choice], w.way_before[seat] = delay, 1, choice
    remember(w, seat, choice, delay)
    plan_trip(w, seat, now + TURN_ROUND)


@kernel
def ended(w, seat):
    """The trips go on until the time is up."""
    return TIME_IS_UP if w.tick >= w.last_tick else 0


@kernel
def legal(w, seat, out):
    """The ways that are open; keeping to the chosen one always."""
    for choice in range(len(out) - 1):
        out[choice] = 1 if is_open(w, seat, choice) else 0
    out[len(out) - 1] = 1
