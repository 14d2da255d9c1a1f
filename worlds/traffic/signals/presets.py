"""Rewards and observations of signals as others define them, by their names.

Rewards are paid once a decision, for what the end of it looks like. A lane's detectors may be broken for observations;
rewards know the truth. Definitions: sumo-rl 1.4 (`TrafficSignal`), LibSignal's `lane_count` with `phase`.
"""

from typing import Any

import numpy as np

from worlds.kit.kernel import kernel
from worlds.kit.observation import Pieces
from worlds.road.fields import LINK
from worlds.road.lanes.junctions import lane_in
from worlds.traffic.signals.constants import HALTING, TICKS_PER_DECISION
from worlds.traffic.signals.lights import is_ready
from worlds.traffic.signals.network.rules import begin as begin_network
from worlds.traffic.signals.network.rules import step as step_network
from worlds.traffic.signals.phases import observe_network_phases, observe_town_phases, phase_pieces
from worlds.traffic.signals.rules import begin, step
from worlds.world import Field

TIME_LOST = "time lost"
REWARDS = (TIME_LOST, "queue", "waiting time", "diff-waiting-time", "pressure", "average speed")
"""The default, and by number what is paid instead of it."""
QUEUE, WAITING, DIFF_WAITING, PRESSURE, SPEED = range(1, 6)
PHASES = "phases"
OBSERVATIONS = ("detectors", "sumo-rl", "libsignal", PHASES)
HUNDRED = 100.0  # s of waiting that count as 1 in sumo-rl
SPACE = 7.5  # m that a standing vehicle takes: 5 m and SUMO's smallest gap of 2.5 m


def reward_fields(seats: int, lanes: int, vehicles: int) -> dict[str, Field]:
    """What a record keeps for rewards other than the time lost."""
    return {
        "paid_for": Field("i8", (), 0, len(REWARDS) - 1, doc="the reward, by its place in REWARDS"),
        "wait_from": Field("f8", (vehicles,), 0.0, 1e6, unit="s", doc="that a vehicle had waited when it came here"),
        "wait_lane": Field("i4", (vehicles,), -1, lanes - 1, doc="the lane that it came to"),
        "wait_last": Field("f8", (seats,), 0.0, 1e7, unit="s", doc="waited on the own lanes a decision ago"),
    }


def reward_given(reward: str) -> dict[str, np.ndarray]:
    """What a record with such a reward begins with."""
    return {"paid_for": np.array(REWARDS.index(reward))}


def observation_pieces(kind: str, phases: int, arms: int, lanes: int) -> Pieces:
    """What a seat sees: its phase, one-hot, whether it may change, and by lane, arm after arm and from the left; or the
    same of every phase, see `phases`.
    """
    if kind == PHASES:
        return phase_pieces()
    count = arms * lanes
    if kind == "sumo-rl":
        return Pieces(phase=phases, min_green=1, density=count, queue=count).within(0.0, 1.0)
    return Pieces(phase=phases, lane_count=count).within(0.0, 100.0)


# --- rewards -----------------------------------------------------------------------------------------------------


@kernel
def begin_in_town(w):
    """One episode in a town."""
    begin(w)
    forget_waits(w)


@kernel
def begin_on_network(w):
    """One episode on a given network."""
    begin_network(w)
    forget_waits(w)


@kernel
def forget_waits(w):
    """Nobody has waited anywhere."""
    for car in range(len(w.wait_lane)):
        w.wait_lane[car] = -1
        w.wait_from[car] = 0.0
    for seat in range(len(w.arms)):
        w.wait_last[seat] = 0.0


@kernel
def step_in_town(w, actions, rewards):
    """One tick in a town."""
    step(w, actions, rewards)
    pay(w, rewards)


@kernel
def step_on_network(w, actions, rewards):
    """One tick on a given network."""
    step_network(w, actions, rewards)
    pay(w, rewards)


@kernel
def pay(w, rewards):
    """Instead of the time lost what the preset pays, at the end of a decision."""
    follow_waits(w)
    at_end = (w.tick + 1) % TICKS_PER_DECISION == 0
    for seat in range(len(w.arms)):
        rewards[seat] = paid(w, seat) if at_end else 0.0


@kernel
def follow_waits(w):
    """What vehicles had waited when they came to the lane on which they are."""
    for car in range(len(w.wait_lane)):
        if w.car_lane[car] != w.wait_lane[car] or w.car_waited[car] < w.wait_from[car]:
            w.wait_lane[car] = w.car_lane[car]
            w.wait_from[car] = w.car_waited[car]


@kernel
def paid(w, seat):
    """The reward of a junction."""
    if w.paid_for == QUEUE:
        return -halting_of(w, seat)
    if w.paid_for == PRESSURE:
        return -pressure_of(w, seat)
    if w.paid_for == SPEED:
        return speed_of(w, seat)
    waited = waited_of(w, seat)
    if w.paid_for == WAITING:
        return -waited / HUNDRED
    gained = (w.wait_last[seat] - waited) / HUNDRED
    w.wait_last[seat] = waited
    return gained


@kernel
def halting_of(w, seat):
    """Vehicles that stand on the lanes that come in."""
    count = 0.0
    for car in range(len(w.car_lane)):
        if comes_in(w, seat, w.car_lane[car]) and w.car_speed[car] < HALTING:
            count += 1.0
    return count


@kernel
def pressure_of(w, seat):
    """Vehicles on the lanes that come in less those on the lanes that go out."""
    count = 0.0
    for car in range(len(w.car_lane)):
        if comes_in(w, seat, w.car_lane[car]):
            count += 1.0
        if goes_out(w, seat, w.car_lane[car]):
            count -= 1.0
    return count


@kernel
def speed_of(w, seat):
    """Mean speed on the lanes that come in, as a share of what drivers wish; 1 where nobody is."""
    total, count = 0.0, 0
    for car in range(len(w.car_lane)):
        lane = w.car_lane[car]
        if comes_in(w, seat, lane):
            total += min(w.car_speed[car] / max(w.lane_limit[lane] * w.car_desire[car], 0.1), 1.0)
            count += 1
    return total / count if count > 0 else 1.0


@kernel
def waited_of(w, seat):
    """Seconds that those on the lanes that come in have stood there."""
    total = 0.0
    for car in range(len(w.car_lane)):
        if comes_in(w, seat, w.car_lane[car]):
            total += max(w.car_waited[car] - w.wait_from[car], 0.0)
    return total


@kernel
def comes_in(w, seat, lane):
    """Whether a lane leads to a junction."""
    return lane >= 0 and int(w.lane_kind[lane]) != LINK and w.lane_junction[lane] == seat


@kernel
def goes_out(w, seat, lane):
    """Whether a lane leads away from a junction."""
    if lane < 0 or int(w.lane_kind[lane]) == LINK:
        return False
    for index in range(w.lane_before.shape[1]):
        link = w.lane_before[lane, index]
        if link < 0:
            break
        if int(w.lane_kind[link]) == LINK and w.lane_junction[link] == seat:
            return True
    return False


# --- observations ------------------------------------------------------------------------------------------------


@kernel
def observe_sumo_rl(w, seat, out):
    """Phase, whether it may change, and of every lane that comes in how full it is, and how full of those who stand."""
    phases, arms, most = w.phase_groups.shape[1], w.arm_road.shape[1], w.road_lane.shape[2]
    for index in range(len(out)):
        out[index] = 0.0
    out[int(w.phase[seat])] = 1.0
    out[phases] = 1.0 if is_ready(w, seat) else 0.0
    for arm in range(int(w.arms[seat])):
        for place in range(most):
            lane = lane_in(w, seat, arm, place)
            if lane >= 0:
                at, room = phases + 1 + arm * most + place, max(w.lane_length[lane] / SPACE, 1.0)
                out[at] = min(w.seen_cars[lane] / room, 1.0)
                out[at + arms * most] = min(w.seen_queue[lane] / room, 1.0)


@kernel
def observe_libsignal(w, seat, out):
    """Phase, and the vehicles on every lane that comes in."""
    phases, most = w.phase_groups.shape[1], w.road_lane.shape[2]
    for index in range(len(out)):
        out[index] = 0.0
    out[int(w.phase[seat])] = 1.0
    for arm in range(int(w.arms[seat])):
        for place in range(most):
            lane = lane_in(w, seat, arm, place)
            if lane >= 0:
                out[phases + arm * most + place] = min(w.seen_cars[lane], 100.0)


OBSERVERS: dict[str, tuple[Any, Any]] = {
    "sumo-rl": (observe_sumo_rl, observe_sumo_rl),
    "libsignal": (observe_libsignal, observe_libsignal),
    PHASES: (observe_town_phases, observe_network_phases),
}
"""In a town, and on a network."""
