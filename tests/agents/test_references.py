"""`crossplay references`: an agent, blind and oracles are trained alike, resumed where cut, and compared."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import agents
import worlds
from agents.checkpoints import checkpoint
from agents.checkpoints.final_uses import read_uses
from agents.evaluation.references import plan, references, tells_news
from agents.settings.declared import changed
from agents.settings.files import load_settings, save_settings
from agents.settings.references import ReferencesSettings
from agents.settings.train import TrainSettings
from agents.training.train import train
from simulator.app import cli
from worlds.world import Refused

ROOT = Path(__file__).resolve().parents[2]
LEARNING = {"lanes": 16, "hidden": 8, "encoder": 8, "minibatches": 2, "episodes": 2, "reference_steps": 3_000}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the world twin: beacon, with a declaration of how it is learned."""
    place = tmp_path_factory.mktemp("mine")
    text = (ROOT / "tests" / "tiny" / "beacon.py").read_text(encoding="utf-8")
    text = text.replace('name="beacon",', f'name="twin", learning={LEARNING!r},')
    (place / "twin.py").write_text(text, encoding="utf-8")
    worlds.add_folder(place)
    yield place
    del worlds._added["twin"]
    del sys.modules["crossplay_user_world_twin"]


def asked(out: Path, **changes: Any) -> ReferencesSettings:
    return ReferencesSettings(world="twin", seeds=2, splits=("train",), tasks=6, out=str(out), **changes)


class Cut(BaseException):
    """Stands for a power cut."""


def test_what_is_missing_is_trained_and_what_was_cut_goes_on(folder: Path, tmp_path: Path) -> None:
    settings, world = asked(tmp_path / "all"), worlds.get("twin")
    members = list(plan(settings, world, tmp_path / "all", 3_000))
    names = ["agent-seed0", "blind-seed0", "oracle-seed0", "agent-seed1", "blind-seed1", "oracle-seed1"]
    assert [member.folder.name for member in members] == names
    assert {member.settings.learning.steps for member in members} == {3_000}
    assert {member.settings.network.hidden for member in members} == {LEARNING["hidden"]}

    def cut(figures: dict[str, Any]) -> None:
        if figures["update"] == 2:
            raise Cut

    with pytest.raises(Cut):
        train(changed(members[1].settings, checkpoint_minutes=0.0, progress=False), report=cut)
    assert not members[1].finished

    said: list[str] = []
    found = references(settings, said.append, progress=False)
    assert said[0] == "twin: 0 of 6 trainings of 3,000 steps are there"
    assert all(member.finished for member in members)
    updates = [json.loads(line)["update"] for line in (members[1].folder / "metrics.jsonl").read_text().splitlines()]
    assert updates == list(range(1, len(updates) + 1))
    (cell,) = found.reports["all"].cells
    assert {"agent", "wiped", "blind", "oracle"} <= set(cell.later)
    assert "agent − memory wiped" in found.text()
    assert "oracle − blind" in found.text()
    learned = [checkpoint.load_config(member.folder / "checkpoint").steps for member in members]
    assert found.text().startswith(f"twin: 2 training seeds of {min(learned):,} to {max(learned):,} agent-steps each, ")
    assert [page.exists() for page in found.pages] == [True]
    assert found.text().endswith("intervals are over tasks and training seeds (agent 2, blind 2, oracle 2)")
    kept = (tmp_path / "all" / "references.json").read_text()
    assert json.loads(kept)["steps"] == 3_000
    assert json.loads(kept)["command"].startswith("crossplay references twin --")
    assert str(tmp_path) not in kept, "it may be published: no path of this machine"
    assert "runs/references/twin/blind-seed1" in kept
    assert (tmp_path / "all" / "references.txt").read_text() == found.text() + "\n"
    assert load_settings(tmp_path / "all" / "settings.toml", ReferencesSettings) == settings
    for name, word in (("blind", "yardstick"), ("oracle", "yardstick"), ("agent", "adapts")):
        card = (tmp_path / "all" / f"{name}-seed0" / "checkpoint" / "README.md").read_text(encoding="utf-8")
        assert word in card

    said.clear()
    again = references(settings, said.append, progress=False)
    assert said == ["twin: 6 of 6 trainings of 3,000 steps are there"]
    assert again.text() == found.text()
    with pytest.raises(Refused, match=r"steps is 4000: the run in .*agent-seed0 has 3000, so name another folder"):
        references(asked(tmp_path / "all", steps=4_000), progress=False)


def test_trainings_side_by_side_are_those_of_one_process(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = shlex.split(f"twin --seeds 1 --splits train --tasks 4 --tell layout --jobs 2 --json --worlds '{folder}'")
    code = cli.run(["references", *words, "--out", str(tmp_path / "side")])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    told = json.loads(captured.out)
    assert (told["world"], told["seeds"], set(told["reports"])) == ("twin", 1, {"layout"})
    assert "training oracle-layout-seed0 (3 of 3)" in captured.err
    one = train(
        changed(
            next(plan(asked(tmp_path / "one"), worlds.get("twin"), tmp_path / "one", 3_000)).settings, progress=False
        )
    )
    model = Path("checkpoint") / "model.safetensors"
    assert (one / model).read_bytes() == (tmp_path / "side" / "agent-seed0" / model).read_bytes()
    assert agents.load(tmp_path / "side" / "oracle-layout-seed0").needs_reveal


def test_an_oracle_of_what_training_never_shows_is_trained_there(tmp_path: Path) -> None:
    world = worlds.get("repeated")
    assert tells_news(world, "test-opponent")
    assert not tells_news(world, "train")
    assert not tells_news(world, "test-opponent", "layout")
    assert not tells_news(worlds.get("beacon"), "test-both"), "numbers out of the usual range are no names"
    settings = ReferencesSettings(
        world="repeated", seeds=1, splits=("train", "test-both"), tell=("all", "layout"), out=str(tmp_path)
    )
    found = {member.folder.name: member.settings for member in plan(settings, world, tmp_path, 100)}
    assert list(found) == [
        "agent-seed0", "blind-seed0", "oracle-seed0", "oracle-test-both-seed0", "oracle-layout-seed0",
    ]  # fmt: skip
    assert {name: each.world.split for name, each in found.items() if each.world.split != "train"} == {
        "oracle-test-both-seed0": "test-both"
    }
    assert found["oracle-layout-seed0"].trial.tell == "layout"
    assert isinstance(found["agent-seed0"], TrainSettings)


def test_only_oracles_are_trained_on_final_and_its_use_is_written_down(folder: Path, tmp_path: Path) -> None:
    world = worlds.get("repeated")
    assert tells_news(world, "final"), "final kinds are told without a name, which training never shows"
    assert not tells_news(world, "final", "layout")
    assert not tells_news(world, "validation")
    settings = ReferencesSettings(world="repeated", seeds=1, splits=("train", "final"), out=str(tmp_path))
    where = {member.folder.name: member.settings.world.split for member in plan(settings, world, tmp_path, 100)}
    assert where == {
        "agent-seed0": "train", "blind-seed0": "train", "oracle-seed0": "train", "oracle-final-seed0": "final",
    }  # fmt: skip
    found = references(changed(asked(tmp_path / "twin"), splits=("final",), seeds=1), progress=False)
    (note,) = found.reports["all"].notes
    assert note.startswith("first use of final by ")
    assert note in found.text()
    assert len(read_uses(tmp_path / "twin" / "agent-seed0" / "checkpoint")) == 1


def test_a_state_that_a_crash_left_under_its_old_name_is_gone_on_from(folder: Path, tmp_path: Path) -> None:
    """Killed between the two renames of a save: neither begun anew nor refused."""
    settings = asked(tmp_path / "all")
    members = list(plan(changed(settings, seeds=1), worlds.get("twin"), tmp_path / "all", 3_000))
    train(changed(members[0].settings, steps=1_000, progress=False))
    (members[0].folder / "resume").rename(members[0].folder / ".resume.old")
    (members[0].folder / "checkpoint").rename(members[0].folder / ".checkpoint.old")
    save_settings(members[0].settings, members[0].folder / "settings.toml")
    config = members[0].folder / ".checkpoint.old" / "config.json"
    config.write_text(config.read_text().replace('"steps": 1000,', '"steps": 3000,', 1))
    assert members[0].begun
    references(changed(settings, seeds=1), progress=False)
    updates = [json.loads(line)["update"] for line in (members[0].folder / "metrics.jsonl").read_text().splitlines()]
    assert updates == list(range(1, len(updates) + 1))
    assert members[0].finished


def test_a_checkpoint_of_something_else_is_not_compared(folder: Path, tmp_path: Path) -> None:
    """Its settings file may be lost: what it learned stands in itself too."""
    settings = changed(asked(tmp_path / "all"), seeds=1)
    (first, *_) = plan(settings, worlds.get("twin"), tmp_path / "all", 3_000)
    train(changed(first.settings, hidden=4, progress=False))
    (first.folder / "settings.toml").unlink()
    with pytest.raises(Refused, match=r"hidden is 8: the run in .*agent-seed0 has 4, so name another folder"):
        references(settings, progress=False)
    train(changed(first.settings, out=str(tmp_path / "old" / "agent-seed0"), progress=False))
    config = tmp_path / "old" / "agent-seed0" / "checkpoint" / "config.json"
    config.write_text(config.read_text().replace('"world_version": 2', '"world_version": 1'))
    with pytest.raises(Refused, match="learned version 1 of world 'twin', or another layout of it: this is version 2"):
        references(changed(settings, out=str(tmp_path / "old")), progress=False)


@pytest.mark.parametrize("name", ["references.json", "references.txt", "settings.toml", "report"])
def test_a_place_that_cannot_be_written_is_refused_before_hours_of_training(
    folder: Path, tmp_path: Path, name: str
) -> None:
    if name == "report":
        (tmp_path / name).write_text("not a folder")
    else:
        (tmp_path / name).mkdir()
    with pytest.raises(Refused, match=f"{name}' is a .*: name another folder with --out"):
        references(asked(tmp_path), progress=False)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_cannot_be_compared_is_refused_at_once(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="world 'twin' has nothing to tell oracles about the opponents"):
        references(asked(tmp_path, tell=("all", "opponents")), progress=False)
    assert not any(tmp_path.iterdir())
    for changes, sentence in (
        ({"splits": ("train", "train")}, "splits names 'train' twice"),
        ({"splits": ("moon",)}, "splits is 'moon': choose from train"),
        ({"tell": ("nothing",)}, "tell is 'nothing': choose from all"),
        ({"splits": ()}, "splits names nothing: choose from train"),
    ):
        with pytest.raises(Refused, match=sentence):
            ReferencesSettings(world="twin", **changes)  # type: ignore[arg-type]
