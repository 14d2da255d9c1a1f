"""The process that compiles half of a new world: what it leaves in the cache is found, and without it all goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import worlds
from simulator.engine import Batch, compiling
from worlds.world import World

ROOT = Path(__file__).resolve().parents[2]
PLAY = """
import json, sys, numpy, worlds
from simulator.engine import Batch
worlds.add_folder(sys.argv[1])
batch = Batch(worlds.get("beacon", seats=2), 1)
batch.reset()
batch.step(numpy.zeros((1, batch.L, len(batch.action_sizes)), int))
kernels = batch._driver.play_worlds, batch._driver.look_worlds, batch._driver.turn_worlds
print(json.dumps([sum(kernel.stats.cache_hits.values()) for kernel in kernels]))
"""


def test_what_the_helper_compiled_is_not_compiled_again(beacon: World, tmp_path: Path) -> None:
    tiny = str(ROOT / "tests" / "tiny")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    environment = {**kept, "CROSSPLAY_CACHE": str(tmp_path), "CROSSPLAY_COMPILERS": "1"}
    facts = json.dumps({"world": "beacon", "build": {"seats": 2}, "folders": [tiny]})
    share = [sys.executable, "-m", compiling.HELPER, facts]
    with subprocess.Popen(share, cwd=ROOT, env=environment, stdin=subprocess.PIPE) as helper:  # it ends with its input
        assert helper.wait() == 0
    play = [sys.executable, "-c", PLAY, tiny]
    done = subprocess.run(play, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [1, 1, 0]


def test_no_helper_where_it_would_not_find_the_world(beacon: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CROSSPLAY_COMPILERS", raising=False)
    monkeypatch.setattr(worlds, "_added", {})
    assert compiling.start_helper(beacon) is None


def test_a_helper_that_fails_is_done_without(beacon: World) -> None:
    batch = Batch(beacon, 1)
    batch._helper = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    batch.reset()
    assert batch._helper is None


@pytest.mark.all  # it compiles a whole world
def test_an_image_that_was_compiled_lacks_nothing(tmp_path: Path) -> None:
    """Who plays, records, verifies, trains and evaluates afterwards compiles nothing: the cache may be read-only."""
    environment = {**os.environ, "CROSSPLAY_CACHE": str(tmp_path / "cache"), "CROSSPLAY_COMPILERS": "1"}
    own = ["--worlds", str(ROOT / "tests" / "tiny")]

    def crossplay(*words: str) -> str:
        command = [sys.executable, "-m", "simulator", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return done.stderr

    said = crossplay("worlds", "beacon", *own, "--compile", "--quiet")
    assert "kernels were compiled, " in said
    assert f"the kernels are in {tmp_path / 'cache' / 'kernels'}" in said
    before = sorted((tmp_path / "cache").rglob("*.nbc"))
    assert any(path.name.startswith("raster.paint_triangles") for path in before)  # begun in the background, if missing
    film, run = str(tmp_path / "game.mcap"), str(tmp_path / "run")
    small = ["--lanes", "2", "--steps", "1", "--hidden", "8", "--no-progress"]
    crossplay("watch", "beacon", *own, "--record", film, "--seconds", "0.5")
    crossplay("verify", film, *own)
    crossplay("train", "beacon", *own, "--out", run, *small, "--minibatches", "1", "--self-play", "0.5")
    crossplay("evaluate", run, *own, "--tasks", "2", "--replays", "--out", str(tmp_path / "report"))
    assert sorted((tmp_path / "cache").rglob("*.nbc")) == before
