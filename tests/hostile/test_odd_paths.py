"""Paths that lead nowhere, links in circles, homes of nobody, results named like what they are made of."""

import os
import sys
from pathlib import Path

import pytest

import replays
import worlds
from simulator.app import cli
from simulator.engine import Batch
from tests.hostile.test_folders import refused_here
from tests.interop.crossing import NET, ROUTES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links of Unix")

ODD: dict[str, tuple[list[str], str]] = {
    "a network in a circle": (["sumo", "circle", "--routes", "n.rou.xml"], "circle: Too many levels"),
    "routes in a circle": (["sumo", "n.net.xml", "--routes", "circle"], "circle: Too many levels"),
    "a world's network in a circle": (["worlds", "signals", "--build", "network=circle"], "'circle' cannot be read"),
    "more of a network in a circle": (
        ["worlds", "signals", "--build", "network=n.net.xml", "additional=circle"], "'circle' cannot be read"
    ),
    "worlds in a circle": (["worlds", "--worlds", "circle"], "worlds folder 'circle' does not exist"),
    "worlds in the home of nobody": (["worlds", "--worlds", "~nobody.there/x"], "folder '~nobody.there/x' does not"),
    "a choice among networks of no table": (["sumo", "n.net.xml", "--only", "n"], "--only chooses among the networks"),
    "labels of no runs": (["export", "log.mcap", "log.gif", "--labels", "me"], "--labels name the runs of --beside"),
    "a name that no file has": (["watch", "--settings", "nul.toml"], "has a NUL character in its name"),
}  # fmt: skip


CONFIGURATION = """<configuration><input><net-file value="n.net.xml"/><route-files value="n.rou.xml"/></input>
<time><end value="20"/></time></configuration>"""
FILES = ("--routes", "n.rou.xml")
OVER: tuple[tuple[str, list[str]], ...] = (
    ("picture", ["sumo", "n.net.xml", *FILES, "--picture", "n.net.xml"]),
    ("tripinfo", ["sumo", "n.net.xml", *FILES, "--tripinfo", "n.rou.xml"]),
    ("fcd", ["sumo", "n.sumocfg", "--fcd", "n.rou.xml"]),
    ("summary", ["sumo", "n.sumocfg", "--summary", "linked.xml"]),
    ("ssm", ["outputs", "n.rou.xml", "--ssm", "n.rou.xml"]),
    ("out", ["export", "log.mcap", "log.mcap"]),
    ("record", ["watch", "signals", "--build", "network=n.net.xml", "--record", "n.net.xml"]),
    ("screenshot", ["play", "kitchen", "--build", "layout=k.layout", "--screenshot", "k.layout"]),
    ("screenshot", ["watch", "tag", "--settings", "nul.toml", "--screenshot", "nul.toml"]),
)
"""Settings that name a file that is read, and the words of a command."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a network, its routes, settings, and a link to itself."""
    (tmp_path / "n.net.xml").write_text(NET)
    (tmp_path / "n.rou.xml").write_text(ROUTES)
    (tmp_path / "n.sumocfg").write_text(CONFIGURATION)
    (tmp_path / "nul.toml").write_text('world = "signals"\n[build]\nnetwork = "a\\u0000b"\n')
    os.symlink("circle", tmp_path / "circle")
    os.symlink("n.net.xml", tmp_path / "linked.xml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ODD)
def test_odd_paths_are_one_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused_here(*ODD[name], capsys)


@pytest.mark.parametrize(("setting", "words"), OVER)
def test_nothing_is_written_over_what_it_is_made_of(
    setting: str, words: list[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = Batch(worlds.get("bandit"), 2)
    with replays.record_batch(place / "log.mcap", batch) as log:
        log.reset()
    before = {path.name: path.read_bytes() for path in place.iterdir() if path.name != "circle"}
    refused_here(words, f"{setting} {words[-1]!r} is a file that is read here", capsys)
    assert {path.name: path.read_bytes() for path in place.iterdir() if path.name != "circle"} == before


def test_a_home_of_nobody_is_a_folder_of_that_name(place: Path) -> None:
    assert cli.run(["watch", "gridnav", "--seconds", "0.1", "--screenshot", "~nobody.there/x.png"]) == 0
    assert (place / "~nobody.there" / "x.png").is_file()
