"""The network: unrolling is stepping, gradients are right, illegal choices are never drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from agents.networks.memories import Workspace
from agents.networks.memories.gru import GRU
from agents.networks.network import (
    Network,
    Shape,
    chosen,
    draw,
    greedy,
    log_probabilities,
    masked,
    sample,
)

T, B, INPUTS, H = 7, 5, 4, 6


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def memory(dtype: torch.dtype) -> GRU:
    gru = GRU(INPUTS, H).to(dtype)
    gru.initialise(generator())
    with torch.no_grad():
        for parameter in gru.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator(1), dtype=dtype))
    return gru


def case(dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    inputs = torch.randn(T, B, INPUTS, generator=generator(2), dtype=dtype, requires_grad=True)
    state = torch.randn(B, H, generator=generator(3), dtype=dtype, requires_grad=True)
    return inputs, state, torch.rand(T, B, generator=generator(4)) < 0.3


def stepped(gru: GRU, inputs: Tensor, state: Tensor, resets: Tensor) -> Tensor:
    outputs = []
    for t in range(len(inputs)):
        state = state * (~resets[t]).to(state.dtype).unsqueeze(1)
        output, state = gru.step(inputs[t], state)
        outputs.append(output)
    return torch.stack(outputs)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 5e-6)])
def test_unrolling_is_stepping_with_its_gradients(dtype: torch.dtype, tolerance: float) -> None:
    gru, (inputs, state, resets) = memory(dtype), case(dtype)
    unrolled, last = gru.unroll(inputs, state, resets)
    one_by_one = stepped(gru, inputs, state, resets)
    torch.testing.assert_close(unrolled, one_by_one, atol=tolerance, rtol=0)
    torch.testing.assert_close(last, one_by_one[-1], atol=tolerance, rtol=0)
    upstream = torch.randn(T, B, H, generator=generator(5), dtype=dtype)
    wanted = [inputs, state, *gru.parameters()]
    ours, theirs = (torch.autograd.grad(found, wanted, upstream) for found in (unrolled, one_by_one))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=10 * tolerance, rtol=1e-5)


def test_gradients_agree_with_finite_differences() -> None:
    gru, (inputs, state, resets) = memory(torch.float64), case(torch.float64)
    names = [name for name, _ in gru.named_parameters()]

    def outputs(inputs: Tensor, state: Tensor, *weights: Tensor) -> Tensor:
        found = torch.func.functional_call(gru, dict(zip(names, weights, strict=True)), (inputs, state, resets))
        return found if isinstance(found, Tensor) else found[0]

    gru.forward = gru.unroll  # type: ignore[method-assign]
    assert torch.autograd.gradcheck(outputs, (inputs, state, *gru.parameters()))


def test_it_is_torchs_gru() -> None:
    gru, (inputs, state, _) = memory(torch.float64), case(torch.float64)
    theirs: Any = torch.nn.GRU(INPUTS, H, dtype=torch.float64)
    reordered = torch.cat([torch.arange(H, 3 * H), torch.arange(H)])  # to torch's (reset, update, new)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(gru.input_weight[reordered])
        theirs.weight_hh_l0.copy_(gru.hidden_weight)
        theirs.bias_ih_l0.copy_(gru.input_bias[reordered])
        theirs.bias_hh_l0.copy_(torch.cat([torch.zeros(2 * H, dtype=torch.float64), gru.hidden_bias]))
    expected, _ = theirs(inputs, state.unsqueeze(0))
    found, _ = gru.unroll(inputs, state, torch.zeros(T, B, dtype=torch.bool))
    torch.testing.assert_close(found, expected)


def test_a_reset_hides_everything_before_it() -> None:
    gru, (inputs, state, _) = memory(torch.float32), case(torch.float32)
    resets = torch.zeros(T, B, dtype=torch.bool)
    resets[3] = True
    found, _ = gru.unroll(inputs, state, resets)
    fresh, _ = gru.unroll(inputs[3:], gru.initial(B), resets[3:] & False)
    torch.testing.assert_close(found[3:], fresh)
    (gradient,) = torch.autograd.grad(found[3:].sum(), inputs)
    assert (gradient[:3] == 0).all()
    assert (gradient[3:] != 0).any()


def test_a_reused_workspace_changes_nothing() -> None:
    gru, (inputs, state, resets) = memory(torch.float32), case(torch.float32)
    space = Workspace()
    for _ in range(3):
        found, _ = gru.unroll(inputs, state, resets, space)
        fresh, _ = gru.unroll(inputs, state, resets)
        assert torch.equal(found, fresh)
        for mine, other in zip(
            torch.autograd.grad(found.sum(), [inputs, *gru.parameters()]),
            torch.autograd.grad(fresh.sum(), [inputs, *gru.parameters()]),
            strict=True,
        ):
            assert torch.equal(mine, other)


def test_the_quick_step_is_the_step() -> None:
    gru, (inputs, state, _) = memory(torch.float32), case(torch.float32)
    slow, _ = gru.step(inputs[0], state)
    with torch.no_grad():
        quick, _ = gru.step(inputs[0], state)
    torch.testing.assert_close(quick, slow, atol=2e-6, rtol=0)


def test_a_new_network_plays_almost_evenly_and_is_made_from_its_generator_alone() -> None:
    shape = Shape(observation=8, actions=(4, 3))
    first, second, third = (Network(shape, generator(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not torch.equal(first.encoder.weight, third.encoder.weight)
    thought = first.step(torch.randn(16, 8, generator=generator()), first.initial(16))
    odds = log_probabilities(thought.logits, shape.actions).exp()
    torch.testing.assert_close(odds[:, :4], torch.full((16, 4), 0.25), atol=0.02, rtol=0)
    torch.testing.assert_close(odds.sum(dim=1), torch.full((16,), 2.0))


def drawn(count: int = 20_000) -> tuple[Tensor, Tensor, Tensor, tuple[int, ...]]:
    sizes = (3, 2)
    outputs = torch.tensor([0.5, -1.0, 1.0, 0.3, 0.0, 9.0]).repeat(count, 1)
    legal = torch.tensor([1, 1, 0, 1, 1], dtype=torch.uint8).repeat(count, 1)
    return outputs, legal, torch.rand(count, 2, generator=generator()), sizes


def test_actions_are_drawn_by_their_probabilities_and_illegal_ones_never() -> None:
    outputs, legal, uniforms, sizes = drawn()
    actions, logs = draw(outputs, legal, uniforms, sizes)
    expected = log_probabilities(masked(outputs[:, :-1], legal), sizes)
    shares = torch.bincount(actions[:, 0], minlength=3) / len(actions)
    torch.testing.assert_close(shares, expected[0, :3].exp(), atol=0.02, rtol=0)
    assert (actions[:, 0] != 2).all()
    torch.testing.assert_close(logs, chosen(expected, actions, sizes), atol=1e-5, rtol=0)


def test_compiled_draws_are_those_of_tensors() -> None:
    outputs, legal, uniforms, sizes = drawn()
    compiled, _ = draw(outputs, legal, uniforms, sizes)
    tensors = sample(log_probabilities(masked(outputs[:, :-1], legal), sizes), uniforms, sizes)
    assert (compiled != tensors).any(dim=1).float().mean() < 1e-3  # they differ only where a number falls on an edge


@pytest.mark.parametrize("uniform", [0.0, 1.0 - 2.0**-24])
def test_the_ends_of_the_unit_interval_give_legal_choices(uniform: float) -> None:
    for legal in ([0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 0]):
        mask = torch.tensor([legal], dtype=torch.uint8)
        outputs, points = torch.tensor([[0.1, 0.2, 0.3, 0.0]]), torch.tensor([[uniform]])
        compiled, _ = draw(outputs, mask, points, (3,))
        tensors = sample(masked(outputs[:, :-1], mask).log_softmax(dim=1), points, (3,))
        assert legal[int(compiled)] == legal[int(tensors)] == 1


def test_greedy_takes_the_likeliest_of_each_factor() -> None:
    logs = torch.tensor([[0.1, 0.7, 0.2, 0.9, 0.1]]).log()
    assert greedy(logs, (3, 2)).tolist() == [[1, 0]]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_unrolls_like_the_cpu() -> None:
    gru, (inputs, state, resets) = memory(torch.float32), case(torch.float32)
    expected, _ = gru.unroll(inputs, state, resets)
    found, _ = gru.cuda().unroll(inputs.cuda(), state.cuda(), resets.cuda())
    np.testing.assert_allclose(found.detach().cpu(), expected.detach(), atol=1e-4)
