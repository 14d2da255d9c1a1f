"""A keyboard on the screen, for who has a gamepad alone: its keys, which one is marked, and what a press of it is."""

from __future__ import annotations

from dataclasses import dataclass

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm,._")
"""Signs, one a key; names, tags, numbers and share codes are written with them."""
SHIFTED = {",": ":", ".": "/"}
"""What keys write, beside capitals, while shift is on: signs of times and paths, none of which a share code has."""
WORDS = (("shift", 2), ("space", 4), ("delete", 2), ("done", 2))
"""The last row: what its keys do, and how many columns each takes."""
COLUMNS, HEIGHT = len(ROWS[0]), len(ROWS) + 1
FIRST = (1, 0)  # row and column of the key that is marked first
DELAY, AGAIN = 0.4, 0.1  # s that a direction is held until it goes on, and between its steps


@dataclass(frozen=True)
class ScreenKey:
    """One key. Either it writes a ``sign``, or its ``word`` says what it does."""

    row: int
    column: int
    columns: int = 1
    sign: str = ""
    word: str = ""


class ScreenKeys:
    """All keys, and the marked one; directions are (1, 0) to the right and (0, 1) down."""

    def __init__(self) -> None:
        self.row, self.column = FIRST
        self.capitals = False
        self._way, self._left = (0, 0), 0.0

    @property
    def keys(self) -> tuple[ScreenKey, ...]:
        """From left to right, row by row."""
        found = [
            ScreenKey(row, column, sign=SHIFTED.get(sign, sign.upper()) if self.capitals else sign)
            for row, signs in enumerate(ROWS)
            for column, sign in enumerate(signs)
        ]
        column = 0
        for word, columns in WORDS:
            found.append(ScreenKey(len(ROWS), column, columns, word=word))
            column += columns
        return tuple(found)

    @property
    def marked(self) -> ScreenKey:
        """The key that a press means."""
        return next(
            key for key in self.keys
            if key.row == self.row and key.column <= self.column < key.column + key.columns
        )  # fmt: skip

    def push(self, way: tuple[int, int]) -> None:
        """Mark the next key in a direction; behind the last one comes the first."""
        if way[0]:
            key = self.marked
            self.column = (key.column + key.columns if way[0] > 0 else key.column - 1) % COLUMNS
            self.column = self.marked.column
        self.row = (self.row + way[1]) % HEIGHT

    def hold(self, way: tuple[int, int]) -> None:
        """A direction is held from now on, which marks the next key; (0, 0) lets go."""
        if way != self._way:
            self._way, self._left = way, DELAY
            self.push(way)

    def advance(self, seconds: float) -> None:
        """Go on in a direction that is held for long."""
        self._left -= seconds
        if self._way != (0, 0) and self._left <= 0.0:
            self._left = AGAIN
            self.push(self._way)

    def press(self) -> ScreenKey:
        """The key that was pressed; who presses shift gets the other letters."""
        key = self.marked
        if key.word == "shift":
            self.capitals = not self.capitals
        return key
