"""What a run tells those who look at its folder: how it ended, and trials of its agent that change nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_resume import outcome
from test_train import SMALL

import replays
from agents.settings.declared import changed
from agents.settings.folder import ENDED, STOP, RunEnding, ask_to_stop, ending_of, trainer_of
from agents.training.train import train
from simulator.app.commands.evaluate import recorders_in
from worlds.kit.locks import try_hold
from worlds.world import Refused

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # s


def test_recorded_trials_change_no_bit_of_what_is_learned(tmp_path: Path) -> None:
    plain = train(changed(SMALL, out=str(tmp_path / "plain")))
    settings = changed(SMALL, out=str(tmp_path / "shown"), record_every=3)
    shown = train(settings, recorder_factory=recorders_in(tmp_path / "shown" / "replays"))
    weights, figures = outcome(plain)
    weights_shown, figures_shown = outcome(shown)
    trials = {line["update"]: line.pop("replay") for line in figures_shown if "replay" in line}
    assert weights_shown == weights
    assert figures_shown == figures
    for name in ("config.json", "README.md"):
        assert (shown / "checkpoint" / name).read_bytes() == (plain / "checkpoint" / name).read_bytes()
    last = figures[-1]["update"]
    assert sorted(trials) == sorted({*range(3, last + 1, 3), last})
    for update, trial in trials.items():
        check_trial(shown, update, trial)
    assert sorted(path.name for path in (shown / "replays").iterdir()) == sorted(
        Path(trial["file"]).name for trial in trials.values()
    )


def check_trial(folder: Path, update: int, trial: dict[str, Any]) -> None:
    """Its line says where its episodes begin, and what they were worth."""
    playback = replays.open(folder / trial["file"])
    assert trial["file"] == f"replays/beacon-update-{update}.mcap"
    assert [span.start for span in playback.episodes] == trial["begins"]
    seat = playback.world.seat_index(trial["seat"])
    told = [span.returns[seat] for span in playback.episodes if span.returns is not None]
    assert told == pytest.approx(trial["returns"], abs=1e-5)
    assert len(trial["begins"]) == len(trial["returns"]) == SMALL.trial.episodes


def test_a_run_says_how_it_ended(tmp_path: Path) -> None:
    folder = train(changed(SMALL, out=str(tmp_path / "run")))
    assert ending_of(folder) == RunEnding("saved")
    with pytest.raises(Refused, match="holds a run already"):
        train(changed(SMALL, out=str(folder)))
    assert ending_of(folder) == RunEnding("saved"), "nothing was trained by whoever was refused"
    (folder / ENDED).write_bytes(b'{"how": "\xff"}')
    assert ending_of(folder) is None


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    def report(figures: dict[str, Any]) -> None:
        raise Refused("the sky fell")

    with pytest.raises(Refused, match="the sky fell"):
        train(changed(SMALL, out=str(tmp_path / "run")), report=report)
    assert ending_of(tmp_path / "run") == RunEnding("failed", "the sky fell")


def test_what_never_began_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="unknown role"):
        train(changed(SMALL, out=str(tmp_path / "run"), roles=("king",)))
    assert not (tmp_path / "run").exists()


def test_a_wish_in_the_folder_ends_a_run_as_a_signal_does(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    def report(figures: dict[str, Any]) -> None:
        if figures["update"] == 2:
            assert trainer_of(folder) == os.getpid()
            ask_to_stop(folder, os.getpid())

    train(changed(SMALL, out=str(folder)), report=report)
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["update"] == 2
    assert ending_of(folder) == RunEnding("saved")
    assert not (folder / STOP).exists()
    assert trainer_of(folder) is None
    whole, resumed = tmp_path / "whole", changed(SMALL, out=str(folder), resume=True)
    assert outcome(train(resumed)) == outcome(train(changed(SMALL, out=str(whole))))


def test_a_wish_for_another_process_stops_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    def report(figures: dict[str, Any]) -> None:
        if figures["update"] == 1:
            ask_to_stop(folder, os.getpid() + 1)

    train(changed(SMALL, out=str(folder)), report=report)
    assert json.loads((folder / "metrics.jsonl").read_text().splitlines()[-1])["steps"] >= SMALL.learning.steps


def test_whoever_looks_at_the_lock_keeps_nobody_from_training(tmp_path: Path) -> None:
    """A look takes the lock for a moment; one who holds it for long is refused all the same."""
    folder = tmp_path / "run"
    folder.mkdir()
    lock = try_hold(folder / ".lock")
    assert lock is not None
    with pytest.raises(Refused, match="is training in run folder"):
        train(changed(SMALL, out=str(folder)))
    lock.release()
    train(changed(SMALL, out=str(folder), steps=100))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_trainer_holds_nothing_and_says_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    words = [sys.executable, "-m", "simulator", "train", "beacon", "--worlds", str(ROOT / "tests" / "tiny")]
    words += ["--steps", "10000000", "--lanes", "16", "--hidden", "16", "--threads", "1", "--no-progress"]
    process = subprocess.Popen([*words, "--out", str(folder)], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while not (folder / "metrics.jsonl").exists():
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        assert trainer_of(folder) == process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert trainer_of(folder) is None
    assert ending_of(folder) is None
