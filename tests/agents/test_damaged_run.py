"""A run folder that was damaged is refused in one sentence when the run is to go on; nothing in it is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from test_train import SMALL

from agents.settings.declared import changed
from agents.training.saved import METRICS, STATE, TENSORS, alone, figures
from agents.training.train import train
from worlds.world import Refused

LONG = changed(SMALL, steps=3_000, self_play=0.5, snapshot_every=1, curriculum="learnability")
CASES = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(changed(LONG, out=str(tmp_path_factory.mktemp("made") / "run")))


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


def resume(run: Path) -> str:
    """The sentence that refuses to go on; empty where the run went on."""
    sentence = ""
    try:
        train(changed(LONG, out=str(run), resume=True))
    except Refused as refusal:
        sentence = str(refusal)
    assert sentence.isprintable()
    assert len(sentence) < 1000
    return sentence


def edit_state(run: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = run / "resume" / STATE
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told))


def test_an_unchanged_run_goes_on(run: Path) -> None:
    assert resume(run) == ""
    assert resume(run) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"settings":5}',
        b"\xff\xfe",
        b'{"format":2,"settings":{},"counters":{},"numbers":{}}',
    ],
    ids=["empty", "cut", "nested", "other types", "no text", "nothing in it"],
)
def test_states_that_are_none_are_refused(data: bytes, run: Path) -> None:
    (run / "resume" / STATE).write_bytes(data)
    assert "is damaged, so the run cannot go on" in resume(run)


@pytest.mark.parametrize(("told", "found"), [({"facts": {}}, 1), ({"format": 9, "more": 1}, 9)])
def test_states_of_other_formats_are_told_apart_from_damage(told: dict[str, Any], found: int, run: Path) -> None:
    (run / "resume" / STATE).write_text(json.dumps({"settings": {}, "counters": {}, **told}))
    assert f"was saved in format {found}, and this version goes on from format 2: finish the run with" in resume(run)


FACTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no counters": lambda told: told.pop("counters"),
    "text as counter": lambda told: told["counters"].update(update="7"),
    "bent before it was played": lambda told: told["counters"].update(bent_at=LONG.learning.steps - 1, played=0),
    "negative counter": lambda told: told["counters"].update(played=-1),
    "two numbers of three": lambda told: told["numbers"]["learner"]["scale"].pop("second"),
    "text as number": lambda told: told["numbers"]["learner"]["scale"].update(first="1"),
    "half a step": lambda told: told["numbers"]["collector"].update(steps=0.5),
    "a huge number": lambda told: told["numbers"]["learner"]["scale"].update(weight=10**400),
    "unknown snapshot": lambda told: told["numbers"]["pool"].update(taken=0),
    "unknown number": lambda told: told["numbers"].update(colour=1),
    "no tables": lambda told: told["numbers"].update(collector=[]),
    "no curriculum": lambda told: told["numbers"]["collector"]["groups"]["0"].pop("curriculum"),
    "list as settings": lambda told: told.update(settings=[]),
    "unknown setting": lambda told: told["settings"].update(colour="red"),
}


@pytest.mark.parametrize("name", FACTS)
def test_damaged_facts_are_refused(name: str, run: Path) -> None:
    edit_state(run, FACTS[name])
    assert resume(run)
    assert (run / "checkpoint" / "config.json").exists()


def test_a_run_that_cannot_go_on_keeps_its_settings(run: Path) -> None:
    """They were told anew before anything was read, with the steps that had been asked for."""
    before = (run / "settings.toml").read_bytes()
    (run / "resume" / TENSORS).write_bytes(b"")
    with pytest.raises(Refused, match="is damaged"):
        train(changed(LONG, out=str(run), resume=True, steps=9_000))
    assert (run / "settings.toml").read_bytes() == before


def with_tensor(name: str, change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[dict[str, Any]], object]:
    return lambda tensors: tensors.update({name: change(tensors[name])})


TENSOR_CASES: dict[str, Callable[[dict[str, Any]], object]] = {
    "missing": lambda tensors: tensors.pop("collector/memory"),
    "broadcastable": with_tensor("collector/fresh", lambda tensor: tensor[:1].clone()),
    "another type": with_tensor("collector/groups/0/episode", lambda tensor: tensor.to(torch.int32)),
    "not finite": with_tensor("collector/curve/sums", lambda tensor: tensor * torch.nan),
    "far episode": with_tensor("collector/groups/0/episode", lambda tensor: tensor + 99),
    "unknown opponent": with_tensor("collector/groups/1/rivals/who", lambda tensor: tensor + 99),
    "a moment of another shape": with_tensor("learner/adam/0/exp_avg", lambda tensor: tensor[:1].clone()),
    "a lost moment": lambda tensors: tensors.pop("learner/adam/0/exp_avg"),
    "worlds cut": with_tensor("collector/groups/0/worlds", lambda tensor: tensor[:-8].clone()),
    "impossible worlds": with_tensor("collector/groups/0/worlds", lambda tensor: tensor * 0 + 255),
    "a snapshot cut": lambda tensors: tensors.pop(next(name for name in tensors if name.startswith("pool/snapshots/"))),
    "a snapshot that is not there": with_tensor("pool/drawn_from", lambda tensor: tensor + 99),
    "draws of no generator": with_tensor("pool/draws", lambda tensor: tensor * 0),
    "shuffles of no generator": with_tensor("learner/shuffles", lambda tensor: tensor * 0),
    "squares below 0": with_tensor("learner/adam/0/exp_avg_sq", lambda tensor: tensor - 1),
    "a task below 0": with_tensor("collector/groups/0/curriculum/own", lambda tensor: tensor - 99),
    "a path through a tensor": lambda tensors: tensors.update({"collector/memory/x": torch.zeros(1)}),
    "a tensor too many": lambda tensors: tensors.update({"pool/x": torch.zeros(1)}),
}


@pytest.mark.parametrize("name", TENSOR_CASES)
def test_damaged_tensors_are_refused(name: str, run: Path) -> None:
    path = run / "resume" / TENSORS
    tensors = dict(safetensors.torch.load(path.read_bytes()))
    TENSOR_CASES[name](tensors)
    path.write_bytes(safetensors.torch.save(tensors))
    assert f"SHA-256 is not the one that {STATE} names" in resume(run)
    right = hashlib.sha256(path.read_bytes()).hexdigest()  # as in one made to harm
    edit_state(run, lambda told: told.update(sha256=right))
    assert "is damaged, so the run cannot go on" in resume(run)


def test_cut_and_flipped_tensors_are_refused(run: Path) -> None:
    path = run / "resume" / TENSORS
    data, rng = path.read_bytes(), np.random.default_rng(3)
    for _ in range(4):
        path.write_bytes(data[: int(rng.integers(len(data)))])
        assert "is damaged" in resume(run)
    wrong = bytearray(data)
    wrong[len(data) // 2] ^= 1
    path.write_bytes(bytes(wrong))
    assert "is damaged" in resume(run)


def test_metrics_lose_a_cut_line_and_nothing_else(run: Path) -> None:
    path = run / METRICS
    whole = path.read_bytes()
    for end in (b'{"update": 9', b"\xff\xff", b"\0" * 4096, b"5\n"):
        path.write_bytes(whole + end)
        assert [line for line, _ in figures(run)] == whole.splitlines()
    for line in (b"x\n", b"[" * 10_000 + b"\n", b'{"update": "1"}\n', b'{"update": 1, "steps": "many"}\n'):
        path.write_bytes(line + whole)
        assert "is damaged in line 1: take that line out" in resume(run)
        assert path.read_bytes() == line + whole
    path.unlink()
    path.mkdir()
    assert "is not a regular file" in resume(run)


def test_state_changed_by_chance_goes_on_or_is_refused(run: Path) -> None:
    path = run / "resume" / STATE
    data, rng, refused = path.read_bytes(), np.random.default_rng(4), 0
    for _ in range(CASES):
        wrong, at = bytearray(data), int(rng.integers(len(data)))
        wrong[at : at + int(rng.integers(0, 3))] = rng.integers(0, 256, int(rng.integers(0, 3)), np.uint8).tobytes()
        path.write_bytes(bytes(wrong))
        refused += resume(run) != ""
        path.write_bytes(data)
    assert refused > CASES // 4


def test_one_training_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path / "run"), pytest.raises(Refused, match="is training in run folder"):
        train(changed(SMALL, out=str(tmp_path / "run")))
    assert not (tmp_path / "run").exists()  # nothing had come to be in it
