"""Reads kitchens in Overcooked-AI's ``.layout`` format: a dictionary as Python writes it, with a grid of signs.

``"grid"`` shows the kitchen, a line for each row: ``X`` counter, ``O`` onions, ``T`` tomatoes, ``D`` dishes, ``P`` pot,
``S`` serving window, a blank for floor, and ``1`` … ``4`` for where each cook starts. Orders, values and times are
optional. Nothing in a file is ever run: it is taken apart by Python's parser and only plain values are read. Whatever
is wrong is refused with its line and column.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from worlds.kit.words import one_line, shown
from worlds.world import Refused

FOLDER = Path(__file__).with_name("layouts")
SHIPPED = tuple(sorted(path.stem for path in FOLDER.glob("*.layout")))
SIGNS = " XOTDPS"  # floor first; the code of a tile is its place
LARGEST = 20  # rows or columns
FEWEST_COOKS, MOST_COOKS = 2, 4
MOST_BYTES = 64 * 1024
MOST_THINGS = 3  # in a pot
USUAL_VALUE, USUAL_TIME = 20.0, 20  # of a soup; ticks
MOST_VALUE, MOST_TIME = 1000.0, 1000
KNOWN = (
    "grid", "start_all_orders", "start_bonus_orders", "order_bonus", "onion_value", "tomato_value", "onion_time",
    "tomato_time", "recipe_values", "recipe_times", "delivery_reward", "cook_time", "num_items_for_soup",
    "rew_shaping_params",
)  # fmt: skip
NUMBERS = ("order_bonus", "onion_value", "tomato_value", "onion_time", "tomato_time", "delivery_reward", "cook_time")
INGREDIENTS = ("onion", "tomato")
Recipe = tuple[int, int]  # onions and tomatoes
Position = Callable[[int, int], tuple[int, int]]  # from row and place in the grid to line and column of the file


@dataclass(frozen=True)
class Layout:
    """A kitchen as read: codes of tiles (rows of equal length), where cooks start, what soups are worth and take."""

    tiles: tuple[tuple[int, ...], ...]
    starts: tuple[tuple[int, int], ...]
    """Row and column of each cook."""
    values: tuple[tuple[float, ...], ...]
    """[onions][tomatoes]: what a soup pays; 0 for one that nobody ordered."""
    times: tuple[tuple[int, ...], ...]
    """[onions][tomatoes]: ticks that it cooks."""
    holds: int
    """Things that a pot takes."""


def text_of(layout: str) -> str:
    """The text of a layout: one of `SHIPPED` by its name, a file, or the text itself.

    Raises:
        Refused: there is no such file, or it is none of text.
    """
    if "{" in layout or "\n" in layout:
        return layout
    path = FOLDER / f"{layout}.layout" if layout in SHIPPED else Path(layout)
    try:
        if not path.is_file():
            raise Refused(f"layout {shown(layout)} is no file: name a .layout file or one of {', '.join(SHIPPED)}")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise Refused(f"layout {shown(layout)} is larger than {MOST_BYTES // 1024} KiB: it is no kitchen")
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line, column = data[: error.start].count(b"\n") + 1, error.start - data.rfind(b"\n", 0, error.start)
        raise Refused(f"layout {shown(layout)}, line {line}, column {column}: this is no text in UTF-8") from error
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"layout {shown(layout)} cannot be read: {one_line(str(error))}") from error


def read(text: str, name: str = "layout") -> Layout:
    """The kitchen that a text describes; ``name`` stands in refusals.

    Raises:
        Refused: the first thing that is wrong, with its line and column.
    """
    return _Reader(text, name).layout()


class _Reader:
    """Takes one text apart."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.lines = text.split("\n")

    def refuse(self, line: int, column: int, words: str) -> Refused:
        """What to raise; line and column count from 1."""
        return Refused(f"{one_line(self.name, 160)}, line {line}, column {column}: {words}")

    def wrong(self, node: ast.AST, words: str) -> Refused:
        """The same, where something stands."""
        line: int = node.lineno  # type: ignore[attr-defined]
        before = self.lines[line - 1].encode()[: node.col_offset]  # type: ignore[attr-defined]
        return self.refuse(line, len(before.decode(errors="replace")) + 1, words)

    def layout(self) -> Layout:
        """Everything, in the order in which it is checked."""
        entries = self.entries()
        if "grid" not in entries:
            raise self.refuse(1, 1, 'there is no "grid"')
        rows, at = self.rows(entries["grid"])
        starts = self.starts(rows, at)
        self.check_border(rows, at)
        for signs, what in (("D", "no dishes (D)"), ("S", "no serving window (S)"), ("P", "no pot (P)"),
                            ("OT", "neither onions (O) nor tomatoes (T)")):  # fmt: skip
            if not any(sign in row for row in rows for sign in signs):
                raise self.refuse(*at(0, 0), f"the kitchen has {what}")
        holds = self.whole(entries, "num_items_for_soup", MOST_THINGS, 1, MOST_THINGS)
        values, times = self.pay(entries, holds)
        tiles = tuple(tuple(max(SIGNS.find(sign), 0) for sign in row) for row in rows)
        return Layout(tiles, starts, values, times, holds)

    def entries(self) -> dict[str, ast.expr]:
        """The entries of the dictionary, by name."""
        try:
            tree = ast.parse(self.text.strip("\ufeff"), mode="eval").body
        except SyntaxError as error:
            raise self.refuse(error.lineno or 1, max(error.offset or 1, 1), one_line(error.msg, 120)) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise self.refuse(1, 1, f"this cannot be read: {one_line(str(error), 120)}") from error
        if not isinstance(tree, ast.Dict):
            raise self.wrong(tree, 'a layout is a dictionary, as in {"grid": """…"""}')
        found: dict[str, ast.expr] = {}
        for key, value in zip(tree.keys, tree.values, strict=True):
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                raise self.wrong(key or value, "the name of an entry is a text in quotes")
            if key.value not in KNOWN:
                raise self.wrong(key, f"nobody knows the entry {shown(key.value)}: there are {', '.join(KNOWN)}")
            if key.value in found:
                raise self.wrong(key, f"the entry {key.value!r} stands here a second time")
            found[key.value] = value
        return found

    # --- the grid ----------------------------------------------------------------------------------------------------

    def rows(self, node: ast.expr) -> tuple[list[str], Position]:
        """The rows of signs, and a function from row and place in it to line and column of the file."""
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            raise self.wrong(node, "the grid is a text")
        raw = node.value.split("\n")
        whole = len(raw) - 1 == (node.end_lineno or node.lineno) - node.lineno  # no line ends written as \n
        first = len(self.lines[node.lineno - 1].encode()[: node.col_offset].decode(errors="replace"))
        quotes = 3 if self.lines[node.lineno - 1][first:].startswith(('"""', "'''")) else 1

        def at(row: int, place: int) -> tuple[int, int]:
            if not whole:
                return node.lineno, first + 1
            indent = len(raw[row]) - len(raw[row].lstrip())
            return node.lineno + row, (first + quotes if row == 0 else 0) + indent + place + 1

        rows = [row.strip() for row in raw]
        if len(rows) > LARGEST or len(rows[0]) > LARGEST:
            raise self.refuse(*at(0, 0), f"the grid is larger than {LARGEST} by {LARGEST} tiles")
        for index, row in enumerate(rows):
            for place, sign in enumerate(row):
                if sign not in SIGNS + "123456789":
                    raise self.refuse(*at(index, place), f"nobody knows the sign {sign!r}: there are X O T D P S, "
                                      "blanks for floor and digits for cooks")  # fmt: skip
            if len(row) != len(rows[0]):
                place = min(len(row), len(rows[0]))
                raise self.refuse(*at(index, place), f"row {index + 1} of the grid has {len(row)} tiles and the first "
                                  f"one {len(rows[0])}: all rows are of one length")  # fmt: skip
        return rows, at

    def starts(self, rows: list[str], at: Position) -> tuple[tuple[int, int], ...]:
        """Where each cook starts: the digits from 1 on, each once."""
        found: dict[int, tuple[int, int]] = {}
        for index, row in enumerate(rows):
            for place, sign in enumerate(row):
                if sign.isdecimal():
                    if int(sign) in found:
                        raise self.refuse(*at(index, place), f"cook {sign} starts here a second time")
                    found[int(sign)] = (index, place)
        if not FEWEST_COOKS <= len(found) <= MOST_COOKS:
            raise self.refuse(*at(0, 0), f"the kitchen has {len(found)} cooks: {FEWEST_COOKS} to {MOST_COOKS} can play")
        for number in sorted(found):
            if number > len(found):
                raise self.refuse(*at(*found[number]), f"there is a cook {number}, and only {len(found)} in all")
        return tuple(found[number] for number in sorted(found))

    def check_border(self, rows: list[str], at: Position) -> None:
        """Nobody can leave the kitchen."""
        for index, row in enumerate(rows):
            for place, sign in enumerate(row):
                edge = index in (0, len(rows) - 1) or place in (0, len(row) - 1)
                if edge and sign not in SIGNS[1:]:
                    raise self.refuse(*at(index, place), "the border is open here: it is made of X O T D P S")

    # --- what soups are worth ----------------------------------------------------------------------------------------

    def pay(
        self, entries: dict[str, ast.expr], holds: int
    ) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[int, ...], ...]]:
        """Values and times of every soup, as Overcooked-AI reckons them."""
        self.check_pairs(entries)
        orders, bonus = self.orders(entries, "start_all_orders"), self.orders(entries, "start_bonus_orders")
        worth = self.list_of(entries, "recipe_values", len(orders))
        lasting = self.list_of(entries, "recipe_times", len(orders))
        factor = self.number(entries, "order_bonus", 2.0, MOST_VALUE)
        values, times = [[0.0] * 4 for _ in range(4)], [[USUAL_TIME] * 4 for _ in range(4)]
        everything = [(o, t) for o in range(4) for t in range(4) if 1 <= o + t <= holds]
        for onions, tomatoes in everything:
            each = (onions, tomatoes)
            value = self.number(entries, "delivery_reward", USUAL_VALUE, MOST_VALUE)
            ticks = self.number(entries, "cook_time", USUAL_TIME, MOST_TIME)
            if "onion_value" in entries:
                value = self.sum_of(entries, each, "value", MOST_VALUE)
            if "onion_time" in entries:
                ticks = self.sum_of(entries, each, "time", MOST_TIME)
            if each in orders:
                place = orders.index(each)
                value = worth[place] if worth else value
                ticks = lasting[place] if lasting else ticks
            if not orders or each in orders:
                values[onions][tomatoes] = float(value * (factor if each in bonus else 1.0))
            times[onions][tomatoes] = max(round(ticks), 1)
        return tuple(map(tuple, values)), tuple(map(tuple, times))

    def sum_of(self, entries: dict[str, ast.expr], each: Recipe, what: str, most: float) -> float:
        """The value or time of a soup as that of its ingredients."""
        parts = [self.number(entries, f"{name}_{what}", 0.0, most) for name in INGREDIENTS]
        return each[0] * parts[0] + each[1] * parts[1]

    def check_pairs(self, entries: dict[str, ast.expr]) -> None:
        """Values of both ingredients or of none, and only one way to say what a soup is worth, or takes."""
        for what, others in (("value", ("recipe_values", "delivery_reward")), ("time", ("recipe_times", "cook_time"))):
            names = [f"{name}_{what}" for name in INGREDIENTS]
            given = [name for name in names if name in entries]
            if len(given) == 1:
                raise self.wrong(entries[given[0]], f"{names[0]} and {names[1]} come together")
            ways = [name for name in (*given[:1], *others) if name in entries]
            if len(ways) > 1:
                raise self.wrong(entries[ways[1]], f"{ways[0]} and {ways[1]} say the same: leave one of them out")

    def orders(self, entries: dict[str, ast.expr], name: str) -> list[Recipe]:
        """Recipes of a list of orders."""
        found: list[Recipe] = []
        for order in self.items(entries.get(name), f"{name} is a list of orders"):
            names = [getattr(key, "value", None) for key in order.keys] if isinstance(order, ast.Dict) else []
            if not isinstance(order, ast.Dict) or names != ["ingredients"]:
                raise self.wrong(order, 'an order is {"ingredients": ["onion", …]}')
            parts = self.items(order.values[0], "ingredients are a list")
            for part in parts:
                if not (isinstance(part, ast.Constant) and part.value in INGREDIENTS):
                    raise self.wrong(part, "an ingredient is 'onion' or 'tomato'")
            if not 1 <= len(parts) <= MOST_THINGS:
                raise self.wrong(order, f"a soup has 1 to {MOST_THINGS} ingredients, not {len(parts)}")
            things = [part.value for part in parts if isinstance(part, ast.Constant)]
            found.append((things.count("onion"), things.count("tomato")))
        return found

    def items(self, node: ast.expr | None, words: str) -> list[ast.expr]:
        """The items of a list; none where there is no such entry."""
        if node is None:
            return []
        if not isinstance(node, ast.List | ast.Tuple):
            raise self.wrong(node, words)
        return list(node.elts)

    def list_of(self, entries: dict[str, ast.expr], name: str, count: int) -> list[float]:
        """One number for each order."""
        nodes = self.items(entries.get(name), f"{name} is a list of numbers")
        if nodes and len(nodes) != count:
            raise self.wrong(entries[name], f"{name} has {len(nodes)} numbers for {count} orders")
        most = MOST_VALUE if name.endswith("values") else MOST_TIME
        return [self.plain(node, name, most) for node in nodes]

    def number(self, entries: dict[str, ast.expr], name: str, usual: float, most: float) -> float:
        """A number that may be left out."""
        return self.plain(entries[name], name, most) if name in entries else usual

    def whole(self, entries: dict[str, ast.expr], name: str, usual: int, low: int, high: int) -> int:
        """A whole number that may be left out."""
        if name not in entries:
            return usual
        value = self.plain(entries[name], name, high)
        if value != int(value) or value < low:
            raise self.wrong(entries[name], f"{name} is {value:g}: it is a whole number from {low} to {high}")
        return int(value)

    def plain(self, node: ast.expr, name: str, most: float) -> float:
        """A number from 0 to ``most``."""
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self.wrong(node, f"{name} is a number from 0 to {most:g}")
        return float(value)
