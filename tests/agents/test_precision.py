"""Half precision and compiled sequences: the same agent in training and in play, and refused where it cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from bandits import Bandits, Learner
from test_resume import LONG, ROOT, crash_after, outcome
from test_train import SMALL
from torch import Tensor

import agents
from agents.kernels import torch_compile
from agents.networks import memories
from agents.networks.network import Network, Shape
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.train import train
from worlds.world import Refused, World

T, B, SEEN, H, CONTEXT = 9, 5, 6, 8, 10
CLOSE = {"float32": 1e-5, "bfloat16": 4e-2}  # of outputs of about 1; bfloat16 keeps 8 bits
pytestmark = [  # of torch's compiler about itself; it hides them, but not from "error"
    pytest.mark.filterwarnings("ignore:The .grad attribute"),
    pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning"),
]
kinds = pytest.mark.parametrize("kind", memories.ANY_PRECISION)
precisions = pytest.mark.parametrize("precision", memories.PRECISIONS)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(kind: str, precision: str = "bfloat16") -> Network:
    """A network whose every weight matters."""
    context = CONTEXT if kind == "transformer" else 0
    shape = Shape(
        observation=SEEN, actions=(3,), encoder=7, hidden=H, memory=kind, context=context, precision=precision
    )  # fmt: skip
    found = Network(shape, generator(0))
    with torch.no_grad():
        for parameter in found.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator(1)))
    return found


def seen() -> tuple[Tensor, Tensor]:
    """Observations (T, B, SEEN) and resets (T, B)."""
    resets = torch.rand(T, B, generator=generator(4)) < 0.2
    resets[:, 0] = False
    return torch.randn(T, B, SEEN, generator=generator(2)), resets


def stepped(found: Network, observations: Tensor, state: Tensor, resets: Tensor) -> tuple[Tensor, Tensor]:
    outputs = []
    for t in range(len(observations)):
        state = state * (~resets[t]).to(state.dtype).unsqueeze(1)
        thought = found.step(observations[t], state)
        outputs.append(thought.outputs)
        state = thought.state
    return torch.stack(outputs), state


def a_past(found: Network) -> Tensor:
    """What some other sequence left in the memory."""
    past = torch.randn(4, B, SEEN, generator=generator(7))
    with torch.no_grad():
        return stepped(found, past, found.initial(B), torch.zeros(4, B, dtype=torch.bool))[1]


@kinds
@precisions
@pytest.mark.parametrize("blank", [True, False])
def test_unrolling_is_stepping_in_every_precision(kind: str, precision: str, blank: bool) -> None:
    found, (observations, resets), close = network(kind, precision), seen(), CLOSE[precision]
    state = found.initial(B) if blank else a_past(found)
    unrolled = found.unroll(observations, state, resets)
    outputs, last = stepped(found, observations, state, resets)
    assert unrolled.outputs.dtype == unrolled.state.dtype == outputs.dtype == last.dtype == torch.float32
    torch.testing.assert_close(unrolled.outputs, outputs, atol=close, rtol=0)
    torch.testing.assert_close(unrolled.state, last, atol=close, rtol=0)
    upstream = torch.randn(outputs.shape, generator=generator(5))
    wanted = list(found.parameters())
    ours, theirs = (
        torch.autograd.grad(part, wanted, upstream, allow_unused=True, materialize_grads=True)
        for part in (unrolled.outputs, outputs)
    )
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dtype == torch.float32
        assert (mine - other).norm() <= close * (1.0 + other.norm())


@kinds
def test_advancing_is_stepping_in_half_precision(kind: str) -> None:
    found, (observations, _) = network(kind), seen()
    state = a_past(found)
    for t in range(T):
        expected = found.step(observations[t], state.clone())
        outputs = found.advance(observations[t], state)
        torch.testing.assert_close(outputs, expected.outputs, atol=1e-6, rtol=0)
        torch.testing.assert_close(state, expected.state, atol=1e-6, rtol=0)


@kinds
def test_half_precision_is_another_one_and_close(kind: str) -> None:
    whole, half, (observations, resets) = network(kind, "float32"), network(kind), seen()
    state = whole.initial(B)
    apart = (whole.unroll(observations, state, resets).outputs - half.unroll(observations, state, resets).outputs).abs()
    assert 1e-4 < apart.max() < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        pytest.param("transformer", "float32", marks=pytest.mark.all),
        ("linear", "bfloat16"),
    ],  # the former compiles for 45 s
)
def test_compiled_sequences_are_the_same_sequences(kind: str, precision: str) -> None:
    plain, fast, (observations, resets) = network(kind, precision), network(kind, precision), seen()
    fast.compile_unrolling()
    state = a_past(plain)
    expected = plain.unroll(observations, state, resets)
    try:
        found = fast.unroll(observations, state, resets)
    except Refused as refusal:  # where torch is limited to AVX2 or less
        pytest.skip(str(refusal))
    torch.testing.assert_close(found.outputs, expected.outputs, atol=CLOSE[precision], rtol=0)
    torch.testing.assert_close(found.state, expected.state, atol=CLOSE[precision], rtol=0)
    ours, theirs = (
        torch.autograd.grad(each.outputs.square().sum(), list(network.parameters()))
        for each, network in ((found, fast), (expected, plain))
    )
    for mine, other in zip(ours, theirs, strict=True):
        assert (mine - other).norm() <= CLOSE[precision] * (1.0 + other.norm())


def bandits(kind: Any, **changes: Any) -> Learner:
    """Four arms, one pays: 3 pulls an episode, 4 episodes."""
    settings = made(
        TrainSettings,
        lanes=128, hidden=32, encoder=32, learning_rate=5e-3, gamma=0.95, memory=kind, precision="bfloat16",
        context=12 if kind == "transformer" else 0, progress=False, **{"threads": 1, **changes},
    )  # fmt: skip
    return Learner(Bandits(128, pulls=3, episodes=4), settings)


@kinds
def test_what_was_played_is_what_is_learned_from(kind: str) -> None:
    """Before the first gradient step every probability ratio is 1, but for rounding."""
    learner = bandits(kind)
    with torch.no_grad():  # weights that no training decides: rounding would lead it elsewhere on every processor
        for index, parameter in enumerate(learner.network.parameters()):
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator(index)))
    learner.collect()
    rollout, found = learner.rollout, learner.network
    with torch.no_grad():
        thought = found.unroll(rollout.observations, rollout.start, rollout.sealed["resets"])
        logs = thought.logits.log_softmax(dim=-1).gather(-1, rollout.actions).squeeze(-1)
    assert (logs.exp().std() > 0.03).item(), "the policy prefers something: 0.09 and 0.19, fresh weights give 0.002"
    assert (logs - rollout.logs).abs().mean() < 0.01
    assert (logs - rollout.logs).abs().max() < 0.1


@kinds
def test_half_precision_learns_across_episodes(kind: str) -> None:
    """Searching well is worth 1.5, knowing the arm 3."""
    learner = bandits(kind)
    curve = learner.learn(50)
    assert curve[-1] > 2.2
    assert curve[-1] > curve[0] + 0.8
    assert all(weight.dtype == torch.float32 for weight in learner.network.parameters())


@pytest.mark.slow
@pytest.mark.all  # that compiled sequences are the same sequences is tested above
def test_compiled_learning_learns_on_two_threads() -> None:
    curve = bandits("linear", compile=True, threads=2).learn(50)
    assert curve[-1] > 2.2
    assert curve[-1] > curve[0] + 0.8


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("transformer", {"precision": "bfloat16"}),
        ("linear", {"precision": "bfloat16"}),
        pytest.param("linear", {"precision": "bfloat16", "compile": True}, marks=[pytest.mark.slow, pytest.mark.all]),
    ],
)
def test_a_crashed_run_ends_like_one_that_did_not(tmp_path: Path, kind: Any, options: Any) -> None:
    whole = changed(LONG, memory=kind, steps=4_000, out=str(tmp_path / "whole"), **options)
    crashed = changed(whole, out=str(tmp_path / "crashed"))
    crash_after(3, crashed)
    assert outcome(train(changed(crashed, resume=True))) == outcome(train(whole))
    with pytest.raises(Refused, match="only the same run can go on"):
        train(changed(crashed, precision="float32", compile=False, resume=True))


@kinds
def test_a_checkpoint_plays_in_the_precision_it_learned_in(tmp_path: Path, beacon: World, kind: Any) -> None:
    settings = changed(SMALL, memory=kind, precision="bfloat16", steps=500, out=str(tmp_path / "run"))
    folder = train(settings)
    player = agents.load(folder)
    assert player.network.shape.precision == "bfloat16"
    rounded, whole = player.network, Network(msgspec.structs.replace(player.network.shape, precision="float32"))
    whole.load_state_dict(rounded.state_dict())
    observations = torch.randn(4, rounded.shape.observation, generator=generator(3))
    player.reset(4)
    player.act(observations.numpy(), np.ones((4, 3), np.uint8))
    assert player.mind is not None
    chances = []
    for each in (rounded, whole):
        with torch.no_grad():
            chances.append(each.advance(observations, each.initial(4))[:, :-1].softmax(dim=-1).numpy())
    np.testing.assert_allclose(player.mind["probabilities"], chances[0], atol=1e-6)
    assert np.abs(player.mind["probabilities"] - chances[1]).max() > 1e-6

    path = folder / "checkpoint" / "config.json"
    good = json.loads(path.read_text())
    for name, value, sentence in (
        ("precision", "float7", "precision is 'float7': choose from float32, bfloat16"),
        ("memory", "gru", "precision is 'bfloat16': memory 'gru' has float32"),
    ):
        network = {**good["network"], name: value, **({"context": 0} if name == "memory" else {})}
        path.write_text(json.dumps({**good, "network": network}))
        with pytest.raises(Refused, match=sentence):
            agents.load(folder)


def test_a_run_in_half_precision_may_start_from_an_agent_in_whole(tmp_path: Path) -> None:
    first = changed(SMALL, memory="linear", steps=500, out=str(tmp_path / "first"))
    start = str(train(first))
    folder = train(changed(first, start=start, precision="bfloat16", out=str(tmp_path / "second")))
    assert agents.load(folder).network.shape.precision == "bfloat16"


@pytest.mark.parametrize("kind", ["gru", "lstm"])
@pytest.mark.parametrize(("name", "value"), [("precision", "bfloat16"), ("compile", True)])
def test_memories_with_loops_of_their_own_are_refused(kind: Any, name: str, value: Any) -> None:
    sentence = f"{name} is {value!r}: it goes with memory transformer or linear, not with the {kind}"
    with pytest.raises(Refused, match=sentence):
        made(TrainSettings, memory=kind, **{name: value})


def test_without_a_compiler_compile_is_refused(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "simulator", "train", "bandit", "--memory", "linear", "--compile", "--no-progress",
        "--steps", "100", "--lanes", "8", "--minibatches", "2", "--out", str(tmp_path / "run"),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "CXX": "no-such-compiler"}
    )
    assert done.returncode == 2
    assert "torch cannot compile here" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()


def _raise(*_: Tensor) -> tuple[Tensor, ...]:
    raise torch._dynamo.exc.TorchRuntimeError("no code for this processor\nand much more")


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        (lambda numbers: (numbers * torch.nan,), "gives other numbers"),
        (lambda numbers: (numbers * 1.2,), "gives other numbers"),
        (_raise, "no code for this processor"),
    ],
)
def test_code_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch, lie: Any, reason: str) -> None:
    monkeypatch.setattr(torch_compile, "_obstacle", lambda device: "")
    monkeypatch.setattr(torch, "compile", lambda function, **options: lie)
    with pytest.raises(Refused, match=reason):
        torch_compile.compiled(lambda numbers: (numbers * 1.0,), "cpu")(torch.ones(4))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@kinds
def test_a_gpu_rounds_like_the_cpu(kind: str) -> None:
    found, (observations, resets) = network(kind), seen()
    state = a_past(found)
    expected = found.unroll(observations, state, resets).outputs.detach()
    found.cuda()
    mine = found.unroll(observations.cuda(), state.cuda(), resets.cuda()).outputs.detach().cpu()
    torch.testing.assert_close(mine, expected, atol=CLOSE["bfloat16"], rtol=0)
