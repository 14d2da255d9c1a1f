"""Words with which worlds are built that may stand on a given network: checked before the network is read."""

from worlds.world import Refused

TASKS = ("varied", "as given")
SEATS = (1, 2, 4)


def check_words(name: str, seats: int, network: str, tasks: str) -> None:
    """Refuse another number of seats, other tasks, and tasks as given where nothing is.

    Raises:
        Refused: names the world, the value and what is allowed.
    """
    if not isinstance(seats, int) or seats not in SEATS:
        raise Refused(f"{name} is given seats={seats!r}: it takes 1, 2 or 4")
    if tasks not in TASKS or (tasks != TASKS[0] and not network):
        raise Refused(f'{name} is given tasks={tasks!r}: choose varied, or "as given" with a network')
