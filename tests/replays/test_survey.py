"""What happened in a recording, found by one walk through it; bookmarks and the states that make steps back cheap."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

import replays
from replays.bookmarks import ENDING, bookmarks_path
from replays.snapshots import Snapshots
from simulator.engine import Simulation
from worlds.world import Refused, World

TICKS = 200


@pytest.fixture
def recording(tmp_path: Path, beacon: World) -> Path:
    """walker_0 is driven to the east; it finds the beacon where that lies there."""
    path = tmp_path / "game.mcap"
    simulation = Simulation(beacon, seed=4, seats={"walker_1": "bot"})
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        actions = np.full((2, 1), 2, np.int64)
        for tick in range(TICKS):
            if tick == 50:
                recorder.event("forget", {})
                simulation.drive(0, False)
                recorder.control(simulation, "drive", seat=0, external=False)
                recorder.event("let_go", {"seat": 0})
            simulation.tick(actions)
            recorder.tick(simulation)
    return path


def walked(recording: Path) -> replays.Survey:
    survey = replays.Survey(replays.open(recording))
    assert survey.advance()
    return survey


def test_the_scores_are_those_of_playing_through(recording: Path) -> None:
    survey, replay = walked(recording), replays.open(recording)
    while replay.forward():
        simulation = replay.simulation
        shown = simulation.final if simulation.episode_ended else simulation.w
        assert np.allclose(survey.scores[replay.position], shown["score"])


def test_a_recording_that_begins_inside_an_episode_begins_with_its_score(recording: Path, tmp_path: Path) -> None:
    replay = replays.open(recording)
    replay.seek(25)
    simulation, path = replay.branch(), tmp_path / "later.mcap"
    with replays.record(path) as recorder:
        recorder.begin(simulation)
        simulation.tick(np.full((2, 1), 2, np.int64))
        recorder.tick(simulation)
    survey = walked(path)
    assert np.allclose(survey.scores[0], replay.simulation.w["score"])
    assert survey.scores[0].any()
    assert survey.begun == int(replay.simulation.w["tick"]) > 0


def test_who_is_done_is_marked_with_the_cause_that_the_world_declares(recording: Path) -> None:
    marks, replay = walked(recording).marks(), replays.open(recording)
    expected = []
    while replay.forward():
        found = np.flatnonzero(replay.simulation.ends == 1)
        expected += [(replay.position, int(seat)) for seat in found]
    assert expected
    assert [(mark.position, mark.seat) for mark in marks if mark.kind == "end"] == expected
    assert {mark.words for mark in marks if mark.kind == "end"} == {"found"}


def test_rewards_that_stand_out_and_figures_that_count_are_marked(recording: Path) -> None:
    marks = walked(recording).marks()
    ends = {(mark.position, mark.seat) for mark in marks if mark.kind == "end"}
    jumps = {(mark.position, mark.seat) for mark in marks if mark.kind == "reward"}
    assert jumps
    assert {seat for _, seat in jumps} <= {seat for _, seat in ends}
    counted = [mark for mark in marks if mark.kind == "figure"]
    assert {mark.words.rpartition(" ")[0] for mark in counted} <= {"finders", "found"}  # a place counts nothing
    own = [mark for mark in counted if mark.seat >= 0]
    assert all({(mark.position, mark.seat), (mark.position - 1, mark.seat)} & ends for mark in own)  # by decision


def test_what_people_did_is_marked_once(recording: Path) -> None:
    told = [(mark.position, mark.kind, mark.words) for mark in walked(recording).marks() if mark.position == 50]
    assert (50, "event", "forget") in told
    assert [words for _, kind, words in told if kind == "seat"] == ["is given back"]


def test_a_walk_in_pieces_finds_the_same(recording: Path) -> None:
    survey = replays.Survey(replays.open(recording))
    while not survey.advance(0.0005):
        assert survey.position <= TICKS
    assert survey.marks() == walked(recording).marks()


def test_stepping_back_meets_the_states_of_playing_forward(recording: Path) -> None:
    replay = replays.open(recording)
    states, rewards = [replay.simulation.hash()], [np.zeros(2)]
    while replay.forward():
        states.append(replay.simulation.hash())
        rewards.append(replay.simulation.rewards.copy())
    while replay.backward():
        assert replay.simulation.hash() == states[replay.position]
        if replay.position:
            assert np.array_equal(replay.simulation.rewards, rewards[replay.position])
    assert replay.diverged is None


def test_a_step_back_plays_one_tick(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = replays.open(recording)
    replay.seek(TICKS)
    ticks = 0
    forward = replay.forward

    def counted() -> bool:
        nonlocal ticks
        ticks += 1
        return forward()

    monkeypatch.setattr(replay, "forward", counted)
    steps = TICKS - replay.keyframes[-2] - 1
    for _ in range(steps):
        replay.backward()
    assert ticks == steps


def test_old_states_are_forgotten_when_they_take_too_much() -> None:
    kept = Snapshots(100)
    for position in range(20):
        kept.put(position, bytes(10))
    assert len(kept) == 10
    assert kept.below(5, -1) is None
    assert kept.below(30, -1) == (19, bytes(10))
    assert kept.below(30, 19) is None


def test_bookmarks_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "game.mcap"
    replays.write_bookmarks(path, [7, 3, 7])
    assert replays.read_bookmarks(path) == [3, 7]
    replays.write_bookmarks(path, [])
    assert replays.read_bookmarks(path) == []
    assert not bookmarks_path(path).exists()


@pytest.mark.parametrize("text", ["", "[]", '{"ticks":[-1]}', '{"ticks":["a"]}', '{"more":1}', "[" * 2000, "\udcff"])
def test_damaged_bookmarks_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "game.mcap"
    path.with_name(path.name + ENDING).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match="are damaged"):
        replays.read_bookmarks(path)


def test_a_recording_names_its_parent(recording: Path, beacon: World, tmp_path: Path) -> None:
    child = tmp_path / "child.mcap"
    parent = replays.parent_of(recording, 60)
    replay = replays.open(recording)
    replay.seek(60)
    with replays.record(child, parent=parent) as recorder:
        recorder.begin(replay.branch())
    assert replays.open(child).parent == parent
    assert replays.open(recording).parent is None
    assert replays.find_parent(parent, [tmp_path]) == recording
    renamed = recording.rename(tmp_path / "renamed.mcap")
    assert replays.find_parent(parent, [tmp_path]) == renamed
    renamed.write_bytes(renamed.read_bytes() + b"x")
    assert replays.find_parent(parent, [tmp_path]) is None


@pytest.mark.parametrize(
    "part", [{"sha256": "0" * 63}, {"sha256": "G" * 64}, {"name": "../a"}, {"name": "a\n"}, {"name": ""}, {"tick": -1}]
)
def test_a_parent_that_no_recorder_writes_is_damage(part: dict[str, object]) -> None:
    told = {"sha256": "0" * 64, "name": "game.mcap", "tick": 3}
    assert msgspec.convert(told, replays.Parent).tick == 3
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told | part, replays.Parent)
