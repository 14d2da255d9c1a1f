"""Junction: get across again and again; snow lies on the signs, and nobody tells you who gives way here or who stops.

Rules    A junction without lights: a crossing, a side road, a roundabout. Everyone drives from a gate at the edge of
         the map to another, and then sets out on the next trip. Cars brake for what is ahead in their lane and for
         bends by themselves, but not for those who cross or join: who goes when is the driver's decision. The drivers
         of the place keep to its custom: a main road goes first (it may bend; at roundabouts it is the ring), or who
         comes from the right, or who is there first. Some arms have a stop sign: who comes from there gives way to all
         others, and stands 2 s within 8 m of the line. A patrol fines who does not, and holds him up before his next
         trip, for up to 8 s, by what is missing of the 2 s. Some force their way all the same. Who touches another car
         is taken off the road, and so is the other; a seat sets out anew after 4 s. The road is wet, and round the
         corner one sees only from near the line.
Who      driver_0 …, each for itself.
Actions  pedal: brake, stop at the line, roll (4 m/s), cruise at the limit, push on (1.4 times the limit).
Seen     own: speed, limit, acceleration, distance to the line, on or behind the junction, the turn, how far from the
         line one sees, the leader, time stood, how much of a stop is done, whether the line ahead fined or let one
         pass in this episode, from which arm to which · streams, for every arm and the ring: that it is there,
         bearing, whether somebody from there gave way or went first in this episode, whether its line fined or let one
         pass; of the next two who come from there to the own way: nearness, speed, acceleration, how much sooner, on
         the junction; whether the first is a seat; how near one would be met who pushed on · events: crashes,
         crossings, pause, clock.
Hidden   which arms have stop signs; the custom and which arms are its main road; critical gaps, speeds and headways of
         the drivers, how many force their way; how many come from where; who sits in the other cars; the order of the
         gates from which one sets out.
Reward   1 for every 12 m · 2 for each trip that arrives · −0.25 a second · up to −3 for a stop sign · −60 for a crash.
End      truncated after 50 s.
Varies   arms, bearings, lengths, limits, sight, signs, customs (test: side roads; final: forks and skewed crossings),
         drivers (test: very short and very long gaps, more who force their way; final: still shorter and longer gaps),
         traffic, bots.
Headroom a bot that knows the custom and the signs earns half as much again as the best that does not, and crashes
         less. An oracle that learned earns a quarter more than a blind agent. Figures: docs/results, docs/notes.
Network  --build network=FILE routes=FILE junction=ID: a junction of a file, with its signs and lights
         (docs/how-to/bring-your-own-network.md).
Tasks    --build task=roundabout or task=intersection: HighwayEnv's, with its actions, observation and reward
         (docs/how-to/drive-highwayenv.md).
Version  6: rules changed (who missed his way is seen where he goes; no tail on another way counts as run into).
"""

from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.drivers.driving import acceleration
from worlds.road.drivers.traffic import HALTING, start_traffic, step_traffic
from worlds.road.drivers.yielding import STAND
from worlds.road.fields import LINK, rides_are_seats
from worlds.road.lanes.bodies import touching
from worlds.road.layouts.crossroads import ARMS, crossroad_extent, is_stop
from worlds.road.layouts.roundabouts import MOST_ARMS
from worlds.traffic.junction.bots import act
from worlds.traffic.junction.constants import (
    ARRIVAL,
    AT_LINE,
    BRAKING,
    BRISK,
    COMFORT,
    CRUISE,
    DECISIONS,
    DESIRE,
    EASING,
    EPISODE,
    FINE,
    FIRMLY,
    GIVING_WAY,
    HARD,
    HEADWAY,
    HELD,
    PACE,
    PUSH,
    RISKY,
    ROLL,
    ROLLING,
    STANDS_AT,
    STOP_ZONE,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TO_LINE,
    WASTED,
)
from worlds.traffic.junction.legend import LEGEND
from worlds.traffic.junction.looking import comer, link_ahead, metres_to, seconds_of, seconds_to, sees
from worlds.traffic.junction.picture import ARM_NAMES, NAMES, draw, status
from worlds.traffic.junction.roster import BOTS, ROLE
from worlds.traffic.junction.senses import (
    EVENTS,
    OWN,
    STREAMS,
    TOLD_DRIVERS,
    TOLD_FIRST,
    TOLD_FLOWS,
    TOLD_STOPS,
    observe,
    reveal,
)
from worlds.traffic.junction.state import state
from worlds.traffic.junction.task import GENERATORS, draw_population, draw_task, solvable
from worlds.traffic.junction.trips import crash, fill_roads, look_after, name_turns, remove, start_trip
from worlds.world import RUNNING as RUNNING_CAUSE
from worlds.world import (
    Action,
    Bots,
    Cause,
    Figure,
    Kernels,
    Numbers,
    OneHot,
    Seat,
    Shares,
    Timing,
    View,
    World,
)

WORLD_FIGURES = ("crossings", "crashes", "speed", "waited", "risky_seconds", "jerk", "fines")
SEAT_FIGURES = ("crashes", "crossings", "speed", "fines")
VERSION = 6
UNWANTED = ("crashes", "fines")
OF_WORLD, OF_SEAT = len(WORLD_FIGURES), len(SEAT_FIGURES)
PEDALS = ("brake", "stop at the line", "roll", "cruise", "push on")
STANDS, GOES = 1.5, 2.5  # m/s; slower than the one gives way to one faster than the other


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One episode of the same task: some traffic under way, a trip for every seat."""
    start_traffic(w, 3.0, 2.0)
    name_turns(w)
    for car in range(len(w.nature)):
        w.nature[car] = 0
    for seat in range(len(w.ride)):
        w.ride[seat] = -1
        w.trips[seat] = w.crossings[seat] = w.crashes[seat] = w.fines[seat] = 0
        w.halted[seat] = 0.0
        w.passed[seat] = 0
        w.rest[seat] = w.stood[seat] = w.idled[seat] = w.driven[seat] = 0.0
        w.seconds[seat] = w.risky[seat] = w.jolted[seat] = 0.0
        for arm in range(ARMS):
            w.gave[seat, arm] = w.took[seat, arm] = 0
        for arm in range(MOST_ARMS):
            w.fined[seat, arm] = w.spared[seat, arm] = 0
        sit_down(w, seat)
    fill_roads(w)
    look_after(w)


@kernel
def sit_down(w, seat):
    """Set out if there is room at a gate."""
    if start_trip(w, seat):
        sit(w, w.ride[seat], CRUISE)


@kernel
def sit(w, car, pedal):
    """What a pedal makes of the driver's values. Without a critical gap a car looks at nobody who crosses."""
    w.car_desire[car], w.car_headway[car] = DESIRE[pedal], HEADWAY[pedal]
    w.car_brisk[car], w.car_comfort[car] = BRISK[pedal], COMFORT[pedal]
    w.car_gap[car] = 0.0


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Seats press a pedal, everyone drives, then it shows who arrived and who crashed; those set out again."""
    for seat in range(len(w.ride)):
        if w.ride[seat] >= 0:
            press(w, seat, w.ride[seat], int(actions[seat, 0]))
    step_traffic(w, w.tick * TICK, TICK)
    look_after(w)
    for seat in range(len(w.ride)):
        rewards[seat] += WASTED * TICK
        if w.ride[seat] >= 0:
            progress(w, seat, w.ride[seat], rewards)
        if w.ride[seat] >= 0 and int(w.passed[seat]) == 0:
            pass_line(w, seat, w.ride[seat], rewards)
    for seat in range(len(w.ride)):
        if w.ride[seat] >= 0:
            collide(w, seat, rewards)
    for seat in range(len(w.ride)):
        if w.ride[seat] >= 0:
            take_note(w, seat, w.ride[seat])
        else:
            w.rest[seat] = max(w.rest[seat] - TICK, 0.0)
            if w.rest[seat] == 0.0:
                sit_down(w, seat)


@kernel
def press(w, seat, car, pedal):
    """What the pedal does; even who pushes on brakes for the vehicle ahead and for bends."""
    sit(w, car, pedal)
    before, speed = w.car_accel[car], w.car_speed[car]
    accel = acceleration(w, car)
    if pedal == HARD:
        accel = min(accel, BRAKING)
    elif pedal == TO_LINE:
        accel = min(accel, braking_to_line(w, car))
    elif pedal == ROLL:
        accel = min(accel, max(ROLLING - speed, EASING))
    w.car_accel[car] = accel
    w.jolted[seat] += abs(accel - before)
    w.seconds[seat] += TICK
    if speed < HALTING:
        w.stood[seat] += TICK
        w.idled[seat] += TICK


@kernel
def braking_to_line(w, car):
    """The acceleration that brings a car to a stand at its line; beyond the line it brakes at once."""
    link, away = link_ahead(w, car)
    speed = w.car_speed[car]
    if link < 0 or away <= 0.0 or (speed < STANDS_AT and away < STOP_ZONE):
        return EASING
    need = speed * speed / (2.0 * max(away - AT_LINE, 0.1))
    return max(-need, BRAKING) if need > FIRMLY else BRISK[PUSH]


@kernel
def progress(w, seat, car, rewards):
    """Metres count; who has left the map has arrived."""
    if w.car_seat[car] != seat:
        w.ride[seat] = -1
        w.crossings[seat] += 1
        rewards[seat] += ARRIVAL
        return
    rewards[seat] += w.car_far[car] / PACE
    w.driven[seat] += w.car_far[car]


@kernel
def pass_line(w, seat, car, rewards):
    """Who did not stand long enough is fined at a stop line, and notices at any other that nothing happens."""
    lane = int(w.car_lane[car])
    if int(w.lane_kind[lane]) != LINK:
        if w.car_speed[car] < STANDS_AT and w.lane_length[lane] - w.car_pos[car] < STOP_ZONE:
            w.halted[seat] += TICK
        return
    arm = int(w.lane_arm[lane])
    if w.halted[seat] < STAND and 0 <= arm < MOST_ARMS:
        if is_stop(w, arm):
            missing = 1.0 - w.halted[seat] / STAND
            rewards[seat] += FINE * missing
            w.rest[seat] = HELD * missing
            w.fines[seat] += 1
            w.fined[seat, arm] = 1
        else:
            w.spared[seat, arm] = 1
    w.passed[seat] = 1


@kernel
def collide(w, seat, rewards):
    """Whoever touches a seat's car is taken off the road with it."""
    other = touching(w, w.ride[seat])
    if other < 0:
        return
    if w.car_seat[other] >= 0:
        crash(w, w.car_seat[other], rewards)
    else:
        remove(w, other)
    crash(w, seat, rewards)


@kernel
def take_note(w, seat, car):
    """Remember which arms gave way to a seat, and from which somebody went first; count risky moments."""
    link, away = link_ahead(w, car)
    if link < 0 or away > GIVING_WAY or not sees(w, away):
        return
    first = int(w.lane_conflict[link])
    for side in range(first, first + int(w.lane_conflicts[link])):
        other, here = int(w.conflict_lane[side]), w.conflict_here[side]
        coming, arm = comer(w, other, w.conflict_there[side], -1), int(w.lane_arm[other])
        if coming < 0 or coming == car or arm < 0 or away + here < 0.0:
            continue
        metres = metres_to(w, coming, other, w.conflict_there[side])
        left, speed = metres - w.conflict_there[side], w.car_speed[coming]
        if 0.0 < left < GIVING_WAY and speed < STANDS and away < 3.0 and w.car_speed[car] > GOES:
            w.gave[seat, arm] = 1
        if left <= 0.0 and away > 0.0 and speed > GOES:
            w.took[seat, arm] = 1
        apart = abs(seconds_to(w, car, away + here) - seconds_of(w, coming, metres))
        if away <= 0.0 and left <= 0.0 and apart < RISKY:
            w.risky[seat] += TICK
            return


@kernel
def ended(w, seat):
    """Only when the time is up."""
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def figures(w, out):
    """Trips that arrived, crashes, mean speed of the seats (m/s), seconds waited, risky seconds, mean jerk (m/s³).

    And fines. Then each seat's own crashes, trips that arrived, mean speed and fines.
    """
    for index in range(len(out)):
        out[index] = 0.0
    metres, seconds, jolts = 0.0, 0.0, 0.0
    for seat in range(len(w.ride)):
        metres += w.driven[seat]
        seconds += w.seconds[seat]
        jolts += w.jolted[seat]
        out[0] += w.crossings[seat]
        out[1] += w.crashes[seat]
        out[3] += w.idled[seat]
        out[4] += w.risky[seat]
        out[6] += w.fines[seat]
        own = OF_WORLD + OF_SEAT * seat
        out[own] = w.crashes[seat]
        out[own + 1] = w.crossings[seat]
        out[own + 2] = w.driven[seat] / max(w.seconds[seat], TICK)
        out[own + 3] = w.fines[seat]
    out[2] = metres / max(seconds, TICK)
    out[5] = jolts / max(seconds, TICK)


# --- the world ---------------------------------------------------------------------------------------------------


def generated(seats: int) -> World:
    """Junctions that are drawn anew in every task, for so many seats."""
    others = (Bots(),) if seats > 1 else ()
    return World(
        name="junction",
        version=VERSION,
        page=__doc__ or "",
        seats=tuple(Seat(f"driver_{i}", ROLE, i) for i in range(seats)),
        state=state(seats),
        consistent=rides_are_seats,
        actions=(Action("pedal", PEDALS),),
        observation=Pieces(own=OWN, streams=STREAMS, events=EVENTS).within(-4.0, 4.0),
        told=(
            OneHot("custom", tuple(NAMES.values()), about="layout"),
            Shares("first", TOLD_FIRST, about="layout", of=(*ARM_NAMES, "ring")),
            Shares("stops", TOLD_STOPS, about="layout", of=("ahead", *ARM_NAMES)),
            Numbers("drivers", TOLD_DRIVERS, about="opponents"),
            Numbers("flows", TOLD_FLOWS, about="layout"),
            *others,
        ),
        figures=(
            *(Figure(name, unwanted=name in UNWANTED) for name in WORLD_FIGURES),
            *(Figure(name, per="seat", unwanted=name in UNWANTED) for name in SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe,
            reveal=reveal, act=act, figures=figures, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=(RUNNING_CAUSE, Cause("time is up", "truncated")),
        timing=Timing(TICK, ticks_per_decision=TICKS_PER_DECISION, decisions=DECISIONS),
        view=View(
            draw, crossroad_extent(), status=status, legend=LEGEND,
            controls={"pedal": {"keys": {"up": PUSH, "down": TO_LINE, "space": HARD, "x": ROLL}, "rest": CRUISE}},
        ),
        build_args={"seats": seats},
        learning={
            "steps": 48_000_000, "lanes": 256, "epochs": 3, "learning_rate": 0.0025, "belief": 0.1,
            "reference_steps": 30_000_000,
        },
    )  # fmt: skip
