"""Networks of other libraries as functions from an observation to a choice: weights alone are read, never code.

Read are safetensors of a chain of linear layers with ReLU between them (a DQN of one's own: `0.weight`, `0.bias`,
`2.weight`, …), and of the policy of a DQN or a PPO of Stable-Baselines3 with its `MlpPolicy` and usual activation.
Its own archives are pickles, which could run code: they are not opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from simulator.engine.reading import read_bytes
from worlds.world import Refused

MOST_BYTES = 64_000_000  # of a file, and of the weights in it
MOST_LAYERS = 16
DQN = re.compile(r"(?:q_net\.q_net\.|q_net\.)?(\d+)\.(weight|bias)")
PPO = re.compile(r"mlp_extractor\.policy_net\.(\d+)\.(weight|bias)")
HEAD = "action_net"  # of PPO


@dataclass(frozen=True)
class ForeignNetwork:
    """A chain of linear layers; the highest number at its end is the choice."""

    name: str
    layers: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """Weights (out, in) and biases (out,)."""
    squashed: bool
    """tanh between the layers, as PPO has it; else ReLU."""

    @property
    def sees(self) -> int:
        """Numbers of an observation."""
        return int(self.layers[0][0].shape[1])

    @property
    def choices(self) -> int:
        """Numbers at its end."""
        return int(self.layers[-1][0].shape[0])

    def choose(self, observation: NDArray[np.float32], choices: int) -> int:
        """The best of the first so many choices; a shorter observation is padded by zeros, as supersuit does.

        Raises:
            Refused: an observation that is too long, or more choices than it knows.
        """
        if len(observation) > self.sees or choices > self.choices:
            raise Refused(
                f"{self.name!r} takes {self.sees} numbers and knows {self.choices} phases: "
                f"a light shows {len(observation)} and has {choices}"
            )
        x = np.zeros(self.sees, np.float32)
        x[: len(observation)] = observation
        for order, (weight, bias) in enumerate(self.layers):
            x = weight @ x + bias
            if order + 1 < len(self.layers):
                x = np.tanh(x) if self.squashed else np.maximum(x, 0.0)
        return int(np.argmax(x[:choices]))


def load_network(path: str | Path) -> ForeignNetwork:
    """The network in a file.

    Raises:
        Refused: it cannot be read, is too large, or is none of those above: named.
    """
    file = Path(path)
    return _network(file.name, _safetensors(file))


def _safetensors(file: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(read_bytes(file, MOST_BYTES))
    except SafetensorError as error:
        raise Refused(f"{str(file)!r} holds no safetensors: {error}") from error


def _network(name: str, weights: dict[str, Tensor]) -> ForeignNetwork:
    policy = any(PPO.fullmatch(key) for key in weights)
    pattern = PPO if policy else DQN
    stems = {int(match.group(1)): key.rpartition(".")[0] for key in weights if (match := pattern.fullmatch(key))}
    ordered = [stems[order] for order in sorted(stems)] + [HEAD] * policy
    if not 1 <= len(ordered) <= MOST_LAYERS:
        held = ", ".join(sorted(weights)[:4]) or "nothing"
        raise Refused(f"{name!r} holds {held}: 1 to {MOST_LAYERS} linear layers are read, such as 0.weight and 0.bias")
    layers = [_layer(name, stem, weights) for stem in ordered]
    for order, (weight, bias) in enumerate(layers):
        if order and weight.shape[1] != (given := layers[order - 1][0].shape[0]):
            raise Refused(f"layer {order + 1} of {name!r} takes {weight.shape[1]} numbers: {given} come")
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise Refused(f"layer {order + 1} of {name!r} holds numbers that are not finite")
    return ForeignNetwork(name, tuple(layers), policy)


def _layer(name: str, stem: str, weights: dict[str, Tensor]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A matrix and as many biases as it has rows."""
    for part in ("weight", "bias"):
        if f"{stem}.{part}" not in weights:
            raise Refused(f"{name!r} holds no {stem}.{part}: a linear layer has weight and bias")
    weight, bias = weights[f"{stem}.weight"], weights[f"{stem}.bias"]
    for part, value, allowed in (
        ("weight", weight, "a matrix, one row for each number that comes out"),
        ("bias", bias, f"{weight.shape[0]}, one for each row of its weight" if weight.ndim else ""),
    ):
        fits = value.ndim == 2 and value.numel() > 0 if part == "weight" else tuple(value.shape) == weight.shape[:1]
        if not fits:
            shape = " x ".join(map(str, value.shape)) or "of one number"
            raise Refused(f"{stem}.{part} of {name!r} has the shape {shape}: allowed is {allowed}")
        if value.is_complex() or value.numel() > MOST_BYTES // 4:  # a view can be larger than its file
            most = MOST_BYTES // 4
            raise Refused(
                f"{stem}.{part} of {name!r} holds {value.numel()} {_kind(value)}: {most} real ones are allowed"
            )
    return weight.float().numpy(), bias.float().numpy()


def _kind(value: Tensor) -> str:
    return "complex numbers" if value.is_complex() else "numbers"
