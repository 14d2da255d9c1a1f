"""Routes: guide a car through a congested town, turn by turn; nobody tells you which streets crawl.

Rules    Everyone drives from stop to stop through a town of nine junctions without lights: three streets in turn, round
         and round, the same in every episode of a trial. The car keeps its distance, gives way and changes lanes for
         the chosen turn by itself; who has waited 25 s at a crossing is let through. Up to four streets crawl, and
         queues stand where many have to give way; all this stays for the trial. Who leaves the town turns round and
         comes back by the same gate.
Who      traveller_0 …, each for itself.
Actions  turn: left, ahead, right at the next fork; the quickest way on empty roads; keep to what was chosen there.
Seen     own: place, heading, speed, how far the fork, standing, seconds lost in this street so far and in the one
         before · goal: where it lies, distance, free-flow seconds, which stop · turns: of each that it is there,
         free-flow detour, width, cars and queue in its first 60 m, whether the goal is there · queue: cars ahead in
         the own lane, those that stand, turn aimed at · chosen · things: by name the own street and the one before,
         and for every turn the first four streets of the quickest way on empty roads from there · clock.
Hidden   which streets crawl, where the others come from and go to and how many they are, how they drive.
Reward   0.1 for every free-flow second nearer to the goal · −0.05 a second · 5 for an arrival.
End      truncated after 400 s.
Varies   town (grid, irregular; test: many one-way streets; final: a river with one bridge), stops, demand (test:
         heavy), crawling streets, drivers (test: slow ones; final: close ones), bots.
Headroom who knows the true seconds of every street collects about a fifth more than the best fixed style, and a bot
         that remembers them from episode to episode comes near to that by the fourth. A learned oracle has about a
         fifth more than a blind agent. Figures: docs/results, docs/notes.
Network  --build network=FILE routes=FILE: the file's trips on its network, and several ways for each to choose among
         (docs/how-to/bring-your-own-network.md).
Version  7: rules changed (who missed his way is seen where he goes; who was let through stays so until he is over;
         drivers make room for who has to change lanes).
"""

from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.drivers.demand import place_at_gate
from worlds.road.drivers.order import enter, free_slot, take_out, wipe
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import CAR
from worlds.road.layouts.given_words import check_words
from worlds.traffic.routes.bots import act, remember
from worlds.traffic.routes.constants import (
    AHEAD,
    ALL_RED,
    ARRIVAL,
    CAR_LENGTH,
    COST,
    DECISIONS,
    EPISODE,
    KEEP,
    LEFT,
    QUICKEST,
    RIGHT,
    STOPS,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TURN_ROUND,
    TURNS,
    WARM_UP,
    WAYS,
    WORST,
    YELLOW,
)
from worlds.traffic.routes.courtesy import let_through, start_courtesy
from worlds.traffic.routes.driving import come_nearer, follow_road
from worlds.traffic.routes.legend import LEGEND
from worlds.traffic.routes.picture import draw, status
from worlds.traffic.routes.roster import BOTS, ROLE
from worlds.traffic.routes.senses import GOAL, NAMED, NOTED, OWN, QUEUE, TOLD_DRIVERS, TOLD_LOST, TURN, observe, reveal
from worlds.traffic.routes.state import EXTENT, STREETS, is_consistent, state
from worlds.traffic.routes.task import GENERATORS, draw_population, draw_task, solvable, start_lane
from worlds.traffic.routes.ways import (
    column_of,
    fork_of,
    guide,
    is_there,
    lane_in,
    option,
    point_ways,
    seconds_left,
    trip_at,
)
from worlds.world import (
    RUNNING,
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

VERSION = 7
FIGURES = ("trips", "trip_seconds", "trip_ratio", "detour", "waiting")


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One episode of the same task: traffic under way, every seat at its last stop with the first ahead."""
    point_ways(w)
    for lane in range(len(w.way_cost)):
        w.way_cost[lane] = w.lane_guess[lane] = 0.0
    start_traffic(w, YELLOW, ALL_RED)
    start_courtesy(w)
    for tick in range(int(WARM_UP / TICK)):
        let_through(w, TICK)
        step_traffic(w, tick * TICK, TICK)
    for seat in range(len(w.ride)):
        w.ride[seat] = -1
        forget_episode(w, seat)
    for seat in range(len(w.ride)):
        board(w, seat)


@kernel
def forget_episode(w, seat):
    """Counters of a seat at zero."""
    w.trips[seat] = w.stop[seat] = w.choice[seat] = w.bot_turn[seat] = 0
    w.trip_seconds[seat] = w.trips_free[seat] = w.driven[seat] = w.gained[seat] = 0.0
    w.held_up[seat] = w.standing[seat] = w.away_until[seat] = 0.0
    w.fork[seat] = w.aim[seat] = w.guided[seat] = w.bot_sign[seat] = w.street_before[seat] = -1
    w.choice[seat] = QUICKEST
    w.trip_since[seat] = w.street_since[seat] = WARM_UP
    for street in range(w.met.shape[1]):
        w.met[seat, street] = w.learnt[seat, street] = 0.0
        w.been[seat, street] = 0


@kernel
def board(w, seat):
    """A seat's car in the street of its last stop; whoever is in its place there is taken off the road."""
    lane = start_lane(w, seat, 0)
    pos = (0.3 + 0.1 * seat) * w.lane_length[lane]
    car = w.lane_head[lane]
    while car >= 0:
        following = w.car_behind[car]
        near = w.car_pos[car] > pos - 2.0 * CAR_LENGTH and w.car_pos[car] - w.car_length[car] < pos + CAR_LENGTH
        if near and w.car_seat[car] < 0:
            take_out(w, car)
            wipe(w, car)
        car = following
    car = free_slot(w)
    if car < 0:
        car = 0
        while w.car_seat[car] >= 0:
            car += 1
        take_out(w, car)
        wipe(w, car)
    set_car(w, seat, car, lane, pos, 0.0)
    w.street[seat] = w.lane_street[lane]
    w.remaining[seat] = w.trip_free[seat] = seconds_left(w, car, seat * STOPS)
    guide(w, seat, car)


@kernel
def set_car(w, seat, car, lane, pos, speed):
    """Put a seat's car on the road: a car of the population's mean."""
    w.ride[seat], w.car_seat[car] = car, seat
    w.on_lane[seat] = lane
    w.car_pos[car], w.car_speed[car] = pos, speed
    w.car_length[car], w.car_kind[car] = CAR_LENGTH, CAR
    w.car_goal[car] = column_of(w, seat * STOPS + int(w.stop[seat]))
    w.car_desire[car], w.car_headway[car] = w.mean_desire, w.mean_headway
    w.car_brisk[car], w.car_comfort[car] = w.mean_brisk, w.mean_comfort
    w.car_polite[car], w.car_gap[car] = w.mean_polite, w.mean_gap
    enter(w, car, lane)


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Seats choose, lights run, everyone drives, then it shows who came nearer, who arrived, who left the town."""
    now = WARM_UP + w.tick * TICK
    for seat in range(len(w.ride)):
        if w.ride[seat] < 0:
            come_back(w, seat, now)
        if w.ride[seat] >= 0:
            if w.tick % TICKS_PER_DECISION == 0:
                choose(w, seat, int(actions[seat, 0]))
            drive(w, seat, w.ride[seat])
    let_through(w, TICK)
    step_traffic(w, now, TICK)
    for seat in range(len(w.ride)):
        rewards[seat] -= COST * TICK
        if w.ride[seat] >= 0:
            account(w, seat, w.ride[seat], now + TICK, rewards)
        else:
            w.held_up[seat] += TICK


@kernel
def choose(w, seat, turn):
    """A turn for the fork ahead; one that is not there means the quickest."""
    if turn != KEEP:
        w.choice[seat] = turn


@kernel
def drive(w, seat, car):
    """Follow the road as all others do, change lanes for the turn, blink before it."""
    guide(w, seat, car)
    follow_road(w, car)


@kernel
def account(w, seat, car, now, rewards):
    """What a tick brought to one seat."""
    if w.car_lane[car] < 0 or w.car_seat[car] != seat:
        w.ride[seat] = -1
        w.away_until[seat] = now + TURN_ROUND
        return
    lane, trip = w.car_lane[car], seat * STOPS + int(w.stop[seat])
    w.on_lane[seat] = lane
    come_nearer(w, seat, car, seconds_left(w, car, trip), rewards)
    if w.lane_street[lane] >= 0 and w.lane_street[lane] != w.street[seat]:
        leave_street(w, seat, lane, now)
    if is_there(w, car, trip):
        rewards[seat] += ARRIVAL
        next_trip(w, seat, car, now)


@kernel
def leave_street(w, seat, lane, now):
    """A street lies behind: remember what it cost."""
    street = int(w.street[seat])
    free = w.lane_free[lane_in(w, street)]
    delay = min(max(now - w.street_since[seat] - free, 0.0), WORST)
    w.met[seat, street], w.been[seat, street], w.street_before[seat] = delay, 1, street
    remember(w, seat, street, delay)
    w.street[seat], w.street_since[seat] = w.lane_street[lane], now


@kernel
def next_trip(w, seat, car, now):
    """Arrived: count the trip and set out for the next stop."""
    w.trips[seat] += 1
    w.trip_seconds[seat] += now - w.trip_since[seat]
    w.trips_free[seat] += w.trip_free[seat]
    w.stop[seat] = (int(w.stop[seat]) + 1) % STOPS
    trip = seat * STOPS + int(w.stop[seat])
    w.car_goal[car] = column_of(w, trip)
    w.trip_since[seat] = now
    w.remaining[seat] = w.trip_free[seat] = seconds_left(w, car, trip)
    guide(w, seat, car)


@kernel
def come_back(w, seat, now):
    """Who left the town enters it again by the same gate as soon as there is room."""
    lane = int(w.lane_back[w.on_lane[seat]])
    if now < w.away_until[seat] or lane < 0:
        return
    limit = w.lane_limit[lane] * w.mean_desire
    pos, speed = place_at_gate(w, lane, CAR_LENGTH, w.mean_headway, limit, TICK)
    car = free_slot(w)
    if pos < 0.0 or car < 0:
        return
    set_car(w, seat, car, lane, pos, speed)
    w.remaining[seat] = seconds_left(w, car, seat * STOPS + int(w.stop[seat]))
    w.street[seat], w.street_since[seat] = w.lane_street[lane], now
    w.standing[seat] = 0.0


@kernel
def ended(w, seat):
    """The trips go on until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """The turns that the next fork has; the quickest and keeping on always."""
    for turn in range(len(out)):
        out[turn] = 0 if turn < TURNS else 1
    car = w.ride[seat]
    fork = fork_of(w, w.car_lane[car]) if car >= 0 else -1
    if fork < 0:
        return
    trip = trip_at(w, seat, fork)
    for turn in range(TURNS):
        out[turn] = 1 if option(w, fork, turn, trip) >= 0 else 0


@kernel
def figures(w, out):
    """Of all seats: trips; seconds a trip, also as a multiple of free flow; detour and waiting, s a trip."""
    trips, seconds, free, detour, waited = 0.0, 0.0, 0.0, 0.0, 0.0
    for seat in range(len(w.ride)):
        trips += w.trips[seat]
        seconds += w.trip_seconds[seat]
        free += w.trips_free[seat]
        detour += w.driven[seat] - w.gained[seat]
        waited += w.held_up[seat]
    out[0] = trips
    out[1] = seconds / max(trips, 1.0)
    out[2] = seconds / max(free, 1.0)
    out[3] = detour / max(trips, 1.0)
    out[4] = waited / max(trips, 1.0)


# --- the world ---------------------------------------------------------------------------------------------------


def build(seats: int = 2, network: str = "", tasks: str = "varied") -> World:
    """Routes for 1, 2 or 4 seats in generated towns, or on a network that is given (see `network`).

    Args:
        seats: that choose.
        network: what `simulator.interop.sumo.packing.pack_network` made of SUMO's files; on the command line the name
            of a ``.net.xml`` file, with ``routes=FILE.rou.xml`` beside it.
        tasks: of a network: "varied" around the file's demand, or "as given".

    Raises:
        Refused: another number of seats, other words, a network that cannot be.
    """
    check_build(seats, network, tasks)
    if network:
        from worlds.traffic.routes.network.building import build_on_network  # which shares what stands above

        return build_on_network(seats, network, tasks)
    return generated(seats)


def check_build(seats: int, network: str, tasks: str) -> None:
    """Refuse what can be told before a network is read.

    Raises:
        Refused: another number of seats, other words.
    """
    check_words("routes", seats, network, tasks)


def generated(seats: int) -> World:
    """Towns that are drawn anew in every task, for so many seats."""
    others = (Bots(told_to="oracles"),) if seats > 1 else ()
    return World(
        name="routes",
        version=VERSION,
        page=__doc__ or "",
        seats=tuple(Seat(f"traveller_{i}", ROLE, i) for i in range(seats)),
        state=state(seats),
        consistent=is_consistent,
        actions=(Action("turn", WAYS),),
        observation=Pieces(
            own=OWN, goal=GOAL, turns=TURNS * TURN, queue=QUEUE, chosen=TURNS + 1, things=NAMED, clock=1
        ).within(-3.0, 3.0),
        told=(
            Numbers("detours", TURNS, about="layout"),
            Shares("quickest", TURNS, about="layout", of=WAYS[:TURNS]),
            Numbers("lost", TOLD_LOST, about="layout"),
            Numbers("load", 1, about="opponents", told_to="oracles"),
            Numbers("drivers", TOLD_DRIVERS, about="opponents", told_to="oracles"),
            Numbers("to_go", 1, about="layout", told_to="oracles"),
            *others,
        ),
        things=STREETS,
        noted=NOTED,
        figures=tuple(map(Figure, FIGURES)),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe,
            reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=TICKS_PER_DECISION, decisions=DECISIONS),
        view=View(
            draw, EXTENT, status=status, legend=LEGEND,
            controls={
                "turn": {
                    "keys": {"left": LEFT, "up": AHEAD, "right": RIGHT, "down": QUICKEST}, "rest": KEEP, "once": True,
                }
            },
        ),
        build_args={"seats": seats},
        learning={
            "steps": 10_000_000, "lanes": 64, "epochs": 3, "together": True, "memory": "ledger", "belief": 0.1,
            "reference_steps": 10_000_000,
        },
    )  # fmt: skip
