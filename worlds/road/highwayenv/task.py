"""What stays for a trial: the road, how many drive on it, and how they drive."""

from worlds.kit.chance import between, uniform
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, opponents_part
from worlds.road.highwayenv.numbers import (
    BRISK,
    COMFORT,
    CRITICAL,
    HEADWAY,
    OUR_STANDING,
    STANDING,
    USUAL_SPEED,
)
from worlds.road.highwayenv.roads import lay_scene
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("usual"),
    Generator("denser", split="test"),
    Generator("densest", split="final"),
)
DENSER, DENSEST = 1, 2  # of them


@kernel
def draw_task(w):  # type: ignore[no-untyped-def]
    """The road, with about as many cars as usual in training, and more in test."""
    lay_road(w)
    luck = uniform(w)
    w.density = 0.85 + 0.3 * luck
    if w.generator == DENSER:
        w.density = 1.15 + 0.2 * luck
    elif w.generator == DENSEST:
        w.density = 1.35 + 0.2 * luck


@kernel
def draw_task_as_usual(w):  # type: ignore[no-untyped-def]
    """The road, with as many cars as there are in HighwayEnv, in every split."""
    lay_road(w)
    w.density = 1.0


@kernel
def lay_road(w):  # type: ignore[no-untyped-def]
    """The road; nobody comes by gates, so their course is any."""
    w.sound = int(lay_scene(w))
    w.course_length = 1.0


@kernel
def draw_population(w):  # type: ignore[no-untyped-def]
    """Drivers around the usual ones. Very close and very far ones are kept for test, those beyond them for final."""
    set_usual_drivers(w)
    part, luck, side = opponents_part(w), uniform(w), uniform(w)
    if part == FOR_TESTING:
        share = 0.6 + 0.15 * luck if side < 0.5 else 1.35 + 0.25 * luck
    elif part == FOR_FINAL:
        share = 0.45 + 0.15 * luck if side < 0.5 else 1.6 + 0.4 * luck
    else:
        share = 0.75 + 0.6 * luck
    w.mean_headway *= share
    w.mean_desire = between(w, 0.9, 1.1)
    w.mean_brisk *= between(w, 0.5, 1.2)
    w.mean_comfort *= between(w, 0.6, 1.1)
    w.mean_polite = between(w, 0.0, 0.5)
    w.mean_gap = between(w, 1.0, 4.0)
    w.spread = between(w, 0.0, 0.3)


@kernel
def set_usual_drivers(w):  # type: ignore[no-untyped-def]
    """Drivers with HighwayEnv's values. Ours stand nearer to each other, so they keep a little more for their speed."""
    w.mean_headway = HEADWAY + (STANDING[w.scene] - OUR_STANDING) / USUAL_SPEED[w.scene]
    w.mean_desire = 1.0
    w.mean_brisk, w.mean_comfort = BRISK[w.scene], COMFORT[w.scene]
    w.mean_polite, w.mean_gap = 0.0, CRITICAL
    w.spread = w.truck_share = w.bus_share = 0.0


@kernel
def solvable(w):  # type: ignore[no-untyped-def]
    """Whether the road is whole."""
    return int(w.sound) == 1
