"""Deciding in one compiled call gives what deciding by tensor operations gives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from test_collector import SETTINGS

from agents.kernels import blas
from agents.training.run import Run
from worlds.world import World


@pytest.mark.skipif(not blas.address(), reason="torch's BLAS cannot be called here")
def test_compiled_decisions_are_those_of_the_network(beacon: World) -> None:
    run = Run(SETTINGS, beacon)
    run.collector.reset()
    actor, rollout = run.collector.actor, run.rollout
    generator = torch.Generator().manual_seed(3)
    rollout.observations[0] = torch.randn(rollout.observations[0].shape, generator=generator)
    memory = torch.randn(actor.state.shape, generator=generator)
    uniforms = torch.rand(rollout.steps, *rollout.actions.shape[1:], generator=generator)
    rows, found = slice(0, rollout.lanes), []
    for routine in (blas.address(), 0):
        actor._routine = routine
        actor.state.copy_(memory)
        actor.begin(uniforms)
        chosen = np.array(actor.decide(0, rows))
        found.append((chosen, rollout.logs[0].clone(), rollout.values[0].clone(), actor.state.clone()))
    run.close()
    np.testing.assert_array_equal(found[0][0], found[1][0])
    for compiled, plain in zip(found[0][1:], found[1][1:], strict=True):
        torch.testing.assert_close(compiled, plain, atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not blas.address(), reason="torch's BLAS cannot be called here")
@pytest.mark.parametrize("beta", [0.0, 1.0])
def test_products_of_parts_of_rows(beta: float) -> None:
    draws = np.random.default_rng(1)
    left, right = draws.normal(size=(5, 9)).astype(np.float32), draws.normal(size=(7, 9)).astype(np.float32)
    start, scale = draws.normal(size=(5, 12)).astype(np.float32), np.float32(beta)
    a, b = left[:, 2:6], right[:, 3:7]  # rows longer than what is used
    out = start.copy()
    blas.times_turned(blas.address(), a, b, scale, out[:, :7])
    np.testing.assert_allclose(out[:, :7], a @ b.T + beta * start[:, :7], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(out[:, 7:], start[:, 7:])
    out = start.copy()
    blas.times(blas.address(), a, right[:4, :7], scale, out[:, :7])
    np.testing.assert_allclose(out[:, :7], a @ right[:4, :7] + beta * start[:, :7], rtol=1e-5, atol=1e-5)
    wide = np.zeros((4, 7), np.float32)
    blas.turned_times(blas.address(), a, start[:, :7], scale, wide)
    np.testing.assert_allclose(wide, a.T @ start[:, :7], rtol=1e-5, atol=1e-5)
