"""Checkpoints: a folder that strangers may share, and that is checked before a single weight is believed.

`model.safetensors` holds the weights, `config.json` what they are for and how they came about, `README.md` a card to
read. Nothing in it can run code. Whatever does not fit is refused with one sentence.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import safetensors.torch
import torch

from agents.checkpoints import description
from agents.checkpoints.card import training_card
from agents.checkpoints.description import CARD as CARD
from agents.checkpoints.description import CONFIG as CONFIG
from agents.checkpoints.description import MODEL as MODEL
from agents.checkpoints.description import Config as Config
from agents.checkpoints.description import damaged, read_weights
from agents.checkpoints.description import load_config as load_config
from agents.checkpoints.files import standing, to_json, write_folder
from agents.checkpoints.final_uses import USES, read_uses, with_uses
from agents.networks.network import Network, Shape, outline
from worlds.world import Refused

LARGEST_HEADER = 2**20  # bytes
LARGEST_STATE = 2**25  # numbers that one lane carries between decisions


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
    written, uses = to_json(msgspec.to_builtins(config)), read_uses(folder)  # they stay when it is trained on
    files = {MODEL: model, CONFIG: written, CARD: with_uses(training_card(config), uses).encode()}
    write_folder(folder, files | ({USES: to_json(msgspec.to_builtins(uses))} if uses else {}))


def load(folder: Path) -> tuple[Network, Config]:
    """Read a checkpoint.

    Raises:
        Refused: files that are missing, too large, cut, damaged or at odds with each other, or weights that are not
        finite.
    """
    folder = standing(folder)
    config = load_config(folder)
    path, frame = folder / MODEL, _frame(config.network)
    data = read_weights(folder, _most(folder, frame))
    _check_header(path, data, frame)
    if hashlib.sha256(data).hexdigest() != config.sha256:
        raise Refused(f"checkpoint {str(path)!r} is damaged: its SHA-256 is not the one that {CONFIG} names")
    try:
        weights = safetensors.torch.load(data)
        for name, tensor in weights.items():
            if not bool(torch.isfinite(tensor).all()):
                raise Refused(f"checkpoint {str(path)!r} holds values that are not finite in {name!r}: train it again")
            weights[name] = tensor.clone()  # from a place that suits torch
        frame.load_state_dict(weights, assign=True)
    except Refused:
        raise
    except Exception as error:  # the parser's errors are of many kinds; none of them may pass for a crash of ours
        raise damaged(path, error) from error
    return frame.eval().requires_grad_(False), config


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


def _most(folder: Path, frame: Network) -> int:
    """The most bytes that the weights of such a network can take in a file.

    Raises:
        Refused: more than any checkpoint may have.
    """
    size = 4 * sum(tensor.numel() for tensor in frame.state_dict().values())
    if size > description.LARGEST_WEIGHTS:
        raise Refused(
            f"checkpoint {str(folder)!r} announces {size:,} bytes of weights: allowed are "
            f"{description.LARGEST_WEIGHTS:,} at most"
        )
    return 8 + LARGEST_HEADER + size


class _Tensor(msgspec.Struct, forbid_unknown_fields=True):
    """What the header of a file of tensors says of one of them."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def _check_header(path: Path, data: bytes, frame: Network) -> None:
    """The names, types, shapes and places of all tensors must be exactly those of such a network, before any is
    allocated.
    """
    expected = _layout(frame)
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 2 <= length <= len(data) - 8:
        raise Refused(f"checkpoint {str(path)!r} is damaged: it ends before its header does")
    if length > LARGEST_HEADER:
        raise Refused(f"checkpoint {str(path)!r} has a header of {length:,} bytes: allowed are {LARGEST_HEADER:,}")
    try:
        header = msgspec.json.decode(data[8 : 8 + length], type=dict[str, msgspec.Raw])
        msgspec.json.decode(header.pop("__metadata__", msgspec.Raw(b"{}")), type=dict[str, str])
        found = {name: msgspec.json.decode(entry, type=_Tensor) for name, entry in header.items()}
    except (ValueError, RecursionError) as error:
        raise Refused(f"checkpoint {str(path)!r} is damaged: its header cannot be read") from error
    facts = {name: (entry.dtype, entry.shape) for name, entry in found.items()}
    if facts != expected:
        wrong = sorted(set(facts.items()) ^ set(expected.items()), key=str)[0][0]
        raise Refused(f"checkpoint {str(path)!r} does not hold the weights that {CONFIG} announces: see {wrong[:80]!a}")
    end = 0
    for start, stop in sorted(entry.data_offsets for entry in found.values()):
        if start != end or stop < end:
            raise Refused(f"checkpoint {str(path)!r} is damaged: its tensors overlap or leave gaps")
        end = stop
    if len(data) != 8 + length + end:
        announced = 8 + length + end
        raise Refused(f"checkpoint {str(path)!r} is damaged: it has {len(data)} bytes and announces {announced}")


def _layout(frame: Network) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape of every tensor of such a network."""
    return {name: ("F32", tuple(tensor.shape)) for name, tensor in frame.state_dict().items()}


def parameters(network: Network) -> int:
    """Number of learned weights."""
    return sum(parameter.numel() for parameter in network.parameters())
