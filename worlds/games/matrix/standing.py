"""Matrix without walking: two stand at a table and pick at every tick. That is the world `repeated`, move for move."""

from dataclasses import replace

from worlds.classics import repeated
from worlds.world import Refused, World

SEATS = 2


def build_standing(seats: int, game: str, noise: float) -> World:
    """The game of `repeated` under this world's name; ``seats`` may be left at its default.

    Raises:
        Refused: a game or a noise that `repeated` does not have.
    """
    if seats not in (SEATS, 4):
        raise Refused(f"matrix is given seats={seats!r} and walk=False: who stands at one table are {SEATS}")
    try:
        world = repeated.build(game=game, noise=noise)
    except Refused as problem:
        raise Refused(str(problem).replace("repeated", "matrix", 1)) from None
    args = {"seats": seats, "walk": False, "game": game, "noise": float(noise)}
    return replace(world, name="matrix", version=1, build_args=args)
