"""The demo: it shows an agent beside its references, and what it writes is where it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import agents
import replays
import worlds
from simulator.app.cli import run as crossplay
from simulator.app.commands import opening
from simulator.app.commands.common import Outcome
from simulator.app.commands.demo import _showpiece
from simulator.app.commands.opening import open_game as opened
from simulator.app.play.seating import facts_of, shipped_agents
from simulator.canvas import display


def test_the_agent_that_is_shown_has_a_blind_and_an_oracle_beside_it() -> None:
    world = facts_of(agents.find(_showpiece())).world
    assert shipped_agents(world, "blind")
    assert shipped_agents(world, "oracle")


def test_a_headless_demo_tells_and_writes_what_it_promises(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crossplay(["demo", "--headless", "--tasks", "4", "--out", str(tmp_path / "demo")]) == 0
    told, aside = capsys.readouterr()
    assert "playing 4 tasks of tag, the agent and its references\n" in aside
    for row in ("agent", "wiped", "foreign", "blind", "oracle", "random", "this trial"):
        assert re.search(rf"^{row} ", told, re.MULTILINE), row
    files = [Path(name) for name in re.findall(r"^  (?:replay|GIF) +(.*)$", told, re.MULTILINE)]
    assert len(files) >= 2
    assert all(path.stat().st_size > 1000 for path in files)
    page = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(replays/[^"]+)"', page)
    assert links
    assert all((tmp_path / "demo" / link).is_file() for link in links)


def test_a_demo_in_a_window_shows_the_references_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(display, "has_display", lambda: True)

    def look_on(*given: Any, **named: Any) -> Outcome:
        shown.append(named)
        return opened(*given, **named)

    monkeypatch.setattr(opening, "open_game", look_on)
    assert crossplay(["demo", "--seconds", "1"]) == 0
    assert "crossplay watch tag" in capsys.readouterr().out
    assert {len(curve) for role in shown[0]["references"].values() for curve in role.values()} == {5}
    assert {name for role in shown[0]["references"].values() for name in role} == {"blind", "oracle"}


def test_every_kind_of_stranger_gets_a_recording_in_which_it_plays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert crossplay(["demo", "--strangers", "repeated", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    shown = [bot for bot in worlds.get("repeated").bots if bot.split != "final"]
    for bot in shown:
        replay = replays.open(tmp_path / f"repeated-{bot.role}-{bot.name}.mcap")
        seat = max(index for index, seat in enumerate(replay.world.seats) if seat.role == bot.role)
        kinds = replay.world.bots_of(bot.role)
        assert kinds[int(replay.simulation.w["bot_kind"][seat])].name == bot.name
        assert bot.about in told
    assert len(list(tmp_path.iterdir())) == len(shown)


def test_strangers_of_a_world_without_agent_are_said_to_play_among_bots(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.app.play.seating.shipped_agents", lambda *given: [])
    monkeypatch.setattr("simulator.app.play.strangers.introduce", lambda *given, **named: iter(()))
    assert crossplay(["demo", "--strangers", "repeated", "--out", str(tmp_path)]) == 0
    assert BESIDE_NOBODY.format("repeated") in capsys.readouterr().out


BESIDE_NOBODY = "no agent of {} is shipped: each played among bots"
