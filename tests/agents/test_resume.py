"""After a crash a run goes on as if nothing had happened: the same weights, to the last bit."""

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
from test_train import SMALL

from agents.checkpoints.files import recover, standing, write_folder
from agents.settings.declared import changed
from agents.settings.train import TrainSettings
from agents.training.schedule import Schedule
from agents.training.train import train

ROOT = Path(__file__).resolve().parents[2]
LONG = changed(SMALL, steps=12_000, checkpoint_minutes=0.0, self_play=0.5, snapshots=2, rollout=37)
"""Windows shorter than a trial, so that memory, rivals and episodes are all under way when a run is cut."""


class Crash(BaseException):
    """Stands for a power cut."""


def outcome(folder: Path) -> tuple[bytes, list[dict[str, Any]]]:
    """The weights, and the figures of every update but the clock's."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    clock = [name for name in lines[0] if "second" in name]
    plain = [{name: value for name, value in line.items() if name not in clock} for line in lines]
    return (folder / "checkpoint" / "model.safetensors").read_bytes(), plain


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[dict[str, Any]]]:
    return outcome(train(changed(LONG, out=str(tmp_path_factory.mktemp("whole") / "run"))))


def crash_after(updates: int, settings: TrainSettings) -> None:
    def report(figures: dict[str, Any]) -> None:
        if figures["update"] == updates:  # learned and booked, but not yet saved: this update is lost
            raise Crash

    with pytest.raises(Crash):
        train(settings, report=report)


def test_a_run_that_crashed_twice_ends_like_one_that_did_not(
    tmp_path: Path, whole: tuple[bytes, list[dict[str, Any]]]
) -> None:
    settings = changed(LONG, out=str(tmp_path / "run"))
    crash_after(5, settings)
    crash_after(14, changed(settings, resume=True))
    weights, figures = outcome(train(changed(settings, resume=True)))
    assert len(figures) > 18
    assert figures == whole[1]
    assert weights == whole[0]


def test_a_killed_run_goes_on_exactly(tmp_path: Path, whole: tuple[bytes, list[dict[str, Any]]]) -> None:
    settings = changed(LONG, out=str(tmp_path / "run"))
    code = (
        "import sys; sys.path[:0] = ['.', 'tests/agents']; import worlds; worlds.add_folder('tests/tiny');"
        "from test_resume import LONG, changed; from agents.training.train import train;"
        f"train(changed(LONG, out={settings.run.out!r}), report=lambda it: print(it['update'], flush=True))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) == 6:
            break
    time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL
    weights, figures = outcome(train(changed(settings, resume=True)))
    assert figures == whole[1]
    assert weights == whole[0]


def test_more_steps_never_raise_the_learning_rate_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A finished run goes on at its last rate; one that was cut goes on from where it stood, straight to the end."""
    plain = changed(SMALL, self_play=0.0, steps=2_000, rollout=20)
    done = changed(plain, out=str(tmp_path / "done"))
    train(done)
    rates = [line["learning_rate"] for line in outcome(train(changed(done, steps=4_000, resume=True)))[1]]
    after = rates[-(len(rates) // 2) :]
    assert after == [pytest.approx(plain.learning.rate * 0.1)] * len(after)
    assert rates == sorted(rates, reverse=True)
    told = capsys.readouterr().err.strip().splitlines()
    assert told == [
        "steps are 4,000 instead of 2,000: learning rate and entropy bonus stay at their last values, 0.0002 and 0.001"
    ]

    cut = changed(plain, out=str(tmp_path / "cut"), checkpoint_minutes=0.0)
    crash_after(3, cut)
    longer = changed(cut, steps=4_000, resume=True)
    crash_after(5, longer)
    rates = [line["learning_rate"] for line in outcome(train(longer))[1]]
    assert rates == sorted(set(rates), reverse=True)
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1, "going on with the same steps changes nothing"
    assert told[0].startswith("steps are 4,000 instead of 2,000: learning rate and entropy bonus go on from where they")


def test_a_run_that_has_no_learning_rate_left_is_told_so() -> None:
    done, settings = Schedule(1000), changed(SMALL, steps=2000, learning_rate_anneal=1.0)
    told = done.over(2000, 1010).told(done, settings, 1010)
    assert told.endswith(": the learning rate stays at its last value, 0, so the agent learns nothing more")
    assert "to 0" in done.over(2000, 500).told(done, settings, 500)


def test_a_schedule_bends_where_a_run_stands() -> None:
    whole = Schedule(1000)
    assert [whole.progress(step) for step in (0, 333, 1000, 1010)] == [0.0, 333 / 1000, 1.0, 1.0]
    longer = whole.over(2000, 500)
    assert [longer.progress(step) for step in (500, 1250, 2000)] == [0.5, 0.75, 1.0]
    shorter = whole.over(600, 500)
    assert [shorter.progress(step) for step in (500, 550, 600)] == [0.5, 0.75, 1.0]
    assert whole.over(1000, 500) == whole
    assert longer.over(2000, 700) == longer
    assert whole.over(3000, 1010).progress(2000) == 1.0


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    write_folder(folder, {"a": b"1", "b": b"1"})
    write_folder(folder, {"a": b"2"})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a": b"2"}
    folder.rename(tmp_path / ".state.old")  # as if killed between the two renames
    (tmp_path / ".state.new").mkdir()
    assert (standing(folder) / "a").read_bytes() == b"2"
    recover(folder)
    assert (folder / "a").read_bytes() == b"2"
    write_folder(folder, {"a": b"3"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state"]


def test_a_link_to_a_folder_stays_at_every_save(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "checkpoint"
    link.symlink_to(tmp_path / "far" / "disk")  # which is not there yet
    for number in (b"1", b"2", b"3"):
        write_folder(link, {"a": number})
        assert link.is_symlink()
        assert (tmp_path / "far" / "disk" / "a").read_bytes() == number
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["disk"]
    (tmp_path / "far" / "disk").rename(tmp_path / "far" / ".disk.old")  # as if killed between the two renames
    assert (standing(link) / "a").read_bytes() == b"3"
    recover(link)
    assert (link / "a").read_bytes() == b"3"


def test_a_file_where_a_folder_belongs_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"precious")
    (tmp_path / ".other.new").write_bytes(b"in the way")
    (tmp_path / ".other.old").symlink_to(tmp_path / "state")
    with pytest.raises(NotADirectoryError, match="is a file, not a folder"):
        write_folder(tmp_path / "state", {"a": b"1"})
    write_folder(tmp_path / "other", {"a": b"1"})
    assert (tmp_path / "state").read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "state"]
