"""Words with which worlds are built as a task of HighwayEnv: checked before anything is built."""

from worlds.road.highwayenv.numbers import OF_WORLD
from worlds.world import Refused

DRIVERS = ("usual", "varied")
OTHER_TASKS = {
    "parking": "parks in an open lot, and cars here keep to lanes",
    "racetrack": "steers freely, and cars here keep to lanes",
    "two-way": "overtakes on the lane of those who come towards one, and no lane here is for both",
    "u-turn": "is none of the five that are laid out here", "exit": "is none of the five that are laid out here",
    "lane-keeping": "steers freely, and cars here keep to lanes",
}  # fmt: skip
"""Tasks that HighwayEnv has beside those laid out here, and why not."""


def check_task(name: str, task: str, drivers: str, seats: int | None) -> None:
    """Refuse other tasks, drivers or seats.

    Raises:
        Refused: names the world, the value and what is allowed.
    """
    tasks = OF_WORLD[name]
    if drivers not in DRIVERS or (drivers != DRIVERS[0] and not task):
        raise Refused(f"{name} is given drivers={drivers!r}: choose usual, or varied with a task")
    if task and task not in tasks:
        other = next((world for world, found in OF_WORLD.items() if task in found), None)
        why = f" is a task of {other}" if other else f" {OTHER_TASKS[task]}" if task in OTHER_TASKS else ""
        reason = f", which{why}" if why else ""
        raise Refused(f"{name} is given task={task!r}{reason}: choose from {', '.join(tasks)}")
    if task and seats not in (None, 1):
        raise Refused(f"{name} is given seats={seats!r} and task={task!r}: a task has 1")


def other_names(world: str) -> dict[str, str]:
    """What is said to who asks for one of its tasks as if that were a world; those that are not here, too."""
    built = {
        task: f"a task of {world!r} (write {world} --build task={task})"
        for task in OF_WORLD[world]
        if task not in OF_WORLD
    }
    absent = {task: f"a task of HighwayEnv that is not here, since it {why}" for task, why in OTHER_TASKS.items()}
    return {**absent, **built}
