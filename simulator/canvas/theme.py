"""Colours and shapes: what each style word looks like.

Colours of seats and accents are the Okabe-Ito set (`matplotlib.color_sequences["okabe_ito"]`, first published in
M. Okabe and K. Ito, "Color Universal Design", 2008), which stays distinct for the common kinds of colour blindness,
and a grey; themes change those of them that would not stay distinct there (tests/app/test_colour_blindness.py).
They are copied because importing matplotlib costs a third of a second. Colour is never the only mark: every seat has a
shape by its role and a number as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zlib import crc32

Colour = tuple[int, int, int]

ORANGE: Colour = (230, 159, 0)
SKY: Colour = (86, 180, 233)
GREEN: Colour = (0, 158, 115)
YELLOW: Colour = (240, 228, 66)
BLUE: Colour = (0, 114, 178)
VERMILLION: Colour = (213, 94, 0)
PURPLE: Colour = (204, 121, 167)

ACCENTS: tuple[Colour, ...] = (SKY, ORANGE, GREEN, YELLOW, PURPLE, VERMILLION, BLUE, (171, 182, 198))
WARM: tuple[Colour, ...] = (ORANGE, VERMILLION, YELLOW, PURPLE)
COOL: tuple[Colour, ...] = (SKY, GREEN, (126, 152, 255), (176, 226, 228))

SHAPES: tuple[str, ...] = ("triangle", "circle", "square", "diamond", "pentagon", "hexagon", "star")


class SeatLike(Protocol):
    """What drawing needs to know of a seat (`worlds.world.Seat` has it)."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def team(self) -> int: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Theme:
    """A set of colours. `words` maps the style words of the canvas; the rest is for the window around it."""

    name: str
    words: Mapping[str, Colour]
    panel: Colour
    """Background of the panel beside the world."""
    card: Colour
    """Background of a box in the panel."""
    line: Colour
    """Thin separating lines."""
    dark: bool = True
    edged: bool = False
    """Whether boxes need an edge to be told from what is around them."""
    accents: Sequence[Colour] = field(default=ACCENTS)

    def colour(self, word: str) -> Colour:
        """RGB of a style word; a word unknown to the theme gets an accent, always the same one."""
        known = self.words.get(word)
        if known is not None:
            return known
        kind, _, number = word.rpartition("_")
        if kind == "accent" and number.isdecimal():
            return self.accents[int(number) % len(self.accents)]
        return self.accents[crc32(word.encode()) % len(self.accents)]


DARK = Theme(
    name="dark",
    panel=(20, 23, 31),
    card=(28, 32, 43),
    line=(49, 55, 71),
    words={
        "void": (13, 15, 21),
        "floor": (41, 47, 62),
        "floor_alt": (45, 51, 67),
        "wall": (88, 100, 127),
        "wall_side": (56, 64, 84),
        "wall_edge": (116, 130, 161),
        "shadow": (10, 12, 18),
        "den": (66, 76, 102),
        "refuge": (54, 190, 146),
        "hazard": VERMILLION,
        "goal": YELLOW,
        "path": (116, 128, 156),
        "ray": (112, 190, 235),
        "ray_hit": (244, 246, 250),
        "fog": (13, 15, 21),
        "ink": (232, 236, 244),
        "muted": (143, 152, 173),
        "good": (66, 200, 156),
        "bad": (240, 122, 52),
        "one_way": (88, 103, 138),
        "outline": (12, 14, 20),
        "land": (26, 36, 32),
        "verge": (37, 51, 42),
        "tree": (40, 66, 48),
        "tree_lit": (54, 84, 58),
        "tree_shadow": (19, 27, 25),
        "asphalt": (58, 62, 71),
        "asphalt_beyond": (44, 50, 54),
        "casing": (96, 102, 113),
        "lane_mark": (205, 209, 216),
        "windscreen": (24, 30, 42),
        "headlight": (255, 244, 206),
        "rear_light": (132, 30, 30),
        "brake_light": (255, 58, 48),
        "indicator": (255, 172, 28),
        "cargo": (206, 209, 214),
        "light_case": (18, 20, 26),
        "light_rim": (120, 126, 138),
        "light_red": (255, 72, 58),
        "light_yellow": (255, 200, 46),
        "light_green": (38, 222, 150),
        "car_0": (226, 229, 234),
        "car_1": (166, 173, 184),
        "car_2": (112, 136, 170),
        "car_3": (188, 160, 128),
        "car_4": (150, 96, 96),
        "demand": PURPLE,
        "bus": (222, 186, 92),
        "flow_0": (196, 60, 30),
        "flow_1": (226, 126, 30),
        "flow_2": (226, 196, 66),
        "flow_3": (110, 176, 160),
        "flow_4": (52, 122, 176),
        "shore": (62, 74, 84),
        "ice": (84, 124, 152),
        "ice_edge": (118, 158, 184),
        "water": (12, 30, 52),
    },
)

LIGHT = Theme(
    name="light",
    dark=False,
    edged=True,
    panel=(246, 247, 250),
    card=(255, 255, 255),
    line=(214, 218, 227),
    accents=(
        *(BLUE, (200, 126, 0), (0, 135, 98), (166, 142, 57)),
        *((176, 82, 133), (199, 79, 0), SKY, (131, 137, 163)),
    ),
    words={
        "void": (214, 218, 226),
        "floor": (243, 243, 240),
        "floor_alt": (237, 237, 234),
        "wall": (126, 136, 156),
        "wall_side": (92, 101, 120),
        "wall_edge": (150, 160, 180),
        "shadow": (120, 124, 134),
        "den": (214, 217, 224),
        "refuge": GREEN,
        "hazard": VERMILLION,
        "goal": (186, 160, 0),
        "path": (150, 156, 170),
        "ray": BLUE,
        "ray_hit": (30, 34, 44),
        "fog": (104, 110, 124),
        "ink": (26, 30, 40),
        "muted": (98, 106, 124),
        "good": (0, 135, 98),
        "bad": (196, 84, 0),
        "one_way": (170, 176, 190),
        "outline": (255, 255, 255),
        "land": (216, 227, 206),
        "verge": (198, 214, 186),
        "tree": (152, 186, 138),
        "tree_lit": (172, 202, 154),
        "tree_shadow": (186, 200, 176),
        "asphalt": (136, 141, 150),
        "asphalt_beyond": (168, 174, 174),
        "casing": (250, 250, 248),
        "lane_mark": (250, 250, 250),
        "windscreen": (38, 46, 60),
        "headlight": (255, 250, 226),
        "rear_light": (140, 40, 40),
        "brake_light": (236, 20, 20),
        "indicator": (255, 160, 0),
        "cargo": (244, 244, 242),
        "light_case": (28, 31, 38),
        "light_rim": (236, 238, 242),
        "light_red": (232, 40, 30),
        "light_yellow": (255, 196, 0),
        "light_green": (0, 176, 110),
        "car_0": (248, 248, 248),
        "car_1": (84, 92, 106),
        "car_2": (66, 96, 144),
        "car_3": (176, 146, 110),
        "car_4": (150, 74, 74),
        "demand": (176, 82, 133),
        "bus": (232, 186, 60),
        "flow_0": (196, 52, 20),
        "flow_1": (230, 126, 20),
        "flow_2": (232, 206, 70),
        "flow_3": (104, 176, 160),
        "flow_4": (40, 112, 176),
        "shore": (236, 240, 242),
        "ice": (186, 218, 236),
        "ice_edge": (226, 240, 248),
        "water": (44, 84, 122),
    },
)

CONTRAST = Theme(  # words on panel and card: 7 : 1 and more (WCAG 2.2, level AAA); marks of seats: 4.5 : 1
    name="contrast",
    edged=True,
    panel=(0, 0, 0),
    card=(10, 10, 13),
    line=(112, 120, 142),
    accents=(
        *(SKY, (255, 180, 20), (0, 214, 150), YELLOW, (240, 150, 205)),
        *((255, 132, 60), (87, 151, 228), (210, 215, 226)),
    ),
    words={
        **DARK.words,
        "void": (0, 0, 0),
        "floor": (22, 24, 30),
        "floor_alt": (28, 30, 38),
        "wall": (150, 158, 180),
        "wall_side": (88, 96, 120),
        "wall_edge": (236, 240, 248),
        "shadow": (0, 0, 0),
        "den": (62, 72, 104),
        "refuge": (0, 214, 150),
        "hazard": (255, 132, 60),
        "path": (190, 198, 220),
        "ray": (140, 210, 255),
        "ray_hit": (255, 255, 255),
        "fog": (0, 0, 0),
        "ink": (255, 255, 255),
        "muted": (205, 211, 224),
        "good": (70, 236, 176),
        "bad": (255, 150, 84),
        "one_way": (150, 168, 214),
        "outline": (0, 0, 0),
        "land": (6, 10, 8),
        "verge": (14, 22, 16),
        "tree": (22, 44, 28),
        "tree_lit": (30, 58, 36),
        "tree_shadow": (2, 4, 3),
        "asphalt": (40, 43, 50),
        "asphalt_beyond": (24, 27, 30),
        "casing": (190, 196, 208),
        "lane_mark": (255, 255, 255),
        "windscreen": (0, 0, 0),
        "light_rim": (220, 225, 235),
        "car_0": (255, 255, 255),
        "car_1": (198, 205, 216),
        "car_2": (140, 178, 228),
        "car_3": (236, 200, 156),
        "car_4": (240, 140, 140),
        "demand": (240, 150, 205),
        "flow_0": (240, 84, 44),
        "flow_1": (255, 150, 50),
        "flow_2": (250, 222, 84),
        "flow_3": (130, 214, 192),
        "flow_4": (90, 170, 240),
        "water": (0, 20, 60),
    },
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """Colour between `first` (part 0) and `second` (part 1)."""
    keep = 1.0 - part
    return (
        int(first[0] * keep + second[0] * part + 0.5),
        int(first[1] * keep + second[1] * part + 0.5),
        int(first[2] * keep + second[2] * part + 0.5),
    )


def contrasting(colour: Colour) -> Colour:
    """Near-black or near-white, whichever is easier to read on `colour`."""
    luminance = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
    return (16, 18, 24) if luminance > 118 else (245, 247, 250)


def seat_colours(seats: Sequence[SeatLike]) -> tuple[Colour, ...]:
    """One colour a seat. With two teams, the first gets warm and the second cool colours; else all colours in turn."""
    teams = sorted({seat.team for seat in seats})
    if len(teams) != 2:
        return tuple(ACCENTS[index % len(ACCENTS)] for index in range(len(seats)))
    colours = []
    placed = dict.fromkeys(teams, 0)
    for seat in seats:
        family = WARM if seat.team == teams[0] else COOL
        colours.append(family[placed[seat.team] % len(family)])
        placed[seat.team] += 1
    return tuple(colours)


def seat_shapes(seats: Sequence[SeatLike]) -> tuple[str, ...]:
    """One shape a seat, by its role in order of first appearance."""
    roles = list(dict.fromkeys(seat.role for seat in seats))
    return tuple(SHAPES[roles.index(seat.role) % len(SHAPES)] for seat in seats)


def seat_marks(seats: Sequence[SeatLike]) -> tuple[str, ...]:
    """The number shown on each seat: the one its name ends with, else its index."""
    tails = (seat.name.rpartition("_")[2] for seat in seats)
    return tuple(tail if tail.isdecimal() else str(index) for index, tail in enumerate(tails))
