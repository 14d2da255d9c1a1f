"""Highway: drive across the country fast and unharmed; nobody tells you which cameras are live, or whose drivers lapse.

Rules    Everyone drives two kilometres of motorway from west to east among traffic that knows its way. Lanes end at
         works and ramps join and leave. Every vehicle has the paint of one of five firms. The drivers of one firm blink
         and cut in a second later, mostly before somebody who overtakes, whose speed they take to be the limit at
         most, and then slow down; those of another brake hard for no cause, mostly when somebody is close behind.
         A car brakes for what is ahead by itself (3.5 m/s² at most; harder while the driver brakes), but not for what
         comes from the side: who changes lanes without room is hit. Of six camera boxes beside the road one to three
         are live, and fine who passes more than a tenth above the limit, the faster the more.
Who      driver_0 …, each for itself.
Actions  pedal: brake, off the pedal, cruise at the limit, push on (up to 1.6 times the limit, close behind others) ·
         wheel: keep, left, right (2 s rest between two changes).
Seen     own: speed, above the limit, acceleration, place, place in the section, resting, speeding, sideways · lanes:
         left, own and right, whether they end or leave, how soon · advice: whether a change to the left or right is
         safe and what it gains (MOBIL) · neighbours: ahead and behind in each, nearness, closing speed, length,
         brakes, indicator (−1 left, 1 right), firm · plan: the next camera, how near, which, and by camera whether it
         fined in this episode, or let one speed · seen: which firms' drivers were seen to cut in, and to stop short, in
         this episode · news of this second: fined, let off, somebody cut in, stopped short · things: by name the camera
         and the firm of the news, the next camera, the neighbours' firms · clock.
Hidden   which cameras are live; which firm's drivers cut in, and whose stop short; works and ramps beyond the end of a
         lane; how the others drive, how many they are.
Reward   1 for every 30 m · −0.5 a second · −0.6 for each m/s above 27.5 before a live camera · −30 for a crash,
         which ends the drive · for the arrival as much as the time that is left would bring at full speed.
End      terminated: arrived, crashed, left the road · truncated after 60 s.
Varies   lanes, works, ramps (test: weaving sections; final: works on either side, one after the other), cameras, firms
         (test: one that does both; final: two that cut in), drivers (test: very close and very far; final: still closer
         and farther), traffic, bots.
Headroom a bot that knows the cameras and the firms earns about a fifth more than the best that does not, and crashes a
         fifth as often. An oracle that learned gained much less over a blind agent. Figures: docs/results, docs/notes.
Tasks    --build task=highway, task=highway-fast or task=merge: HighwayEnv's, with its actions, observation and reward
         (docs/how-to/drive-highwayenv.md).
Version  7: rules changed (drivers make room for who has to change lanes; traffic that breaks down loses capacity).
"""

from worlds.kit.chance import integer
from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.drivers.changing import change, move_finger
from worlds.road.drivers.driving import acceleration
from worlds.road.drivers.order import enter, free_slot, take_out, wipe
from worlds.road.drivers.traffic import start_traffic, step_traffic
from worlds.road.fields import rides_are_seats
from worlds.road.layouts.motorways import MAIN, fill_section, motorway_extent
from worlds.traffic.highway.bots import act, may_steer
from worlds.traffic.highway.constants import (
    ARRIVED,
    ASSIST,
    BRAKE,
    BRAKING,
    BRISK,
    CAMERA_AT,
    CAMERAS,
    CAR_LENGTH,
    COMFORT,
    CRASH,
    CRASHED,
    CRUISE,
    DECISIONS,
    DESIRE,
    EASE,
    EASING,
    EPISODE,
    FINE,
    FLEETS,
    HEADWAY,
    LEFT,
    LEFT_ROAD,
    LIMIT,
    METRES,
    PACE,
    RIGHT,
    RISKY,
    RUNNING,
    SECTIONS,
    SIDES,
    START_APART,
    START_AT,
    START_SPEED,
    TICK,
    TICKS_PER_DECISION,
    TIME_IS_UP,
    TOLERANCE,
    TOP_PACE,
    WASTED,
    WHEEL_REST,
)
from worlds.traffic.highway.fleets import run_fleets, start_fleets
from worlds.traffic.highway.legend import LEGEND
from worlds.traffic.highway.looking import place_of
from worlds.traffic.highway.picture import CLOSEUP, CONTROLS, draw, status
from worlds.traffic.highway.roster import BOTS, ROLE
from worlds.traffic.highway.senses import (
    ADVICE,
    LANES,
    NAMED,
    NEIGHBOURS,
    NEWS,
    NEXT_WORDS,
    NOTED,
    OWN,
    PLAN,
    SEEN,
    TOLD_DRIVERS,
    TOLD_FLEETS,
    TOLD_NEXT,
    TOLD_PLAN,
    observe,
    reveal,
)
from worlds.traffic.highway.state import state
from worlds.traffic.highway.task import GENERATORS, draw_population, draw_task, solvable
from worlds.world import RUNNING as RUNNING_CAUSE
from worlds.world import Action, Bots, Cause, Figure, Kernels, Numbers, Seat, Shares, Timing, View, World

VERSION = 7
WORLD_FIGURES = ("speed", "arrived", "crashed", "fines", "risky_seconds", "jerk", "changes")
SEAT_FIGURES = ("crashes", "fines", "speed", "way")
UNWANTED = ("crashed", "crashes", "fines")
OF_WORLD, OF_SEAT = len(WORLD_FIGURES), len(SEAT_FIGURES)


# --- an episode --------------------------------------------------------------------------------------------------


@kernel
def begin(w):
    """One episode of the same task: traffic under way, the seats one behind the other at the west end."""
    start_traffic(w, 3.0, 2.0)
    for seat in range(len(w.ride)):
        w.fate[seat] = RUNNING
        w.fined[seat] = w.spared[seat] = w.fines[seat] = w.changes[seat] = 0
        w.camera_news[seat] = w.firm_news[seat] = 0
        w.driven[seat] = w.seconds[seat] = w.risky[seat] = w.jolted[seat] = 0.0
        board(w, seat)
    for section in range(1, SECTIONS):
        fill_section(w, section, w.density)
    start_fleets(w)


@kernel
def board(w, seat):
    """A seat's car on a random lane of the first section."""
    car, lane = free_slot(w), w.section_lane[0, integer(w, w.main_lanes)]
    w.ride[seat], w.car_seat[car] = car, seat
    w.car_pos[car], w.car_speed[car] = START_AT + START_APART * seat, START_SPEED
    w.car_length[car] = CAR_LENGTH
    w.car_gap[car] = w.mean_gap
    sit(w, car, CRUISE)
    w.lane_before_tick[seat] = lane
    enter(w, car, lane)


@kernel
def sit(w, car, pedal):
    """What a pedal makes of the driver's values."""
    w.car_desire[car], w.car_headway[car] = DESIRE[pedal], HEADWAY[pedal]
    w.car_brisk[car], w.car_comfort[car] = BRISK[pedal], COMFORT[pedal]


# --- one tick ----------------------------------------------------------------------------------------------------


@kernel
def step(w, actions, rewards):
    """Seats steer, everyone drives, then it shows who got on, who was fined, who crashed."""
    for seat in range(len(w.ride)):
        if w.tick % TICKS_PER_DECISION == 0:
            w.camera_news[seat] = w.firm_news[seat] = 0
        if w.ride[seat] >= 0:
            steer(w, seat, w.ride[seat], int(actions[seat, 1]))
            press(w, seat, w.ride[seat], int(actions[seat, 0]))
    run_fleets(w)
    step_traffic(w, w.tick * TICK, TICK)
    for seat in range(len(w.ride)):
        if w.ride[seat] >= 0:
            progress(w, seat, w.ride[seat], rewards)
    for seat in range(len(w.ride)):
        if w.ride[seat] >= 0 and is_hit(w, w.ride[seat]):
            w.fate[seat] = CRASHED
    for seat in range(len(w.ride)):
        if int(w.fate[seat]) == CRASHED and w.ride[seat] >= 0:
            clear_away(w, seat, rewards)


@kernel
def steer(w, seat, car, wheel):
    """Change lanes at once where there is one and the last change is long enough ago."""
    if may_steer(w, car, wheel):
        lane = w.car_lane[car]
        target = w.lane_left[lane] if wheel == LEFT else w.lane_right[lane]
        front = move_finger(w, target, -1, w.car_pos[car])
        change(w, car, target, front, SIDES[wheel])
        w.car_cool[car] = WHEEL_REST
        w.changes[seat] += 1
    elif w.car_side[car] == 0.0:
        w.car_blink[car] = 0


@kernel
def press(w, seat, car, pedal):
    """What the pedal does; even who pushes on brakes for the vehicle ahead."""
    sit(w, car, pedal)
    before = w.car_accel[car]
    accel = acceleration(w, car)
    if pedal == BRAKE:
        accel = min(accel, BRAKING)
    else:
        accel = max(min(accel, EASING) if pedal == EASE else accel, ASSIST)
    w.car_accel[car] = accel
    w.jolted[seat] += abs(accel - before)
    w.seconds[seat] += TICK
    ahead = w.car_ahead[car]
    if ahead >= 0:
        gap = w.car_pos[ahead] - w.car_length[ahead] - w.car_pos[car]
        if gap < RISKY * (w.car_speed[car] - w.car_speed[ahead]):
            w.risky[seat] += TICK
    w.lane_before_tick[seat] = w.car_lane[car]


@kernel
def progress(w, seat, car, rewards):
    """Metres count; so do fines; who has left the map has arrived, or has taken a ramp."""
    if w.car_lane[car] < 0:
        w.ride[seat] = -1
        w.fate[seat] = LEFT_ROAD
        for index in range(MAIN):
            if w.section_lane[SECTIONS - 1, index] == w.lane_before_tick[seat]:
                w.fate[seat] = ARRIVED
                rewards[seat] += (EPISODE - w.tick) * TICK * TOP_PACE
        return
    rewards[seat] += w.car_far[car] / PACE + WASTED * TICK
    w.driven[seat] += w.car_far[car]
    excess = w.car_speed[car] - TOLERANCE * LIMIT
    if excess > 0.0:
        pass_cameras(w, seat, car, excess, rewards)


@kernel
def pass_cameras(w, seat, car, excess, rewards):
    """Who passes a live camera too fast is fined; who passes another so notices that nothing happens."""
    place = place_of(w, car)
    for camera in range(CAMERAS):
        if place - w.car_far[car] < CAMERA_AT[camera] <= place:
            if int(w.live[camera]) == 1:
                rewards[seat] += FINE * excess
                w.fined[seat] = int(w.fined[seat]) | (1 << camera)
                w.fines[seat] += 1
                w.camera_news[seat] = camera + 1
            else:
                w.spared[seat] = int(w.spared[seat]) | (1 << camera)
                w.camera_news[seat] = -camera - 1


@kernel
def is_hit(w, car):
    """Whether a car overlaps another: ahead or behind in its lane, or over the end of the lane."""
    ahead, back = w.car_ahead[car], w.car_behind[car]
    if ahead >= 0 and w.car_pos[ahead] - w.car_length[ahead] < w.car_pos[car]:
        return True
    if back >= 0 and w.car_pos[car] - w.car_length[car] < w.car_pos[back]:
        return True
    lane = w.car_lane[car]
    following = w.way[lane, w.car_goal[car]]
    if ahead >= 0 or following < 0:
        return False
    last = w.lane_tail[following]
    return last >= 0 and w.lane_length[lane] + w.car_pos[last] - w.car_length[last] < w.car_pos[car]


@kernel
def clear_away(w, seat, rewards):
    """A crash ends the drive; the car is taken off the road."""
    rewards[seat] += CRASH
    car = w.ride[seat]
    take_out(w, car)
    wipe(w, car)
    w.ride[seat] = -1


@kernel
def ended(w, seat):
    """Arrived, crashed, left the road; or the time is up."""
    if int(w.fate[seat]) != RUNNING:
        return int(w.fate[seat])
    return TIME_IS_UP if w.tick >= EPISODE else 0


@kernel
def legal(w, seat, out):
    """Every pedal; the wheel where there is a lane and the last change is long enough ago."""
    for index in range(len(out)):
        out[index] = 1
    if w.ride[seat] >= 0:
        out[4 + LEFT] = 1 if may_steer(w, w.ride[seat], LEFT) else 0
        out[4 + RIGHT] = 1 if may_steer(w, w.ride[seat], RIGHT) else 0


@kernel
def figures(w, out):
    """Mean speed of the seats (m/s), how many arrived and crashed, fines, risky seconds, mean jerk (m/s³), changes.

    Then each seat's own crashes, fines, mean speed and way (m).
    """
    for index in range(len(out)):
        out[index] = 0.0
    metres, seconds, jolts = 0.0, 0.0, 0.0
    for seat in range(len(w.ride)):
        metres += w.driven[seat]
        seconds += w.seconds[seat]
        jolts += w.jolted[seat]
        out[1] += 1.0 if int(w.fate[seat]) == ARRIVED else 0.0
        out[2] += 1.0 if int(w.fate[seat]) == CRASHED else 0.0
        out[3] += w.fines[seat]
        out[4] += w.risky[seat]
        out[6] += w.changes[seat]
        own = OF_WORLD + OF_SEAT * seat
        out[own] = 1.0 if int(w.fate[seat]) == CRASHED else 0.0
        out[own + 1] = w.fines[seat]
        out[own + 2] = w.driven[seat] / max(w.seconds[seat], TICK)
        out[own + 3] = w.driven[seat]
    out[0] = metres / max(seconds, TICK)
    out[5] = jolts / max(seconds, TICK)


# --- the world ---------------------------------------------------------------------------------------------------


FIGURES = (
    *(Figure(name, unwanted=name in UNWANTED) for name in WORLD_FIGURES),
    *(Figure(name, per="seat", unwanted=name in UNWANTED) for name in SEAT_FIGURES),
)
CAUSES = (
    RUNNING_CAUSE,
    Cause("arrived", "terminated"),
    Cause("crashed", "terminated"),
    Cause("left the road", "terminated"),
    Cause("time is up", "truncated"),
)


def motorway(seats: int) -> World:
    """Motorways that are drawn anew in every task, for so many seats."""
    others = (Bots(told_to="oracles"),) if seats > 1 else ()
    return World(
        name="highway",
        version=VERSION,
        page=__doc__ or "",
        seats=tuple(Seat(f"driver_{i}", ROLE, i) for i in range(seats)),
        state=state(seats),
        consistent=rides_are_seats,
        actions=(
            Action("pedal", ("brake", "off the pedal", "cruise", "push on")),
            Action("wheel", ("keep", "left", "right")),
        ),
        observation=Pieces(
            own=OWN, lanes=LANES, advice=ADVICE, neighbours=NEIGHBOURS, plan=PLAN, seen=SEEN, news=NEWS, things=NAMED,
            clock=1,
        ).within(-3.0, 3.0),
        told=(
            Shares("plan", TOLD_PLAN, about="layout", told_to="oracles"),
            Numbers("drivers", TOLD_DRIVERS, about="opponents", told_to="oracles"),
            Shares("fleets", TOLD_FLEETS, about="opponents", told_to="oracles"),
            Shares("camera_ahead", 1, about="layout", of=("live",)),
            Shares("neighbours", TOLD_NEXT - 1, about="opponents", of=NEXT_WORDS),
            *others,
        ),
        things=CAMERAS + FLEETS,
        noted=NOTED,
        figures=FIGURES,
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=begin, step=step, ended=ended, observe=observe,
            reveal=reveal, act=act, figures=figures, legal=legal, solvable=solvable,
        ),
        generators=GENERATORS,
        bots=BOTS,
        causes=CAUSES,
        timing=Timing(TICK, ticks_per_decision=TICKS_PER_DECISION, decisions=DECISIONS),
        view=View(
            draw, motorway_extent(SECTIONS, METRES), closeup=CLOSEUP, status=status, legend=LEGEND, controls=CONTROLS
        ),
        build_args={"seats": seats},
        learning={
            "steps": 40_000_000, "lanes": 256, "epochs": 3, "memory": "ledger", "belief": 0.05,
            "reference_steps": 20_000_000,
        },
    )  # fmt: skip
