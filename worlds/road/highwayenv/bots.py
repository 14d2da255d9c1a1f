"""Who sits in the car when nobody else does."""

from worlds.kit.bots import names_of
from worlds.kit.chance import integer, uniform
from worlds.kit.kernel import kernel
from worlds.road.highwayenv.numbers import (
    FASTER,
    IDLE,
    INTERSECTION,
    LEFT,
    MERGE,
    RIGHT,
    SLOWER,
    TARGETS,
    TICK,
)
from worlds.road.highwayenv.rules import beside
from worlds.world import Bot, Knob

ROLE = "driver"
BOTS: tuple[Bot, ...] = (
    Bot("idle", ROLE, about="never chooses anything"),
    Bot("faster", ROLE, about="as fast as it can, in its lane"),
    Bot("slower", ROLE, about="as slow as it can, in its lane"),
    Bot("random", ROLE, about="anything, every time"),
    Bot(
        "wary", ROLE, (Knob("reach", 1.0, 3.0, held_out=(2.5, 3.0)),),  # s
        about="slows down for whom it would meet if both drove straight on, or passes him; as fast as it can else",
    ),
    Bot("weaver", ROLE, (Knob("often", 0.2, 0.8),), split="test", about="fast, from lane to lane"),
    Bot("wavering", ROLE, (Knob("period", 2.0, 6.0),), split="final", about="now fast, now slow"),
)  # fmt: skip
kind, knob = names_of(BOTS)
TOUCH = 5.0  # m between middles that the wary one takes for a meeting
AHEAD, BEHIND = 25.0, 12.0  # m that must be free in the next lane


@kernel
def act(w, seat):  # type: ignore[no-untyped-def]
    """One decision: ``action[seat]`` is the choice."""
    mine, car = w.bot_kind[seat], int(w.ride[seat])
    meant = IDLE
    if mine == kind.random:
        w.action[seat, 0] = integer(w, 3 if w.scene == INTERSECTION else 5)
        return
    if mine == kind.faster:
        meant = FASTER
    elif mine == kind.slower:
        meant = SLOWER
    elif mine == kind.wary:
        meant = keep_clear(w, car, w.bot_knob[seat, knob.reach])
    elif mine == kind.weaver:
        meant = FASTER
        if uniform(w) < w.bot_knob[seat, knob.often]:
            meant = LEFT if uniform(w) < 0.5 else RIGHT
    elif mine == kind.wavering:
        late = w.tick * TICK / w.bot_knob[seat, knob.period]
        meant = FASTER if int(late) % 2 == 0 else SLOWER
    w.action[seat, 0] = in_short(meant) if w.scene == INTERSECTION else meant


@kernel
def in_short(meant):  # type: ignore[no-untyped-def]
    """The number of a choice where there are only slower, idle and faster."""
    return 2 if meant == FASTER else 0 if meant == SLOWER else 1


@kernel
def keep_clear(w, car, reach):  # type: ignore[no-untyped-def]
    """Faster where nobody is met, else a free lane beside, else slower."""
    if not meets(w, car, reach):
        return FASTER
    if w.scene <= MERGE and is_free(w, car, LEFT):
        return LEFT
    if w.scene <= MERGE and is_free(w, car, RIGHT):
        return RIGHT
    return SLOWER


@kernel
def meets(w, car, reach):  # type: ignore[no-untyped-def]
    """Whether anybody would be met within some seconds if all drove straight on, the own car as fast as it can."""
    fast = TARGETS[w.scene, 2]
    for other in range(len(w.car_lane)):
        if other == car or w.car_lane[other] < 0:
            continue
        dx, dy = w.car_x[other] - w.car_x[car], w.car_y[other] - w.car_y[car]
        vx = w.car_speed[other] * w.car_cos[other] - fast * w.car_cos[car]
        vy = w.car_speed[other] * w.car_sin[other] - fast * w.car_sin[car]
        if dx * w.car_cos[car] + dy * w.car_sin[car] < 0.0:
            continue
        when = min(max(-(dx * vx + dy * vy) / max(vx * vx + vy * vy, 1e-6), 0.0), reach)
        x, y = dx + vx * when, dy + vy * when
        along, across = x * w.car_cos[car] + y * w.car_sin[car], y * w.car_cos[car] - x * w.car_sin[car]
        if abs(along) < 2.0 * TOUCH and abs(across) < 0.5 * TOUCH:
            return True
    return False


@kernel
def is_free(w, car, side):  # type: ignore[no-untyped-def]
    """Whether there is a lane beside, and room in it."""
    lane = beside(w, car, side)
    if lane < 0:
        return False
    other = int(w.lane_head[lane])
    while other >= 0:
        if -BEHIND < w.car_pos[other] - w.car_pos[car] < AHEAD:
            return False
        other = int(w.car_behind[other])
    return True
