"""Cards: figures of a report, the commands that give them again, scores beside untouched weights."""

import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Literal

import pytest
import torch

import agents
from agents.checkpoints import checkpoint
from agents.evaluation.card import _cell_results, write_card
from agents.evaluation.evaluate import evaluate
from agents.evaluation.report import Report
from agents.evaluation.results import unlike_budgets
from agents.evaluation.statistics import Estimate
from agents.networks.network import Network, Shape
from agents.settings.command import command_line
from agents.settings.declared import made
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import plain_settings
from agents.settings.train import TrainSettings
from simulator.app.pages.results_page import _claims
from simulator.engine.batch import input_pieces, told_pieces
from worlds.world import Refused, World

Reference = Literal["none", "blind", "oracle"]


def make_checkpoint(folder: Path, world: World, *, reference: Reference = "none", seed: int = 0) -> str:
    """An untrained agent in a folder."""
    layout = world.observation + input_pieces(world)
    if reference == "oracle":
        layout = layout + told_pieces(world)
    shape = Shape(observation=layout.total, actions=world.action_sizes, encoder=8, hidden=8)
    network = Network(shape, torch.Generator().manual_seed(seed))
    assert network.policy_head is not None
    network.policy_head.weight.data *= 300.0  # else a fresh network plays at random
    settings = made(
        TrainSettings,
        world=world.name,
        world_args=dict(world.build_args),
        steps=5000,
        seed=seed,
        reference=reference,
        encoder=8,
        hidden=8,
    )
    facts = {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": ("walker",), "observation": layout.sizes, "inputs": True,
        "reveal": reference == "oracle", "reference": reference, "split": "train", "settings": plain_settings(settings),
        "seed": seed, "steps": 5000, "commit": "abc123", "scores": {"walker": [0.1, 0.2]},
    }  # fmt: skip
    checkpoint.save(folder, network, facts)
    return str(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def report(folder: Path, beacon: World) -> Report:
    """Two training seeds and both references, untrained."""
    settings = EvaluateSettings(
        checkpoint=tuple(make_checkpoint(folder / f"agent {seed}", beacon, seed=seed) for seed in (1, 2)),
        blind=(make_checkpoint(folder / "blind", beacon, reference="blind", seed=3),),
        oracle=(make_checkpoint(folder / "oracle", beacon, reference="oracle", seed=4),),
        splits=("train", "test-both"),
        tasks=20,
        resamples=200,
        card=True,
    )
    return evaluate(settings, progress=False)


def test_a_share_between_unlike_budgets_says_so_in_its_line(report: Report) -> None:
    assert unlike_budgets([("agent", 1_000), ("blind", 1_040)]) == ""  # whole updates
    assert unlike_budgets([("agent", 1_000)]) == ""
    words = unlike_budgets([("agent", 15_000), ("blind", 5_000), ("oracle", 5_100), ("agent", 15_000)])
    assert words == " (unlike budgets: the agent learned from 15,000 agent-steps, the references from 5,000 to 5,100)"
    share = Estimate(2.29, 1.95, 3.09)
    cell = dataclasses.replace(report.cells[0], adaptation=share)
    assert f"{share}{words}" in "\n".join(_cell_results(cell, words))
    pages = "\n".join(_claims(cell.dict(), words))
    assert f"Adaptation, (agent − blind) / (oracle − blind): {share}{words}." in pages


def test_real_checkpoints_are_measured_under_all_conditions(report: Report) -> None:
    cell = report.cell("walker", "test-both")
    assert list(cell.curves) == ["agent", "wiped", "shuffled", "foreign", "blind", "oracle", "random", "bot"]
    assert [source.seed for source in report.sources] == [1, 2, 3, 4]
    assert cell.curves["agent"] != cell.curves["oracle"]


def test_the_card_has_figures_and_both_commands(folder: Path, report: Report) -> None:
    text = (folder / "agent 1" / "README.md").read_text()
    for cell in report.cells:
        assert f"### {cell.role} on {cell.split}" in text
        for curve in cell.curves.values():
            assert all(str(estimate) in text for estimate in curve)
    assert "crossplay train beacon --world-args seats=2 --hidden 8 --encoder 8 --steps 5000 --seed 1" in text
    assert report.command in text
    assert "--card" not in report.command
    assert report.command.endswith(" --worlds tiny")  # a world that is not shipped is not found without its folder
    for cell in report.cells:
        for finding in cell.findings:
            assert (f"Not shown for {cell.role} on {cell.split}: {finding.claim}." in text) == (not finding.holds)
    assert (folder / "agent 1" / "report.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((folder / "agent 1" / "report.json").read_text())["command"] == report.command


def test_the_front_matter_is_what_model_hubs_read(folder: Path, report: Report) -> None:
    text = (folder / "oracle" / "README.md").read_text()
    front = text.split("---\n")[1]
    assert "library_name: crossplay\nlicense: mit\n" in front
    assert '- name: "oracle"' in front
    assert front.count("type: mean_reward") == len(report.cells)
    last = report.cell("walker", "train").curves["oracle"][-1]
    assert f'value: "{last.value:.2f} +/- {(last.high - last.low) / 2:.2f}"' in front
    assert not re.search(r"\t| $", front, re.MULTILINE)
    assert "a yardstick, not a player: it is told the hidden task" in text


def test_scores_are_written_beside_untouched_weights(folder: Path, report: Report) -> None:
    for number, name in enumerate(("agent 1", "agent 2")):
        place = folder / name
        _, config = checkpoint.load(place)  # checks the hash of the weights
        assert hashlib.sha256((place / checkpoint.MODEL).read_bytes()).hexdigest() == config.sha256
        assert config.scores["walker"] == [0.1, 0.2]
        own = report.cell("walker", "test-both").by_seed["agent"][number]
        assert config.scores["walker on test-both"] == pytest.approx(own, abs=1e-6)
    before = (folder / "agent 1" / "config.json").read_bytes()
    write_card(folder / "agent 1", report)
    assert (folder / "agent 1" / "config.json").read_bytes() == before


def test_checkpoints_side_by_side_share_one_report(folder: Path, report: Report) -> None:
    assert "![return by episode](report.png)" in (folder / "agent 1" / "README.md").read_text()
    for name in ("agent 2", "blind", "oracle"):
        assert "![return by episode](../agent 1/report.png)" in (folder / name / "README.md").read_text()
        assert not (folder / name / "report.json").exists()
    kept = json.loads((folder / "agent 1" / "report.json").read_text())
    whole = report.json()["results"][0]["return_by_episode"]["agent"][0]["value"]
    assert kept["results"][0]["return_by_episode"]["agent"][0]["value"] == pytest.approx(whole, rel=1e-4)


def test_shipped_reports_are_small_and_stand_once() -> None:
    texts = [path.read_bytes() for folder in agents.pretrained().values() for path in folder.glob("report.json")]
    assert texts
    assert all(len(text) <= 192 * 1024 for text in texts)  # those with two roles, all bots and references take most
    assert len(set(texts)) == len(texts)


def test_strangers_to_a_report_get_no_card(folder: Path, beacon: World, report: Report) -> None:
    make_checkpoint(folder / "stranger", beacon, seed=9)
    with pytest.raises(Refused, match="took no part in this report"):
        write_card(folder / "stranger", report)
    with pytest.raises(Refused, match="cannot be read"):
        write_card(folder / "nowhere", report)


def test_commands_can_be_typed_in_a_shell() -> None:
    settings = made(
        TrainSettings, world="tag", roles=("chaser", "evader"), out="x", progress=False, learning_rate=0.0123
    )
    assert command_line("train", settings) == "crossplay train tag --roles chaser evader --learning-rate 0.0123"
    quoted = EvaluateSettings(checkpoint=("my run",), greedy=True)
    assert command_line("evaluate", quoted) == "crossplay evaluate 'my run' --greedy"
