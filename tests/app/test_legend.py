"""The legend behind F1: a sign for what a world draws, as the world draws it."""

from pathlib import Path

import numpy as np
import pytest

import worlds
from simulator.app.panels.legend import picture_of
from simulator.app.shell.theme import Look
from simulator.canvas.theme import THEMES

WORLDS = Path(worlds.__file__).parent
NAMED = [name for family in ("games", "traffic") for name in worlds.shipped() if (WORLDS / family / name).is_dir()]
SIDE = 40


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMED)
def test_every_sign_is_seen_and_is_another_one(name: str, theme: str) -> None:
    world, look = worlds.get(name), Look(THEMES[theme])
    signs = world.view.legend
    assert len(signs) >= 4
    assert len({sign.words for sign in signs}) == len(signs)
    pictures = [picture_of(sign, world.seats, look, SIDE) for sign in signs]
    for picture in pictures:
        assert picture.shape == (SIDE, SIDE, 3)
        beside = np.abs(picture.astype(int) - look.theme.card).sum(axis=2)
        assert (beside > 60).sum() > 20, "a sign that nobody sees"
        assert (beside[0] > 60).mean() < 1.0, "a sign that reaches over its square"
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_every_game_and_traffic_world_has_one() -> None:
    assert len(NAMED) == 12
