"""Checkpoints: a folder that strangers may share, and that is checked before a single weight is believed.

`model.safetensors` holds the weights, `config.json` what they are for and how they came about, `README.md` a card to
read. Nothing in it can run code. Whatever does not fit is refused with one sentence.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
import safetensors.torch
import torch

from agents.checkpoints.card import training_card
from agents.checkpoints.files import standing, to_json, write_folder
from agents.networks import memories
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape, outline
from worlds.world import Refused

FORMAT = 1
LARGEST_CONFIG = 2**20  # bytes
LARGEST_WEIGHTS = 2**28  # bytes
LARGEST_SIZES = {"observation": 2**16, "encoder": 4096, "hidden": 4096}
LONGEST_CONTEXT = 4096
LARGEST_BELIEF = {"latent": 1024, "hidden": 4096, "told": 2**16}
LARGEST_ACTIONS = 2**12
MODEL, CONFIG, CARD = "model.safetensors", "config.json", "README.md"


@dataclass(frozen=True, kw_only=True)
class Config:
    """What `config.json` says."""

    format: int = FORMAT
    library_name: str = "crossplay"
    world: str
    world_version: int
    layout_hash: str
    build_args: dict[str, int | float | str | bool]
    roles: tuple[str, ...]
    """Roles that were learned."""
    observation: dict[str, int]
    """Pieces of the observation with their sizes, in order; the engine's inputs included."""
    inputs: bool
    reveal: bool
    """Whether the hidden task is part of the observation."""
    reference: Literal["none", "blind", "oracle"]
    split: str
    """Where the training tasks came from."""
    network: Shape
    settings: dict[str, Any]
    seed: int
    steps: int
    """Agent-steps learned from."""
    commit: str
    """Git commit of the code, empty if unknown."""
    scores: dict[str, list[float]]
    """Mean return by episode of the trial for each role, on training tasks at the end of training."""
    sha256: str
    """Of `model.safetensors`."""
    versions: dict[str, str] = field(default_factory=dict)


def save(folder: Path, network: Network, facts: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all; `facts` are the fields of `Config` that the network does not tell."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    model = safetensors.torch.save(weights, {"format": "pt"})  # a second entry would come in any order
    config = Config(
        network=network.shape,
        sha256=hashlib.sha256(model).hexdigest(),
        versions={"torch": str(torch.__version__)},
        **facts,
    )
    written = to_json(msgspec.to_builtins(config))
    write_folder(folder, {MODEL: model, CONFIG: written, CARD: training_card(config).encode()})


def load(folder: Path) -> tuple[Network, Config]:
    """Read a checkpoint.

    Raises:
        Refused: files that are missing, too large, cut, damaged or at odds with each other, or weights that are not
        finite.
    """
    folder = standing(folder)
    config = load_config(folder)
    path = folder / MODEL
    data = _bytes(path, LARGEST_WEIGHTS)
    _check_header(path, data, config.network)
    if hashlib.sha256(data).hexdigest() != config.sha256:
        raise Refused(f"checkpoint {path} is damaged: its SHA-256 is not the one that {CONFIG} names")
    try:
        weights = safetensors.torch.load(data)
    except Exception as error:  # the parser's errors are of many kinds; none of them may pass for a crash of ours
        raise Refused(f"checkpoint {path} is damaged: {error}") from error
    for name, tensor in weights.items():
        if not bool(torch.isfinite(tensor).all()):
            raise Refused(f"checkpoint {path} holds values that are not finite in {name!r}: train it again")
    network = Network(config.network)
    network.load_state_dict(weights)
    return network.eval().requires_grad_(False), config


def load_config(folder: Path) -> Config:
    """Read what a checkpoint says of itself, without its weights.

    Raises:
        Refused: a missing, damaged or impossible `config.json`.
    """
    path = folder / CONFIG
    try:
        config = msgspec.convert(_strict(_bytes(path, LARGEST_CONFIG)), Config)
    except (ValueError, RecursionError) as error:  # JSON, Unicode and msgspec errors are ValueErrors
        if isinstance(error, Refused):
            raise
        raise Refused(f"checkpoint {path} is damaged: {error}") from error
    _check_config(path, config)
    return config


def _strict(data: bytes) -> dict[str, Any]:
    """JSON without unknown keys at the top and in `network`."""
    found = msgspec.json.decode(data)
    if not isinstance(found, dict):
        raise ValueError(f"expected an object, got {type(found).__name__}")
    network = found.get("network", {})
    belief = network.get("belief") if isinstance(network, dict) else None
    for name, value, kind in (("config", found, Config), ("network", network, Shape), ("belief", belief, BeliefShape)):
        known = set(kind.__dataclass_fields__)
        if isinstance(value, dict) and (unknown := sorted(set(value) - known)):
            raise ValueError(f"{name} has the unknown key {unknown[0]!r}")
    return found


def _check_config(path: Path, config: Config) -> None:
    shape = config.network
    if config.format != FORMAT:
        raise Refused(f"checkpoint {path} has format {config.format}: this program reads format {FORMAT}")
    for name, most in LARGEST_SIZES.items():
        if not 1 <= getattr(shape, name) <= most:
            raise Refused(f"checkpoint {path} gives {name} as {getattr(shape, name)}: allowed is 1 to {most}")
    if shape.memory not in (*memories.KINDS, memories.NONE):
        raise Refused(f"checkpoint {path} gives memory as {shape.memory!r}: choose from {', '.join(memories.KINDS)}")
    if shape.precision not in memories.PRECISIONS:
        raise Refused(
            f"checkpoint {path} gives precision as {shape.precision!r}: choose from {', '.join(memories.PRECISIONS)}"
        )
    if shape.precision != "float32" and shape.memory not in memories.ANY_PRECISION:
        raise Refused(f"checkpoint {path} gives precision as {shape.precision!r}: memory {shape.memory!r} has float32")
    _check_context(path, shape)
    most = shape.observation - sum(shape.actions) if shape.memory in memories.SCORING else 0
    if not 0 <= shape.acted <= most:
        raise Refused(f"checkpoint {path} gives acted as {shape.acted}: allowed is 0 to {most}")
    if shape.belief is not None:
        _check_belief(path, shape.belief)
    if not 1 <= len(shape.actions) <= 64 or any(not 1 <= size <= LARGEST_ACTIONS for size in shape.actions):
        raise Refused(
            f"checkpoint {path} gives actions {shape.actions}: allowed are 1 to 64 factors of 1 to {LARGEST_ACTIONS}"
        )
    if any(size < 1 for size in config.observation.values()) or sum(config.observation.values()) != shape.observation:
        raise Refused(f"checkpoint {path} is damaged: its observation pieces do not add up to {shape.observation}")


def _check_context(path: Path, shape: Shape) -> None:
    looks_back = shape.memory == "transformer"
    least, most = (1, LONGEST_CONTEXT) if looks_back else (0, 0)
    if not least <= shape.context <= most:
        raise Refused(f"checkpoint {path} gives context as {shape.context}: allowed is {least} to {most}")
    if looks_back and shape.hidden % memories.HEADS:
        raise Refused(f"checkpoint {path} gives hidden as {shape.hidden}: allowed are multiples of {memories.HEADS}")


def _check_belief(path: Path, belief: BeliefShape) -> None:
    for name, most in LARGEST_BELIEF.items():
        if not 1 <= getattr(belief, name) <= most:
            raise Refused(
                f"checkpoint {path} gives the belief's {name} as {getattr(belief, name)}: allowed is 1 to {most}"
            )
    end = 0
    for start, stop in belief.one_hot:
        if not end <= start < stop <= belief.told:
            raise Refused(f"checkpoint {path} is damaged: facts {start} to {stop} of its belief cannot be")
        end = stop


def _bytes(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise Refused(f"checkpoint file {path} has {size} bytes: allowed are {most} at most")
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"checkpoint file {path} cannot be read: {error.strerror}") from error


def _check_header(path: Path, data: bytes, shape: Shape) -> None:
    """The names, types, shapes and places of all tensors must be exactly those of such a network, before any is
    allocated.
    """
    expected = _layout(shape)
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= len(data) - 8:
        raise Refused(f"checkpoint {path} is damaged: it ends before its header does")
    try:
        header = json.loads(data[8 : 8 + length])
        found = {name: entry for name, entry in header.items() if name != "__metadata__"}
        facts = {name: (entry["dtype"], tuple(entry["shape"])) for name, entry in found.items()}
        spans = sorted(tuple(entry["data_offsets"]) for entry in found.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"checkpoint {path} is damaged: its header cannot be read") from error
    if facts != expected:
        wrong = sorted(set(facts.items()) ^ set(expected.items()), key=str)[0][0]
        raise Refused(f"checkpoint {path} does not hold the weights that {CONFIG} announces: see {wrong!r}")
    end = 0
    for span in spans:
        if len(span) != 2 or span[0] != end or not isinstance(span[1], int) or span[1] < end:
            raise Refused(f"checkpoint {path} is damaged: its tensors overlap or leave gaps")
        end = span[1]
    if len(data) != 8 + length + end:
        raise Refused(f"checkpoint {path} is damaged: it has {len(data)} bytes and announces {8 + length + end}")


def _layout(shape: Shape) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape of every tensor of such a network."""
    return {name: ("F32", tuple(tensor.shape)) for name, tensor in outline(shape).state_dict().items()}


def parameters(network: Network) -> int:
    """Number of learned weights."""
    return sum(parameter.numel() for parameter in network.parameters())
