"""Builds a world for one of HighwayEnv's tasks."""

import numpy as np

from worlds.kit.observation import Pieces
from worlds.road.fields import rides_are_seats
from worlds.road.highwayenv import bots, numbers, picture, rules, senses, task
from worlds.road.highwayenv.state import extent_of, scene_state
from worlds.road.legend import ON_ROADS
from worlds.world import RUNNING, Action, Cause, Figure, Kernels, Numbers, Seat, Timing, View, World

UNWANTED = ("crashed", "crashes")
STEPS = 3_000_000  # that agents learn from
POPULATIONS = {
    "usual": (task.set_usual_drivers, task.draw_task_as_usual),
    "varied": (task.draw_population, task.draw_task),
}


def task_world(name: str, version: int, word: str, drivers: str) -> World:
    """The world of a task, for a world that has been given the word (see `check_task`)."""
    scene = numbers.SCENES.index(word)
    draw_population, draw_task = POPULATIONS[drivers]
    is_long = scene == numbers.INTERSECTION
    return World(
        name=name,
        version=version,
        page=rules.__doc__ or "",
        identity=f"{word}, {drivers} drivers",
        seats=(Seat("driver_0", bots.ROLE, 0),),
        state=scene_state(scene),
        given={"scene": np.array(scene)},
        consistent=rides_are_seats,
        actions=(Action("meta", numbers.LONG_ACTIONS if is_long else numbers.ACTIONS),),
        observation=Pieces(vehicles=numbers.ROWS[scene] * numbers.FEATURES[scene]),
        told=(
            Numbers("drivers", senses.TOLD_DRIVERS, about="opponents"),
            Numbers("density", 1, about="layout"),
        ),
        figures=(
            *(Figure(each, unwanted=each in UNWANTED) for each in rules.FIGURES),
            *(Figure(each, per="seat", unwanted=each in UNWANTED) for each in rules.SEAT_FIGURES),
        ),
        kernels=Kernels(
            draw_population=draw_population, draw_task=draw_task, begin=rules.begin, step=rules.step,
            ended=rules.ended, observe=senses.observe, reveal=senses.reveal, act=bots.act, figures=rules.figures,
            solvable=task.solvable,
        ),
        generators=task.GENERATORS,
        bots=bots.BOTS,
        causes=(RUNNING, Cause("crashed", "terminated"), Cause("arrived", "terminated"),
                Cause("time is up", "truncated")),
        timing=Timing(numbers.TICK, numbers.TICKS_PER_DECISION, numbers.DECISIONS[scene]),
        view=View(
            picture.draw, extent_of(scene), closeup=float(numbers.SHOWN[scene]), status=picture.status,
            legend=ON_ROADS,
            controls={"meta": picture.LONG_KEYS if is_long else picture.KEYS},
        ),
        build_args={"seats": 1, "task": word, "drivers": drivers},
        learning={"steps": STEPS, "lanes": 64, "reference_steps": STEPS},
    )  # fmt: skip
