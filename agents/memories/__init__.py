"""Memories: what an agent carries from one decision to the next; one file each, all with one interface."""

from __future__ import annotations

from agents.memories.gru import GRU
from agents.memories.interface import Memory, Workspace
from agents.memories.lstm import LSTM
from agents.memories.reflex import Reflex

__all__ = ["KINDS", "NONE", "Memory", "Workspace", "build"]

KINDS = ("gru", "lstm")
NONE = "none"
"""In the place of a kind: nothing is remembered, for agents that learn by gradient while they play."""


def build(kind: str, inputs: int, hidden: int) -> Memory:
    """A memory whose weights are still to be set by `initialise`.

    Args:
        kind: one of `KINDS`.
        inputs: numbers it is shown at a step, I.
        hidden: its units, H.
    """
    if kind == NONE:
        return Reflex(inputs, hidden)
    if kind == "lstm":
        return LSTM(inputs, hidden)
    return GRU(inputs, hidden)
