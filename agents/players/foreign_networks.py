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

from worlds.world import Refused

MOST_BYTES = 64_000_000  # of a file, and of the weights in it
MOST_LAYERS = 16
DQN = re.compile(r"(?:q_net\.q_net\.|q_net\.)?(\d+)\.(weight|bias)")
PPO = re.compile(r"mlp_extractor\.policy_net\.(\d+)\.(weight|bias)")
HEAD = "action_net."  # of PPO


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
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise Refused(f"{str(file)!r} has {size} bytes: at most {MOST_BYTES} are read")
        weights = _safetensors(file)
    except OSError as error:
        raise Refused(f"{str(file)!r} cannot be read: {error.strerror or error}") from error
    return _network(file.name, {name: value for name, value in weights.items() if _is_small(value)})


def _is_small(value: Tensor) -> bool:
    """Whether it may be a weight or a bias; a view can be larger than its file."""
    return value.ndim in (1, 2) and value.numel() <= MOST_BYTES // 4


def _safetensors(file: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(file.read_bytes())
    except SafetensorError as error:
        raise Refused(f"{str(file)!r} holds no safetensors: {error}") from error


def _network(name: str, weights: dict[str, Tensor]) -> ForeignNetwork:
    policy = any(PPO.fullmatch(key) for key in weights)
    pattern = PPO if policy else DQN
    found: dict[int, dict[str, NDArray[np.float32]]] = {}
    for key, value in weights.items():
        if match := pattern.fullmatch(key):
            found.setdefault(int(match.group(1)), {})[match.group(2)] = value.float().numpy()
    layers = [found[order] for order in sorted(found)]
    if policy:
        parts = ("weight", "bias")
        layers.append({part: weights[HEAD + part].float().numpy() for part in parts if HEAD + part in weights})
    if not 1 <= len(layers) <= MOST_LAYERS or not all(map(_is_whole, layers)):
        raise Refused(f"{name!r} holds no chain of linear layers: {', '.join(sorted(weights)[:4]) or 'nothing'}")
    for order, layer in enumerate(layers):
        if order and layer["weight"].shape[1] != (given := layers[order - 1]["weight"].shape[0]):
            raise Refused(f"layer {order + 1} of {name!r} takes {layer['weight'].shape[1]} numbers: {given} come")
        if not all(np.isfinite(part).all() for part in layer.values()):
            raise Refused(f"layer {order + 1} of {name!r} holds numbers that are not finite")
    return ForeignNetwork(name, tuple((layer["weight"], layer["bias"]) for layer in layers), policy)


def _is_whole(layer: dict[str, NDArray[np.float32]]) -> bool:
    """Whether a layer has a matrix and as many biases."""
    if set(layer) != {"weight", "bias"} or layer["weight"].ndim != 2 or layer["bias"].ndim != 1:
        return False
    return layer["weight"].shape[0] == len(layer["bias"]) and layer["weight"].size > 0
