"""What seats saw and did, worked out anew from a recording: the same as they met when it was played."""

import csv
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import replays
from replays.decisions import ENDS, columns_of, decisions
from simulator.engine import Simulation
from tests.replays.files import TICKS
from worlds.world import Refused, World


def needs(package: str) -> Any:
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"needs {package}")


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory, tag: World) -> tuple[Path, list[dict[str, Any]]]:
    """A game without interventions, and what its seats met while it was played, decision by decision."""
    path, met = tmp_path_factory.mktemp("tables") / "game.mcap", list[dict[str, Any]]()
    simulation, rng = Simulation(tag, seed=8, episodes_per_trial=2, seats={"evader_1": "bot"}), np.random.default_rng(1)
    with replays.record(path, players={"chaser_0": "dice"}) as recorder:
        recorder.begin(simulation)
        actions = np.zeros((4, 3), np.int64)
        for tick in range(200):
            if simulation.deciding:
                actions = np.stack([rng.integers(0, size, 4) for size in tag.action_sizes], axis=1)
                met.append({"tick": tick, "seen": simulation.observations.copy(), "reward": np.zeros(4)})
            simulation.tick(actions)
            recorder.tick(simulation)
            met[-1]["reward"] += simulation.rewards
            met[-1]["did"] = simulation.applied.copy()
    return path, met


def test_what_was_seen_done_and_paid_comes_back(game: tuple[Path, list[dict[str, Any]]]) -> None:
    path, met = game
    found = list(decisions(replays.open(path), range(4), (0, 200)))
    assert len(found) == 4 * len(met)
    for row, each in enumerate(found):
        live = met[row // 4]
        assert (each.tick, each.seat) == (live["tick"], row % 4)
        assert np.array_equal(each.observation, live["seen"][each.seat])
        assert list(each.action) == live["did"][each.seat].tolist()
        assert each.reward == live["reward"][each.seat]
    assert {each.end for each in found} <= set(ENDS)
    assert [each.tick for each in found if each.end == "truncated"] == [148] * 4  # the first episode takes 150 ticks


def test_from_the_middle_the_same(game: tuple[Path, list[dict[str, Any]]]) -> None:
    replay = replays.open(game[0])
    whole = [each for each in decisions(replay, [2], (0, 200)) if each.tick >= 100]
    part = list(decisions(replay, [2], (99, 200)))
    assert len(part) == len(whole)
    assert all(np.array_equal(a.observation, b.observation) for a, b in zip(part, whole, strict=True))


def test_what_an_intervention_cut_is_told(recording: Path) -> None:
    cut = {each.tick for each in decisions(replays.open(recording), [0], (0, TICKS)) if each.end == "cut"}
    assert {158, 178, 214} <= cut  # before it was restarted, led to the next task, and begun again


def test_a_table_of_decisions_as_csv_and_json(game: tuple[Path, list[dict[str, Any]]], tmp_path: Path) -> None:
    replays.export(game[0], tmp_path / "a.csv", seats=[1])
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert len(rows) == len(game[1])
    assert {row["seat"] for row in rows} == {"chaser_1"}
    world = replays.open(game[0]).world
    told = [f"action.{each.name}" for each in world.actions]
    assert list(rows[0]) == ["tick", "seconds", "trial", "episode", "seat", *told, "reward", "end"]
    assert rows[0]["action.move"] in world.actions[0].choices
    replays.export(game[0], tmp_path / "a.json", content="observations", seats=[1])
    steps = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert steps["players"] == {"chaser_0": "dice"}
    assert len(steps["steps"]) == len(rows)
    first = columns_of(replays.open(game[0]))[0]
    assert steps["steps"][3][f"seen.{first}"] == pytest.approx(float(game[1][3]["seen"][1, 0]))


def test_arrays_by_seat(game: tuple[Path, list[dict[str, Any]]], tmp_path: Path) -> None:
    replays.export(game[0], tmp_path / "a.npz", seats=[0, 3])
    with np.load(tmp_path / "a.npz") as found:
        assert {name.partition(".")[0] for name in found.files} == {"names", "chaser_0", "evader_1"}
        seen = np.stack([each["seen"][3] for each in game[1]])
        assert np.array_equal(found["evader_1.observations"], seen)
        assert found["evader_1.actions"].shape == (len(seen), 3)
        assert len(found["names"]) == seen.shape[1]


@needs("pyarrow")
def test_parquet_holds_the_same_numbers(game: tuple[Path, list[dict[str, Any]]], tmp_path: Path) -> None:
    from pyarrow import parquet

    replays.export(game[0], tmp_path / "a.parquet", content="observations", seats=[1])
    table = parquet.read_table(tmp_path / "a.parquet")
    seen = np.stack([each["seen"][1] for each in game[1]])
    columns = [f"seen.{name}" for name in columns_of(replays.open(game[0]))]
    assert np.array_equal(np.stack([table[name].to_numpy() for name in columns], axis=1), seen)
    assert table["reward"].to_pylist() == [each["reward"][1] for each in game[1]]


@needs("pyarrow")
def test_thoughts_go_into_parquet_too(recording: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    replays.export(recording, tmp_path / "a.parquet")
    replays.export(recording, tmp_path / "a.csv")
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.column_names == list(rows[0])
    assert [row["value"] for row in rows] == [str(value) for value in table["value"].to_pylist()]
    assert (
        table[
            "belief.refuge=den A" if "belief.refuge=den A" in table.column_names else table.column_names[-1]
        ].null_count
        > 0
    )


@needs("minari")
@pytest.mark.filterwarnings("ignore")
def test_a_data_set_of_minari_holds_whole_episodes(
    game: tuple[Path, list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from minari import MinariDataset

    monkeypatch.chdir(tmp_path)
    replays.export(game[0], "a.minari", seats=[0, 1])
    data = MinariDataset(tmp_path / "a.minari" / "data")
    assert data.total_episodes == 4  # two seats, two episodes
    first = data[0]
    seen = np.stack([each["seen"][0] for each in game[1][:75]])
    assert np.array_equal(first.observations[:-1], seen)
    assert first.rewards.sum() == pytest.approx(sum(float(each["reward"][0]) for each in game[1][:75]))
    assert first.truncations[-1]
    assert not first.truncations[:-1].any()
    assert data.action_space.contains(first.actions[0])
    assert data.observation_space.contains(first.observations[0])
    with pytest.raises(Refused, match="exists: name a new one"):
        replays.export(game[0], "a.minari")
    assert [each.name for each in tmp_path.iterdir()] == ["a.minari"]


@pytest.mark.parametrize(
    ("name", "facts", "words"),
    [
        ("x.csv", {"content": "dreams"}, "content is 'dreams': choose from thoughts, steps, observations"),
        ("x.npz", {"start": 5, "end": 5}, "nobody decides anything in ticks 5 to 5"),
        ("x.parquet", {"end": 10**9}, "it has 0 to 200"),
    ],
)
def test_tables_that_cannot_be_are_refused(
    name: str, facts: dict[str, Any], words: str, game: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=words):
        replays.export(game[0], tmp_path / name, **facts)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "module", "words"),
    [("x.parquet", "replays.table", "pip install 'pyarrow"), ("x.minari", "replays.arrays", "pip install 'minari")],
)
def test_without_its_extra_a_format_is_refused(
    name: str, module: str, words: str, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{module}.find_spec", lambda package: None)
    with pytest.raises(Refused, match=words):
        replays.export(recording, tmp_path / name)
