"""Every memory: unrolling a trial is stepping through it, in values and in gradients, whatever is reset on the way."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from agents.networks import memories
from agents.networks.memories import Memory, Workspace

T, B, INPUTS, H, CONTEXT, CHOICES = 9, 5, 4, 8, 10, 2
EXACT = {torch.float64: 1e-11, torch.float32: 1e-5}
kinds = pytest.mark.parametrize("kind", memories.KINDS)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def memory(kind: str, dtype: torch.dtype = torch.float32) -> Memory:
    """A memory whose every weight matters."""
    found = memories.build(kind, INPUTS, H, CONTEXT, CHOICES, things=3, pointers=2)
    assert isinstance(found, nn.Module)
    found.initialise(generator(0))
    with torch.no_grad():
        for parameter in found.parameters():
            parameter.add_(0.2 * torch.randn(parameter.shape, generator=generator(1)))
    return found.to(dtype)


def weights(found: Memory) -> list[nn.Parameter]:
    assert isinstance(found, nn.Module)
    return list(found.parameters())


def stepped(found: Memory, inputs: Tensor, state: Tensor, resets: Tensor) -> tuple[Tensor, Tensor]:
    outputs = []
    for t in range(len(inputs)):
        state = state * (~resets[t]).to(state.dtype).unsqueeze(1)
        output, state = found.step(inputs[t], state)
        outputs.append(output)
    return torch.stack(outputs), state


def remembered(found: Memory, steps: int, dtype: torch.dtype) -> Tensor:
    """A state that some steps left behind, with another number of them in every lane."""
    inputs = torch.randn(steps, B, INPUTS, generator=generator(6), dtype=dtype)
    resets = torch.arange(steps).unsqueeze(1) == torch.arange(B) % max(steps, 1)
    state = found.initial(B)
    with torch.no_grad():
        return stepped(found, inputs, state, resets)[1].clone() if steps else state


def some_resets(steps: int) -> Tensor:
    """In the middle, others in every lane; lane 0 has none."""
    resets = torch.rand(steps, B, generator=generator(4)) < 0.2
    resets[:, 0] = False
    return resets


@kinds
@pytest.mark.parametrize("dtype", EXACT)
@pytest.mark.parametrize(("before", "same_resets"), [(0, False), (3, False), (14, False), (3, True), (0, True)])
def test_unrolling_is_stepping_with_its_gradients(
    kind: str, dtype: torch.dtype, before: int, same_resets: bool
) -> None:
    found, tolerance = memory(kind, dtype), EXACT[dtype]
    inputs = torch.randn(T, B, INPUTS, generator=generator(2), dtype=dtype, requires_grad=True)
    state, resets = remembered(found, before, dtype).requires_grad_(), some_resets(T)
    if same_resets:
        resets = resets[:, 1:2].expand(T, B)
    unrolled, last = found.unroll(inputs, state, resets)
    one_by_one, last_of_steps = stepped(found, inputs, state, resets)
    torch.testing.assert_close(unrolled, one_by_one, atol=tolerance, rtol=0)
    torch.testing.assert_close(last, last_of_steps, atol=tolerance, rtol=0)
    upstream = torch.randn(T, B, found.output_size, generator=generator(5), dtype=dtype)
    above = torch.randn(last.shape, generator=generator(7), dtype=dtype)
    wanted = [inputs, state, *weights(found)]
    losses = [
        (seen * upstream).sum() + (end * above).sum() for seen, end in ((unrolled, last), (one_by_one, last_of_steps))
    ]
    ours, theirs = (torch.autograd.grad(loss, wanted, allow_unused=True, materialize_grads=True) for loss in losses)
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=30 * tolerance, rtol=1e-4)
        assert before == 0 or (other != 0).any()


@kinds
def test_advancing_is_stepping_in_place(kind: str) -> None:
    found = memory(kind)
    state = remembered(found, 4, torch.float32)
    for t in range(25):  # on beyond the window of those that have one
        inputs = torch.randn(B, INPUTS, generator=generator(t))
        kept = state.clone()
        with torch.no_grad():
            expected, following = found.step(inputs, state)
        assert torch.equal(state, kept)
        outputs = found.advance(inputs, state)
        torch.testing.assert_close(outputs, expected, atol=1e-6, rtol=0)
        torch.testing.assert_close(state, following, atol=1e-6, rtol=0)


@kinds
def test_a_reset_hides_everything_before_it(kind: str) -> None:
    found = memory(kind)
    inputs = torch.randn(T, B, INPUTS, generator=generator(2), requires_grad=True)
    state, resets = remembered(found, 4, torch.float32).requires_grad_(), torch.zeros(T, B, dtype=torch.bool)
    resets[3] = True
    outputs, last = found.unroll(inputs, state, resets)
    fresh, fresh_last = found.unroll(inputs[3:], found.initial(B), resets[3:] & False)
    torch.testing.assert_close(outputs[3:], fresh, atol=1e-6, rtol=0)
    torch.testing.assert_close(last, fresh_last, atol=1e-6, rtol=0)
    of_inputs, of_state = torch.autograd.grad(outputs[3:].sum() + last.sum(), [inputs, state])
    assert (of_inputs[:3] == 0).all()
    assert (of_inputs[3:] != 0).any()
    assert (of_state == 0).all()


@kinds
def test_a_blank_memory_is_a_row_of_zeros(kind: str) -> None:
    found = memory(kind)
    state = found.initial(B)
    assert state.shape == (B, found.state_size)
    assert (state == 0).all()
    used = remembered(found, 12, torch.float32)
    used[2] = 0.0
    inputs = torch.randn(B, INPUTS, generator=generator(2))
    torch.testing.assert_close(found.advance(inputs, used)[2], found.advance(inputs, state)[2])


@pytest.mark.parametrize("dtype", EXACT)
def test_a_ledger_looks_up_all_that_is_named_and_writes_on_what_is_noted(dtype: torch.dtype) -> None:
    """Unrolled and step by step, with its gradients."""
    found = memories.build("ledger", INPUTS, H, things=3, pointers=2, noted=1)
    assert isinstance(found, nn.Module)
    found.initialise(generator(0))
    found.to(dtype)
    inputs = torch.randn(T, B, INPUTS, generator=generator(2), dtype=dtype)
    inputs[..., -2:] = torch.tensor((1 / 3, 2 / 3))  # the first row is at hand, the second is looked up
    state = found.initial(B).requires_grad_()
    resets = torch.zeros(T, B, dtype=torch.bool)
    unrolled, last = found.unroll(inputs, state, resets)
    one_by_one, last_of_steps = stepped(found, inputs, state, resets)
    torch.testing.assert_close(unrolled, one_by_one, atol=EXACT[dtype], rtol=0)
    table = last[:, H:].unflatten(1, (3, -1))
    assert (table[:, 0] != 0).all()
    assert (table[:, 1:] == 0).all()
    wanted = [state, *weights(found)]
    ours, theirs = (
        torch.autograd.grad(seen.sum() + end.square().sum(), wanted)
        for seen, end in ((unrolled, last), (one_by_one, last_of_steps))
    )
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=30 * EXACT[dtype], rtol=1e-4)
    pulled = ours[0][:, H:].unflatten(1, (3, -1))
    assert (pulled[:, :2] != 0).all()
    assert (pulled[:, 2] == 0).all()


def test_a_tally_judges_all_choices_alike() -> None:
    """Under other names for the choices it gives the same scores under those names, and the same of all else."""
    found, order = memories.build("tally", 6, H, 0, 4), torch.tensor([2, 0, 3, 1])
    assert isinstance(found, nn.Module)
    found.initialise(generator(0))
    inputs, resets = torch.randn(T, B, 6, generator=generator(2)), some_resets(T)
    inputs[..., 2:] = torch.eye(4)[torch.randint(4, (T, B), generator=generator(3))]
    renamed = inputs.clone()
    renamed[..., 2:] = inputs[..., 2 + order]
    (scores, rest), (other_scores, other_rest) = (
        found.unroll(given, found.initial(B), resets)[0].split([4, H], dim=2) for given in (inputs, renamed)
    )
    assert (scores - scores.mean(dim=2, keepdim=True)).abs().max() > 1e-4
    torch.testing.assert_close(other_scores, scores[..., order], atol=1e-6, rtol=0)
    torch.testing.assert_close(other_rest, rest, atol=1e-6, rtol=0)


@kinds
def test_what_is_remembered_matters(kind: str) -> None:
    """The first input of a lane changes its last output, and nobody else's."""
    found = memory(kind)
    inputs, nothing = torch.randn(T, B, INPUTS, generator=generator(2)), torch.zeros(T, B, dtype=torch.bool)
    before, _ = found.unroll(inputs, found.initial(B), nothing)
    inputs[0, 1] += 1.0
    after, _ = found.unroll(inputs, found.initial(B), nothing)
    assert ((after - before)[-1].abs().amax(dim=1) > 1e-4).tolist() == [False, True, False, False, False]


@kinds
def test_a_lane_is_the_same_in_any_company(kind: str) -> None:
    found, resets = memory(kind), some_resets(T)
    inputs, state = torch.randn(T, B, INPUTS, generator=generator(2)), remembered(found, 6, torch.float32)
    together, last = found.unroll(inputs, state, resets)
    for lanes in (slice(0, 1), slice(1, 4), slice(4, 5)):
        alone, alone_last = found.unroll(inputs[:, lanes], state[lanes], resets[:, lanes])
        torch.testing.assert_close(alone, together[:, lanes], atol=2e-6, rtol=0)
        torch.testing.assert_close(alone_last, last[lanes], atol=2e-6, rtol=0)


@kinds
def test_a_reused_workspace_changes_nothing(kind: str) -> None:
    found, resets, space = memory(kind), some_resets(T), Workspace()
    inputs = torch.randn(T, B, INPUTS, generator=generator(2), requires_grad=True)
    state, wanted = remembered(found, 3, torch.float32), [inputs, *weights(found)]
    for _ in range(3):
        kept, _ = found.unroll(inputs, state, resets, space)
        fresh, _ = found.unroll(inputs, state, resets)
        assert torch.equal(kept, fresh)
        for mine, other in zip(
            torch.autograd.grad(kept.square().sum(), wanted),
            torch.autograd.grad(fresh.square().sum(), wanted),
            strict=True,
        ):
            assert torch.equal(mine, other)


@kinds
def test_weights_come_from_the_generator_alone(kind: str) -> None:
    first, second, third = (memories.build(kind, INPUTS, H, CONTEXT, CHOICES, 3, 2) for _ in range(3))
    for found, seed in ((first, 1), (second, 1), (third, 2)):
        found.initialise(generator(seed))
    assert all(torch.equal(a, b) for a, b in zip(weights(first), weights(second), strict=True))
    assert any(not torch.equal(a, b) for a, b in zip(weights(first), weights(third), strict=True))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@kinds
@pytest.mark.parametrize("before", [0, 14])
def test_a_gpu_remembers_like_the_cpu(kind: str, before: int) -> None:
    found, resets = memory(kind), some_resets(T)
    inputs, state = torch.randn(T, B, INPUTS, generator=generator(2)), remembered(found, before, torch.float32)
    expected, last = found.unroll(inputs, state, resets)
    step, _ = found.step(inputs[0], state)
    assert isinstance(found, nn.Module)
    found.cuda()
    for mine, other in (
        (found.unroll(inputs.cuda(), state.cuda(), resets.cuda()), (expected, last)),
        ((found.step(inputs[0].cuda(), state.cuda())[0],), (step,)),
        ((found.advance(inputs[0].cuda(), state.cuda()),), (step,)),
    ):
        for a, b in zip(mine, other, strict=True):
            np.testing.assert_allclose(a.detach().cpu(), b.detach(), atol=2e-4)
