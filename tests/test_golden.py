"""Golden replays: every shipped world has one, and re-simulating it gives every recorded state again."""

from pathlib import Path

import pytest

import replays
import worlds

GOLDEN = Path(__file__).with_name("golden")
TINY = {path.stem for path in Path(__file__).with_name("tiny").glob("*.py")}
SHIPPED = sorted(set(worlds.names()) - TINY)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_world_keeps_its_golden_replay(name: str) -> None:
    path = GOLDEN / f"{name}.mcap"
    assert path.is_file(), f"world {name!r} has no golden replay: write one with `crossplay golden {name}`"
    verdict = replays.verify(path)
    assert verdict.ok, verdict.sentence
    assert not verdict.truncated
    assert verdict.ticks >= 2 * worlds.get(name).timing.decisions, "too short to show a second episode"


def test_no_golden_replay_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.mcap")} <= set(SHIPPED)
