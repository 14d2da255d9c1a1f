"""The split final: only an oracle learns on it, every evaluation of it is written down, and a training seed is told."""

from pathlib import Path

import pytest
from markupsafe import escape
from test_card import make_checkpoint

from agents.checkpoints import checkpoint
from agents.checkpoints.final_uses import HEADING, USES, read_uses
from agents.evaluation.evaluate import evaluate
from agents.evaluation.looks import seed_warnings
from agents.evaluation.publish import page, report_text
from agents.explain.insight import InsightSettings
from agents.settings.evaluate import EvaluateSettings
from agents.settings.groups import TrialSettings, WorldSettings
from agents.settings.train import TrainSettings
from simulator.engine import parallel_env
from simulator.engine.vector_env import VectorEnv
from worlds.world import OPEN_SPLITS, Refused, World


@pytest.fixture
def agent(tmp_path: Path, beacon: World) -> Path:
    return Path(make_checkpoint(tmp_path / "walker", beacon, seed=7))


def measured(agent: Path, **changes: object) -> EvaluateSettings:
    facts: dict[str, object] = {"splits": ("final",), "tasks": 10, "resamples": 100, "conditions": ("wiped",)}
    return EvaluateSettings(checkpoint=(str(agent),), **{**facts, **changes})  # type: ignore[arg-type]


def test_every_use_of_final_is_written_into_the_card(agent: Path) -> None:
    first = evaluate(measured(agent), progress=False)
    text = (agent / "README.md").read_text()
    assert text.count(HEADING) == 1
    assert "| 10 | 900001 |" in text
    assert first.notes[0].startswith("first use of final by ")
    assert first.notes[0].endswith("written into its card")
    assert first.json()["notes"] == list(first.notes)
    assert first.notes[0] in report_text(first)
    assert escape(first.notes[0]) in page(first)

    second = evaluate(measured(agent, tasks=12, seed=5), progress=False)
    assert second.notes[0].startswith("use 2 of final by ")
    assert second.notes[0].endswith("these figures are not of a first look")
    uses = read_uses(agent)
    assert [(use.tasks, use.seed) for use in uses] == [(10, 900_001), (12, 5)]
    assert {use.sha256 for use in uses} == {checkpoint.load_config(agent).sha256}
    text = (agent / "README.md").read_text()
    assert text.count(HEADING) == 1
    assert "| 12 | 5 |" in text


def test_uses_stay_when_the_card_is_written_anew_or_the_agent_is_trained_on(agent: Path, beacon: World) -> None:
    evaluate(measured(agent), progress=False)
    evaluate(measured(agent, splits=("validation",), card=True), progress=False)
    text = (agent / "README.md").read_text()
    assert "### walker on validation" in text
    assert text.count(HEADING) == 1
    make_checkpoint(agent, beacon, seed=8)  # as a run that goes on writes over its checkpoint
    assert len(read_uses(agent)) == 1
    assert (agent / "README.md").read_text().count(HEADING) == 1
    assert checkpoint.load(agent)[1].seed == 8


def test_other_splits_leave_no_trace(agent: Path) -> None:
    before = (agent / "README.md").read_bytes()
    assert evaluate(measured(agent, splits=("validation", "test-both")), progress=False).notes == ()
    assert (agent / "README.md").read_bytes() == before
    assert not (agent / USES).exists()


def test_a_card_that_cannot_be_written_leaves_the_line_to_the_reader(agent: Path) -> None:
    (agent / USES).mkdir()  # so nobody can know how often it was used
    note = evaluate(measured(agent), progress=False).notes[0]
    assert note.startswith("a use, not known to be the first, of final by ")
    assert "is not in its card" in note
    assert note.endswith("keep this line")


def test_a_card_that_is_no_text_keeps_its_bytes(agent: Path) -> None:
    (agent / "README.md").write_bytes(b"mine \xff\xfe")
    assert evaluate(measured(agent), progress=False).notes[0].endswith("written into its card")
    assert (agent / "README.md").read_bytes().startswith(b"mine \xff\xfe\n\n## Uses")


def test_a_card_that_cannot_be_read_leaves_no_half_of_a_use(agent: Path) -> None:
    (agent / "README.md").unlink()
    (agent / "README.md").mkdir()
    note = evaluate(measured(agent), progress=False).notes[0]
    assert note.startswith("first use of final by ")
    assert note.endswith("keep this line")
    assert read_uses(agent) == ()


@pytest.mark.parametrize("text", ["[", '[{"date":"x"}]', "{}"])
def test_damaged_uses_are_refused_in_a_sentence(agent: Path, text: str) -> None:
    (agent / USES).write_text(text)
    with pytest.raises(Refused, match="is damaged"):
        read_uses(agent)


def test_the_seed_of_training_is_told(agent: Path) -> None:
    report = evaluate(measured(agent, splits=("train",), seed=7), progress=False)
    assert "seed 7 is the training seed of " in report.notes[0]
    assert escape(report.notes[0]) in page(report)
    assert "no training seed shares them" not in page(report)
    assert "no training seed shares them" in page(evaluate(measured(agent, splits=("train",), seed=8), progress=False))
    for splits, seed in ((("train",), 8), (("validation", "final", "test-both"), 7)):
        settings = measured(agent, splits=splits, seed=seed)
        player = checkpoint.load_config(agent)
        assert list(seed_warnings(settings, [player])) == []


def test_final_is_not_measured_unless_asked_for(agent: Path) -> None:
    assert EvaluateSettings().splits == OPEN_SPLITS
    with pytest.raises(Refused, match="mixes are of the layouts and opponents of train and test"):
        measured(agent, mixes=("1:1",))


def test_final_bots_play_where_final_is_measured_and_for_no_learner(agent: Path, beacon: World) -> None:
    seats = {"walker_1": "bot:waverer"}
    found = evaluate(measured(agent, baselines=("waverer",), seats=seats, splits=("train", "final")), progress=False)
    assert "bot:waverer" in found.cell("walker", "train").curves
    assert [use.tasks for use in read_uses(agent)] == [10]
    sentence = "bot 'waverer' is kept for the split final: `crossplay evaluate --splits final` measures against it"
    for make in (lambda: parallel_env(beacon, seats=seats), lambda: VectorEnv(beacon, 2, seats=seats)):
        with pytest.raises(Refused, match=sentence):
            make()
    assert parallel_env(beacon, seats={"walker_1": "bot:pacer"}).possible_agents == ["walker_0"]


def test_only_an_oracle_learns_on_final() -> None:
    final = WorldSettings(name="beacon", split="final")
    for reference in ("none", "blind"):
        with pytest.raises(Refused, match="split 'final' is kept from all learners"):
            TrainSettings(world=final, trial=TrialSettings(reference=reference))
    assert TrainSettings(world=final, trial=TrialSettings(reference="oracle")).world.split == "final"
    with pytest.raises(Refused, match="split is 'validation': choose from train"):
        WorldSettings(name="beacon", split="validation")
    with pytest.raises(Refused, match="split 'final' is for `crossplay evaluate` alone"):
        InsightSettings(checkpoint="nobody", splits=("final",))
