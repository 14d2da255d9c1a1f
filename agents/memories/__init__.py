"""Memories: what an agent carries from one decision to the next; one file each, all with one interface."""

from __future__ import annotations

from agents.memories.gru import GRU
from agents.memories.interface import Memory, Workspace
from agents.memories.lstm import LSTM

__all__ = ["KINDS", "Memory", "Workspace", "build"]

KINDS = ("gru", "lstm")


def build(kind: str, inputs: int, hidden: int) -> Memory:
    """A memory whose weights are still to be set by `initialise`.

    Args:
        kind: one of `KINDS`.
        inputs: numbers it is shown at a step, I.
        hidden: its units, H.
    """
    if kind == "lstm":
        return LSTM(inputs, hidden)
    return GRU(inputs, hidden)
