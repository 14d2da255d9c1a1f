"""What was recorded is what is played: straight on, in jumps, backwards, and from a branch."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import replays
import worlds
from replays import budgets, format
from replays.golden import golden
from simulator.engine import Simulation
from tests.replays.files import CONTROLS, TICKS, play
from worlds.world import Refused, World


@pytest.mark.bounds
@pytest.mark.parametrize("name", ["tag", "beacon"])
def test_straight_play_gives_every_state_again(name: str, tmp_path: Path) -> None:
    hashes = play(worlds.get(name), tmp_path / "run.mcap")
    replay = replays.open(tmp_path / "run.mcap")
    found = [replay.simulation.hash()]
    while replay.forward():
        found.append(replay.simulation.hash())
    assert found == hashes
    assert replay.diverged is None
    assert not replay.truncated
    assert replay.position == replay.length == TICKS
    assert [path.name for path in tmp_path.iterdir()] == ["run.mcap"]  # no part file is left


def test_jumps_land_where_straight_play_does(recording: Path) -> None:
    replay = replays.open(recording)
    straight = [replay.simulation.hash()]
    while replay.forward():
        straight.append(replay.simulation.hash())
    positions = [int(p) for p in np.random.default_rng(3).integers(0, TICKS + 1, 60)]
    for position in [*positions, 0, TICKS, *CONTROLS, *(at - 1 for at in CONTROLS)]:
        replay.seek(position)
        assert replay.position == position
        assert replay.simulation.hash() == straight[position], position
    for position in range(TICKS - 1, TICKS - 30, -1):
        replay.seek(position + 1)
        assert replay.backward()
        assert replay.simulation.hash() == straight[position]
    replay.seek(0)
    assert not replay.backward()
    assert replay.diverged is None


def test_a_jump_shows_the_same_rewards_and_ends_as_straight_play(recording: Path) -> None:
    straight, jumping = replays.open(recording), replays.open(recording)
    while straight.forward():
        jumping.seek(0)
        jumping.seek(straight.position)
        a, b = straight.simulation, jumping.simulation
        assert a.episode_ended == b.episode_ended
        assert a.trial_ended == b.trial_ended
        assert (a.rewards == b.rewards).all()
        if straight.position > 60:
            break


@pytest.mark.parametrize("position", [-1, TICKS + 1, 10**12])
def test_a_position_outside_is_refused(recording: Path, position: int) -> None:
    with pytest.raises(Refused, match=f"tick {position} lies outside replay .*: it has ticks 0 to {TICKS}"):
        replays.open(recording).seek(position)


def test_info_events_minds_and_episodes(recording: Path, tag: World) -> None:
    replay = replays.open(recording)
    info = replay.info
    assert (info["world"], info["seed"], info["split"], info["ticks"]) == ("tag", 5, "train", TICKS)
    assert info["layout_hash"] == tag.layout_hash
    assert info["players"] == {"chaser_0": "dice"}
    assert [(at, event.data["what"]) for at, event in replay.events] == [(at, op) for at, (op, _) in CONTROLS.items()]
    thought = replay.minds(11)[0]
    assert float(thought["value"]) == pytest.approx(1.0)
    assert thought["probabilities"].shape == (sum(tag.action_sizes),)
    assert set(replay.minds(11)) == {0}
    assert "belief" not in thought
    belief = replay.minds(31)[0]["belief"]
    np.testing.assert_array_equal(belief, np.full(tag.told_pieces.total, 30 / TICKS, np.float32))
    starts = [span.start for span in replay.episodes]
    assert starts == sorted(starts)
    assert {0, 160, 180, 215} <= set(starts)
    assert replay.episodes[-1].end == TICKS
    assert [(s.trial, s.episode) for s in replay.episodes if s.start in (0, 215)] == [(0, 0), (3, 0)]


def test_returns_of_episodes_are_those_of_the_run(tmp_path: Path) -> None:
    world = worlds.get("beacon")
    simulation = Simulation(world, seed=2, episodes_per_trial=2)
    returns = []
    with replays.record(tmp_path / "run.mcap") as recorder:
        recorder.begin(simulation)
        for _ in range(200):
            simulation.tick(np.full(2, 2))
            recorder.tick(simulation)
            if simulation.episode_ended:
                returns.append(tuple(simulation.final["score"]))
    spans = [span for span in replays.open(tmp_path / "run.mcap").episodes if span.returns is not None]
    assert [span.returns for span in spans] == returns
    assert {span.cause for span in spans} <= {"found", "time"}


def test_a_branch_lives_on_alone(recording: Path) -> None:
    replay = replays.open(recording)
    replay.seek(100)
    before = replay.simulation.hash()
    branch = replay.branch()
    assert branch.hash() == before
    for _ in range(30):
        branch.tick(np.zeros_like(branch.applied))
    assert branch.hash() != before
    assert replay.simulation.hash() == before
    while replay.forward():
        pass
    assert replay.diverged is None


def test_a_branch_can_be_recorded(recording: Path, tmp_path: Path) -> None:
    replay = replays.open(recording)
    replay.seek(101)
    branch = replay.branch()
    with replays.record(tmp_path / "branch.mcap") as recorder:
        recorder.begin(branch)
        for _ in range(40):
            branch.tick(np.ones_like(branch.applied))
            recorder.tick(branch)
    assert replays.verify(tmp_path / "branch.mcap").ok


def test_a_restored_state_is_followed(tag: World, tmp_path: Path) -> None:
    simulation = Simulation(tag, seed=8)
    with replays.record(tmp_path / "run.mcap") as recorder:
        recorder.begin(simulation)
        start = simulation.snapshot()
        for tick in range(60):
            simulation.tick(np.ones_like(simulation.applied))
            recorder.tick(simulation)
            if tick == 30:
                simulation.restore(start)
                recorder.control(simulation, "restore")
    assert replays.verify(tmp_path / "run.mcap").ok


def test_recordings_are_the_same_bytes_every_time(recording: Path, tag: World, tmp_path: Path) -> None:
    play(tag, tmp_path / "again.mcap")
    assert (tmp_path / "again.mcap").read_bytes() == recording.read_bytes()


def test_field_checksums_are_those_of_the_engine(tag: World) -> None:
    simulation = Simulation(tag, seed=1)
    assert format.field_crcs(tag.record, simulation.snapshot()) == simulation.field_crcs().tolist()


def test_other_programs_can_read_the_file(recording: Path) -> None:
    from mcap.reader import make_reader

    with recording.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        topics = {channel.topic for channel in summary.channels.values()}
        assert {
            "/tick",
            "/keyframe",
            "/event",
            "/episode",
            "/control",
            "/mind/probabilities+value",
            "/mind/probabilities+value+belief",
        } == topics
        ticks = list(reader.iter_messages(topics=["/tick"]))
        assert len(ticks) == TICKS
        assert ticks[9][2].log_time == 1_000_000_000  # ten ticks of 0.1 s


@given(jumps=st.lists(st.integers(0, TICKS), max_size=6))
@settings(max_examples=25)
def test_the_state_depends_on_the_position_alone(recording: Path, jumps: list[int]) -> None:
    replay = replays.open(recording)
    seen: dict[int, str] = {}
    for position in [*jumps, *reversed(jumps)]:
        replay.seek(position)
        assert seen.setdefault(position, replay.simulation.hash()) == replay.simulation.hash()
    assert replay.diverged is None


@pytest.mark.parametrize("name", worlds.names())
def test_golden_replays_are_small_and_true(name: str, tmp_path: Path) -> None:
    world = worlds.get(name)
    golden(world, tmp_path / "golden.mcap")
    verdict = replays.verify(tmp_path / "golden.mcap")
    assert verdict.ok
    assert verdict.ticks == max(600, 2 * world.timing.decisions)
    size = world.record.itemsize  # keyframes are most of the replay of a large state; that of a town is mostly empty
    states = (3 if size > 2**15 else 8) * size
    assert (tmp_path / "golden.mcap").stat().st_size < 60_000 + states


def test_recording_refuses_what_it_cannot_write(tag: World, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="keyframe_seconds is 0"):
        replays.record(tmp_path / "x.mcap", keyframe_seconds=0.0)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refused, match="cannot be there: its folder is a file"):
        replays.record(tmp_path / "file" / "x.mcap").begin(Simulation(tag))
    recorder = replays.record(tmp_path / "y.mcap")
    simulation = Simulation(tag)
    recorder.begin(simulation)
    with pytest.raises(Refused, match="has begun already"):
        recorder.begin(simulation)
    with pytest.raises(Refused, match="control 'explode'"):
        recorder.control(simulation, "explode")
    with pytest.raises(Refused, match="event 'odd' cannot be recorded"):
        recorder.event("odd", {"what": object()})
    recorder.close()
    recorder.close()
    assert replays.open(tmp_path / "y.mcap").length == 0


def test_a_recording_stops_at_the_longest_length(tag: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MAX_TICKS", 60)
    simulation = Simulation(tag)
    recorder = replays.record(tmp_path / "x.mcap", keyframe_seconds=1.0)
    recorder.begin(simulation)
    for _ in range(100):
        simulation.tick(np.zeros_like(simulation.applied))
        recorder.tick(simulation)
    assert recorder.full
    assert replays.open(tmp_path / "x.mcap").length == 60
