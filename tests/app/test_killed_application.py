"""The whole application is killed while it records: a small part of what tests/tools/kill_the_application.py does."""

import os
import shutil
from pathlib import Path

import pytest

from tests.app.real.killing import Killer, fresh_stage
from tests.app.real.server import x_server
from worlds.kit.locks import abandoned

KILLS = ("fast", "on and off", "going back", "what-ifs", "library")
missing = None in map(shutil.which, ("Xvfb", "xdotool"))


@pytest.mark.all
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt" or missing, reason="needs SIGKILL, Xvfb and xdotool")
def test_a_killed_application_loses_nothing_that_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = fresh_stage(tmp_path / "stage")
    monkeypatch.setenv("CROSSPLAY_CACHE", str(stage.cache))
    with x_server() as (_, display):
        monkeypatch.setenv("DISPLAY", display)
        killer = Killer(stage, seed=7)
        killer.prepare("beacon")
        for name in KILLS:
            killer.kill(name, "beacon", at_home=name == "fast")
    tally = killer.tally
    assert tally.failures == []
    assert tally.kills == len(KILLS)
    assert tally.lost == 0
    assert tally.cut >= 2, str(tally)
    assert tally.at_home == 1
    assert not any(abandoned(path) for path in stage.files() if path.suffix == ".part"), "a part was not kept"
