"""Sight on a tile map: rays that stop at walls (exact grid traversal, Amanatides and Woo 1987)."""

from worlds.kit.kernel import kernel

WALL = 1
FAR = 1e9  # m; stands for "never" along an axis on which a ray does not move


@kernel
def cast(tiles, x, y, dx, dy, limit):  # type: ignore[no-untyped-def]
    """Metres from (x, y) to the first wall along the unit vector (dx, dy), at most ``limit``.

    The map must be walled in. Tiles are 1 m wide, ``tiles[row, column]`` covers x in [column, column + 1).
    """
    column = int(x)
    row = int(y)
    step_x = 1 if dx > 0.0 else -1
    step_y = 1 if dy > 0.0 else -1
    gap_x = 1.0 / abs(dx) if dx != 0.0 else FAR
    gap_y = 1.0 / abs(dy) if dy != 0.0 else FAR
    next_x = (column + 1.0 - x if dx > 0.0 else x - column) * gap_x
    next_y = (row + 1.0 - y if dy > 0.0 else y - row) * gap_y
    while True:
        if next_x < next_y:
            travelled = next_x
            next_x += gap_x
            column += step_x
        else:
            travelled = next_y
            next_y += gap_y
            row += step_y
        if travelled >= limit:
            return limit
        if int(tiles[row, column]) == WALL:
            return travelled
