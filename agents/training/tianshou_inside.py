"""What is taken from tianshou's inside, all in one place: its public interface does not give it.

An exact resume needs the state of the optimiser, and the run's own counters must be those of the trainer. So the
release is fixed (`pyproject.toml`); another one is let in when `tests/agents/test_tianshou.py` holds with it.
"""

from __future__ import annotations

import torch
from tianshou.algorithm.algorithm_base import Algorithm
from tianshou.trainer import OnPolicyTrainer

RELEASE = "2.0.1"


def torch_optimiser(optimiser: Algorithm.Optimizer) -> torch.optim.Optimizer:
    """The optimiser of torch behind tianshou's own, which only steps on a loss: gradients here come by hand."""
    return optimiser._optim


def trainer_counters(trainer: OnPolicyTrainer) -> tuple[int, int]:
    """Updates made and agent-steps collected so far."""
    return trainer._current_update_step, trainer._env_step
