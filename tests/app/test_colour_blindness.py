"""Colours that must be told apart, as people with the three kinds of colour blindness see them.

A kind is simulated by the matrices of severity 1.0 of G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer
Graphics 15(6), 2009, doi 10.1109/TVCG.2009.113, table 1, on linear RGB. The difference of two colours is their distance
in CIE L*a*b* (ΔE*ab of 1976, white D65).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest

from simulator.app.panels.road_numbers import FIRMS
from simulator.app.panels.road_overlay import HEAT
from simulator.app.panels.road_overlay import STYLES as LIGHTS
from simulator.app.panels.summary import MARKS
from simulator.app.panels.summary import STYLES as LINES
from simulator.app.panels.traffic import legend
from simulator.app.panels.training_run import ROLES, SIGNS
from simulator.app.panels.training_run import STYLES as STATES
from simulator.canvas.theme import THEMES, Colour, Theme, seat_colours, seat_marks, seat_shapes
from worlds.games.kitchen.picture import GUEST_STYLES
from worlds.traffic.routes import picture as ways_of_towns
from worlds.traffic.routes.network import picture as ways_of_networks

APART = 10.0  # ΔE*ab
SIGHT = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""On linear RGB."""
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = XYZ.sum(axis=1)
FLOWS = tuple(f"flow_{flow}" for flow in range(5))
BY_COLOUR = {
    "the curves of roles in training": ROLES,
    "roads by how fast traffic flows": FLOWS,
    "roads by the delay on them": HEAT,
    "lights": tuple(LIGHTS.values()),
    "right and wrong": ("good", "bad"),
    "vehicles by how they accelerate": ("bad", "ink", "good"),
    "ways in a town": ways_of_towns.WAY_STYLES,
    "ways on a network": ways_of_networks.WAY_STYLES,
    "guests": GUEST_STYLES,
}
"""What nothing but its colour tells apart, by its style words."""


def lab(colour: Colour, sight: str) -> np.ndarray:
    """A colour in CIE L*a*b*, as it is seen."""
    part = np.array(colour) / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    share = XYZ @ np.clip(SIGHT[sight] @ linear, 0.0, 1.0) / WHITE
    x, y, z = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def alike(colours: Sequence[Colour], sight: str) -> Iterator[tuple[int, int]]:
    """Pairs of colours that look too much alike."""
    seen = [lab(colour, sight) for colour in colours]
    for first, second in combinations(range(len(seen)), 2):
        if np.linalg.norm(seen[first] - seen[second]) < APART:
            yield first, second


@pytest.fixture(params=list(THEMES.values()), ids=list(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    found = request.param
    assert isinstance(found, Theme)
    return found


@pytest.fixture(params=SIGHT)
def sight(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_simulation_is_that_of_the_paper() -> None:
    """Greys stay grey, dichromats confuse what they are known to, and nobody else does."""
    for matrix in SIGHT.values():
        np.testing.assert_allclose(matrix.sum(axis=1), 1.0, atol=2e-6)
    np.testing.assert_allclose(lab((255, 255, 255), "usual"), (100.0, 0.0, 0.0), atol=0.01)
    np.testing.assert_allclose(lab((255, 0, 0), "usual"), (53.24, 80.09, 67.20), atol=0.02)  # as sRGB is tabulated
    red, green = (200, 100, 60), (128, 130, 60)
    assert list(alike((red, green), "usual")) == []
    assert list(alike((red, green), "deuteranopia")) == [(0, 1)]


@pytest.mark.parametrize("what", BY_COLOUR)
def test_what_only_colour_tells_apart_is_told_apart(what: str, theme: Theme, sight: str) -> None:
    colours = [theme.colour(style) for style in BY_COLOUR[what]]
    assert list(alike(colours, sight)) == []


def test_firms_are_told_apart_by_paint_and_by_their_letters(theme: Theme, sight: str) -> None:
    paints = legend("firm", theme)
    assert [letter for _, letter in paints] == list(FIRMS)
    assert len(set(FIRMS)) == len(FIRMS)
    assert list(alike([paint for paint, _ in paints], sight)) == []


def test_lines_and_states_that_look_alike_have_other_marks(theme: Theme, sight: str) -> None:
    """Lines of the page after a trial have marks of their own, and states of trainings a sign and a word."""
    kinds, states = list(LINES), list(STATES)
    for first, second in alike([theme.colour(LINES[kind]) for kind in kinds], sight):
        assert MARKS[kinds[first]] != MARKS[kinds[second]]
    for first, second in alike([theme.colour(STATES[state]) for state in states], sight):
        assert SIGNS[states[first]] != SIGNS[states[second]]


@pytest.mark.parametrize("teams", [1, 2, 12])
def test_seats_that_look_alike_have_another_shape_or_number(teams: int, sight: str) -> None:
    seats = [SimpleNamespace(name=f"walker_{seat}", role="walker", team=seat % teams) for seat in range(12)]
    marks = list(zip(seat_shapes(seats), seat_marks(seats), strict=True))
    for first, second in alike(seat_colours(seats), sight):
        assert marks[first] != marks[second]


@pytest.mark.parametrize("teams", [2, 8])
def test_eight_seats_are_told_apart_by_colour_alone(teams: int, sight: str) -> None:
    seats = [SimpleNamespace(name=f"walker_{seat}", role="walker", team=seat % teams) for seat in range(8)]
    assert list(alike(seat_colours(seats), sight)) == []
