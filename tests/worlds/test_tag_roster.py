"""Tag's list of scripted players, and which of them a split draws."""

import numpy as np
import pytest

import worlds
from worlds.declarations import knob_columns
from worlds.games.tag.bots import BOTS, knob
from worlds.kit.bots import draw_bot, knob_table, pools_of
from worlds.kit.record import FOR_FINAL, FOR_TESTING, FOR_TRAINING

EVADER = 2  # a seat


@pytest.mark.plain
@pytest.mark.parametrize("part", [FOR_TRAINING, FOR_TESTING, FOR_FINAL])
@pytest.mark.parametrize("role", [0, 1])
def test_drawing_a_bot_respects_the_split(role: int, part: int) -> None:
    """Train: no kind and no knob region kept for testing. Test: mostly new kinds, else a knob in such a region. Final:
    kinds of its own.
    """
    held_out = part == FOR_TESTING
    of_role = [bot for bot in BOTS if bot.role == ("chaser", "evader")[role]]
    pools = np.array([[[len(pool), *pool, *[0] * (len(of_role) - len(pool))] for pool in pools_of(of_role)]])
    ranges = knob_table(of_role, knob_columns(BOTS))[None]
    w = np.zeros(1, worlds.get("tag", seats=4).record)[0]
    w.key = 5
    drawn, new = set(), 0
    for _ in range(600):
        before = int(w.drawn)
        draw_bot(w, EVADER, part, 0, pools, ranges)
        assert int(w.drawn) - before == 2 + w.bot_knob.shape[1], "always as many draws, so tasks stay paired"
        bot = of_role[int(w.bot_kind[EVADER])]
        inside = []
        for each in bot.knobs:
            value = float(w.bot_knob[EVADER, getattr(knob, each.name)])
            assert each.low <= value <= each.high
            if each.held_out:
                inside.append(each.held_out[0] <= value <= each.held_out[1])
        assert bot.split != "train" or all(inside) == held_out
        assert held_out or not any(inside)
        drawn.add(bot)
        new += bot.split == "test"
    wanted = {FOR_TRAINING: ("train",), FOR_TESTING: ("train", "test"), FOR_FINAL: ("final",)}[part]
    assert drawn == {bot for bot in of_role if bot.split in wanted}
    assert new == 0 if not held_out else 0.6 < new / 600 < 0.8


def test_the_list_of_bots() -> None:
    assert len({(bot.role, bot.name) for bot in BOTS}) == len(BOTS) >= 12
    for role in ("chaser", "evader"):
        assert sum(bot.split == "test" for bot in BOTS if bot.role == role) >= 2
    for bot in BOTS:
        assert 2 <= len(bot.knobs) <= 6
        assert bot.about
        assert bot.split != "train" or any(knob.held_out for knob in bot.knobs)
