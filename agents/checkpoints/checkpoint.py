"""Checkpoints: a folder that strangers may share, and that is checked before a single weight is believed.

`model.safetensors` holds the weights, `config.json` what they are for and how they came about, `README.md` a card to
read. Nothing in it can run code. Whatever does not fit is refused with one sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor

from agents.checkpoints.card import training_card
from agents.checkpoints.description import CARD as CARD
from agents.checkpoints.description import CONFIG as CONFIG
from agents.checkpoints.description import MODEL as MODEL
from agents.checkpoints.description import Config as Config
from agents.checkpoints.description import Shared
from agents.checkpoints.description import load_config as load_config
from agents.checkpoints.files import standing, to_json, write_folder
from agents.checkpoints.final_uses import USES, Use, read_uses, with_uses
from agents.checkpoints.generalist import Generalist, generalist_card
from agents.checkpoints.weights import halved, layout, packed, unpacked
from agents.networks.network import Network, Shape, outline
from agents.networks.shared import MEMORY, SharedMemory
from agents.networks.shared import outline as outline_memory
from worlds.world import Refused

LARGEST_STATE = 2**25  # numbers that one lane carries between decisions


def save(folder: Path, network: Network, facts: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all; `facts` are the fields of `Config` that the network does not tell."""
    _, files = _files(network.shape, packed(network.state_dict()), facts, read_uses(folder))
    write_folder(folder, files)


def save_generalist(
    folder: Path, memory: SharedMemory, networks: Mapping[str, Network], facts: Mapping[str, dict[str, Any]],
    settings: Mapping[str, Any],
) -> None:  # fmt: skip
    """Write the checkpoint of an agent for several worlds, whole or not at all; networks and facts are by world, and
    ``settings`` those of the run of all of them.
    """
    above = packed(halved(memory.state_dict()))
    sha256, parts, files = hashlib.sha256(above).hexdigest(), dict[str, Config](), {MODEL: above}
    shared = Shared(memory=memory.shape, sha256=sha256, worlds=tuple(networks), settings=dict(settings))
    for world, network in networks.items():
        own = {name: tensor for name, tensor in network.state_dict().items() if not name.startswith(MEMORY)}
        told = {**facts[world], "shared": shared}
        parts[world], written = _files(network.shape, packed(halved(own)), told, read_uses(folder / world))
        files |= {f"{world}/{name}": data for name, data in written.items()}
    root = Generalist(worlds=tuple(networks), memory=memory.shape, sha256=sha256)
    files |= {CONFIG: to_json(msgspec.to_builtins(root)), CARD: generalist_card(parts).encode()}
    write_folder(folder, files)


def _files(shape: Shape, model: bytes, facts: dict[str, Any], uses: tuple[Use, ...]) -> tuple[Config, dict[str, bytes]]:
    """The description of a checkpoint and its files; the uses of the split final stay when it is trained on."""
    config = Config(
        network=shape, sha256=hashlib.sha256(model).hexdigest(), versions={"torch": str(torch.__version__)}, **facts
    )
    card = with_uses(training_card(config), uses).encode()
    files = {MODEL: model, CONFIG: to_json(msgspec.to_builtins(config)), CARD: card}
    return config, files | ({USES: to_json(msgspec.to_builtins(uses))} if uses else {})


def load(folder: Path) -> tuple[Network, Config]:
    """Read a checkpoint.

    Raises:
        Refused: files that are missing, too large, cut, damaged or at odds with each other, or weights that are not
        finite.
    """
    folder = standing(folder)
    config = load_config(folder)
    frame = _frame(config.network)
    if isinstance(config.shared, msgspec.UnsetType):
        frame.load_state_dict(unpacked(folder, layout(frame.state_dict()), config.sha256), assign=True)
    else:
        frame.load_state_dict(_joined(folder, config, config.shared, frame), assign=True)
    return frame.eval().requires_grad_(False), config


def is_part(folder: Path) -> bool:
    """Whether it is the part for one world of an agent for several."""
    return not isinstance(load_config(folder).shared, msgspec.UnsetType)


def save_alone(part: Path, folder: Path) -> None:
    """Write the part for one world of an agent for several as a checkpoint of its own."""
    network, config = load(part)
    plain = msgspec.structs.asdict(config)
    for name in ("format", "library_name", "network", "sha256", "versions", "shared"):
        del plain[name]
    save(folder, network, plain)


def _joined(folder: Path, config: Config, shared: Shared, frame: Network) -> dict[str, Tensor]:
    """The weights of a part of an agent for several worlds: its own, and those of the memory in the folder above."""
    memory = outline_memory(shared.memory)
    above = unpacked(folder.parent, layout(memory.state_dict(), halved=True), shared.sha256)
    own = {name: tensor for name, tensor in frame.state_dict().items() if not name.startswith(MEMORY)}
    return {**unpacked(folder, layout(own, halved=True), config.sha256), **memory.part(config.network, above)}


def _frame(shape: Shape) -> Network:
    """A network of this shape, still without weights."""
    try:
        frame = outline(shape)
        size = frame.state_size
    except RuntimeError as error:  # sizes that torch cannot count
        raise Refused(f"no network can have the sizes that {CONFIG} announces") from error
    if size > LARGEST_STATE:
        raise Refused(f"a network as {CONFIG} announces carries {size:,} numbers: allowed are {LARGEST_STATE:,}")
    return frame


def parameters(network: Network) -> int:
    """Number of learned weights."""
    return sum(parameter.numel() for parameter in network.parameters())
