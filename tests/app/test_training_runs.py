"""Runs as a person sees them: found, begun, stopped, killed and gone on with, by real processes on the small world."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import worlds
from agents.settings.declared import changed
from agents.settings.folder import LOCK, STOP, RunEnding, stop_asked, tell_ending, trainer_of
from agents.settings.of_world import settings_for
from agents.settings.train import TrainSettings
from simulator.app import cli
from simulator.app.commands import train as command
from simulator.app.commands.flags import parse
from simulator.app.play.metrics import MetricsTail
from simulator.app.play.reports import read_report
from simulator.app.play.train_form import TrainForm, form_of
from simulator.app.play.trainers import Trainers, free_folder, resume_words, train_words
from simulator.app.play.training_runs import CONSOLE, FAILED, FINISHED, RUNNING, STARTING, STOPPED, RunCard, RunList
from worlds.kit.locks import try_hold
from worlds.world import Refused, World

TINY = Path(__file__).resolve().parents[1] / "tiny"
PATIENCE = 300.0  # s
ENDLESS = 10**9  # steps
SMALL = {"lanes": "16", "seed": "3"}
needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.fixture
def small(beacon: World) -> World:
    return worlds.get("beacon")


@pytest.fixture
def trainers() -> Iterator[Trainers]:
    made = Trainers()
    yield made
    for child in (*made.children.values(), *made.evaluations.values()):
        child.kill()
        child.wait()


def form_for(runs: Path, **values: str) -> TrainForm:
    return TrainForm("beacon", values={**SMALL, **values}, runs=runs, base={"hidden": 16, "encoder": 16, "threads": 1})


def begin(trainers: Trainers, world: World, form: TrainForm) -> Path:
    form.fill(world)
    settings = form.settings(world)
    folder = form.folder(settings)
    trainers.begin(train_words(settings, world, folder), folder)
    return folder


def until(runs: Path, trainers: Trainers, there: Callable[[RunCard], bool]) -> RunCard:
    """The first run of a folder, as soon as it is as it should be."""
    listed, end = RunList(runs), time.monotonic() + PATIENCE
    while True:
        cards = listed.look(trainers.endings())
        if cards and there(cards[0]):
            return cards[0]
        assert time.monotonic() < end, cards
        time.sleep(0.05)


# --- processes -------------------------------------------------------------------------------------------------------


def test_a_run_is_begun_found_by_another_program_stopped_and_resumed(
    tmp_path: Path, small: World, trainers: Trainers
) -> None:
    folder = begin(trainers, small, form_for(tmp_path, steps=str(ENDLESS)))
    assert folder == tmp_path / "beacon-seed3"
    assert until(tmp_path, trainers, lambda card: True).state in (STARTING, RUNNING)
    with pytest.raises(Refused, match="is training in run folder"):
        trainers.begin(resume_words(folder, "beacon"), folder)
    card = until(tmp_path, trainers, lambda card: card.state == RUNNING)
    assert (card.world, card.seed, card.asked, card.process) == ("beacon", 3, ENDLESS, trainers.children[folder].pid)
    assert not card.resumable
    later = Trainers()  # a program started anew
    assert until(tmp_path, later, lambda card: True).state == RUNNING
    assert later.alive() == []
    assert later.stop(folder)
    stopped = until(tmp_path, trainers, lambda card: not card.alive)
    assert (stopped.state, stopped.sentence, stopped.resumable, stopped.playable) == (STOPPED, "", True, True)
    assert trainers.children[folder].wait(PATIENCE) == 130
    assert not (folder / STOP).exists()
    assert not later.stop(folder)
    later.begin([*resume_words(folder, "beacon"), "--steps", str(stopped.done + 1)], folder)
    finished = until(tmp_path, later, lambda card: card.state == FINISHED)
    assert later.children[folder].wait(PATIENCE) == 0
    assert finished.done > stopped.done
    assert not finished.resumable


@needs_kill
def test_a_killed_trainer_is_seen_and_a_stranger_with_its_number_is_left_alone(
    tmp_path: Path, small: World, trainers: Trainers
) -> None:
    folder = begin(trainers, small, form_for(tmp_path, steps=str(ENDLESS)))
    until(tmp_path, trainers, lambda card: card.state == RUNNING)
    trainers.children[folder].send_signal(signal.SIGKILL)
    trainers.children[folder].wait()
    later = Trainers()
    card = until(tmp_path, later, lambda card: not card.alive)
    assert card.state == FAILED
    assert "ended without a word" in card.sentence
    assert "nothing was saved yet" in card.sentence
    (folder / LOCK).write_text(str(os.getpid()))  # the number of another process now: of this one
    assert trainer_of(folder) is None
    assert not later.stop(folder)
    assert not (folder / STOP).exists()


@needs_kill
def test_a_run_outlives_a_window_that_is_killed(tmp_path: Path, trainers: Trainers) -> None:
    window = f"""
import time, worlds
from pathlib import Path
worlds.add_folder({str(TINY)!r})
from simulator.app.play.trainers import Trainers
folder = Path({str(tmp_path / "run")!r})
words = ["train", "beacon", "--lanes", "16", "--hidden", "16", "--threads", "1", "--no-progress"]
trainers = Trainers()
trainers.begin([*words, "--steps", "{ENDLESS}", "--worlds", {str(TINY)!r}, "--out", str(folder)], folder)
time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", window], cwd=TINY.parents[1])
    try:
        until(tmp_path, trainers, lambda card: card.state == RUNNING)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = until(tmp_path, trainers, lambda card: card.state == RUNNING)
    after = until(tmp_path, trainers, lambda card: card.done > before.done)
    assert after.state == RUNNING
    assert after.process not in (0, os.getpid(), process.pid)
    assert trainers.stop(tmp_path / "run")
    assert until(tmp_path, trainers, lambda card: not card.alive).state == STOPPED


def test_a_run_that_is_stopped_while_it_starts_ends_too(tmp_path: Path, small: World, trainers: Trainers) -> None:
    folder = begin(trainers, small, form_for(tmp_path, steps=str(ENDLESS)))
    assert trainers.stop(folder)
    assert trainers.children[folder].wait(PATIENCE) == 130
    card = until(tmp_path, trainers, lambda card: not card.alive)
    assert card.state in (STOPPED, FAILED)
    assert card.done == 0


def test_what_the_command_refuses_is_told_in_its_words(tmp_path: Path, trainers: Trainers) -> None:
    folder = tmp_path / "run"
    words = ["train", "beacon", "--worlds", str(TINY), "--roles", "king", "--out", str(folder), "--no-progress"]
    trainers.begin(words, folder)
    card = until(tmp_path, trainers, lambda card: not card.alive)
    assert card.state == FAILED
    assert card.sentence == "unknown role 'king' in world 'beacon': choose from walker"


def test_an_agent_is_measured_and_its_report_read(tmp_path: Path, small: World, trainers: Trainers) -> None:
    folder = begin(trainers, small, form_for(tmp_path, steps="2000"))
    card = until(tmp_path, trainers, lambda card: card.state == FINISHED)
    assert trainers.children[folder].wait(PATIENCE) == 0
    assert {path.suffix for path in (folder / "replays").iterdir()} == {".mcap"}
    assert read_report(folder) is None
    trainers.evaluate(card.folder, card.world)
    assert trainers.evaluating(folder)
    assert trainers.evaluations[folder].wait(PATIENCE) == 0
    assert not trainers.evaluating(folder)
    report = read_report(folder)
    assert report is not None
    assert [(cell.role, cell.split) for cell in report.cells] == [("walker", "train"), ("walker", "test-both")]
    assert {"agent", "wiped", "random"} <= set(report.cells[0].curves)
    assert len(report.cells[0].curves["agent"]) == 5
    assert len(report.recordings) == 6
    assert all(path.is_file() for _, path in report.recordings)


# --- what a folder says ----------------------------------------------------------------------------------------------


def look(runs: Path) -> RunCard:
    return RunList(runs).look({})[0]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert RunList(tmp_path / "none").look({}) == []
    (tmp_path / "a file").touch()
    (tmp_path / "empty").mkdir()
    assert RunList(tmp_path).look({}) == []


@pytest.mark.parametrize(
    ("console", "sentence"),
    [
        ("crossplay: lanes is 0: allowed is 1 to 5.\n", "lanes is 0: allowed is 1 to 5"),
        ("Traceback (most recent call last):\n  File\nValueError: 3\n", "ValueError: 3"),
    ],
)
def test_the_last_sentence_of_the_console_says_why(tmp_path: Path, console: str, sentence: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / CONSOLE).write_text(console)
    card = look(tmp_path)
    assert (card.state, card.sentence, card.world, card.resumable) == (FAILED, sentence, "", False)


def test_an_ending_that_was_told_counts_more_than_the_console(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "settings.toml").write_text('world = "beacon"\nsteps = 1000\n')
    (run / "metrics.jsonl").write_text('{"update": 1, "steps": 100}\n')
    (run / CONSOLE).write_text("crossplay: something old.\n")
    tell_ending(run, RunEnding("failed", "training diverged"))
    assert (look(tmp_path).state, look(tmp_path).sentence) == (FAILED, "training diverged")
    tell_ending(run, RunEnding("stopped"))
    assert (look(tmp_path).state, look(tmp_path).done, look(tmp_path).asked) == (STOPPED, 100, 1000)


@pytest.mark.parametrize("settings", ["world = 3", "\0", "nonsense = 1", 'world = "beacon"\nsteps = -5'])
def test_settings_that_cannot_be_read_are_told_and_break_nothing(tmp_path: Path, settings: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "settings.toml").write_text(settings)
    card = look(tmp_path)
    assert card.state == FAILED
    assert card.sentence
    assert "\n" not in card.sentence


def test_damaged_files_break_nothing(tmp_path: Path) -> None:
    run = tmp_path / "deep" / "down" / "run"
    for name in ("resume", "checkpoint", "report"):
        (run / name).mkdir(parents=True)
    (run / "settings.toml").write_text('world = "beacon"\nsteps = 1000\n')
    for name in ("resume/state.json", "checkpoint/config.json", "report/report.json", "ended.json", "metrics.jsonl"):
        for data in (b"", b"\xff\xfe", b"[" * 9000, b'{"counters": {"update": "\xff"}}', b'{"results": 3}'):
            (run / name).write_bytes(data)
            card = look(tmp_path)
            assert (card.name, card.done, card.playable) == ("deep/down/run", 0, False)
            read_report(run)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_pipes_and_devices_in_a_run_are_not_read(tmp_path: Path) -> None:
    """Of a stranger's run: the page would wait for ever, or read without end."""
    run = tmp_path / "run"
    for name in ("resume", "report"):
        (run / name).mkdir(parents=True)
    (run / "settings.toml").write_text('world = "beacon"\nsteps = 1000\n')
    names = ("resume/state.json", "report/report.json", "ended.json", "metrics.jsonl", "console.log", "stop", ".lock")
    for put in (os.mkfifo, lambda path: path.symlink_to("/dev/zero"), Path.mkdir):
        for name in names:
            put(run / name)
        signal.alarm(60)  # ends this process if it waits
        try:
            card = look(tmp_path)
            read_report(run)
            MetricsTail(run / "metrics.jsonl").look()
            assert not stop_asked(run)
        finally:
            signal.alarm(0)
        assert (card.name, card.done, card.playable) == ("run", 0, False)
        for name in names:
            (run / name).rmdir() if (run / name).is_dir() else (run / name).unlink()


def test_a_card_is_read_again_only_when_something_changed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "metrics.jsonl").write_text('{"update": 1, "steps": 100}\n')
    listed = RunList(tmp_path)
    first = listed.look({})[0]
    assert listed.look({})[0] is first
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"update": 2, "steps": 200}\n')
    assert listed.look({})[0].done == 200


def test_a_look_at_a_lock_that_is_held_sees_its_holder(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "metrics.jsonl").write_text('{"update": 1, "steps": 100}\n')
    lock = try_hold(run / LOCK)
    assert lock is not None
    assert (look(tmp_path).state, look(tmp_path).process) == (RUNNING, os.getpid())
    lock.release()
    assert look(tmp_path).state == FAILED


def test_a_new_run_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "tag-seed0").mkdir()
    (tmp_path / "tag-seed0-2").mkdir()
    assert free_folder(tmp_path / "tag-seed0") == tmp_path / "tag-seed0-3"
    assert free_folder(tmp_path / "tag-seed1") == tmp_path / "tag-seed1"


# --- the form --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "flags"),
    [
        ("lanes", "0", ["--lanes", "0"]),
        ("steps", "0", ["--steps", "0"]),
        ("learning_rate", "7", ["--learning-rate", "7"]),
        ("self_play", "1.5", ["--self-play", "1.5"]),
        ("lanes", "3", ["--lanes", "3", "--minibatches", "8"]),
        ("seed", "-1", ["--seed", "-1"]),
    ],
)
def test_the_form_refuses_in_the_words_of_the_command(
    tmp_path: Path, small: World, capsys: pytest.CaptureFixture[str], name: str, value: str, flags: list[str]
) -> None:
    form = form_for(tmp_path, **{name: value})
    form.fill(small)
    if "--minibatches" in flags:
        form.base["minibatches"] = 8
    with pytest.raises(Refused) as refusal:
        form.settings(small)
    out = ["--out", str(tmp_path / "run"), "--worlds", str(TINY)]
    flags = [*flags, *(["--lanes", "16"] if "--lanes" not in flags else [])]
    assert cli.run(["train", "beacon", *flags, *out]) == 2
    assert capsys.readouterr().err.removeprefix("crossplay: ").strip().rstrip(".").startswith(str(refusal.value))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("steps", ""), ("steps", "1.5"), ("lanes", "many"), ("learning_rate", "x")]
)
def test_what_is_no_number_is_refused_in_one_sentence(tmp_path: Path, small: World, name: str, value: str) -> None:
    form = form_for(tmp_path)
    form.fill(small)
    form.values[name] = value
    with pytest.raises(Refused, match=f"{name} is .*: allowed is a "):
        form.settings(small)


def test_a_form_begins_with_what_the_world_declares(tmp_path: Path) -> None:
    tag = worlds.get("tag")
    form = TrainForm("tag", runs=tmp_path, recorded=False)
    form.fill(tag)
    assert form.settings(tag) == settings_for(tag)
    assert form.folder(form.settings(tag)) == tmp_path / "tag-seed0"
    for name in ("../elsewhere", "a/b", ".hidden", "a\tb"):
        form.name = name
        with pytest.raises(Refused, match="the folder's name is"):
            form.folder(form.settings(tag))


def test_the_words_of_a_form_give_its_settings(tmp_path: Path, small: World) -> None:
    form = form_for(tmp_path, steps="123,456", self_play="0.25", learning_rate="1e-3", reference="blind")
    form.base |= {"taste": {"reward": 0.5}, "checkpoint_minutes": 2.0}
    form.fill(small)
    settings = form.settings(small)
    assert settings.learning.steps == 123_456
    assert settings.run.record_every >= 1
    words = train_words(settings, small, tmp_path / "x")
    assert words[:2] == ["train", "beacon"]
    found, _ = parse("train", command, words[1:])
    assert changed(found, episodes=settings.trial.episodes) == changed(
        settings, out=str(tmp_path / "x"), progress=False
    )


def test_a_command_line_becomes_a_form_with_the_same_settings(tmp_path: Path, small: World) -> None:
    words = ["beacon", "--worlds", str(TINY), "--lanes", "32", "--minibatches", "4", "--build", "seats=3"]
    words += ["--hidden", "24", "--steps", "5000", "--out", str(tmp_path / "mine"), "--record-every", "7", "--window"]
    settings, options = parse("train", command, words)
    assert options.window
    form = form_of(settings)
    world = worlds.get("beacon", **form.build)
    form.fill(world)
    again = form.settings(world)
    assert isinstance(again, TrainSettings)
    assert changed(again, out=settings.run.out) == changed(settings, episodes=again.trial.episodes)
    assert form.folder(again) == tmp_path / "mine"


def test_json_of_a_report_that_names_strangers_files_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    told = {"results": [], "replays": [{"file": "../../../etc/passwd"}, {"file": "replays/a.mcap"}]}
    (tmp_path / "report" / "report.json").write_text(json.dumps(told))
    shutil.copy(__file__, tmp_path / "passwd")
    report = read_report(tmp_path)
    assert report is not None
    assert report.recordings == ()
