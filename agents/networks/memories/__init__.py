"""Memories: what an agent carries from one decision to the next; one file each, all with one interface."""

from __future__ import annotations

from agents.networks.memories.associative import Associative
from agents.networks.memories.gru import GRU
from agents.networks.memories.interface import Memory, Workspace
from agents.networks.memories.ledger import Ledger
from agents.networks.memories.linear import Linear
from agents.networks.memories.lstm import LSTM
from agents.networks.memories.reflex import Reflex
from agents.networks.memories.tally import Tally
from agents.networks.memories.transformer import Transformer
from agents.networks.shape import ANY_PRECISION, FILING, HEADS, KINDS, NONE, PRECISIONS, SCORING

__all__ = ["ANY_PRECISION", "FILING", "HEADS", "KINDS", "NONE", "PRECISIONS", "SCORING", "Memory", "Workspace", "build"]


def build(
    kind: str,
    inputs: int,
    hidden: int,
    context: int = 0,
    choices: int = 0,
    things: int = 0,
    pointers: int = 0,
    noted: int = 0,
) -> Memory:
    """A memory whose weights are still to be set by `initialise`.

    Args:
        kind: one of `KINDS`.
        inputs: numbers it is shown at a step, I.
        hidden: its units, H; for a transformer a multiple of `HEADS`.
        choices: possible choices of all action factors together, C; for those in `SCORING`, whose last C inputs are
            the previous action.
        things: rows, for those in `FILING`.
        pointers: how many of them are named at a step, P; they are the last P inputs.
        noted: how many of those, the first ones, are written on, W; 0 for all.
        context: steps that a transformer looks back, at least 1; others remember as far as they learn to.
    """
    if kind == NONE:
        return Reflex(inputs, hidden)
    if kind == "lstm":
        return LSTM(inputs, hidden)
    if kind == "linear":
        return Linear(inputs, hidden)
    if kind == "associative":
        return Associative(inputs, hidden)
    if kind == "tally":
        return Tally(inputs, hidden, choices)
    if kind == "ledger":
        return Ledger(inputs, hidden, things, pointers, noted or pointers)
    if kind == "transformer":
        return Transformer(inputs, hidden, context)
    return GRU(inputs, hidden)
