"""The window's settings with damaged bytes: they are read, or one sentence says what is wrong, and the file stays."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.app.shell.settings import keep_look, load_window_settings
from tests.hostile.harness import refused
from tests.replays.shelves import damaged
from worlds.world import Refused

GOOD = """\
# my own
theme = "light"
text_scale = 1.3
width = 1600
height = 900
reduced_motion = true
layers = ["labels", "fog", "rays"]

[keys]
pause = ["o", "f9"]
take_over = "right shift"
"""


@pytest.mark.parametrize("cases", [200, pytest.param(20_000, marks=pytest.mark.all)])
def test_damaged_settings_are_read_or_refused_in_a_sentence(cases: int, tmp_path: Path) -> None:
    file, rng = tmp_path / "window.toml", np.random.default_rng(31)
    read = 0
    for case in range(cases):
        data = damaged(GOOD.encode(), case, rng)
        file.write_bytes(data)
        try:
            load_window_settings(file)
            read += 1
        except Refused as refusal:
            said = str(refusal)
            assert repr(str(file)) in said, f"case {case}"
            assert said.isprintable(), f"case {case}"
            assert len(said) < 900, f"case {case}"
        try:
            keep_look("dark", 1.0, file)
        except Refused:
            assert file.read_bytes() == data, f"case {case}"
    assert cases // 50 < read < cases


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
def test_the_command_says_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "crossplay"
    folder.mkdir()
    (folder / "window.toml").write_bytes(GOOD.encode()[:40] + os.urandom(40) + b"\xff")
    for words in (["home"], ["library", str(tmp_path)]):
        refused(*words, "--seconds", "0.2", says="window.toml", environment={"XDG_CONFIG_HOME": str(tmp_path)})
