"""What an agent wins of what lies between itself without memory and a baseline."""

import numpy as np
import pytest

from agents.evaluation.lineup import SAME_CHECKPOINT
from agents.evaluation.render.text import cell_lines
from agents.evaluation.results import Cell
from agents.evaluation.statistics import Comparison


def test_a_share_is_told_of_baselines_that_are_surely_above_wiped() -> None:
    noise = np.random.default_rng(1).normal(size=(3, 50, 5))
    scores = {"agent": 6.0 + noise, "wiped": 3.0 + noise[::-1], "bot:good": 7.0 + noise[:1], "bot:bad": noise[:1] + 2.0}
    comparison = Comparison(scores, groups=SAME_CHECKPOINT)
    cell = Cell.of("walker", "train", comparison, {})
    share, bad = cell.won.values()
    assert share is not None
    assert bad is None
    late = {name: estimate.value for name, estimate in cell.later.items()}
    assert share.value == pytest.approx((late["agent"] - late["wiped"]) / (late["bot:good"] - late["wiped"]))
    assert share == comparison.adaptation(blind="wiped", oracle="bot:good")
    assert cell.dict()["won"] == {"bot:good": share.dict(), "bot:bad": None}
    lines = [" ".join(line.split()) for line in cell_lines(cell)]
    assert f"also: (agent−wiped)/(bot:good−wiped) {share}" in lines
    assert "also: not surely above wiped bot:bad" in lines
