"""Named pieces of one flat observation: declared once, so that sizes, slices and tables follow from it."""

from collections.abc import Mapping


class Pieces:
    """``Pieces(own=8, rays=32)``: each piece's size, its slice in the flat vector, the total, and its bounds, which are
    −1 and 1 unless `within` says otherwise.

    Raises:
        ValueError: a size below 1.
    """

    def __init__(self, sizes: Mapping[str, int] | None = None, **named: int) -> None:
        self.sizes: dict[str, int] = {**(sizes or {}), **named}
        self.bounds: dict[str, tuple[float, float]] = dict.fromkeys(self.sizes, (-1.0, 1.0))
        self.at: dict[str, slice] = {}
        self.total = 0
        for name, size in self.sizes.items():
            if size < 1:
                raise ValueError(f"piece {name!r} has size {size}: sizes start at 1")
            self.at[name] = slice(self.total, self.total + size)
            self.total += size

    def within(self, low: float, high: float) -> "Pieces":
        """These pieces, with the lowest and the highest value that their entries can take."""
        found = Pieces(self.sizes)
        found.bounds = dict.fromkeys(self.sizes, (low, high))
        return found

    def __add__(self, other: "Pieces") -> "Pieces":
        """These pieces followed by those of ``other``."""
        found = Pieces({**self.sizes, **other.sizes})
        found.bounds = {**self.bounds, **other.bounds}
        return found

    def __eq__(self, other: object) -> bool:
        """Same names and sizes in the same order."""
        return isinstance(other, Pieces) and list(self.sizes.items()) == list(other.sizes.items())

    def __hash__(self) -> int:
        """By names and sizes."""
        return hash(tuple(self.sizes.items()))

    def __repr__(self) -> str:
        """As it could be typed."""
        return f"Pieces({', '.join(f'{name}={size}' for name, size in self.sizes.items())})"
