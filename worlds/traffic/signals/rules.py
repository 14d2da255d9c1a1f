"""Signals: run the traffic lights of a town whose streets, drivers and rush hours nobody tells you.

Rules    Cars, lorries and buses drive through a town of 1 to 25 junctions. Each junction shows one of two to five
         phases; a change takes 3 s of yellow and 2 s of red for all, and a green lasts at least 5 s.
         Nobody enters a junction that he cannot leave; who turns left across oncoming traffic gives way.
Who      signal_0 …, one for each junction, all in one team.
Actions  phase: the first to the fifth; where a junction has fewer, or may not change yet, the others are not allowed.
Seen     own: phase, whether a change is under way, seconds of green, number of phases · phases: that it is there, cars
         and queue to serve, cars near the line, cars behind the junction, each · arms: lanes in and out, those
         going out, a signal at the far end, its queue, cars it sends here, each · lanes: that it is there, cars,
         queue, how soon the next car is at the line, each · clock. Cars are what detectors tell, and some are broken.
Hidden   where traffic comes from and goes to, how much of it and when; who drives; which detectors are broken; which
         lane is half blocked and when.
Reward   for every second that a car on the own approaches loses, standing or outside the gates: −0.01; as much again
         for the mean over all junctions.
End      truncated after 400 s.
Varies   town (grid, irregular; test: corridor; final: a hub with spokes, in larger towns a river with one bridge or
         two), lanes, one-way streets, demand, drivers (test: slow ones; final: close ones), faults.
Headroom an oracle collects only a few hundredths more than a blind agent: this is control more than adaptation.
         Figures: docs/results, docs/notes.
Version  4: rules changed (left turns wait in the middle of the junction where there is room; drivers make room for who
         has to change lanes, and see who missed his way where he goes).
"""

from worlds.kit.kernel import kernel
from worlds.road.drivers.driving import wish_speed
from worlds.road.drivers.order import slots_used
from worlds.road.drivers.traffic import (
    slow_wait,
    start_traffic,
    step_traffic,
    stops_of,
    travel_seconds,
    trips_of,
    waited_seconds,
)
from worlds.road.lights.loads import phases_of
from worlds.road.lights.signalling import ask_phase
from worlds.road.measures.safety import collision_rate, mean_jerk, near_share
from worlds.traffic.signals.constants import (
    ALL_RED,
    EPISODE,
    HALTING,
    SCALE,
    SHARED,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    YELLOW,
)
from worlds.traffic.signals.estimates import count, start_counting
from worlds.traffic.signals.lights import is_ready
from worlds.traffic.signals.senses import detect
from worlds.traffic.signals.task import run_incident

FIGURES = (
    "travel_time", "delay", "waiting", "queue", "stops", "throughput", "wait_95", "turned_away",
    "collisions", "near", "encroached", "jerk",
)  # fmt: skip


@kernel
def begin(w):
    """One episode of the same task: empty streets, first phases."""
    start_traffic(w, YELLOW, ALL_RED)
    run_incident(w, -1.0)
    w.queued = 0.0
    for seat in range(len(w.arms)):
        w.pent_up[seat] = w.losing[seat] = 0.0
    detect(w)
    start_counting(w)


@kernel
def step(w, actions, rewards):
    """Lights obey, traffic moves, losses count."""
    now = w.tick * TICK
    for seat in range(len(w.arms)):
        if is_ready(w, seat):
            ask_phase(w, seat, int(actions[seat, 0]))
    run_incident(w, now)
    step_traffic(w, now, TICK)
    charge(w, rewards)
    if (w.tick + 1) % TICKS_PER_DECISION == 0:
        detect(w)
        count(w)


@kernel
def charge(w, rewards):
    """Every second lost costs the junction that it is lost at, and all."""
    everywhere = lose(w)
    seats = len(w.arms)
    for seat in range(seats):
        rewards[seat] -= SCALE * TICK * ((1.0 - SHARED) * w.losing[seat] + SHARED * everywhere / seats)


@kernel
def lose(w):
    """Seconds lost a second: by junction, in ``losing``, and everywhere; and the queues."""
    seats = len(w.arms)
    for seat in range(seats):
        w.losing[seat] = 0.0
    everywhere, queued = 0.0, w.queued
    for car in range(slots_used(w)):
        lane = w.car_lane[car]
        if lane < 0:
            continue
        loss = max(0.0, 1.0 - w.car_speed[car] / max(wish_speed(w, car, lane), 0.1))
        everywhere += loss
        if w.car_speed[car] < HALTING:
            queued += TICK
        if 0 <= w.lane_junction[lane] < seats:
            w.losing[w.lane_junction[lane]] += loss
    for source in range(int(w.sources)):
        junction = w.lane_junction[w.source_lane[source]]
        if 0 <= junction < seats:
            w.losing[junction] += w.outside[source]
        everywhere += w.outside[source]
        queued += w.outside[source] * TICK
    w.queued = queued
    return everywhere


@kernel
def ended(w, seat):
    """The lights run until the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """All phases of the junction, once it may change; until then the one that is shown."""
    ready = is_ready(w, seat)
    for phase in range(len(out)):
        allowed = phase < phases_of(w, seat) if ready else phase == w.phase[seat]
        out[phase] = 1 if allowed else 0


@kernel
def figures(w, out):
    """Means over all trips, unfinished ones and those who wait outside included; then safety.

    Times in s, queue in vehicles, wait_95 the wait that 5 % exceed; collisions per 10⁶ vehicle-km, near the share of
    time below 3 s to a collision, encroached crossings less than 2 s after another vehicle, jerk in m/s³.
    """
    now = max(w.tick * TICK, TICK)
    trips = trips_of(w)
    out[0] = travel_seconds(w, now) / max(trips, 1.0)
    out[1] = w.lost / max(trips, 1.0)
    out[2] = waited_seconds(w, now) / max(trips, 1.0)
    out[3] = w.queued / now
    out[4] = stops_of(w) / max(trips, 1.0)
    out[5] = w.arrived
    out[6] = slow_wait(w, 0.95)
    out[7] = w.turned_away
    out[8] = collision_rate(w)
    out[9] = near_share(w)
    out[10] = w.encroached
    out[11] = mean_jerk(w, TICK)
