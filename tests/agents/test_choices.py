"""Described choices: judged alike, whatever their order and however many there is room for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from test_checkpoint import facts
from torch import Tensor

import worlds
from agents.checkpoints import checkpoint
from agents.networks.network import Network, Shape
from agents.settings.of_world import settings_for
from agents.training.run import Run
from worlds.world import World

BEFORE, BLOCK, AFTER = 2, 5, 3
"""Numbers before the blocks, of a block, and after the previous action."""


def shape(choices: int, memory: str = "gru", acted: bool = True, **more: Any) -> Shape:
    stop = BEFORE + choices * BLOCK
    return Shape(
        observation=stop + (choices if acted else 0) + AFTER, actions=(choices,), encoder=16, hidden=8, memory=memory,
        described=(BEFORE, stop), acted=stop if acted else 0, **more,
    )  # fmt: skip


def network(found: Shape) -> Network:
    """With a head that is turned up, so that scores differ."""
    made = Network(found, torch.Generator().manual_seed(3))
    assert made.policy_head is not None
    with torch.no_grad():
        made.policy_head.weight.mul_(100.0)
    return made


def seen(choices: int, there: int, *leading: int) -> Tensor:
    """Observations of which the first choices are there, and one of them was the last that was taken."""
    generator = torch.Generator().manual_seed(5)
    before = torch.rand(*leading, BEFORE, generator=generator)
    after = torch.rand(*leading, AFTER, generator=generator)
    blocks = torch.stack([torch.rand(*leading, BLOCK, generator=generator) for _ in range(choices)], dim=-2)
    blocks[..., 0] = 1.0
    blocks[..., there:, :] = 0.0
    acted = torch.zeros(*leading, choices)
    acted[..., 1] = 1.0
    return torch.cat([before, blocks.flatten(-2), acted, after], dim=-1)


def reordered(observations: Tensor, choices: int, order: list[int]) -> Tensor:
    stop = BEFORE + choices * BLOCK
    blocks = observations[..., BEFORE:stop].unflatten(-1, (choices, BLOCK))[..., order, :].flatten(-2)
    acted = observations[..., stop : stop + choices][..., order]
    return torch.cat([observations[..., :BEFORE], blocks, acted, observations[..., stop + choices :]], dim=-1)


@pytest.mark.parametrize("memory", ["gru", "lstm", "linear"])
def test_reordered_choices_have_reordered_scores_and_all_else_stays(memory: str) -> None:
    made, order = network(shape(6, memory)), [3, 0, 5, 2, 4, 1]
    plain, start = seen(6, 6, 7, 4), made.initial(4)
    resets = torch.zeros(7, 4, dtype=torch.uint8)
    with torch.no_grad():
        first = made.unroll(plain, start, resets)
        second = made.unroll(reordered(plain, 6, order), start, resets)
    assert float(first.logits.std(dim=-1).min()) > 0.01
    torch.testing.assert_close(second.logits, first.logits[..., order], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(second.value, first.value, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(second.state, first.state, atol=1e-5, rtol=1e-4)


def test_weights_are_the_same_however_many_choices_there_is_room_for() -> None:
    small, large = network(shape(4)), network(shape(12))
    small.load_state_dict(large.state_dict())
    with torch.no_grad():
        few, many = (made.step(seen(room, 3, 5), made.initial(5)) for made, room in ((small, 4), (large, 12)))
    torch.testing.assert_close(few.state, many.state, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(few.logits[:, :3], many.logits[:, :3], atol=1e-4, rtol=1e-4)


def test_unrolling_is_stepping_with_its_gradients() -> None:
    """Sequences look at no more choices than there are anywhere; single decisions at all."""
    made, observations = network(shape(6)), seen(6, 4, 5, 3)
    observations[2, 1, BEFORE + 2 * BLOCK : BEFORE + 4 * BLOCK] = 0.0  # fewer in one place
    resets = torch.zeros(5, 3, dtype=torch.uint8)
    resets[3, 0] = 1
    state, outputs = made.initial(3), []
    for t in range(5):
        found = made.step(observations[t], state * (1 - resets[t].float()).unsqueeze(1))
        state = found.state
        outputs.append(found.outputs[..., [0, 1, 2, 3, 6]])
    stepped = torch.stack(outputs)
    unrolled = made.unroll(observations, made.initial(3), resets).outputs[..., [0, 1, 2, 3, 6]]
    there = torch.ones_like(stepped, dtype=torch.bool)
    there[2, 1, 2:4] = False
    torch.testing.assert_close(unrolled[there], stepped[there], atol=1e-4, rtol=1e-4)
    weights = list(made.parameters())
    ours, theirs = (torch.autograd.grad(found[there].square().mean(), weights) for found in (unrolled, stepped))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-3, rtol=1e-3)
    assert all(float(slope.abs().max()) > 0.0 for slope in ours)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"described": (2, 20)}, "no blocks of actions"),
        ({"described": (2, 200)}, "no blocks of actions"),
        ({"described": (20, 2)}, "no blocks of actions"),
        ({"actions": (2, 2)}, "no blocks of actions"),
        ({"memory": "tally"}, "judges choices itself"),
        ({"acted": 4}, "acted is 4: the choices are described there"),
        ({"acted": 26}, "acted is 26: allowed is 0 to 25"),
    ],
)
def test_blocks_that_cannot_lie_so_are_named(changes: dict[str, Any], words: str) -> None:
    assert shape(4).problem() is None
    assert words in str(msgspec.structs.replace(shape(4), **changes).problem())


def test_a_description_without_them_is_read_as_before(tmp_path: Path, beacon: World) -> None:
    """As checkpoints are that were written before choices could be described."""
    plain = Network(Shape(observation=8, actions=(3,), encoder=6, hidden=5), torch.Generator().manual_seed(1))
    checkpoint.save(tmp_path / "agent", plain, facts(beacon))
    path = tmp_path / "agent" / checkpoint.CONFIG
    told = json.loads(path.read_text())
    assert told["network"].pop("described") == [0, 0]
    path.write_text(json.dumps(told))
    found, config = checkpoint.load(tmp_path / "agent")
    assert config.network == plain.shape
    assert all(torch.equal(weight, plain.state_dict()[name]) for name, weight in found.state_dict().items())


def test_a_world_that_describes_its_choices_gets_such_a_network() -> None:
    world = worlds.get("signals", observation="phases")
    settings = settings_for(world, lanes=4, minibatches=1, episodes=1, hidden=8, encoder=8, threads=1)
    run = Run(settings, world)
    at = world.observation.at["phases"]
    assert run.network.choices is not None
    assert run.shape.described == (at.start, at.stop)
    assert run.shape.acted == run.layout.at["previous_action"].start
    assert run.shape.belief is None
    tally = settings_for(world, lanes=4, minibatches=1, episodes=1, hidden=8, encoder=8, memory="tally", threads=1)
    assert Run(tally, world).network.choices is None  # it judges them itself
