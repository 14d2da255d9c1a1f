"""Files of weights, checked before a single weight is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import safetensors.torch
import torch
from torch import Tensor

from agents.checkpoints import description
from agents.checkpoints.description import CONFIG, MODEL, damaged, read_weights
from worlds.world import Refused

LARGEST_HEADER = 2**20  # bytes
Layout = dict[str, tuple[str, tuple[int, ...]]]
"""Type and shape of every tensor in a file, by name."""


def layout(tensors: Mapping[str, Tensor], *, halved: bool = False) -> Layout:
    """The layout of a file with these tensors, in float32 or ``halved``."""
    return {name: ("F16" if halved and tensor.ndim else "F32", tuple(tensor.shape)) for name, tensor in tensors.items()}


def halved(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same in float16, but for single numbers, which scale values and may be of any size.

    Raises:
        Refused: a weight is too large for it.
    """
    found = {name: tensor.half() if tensor.ndim else tensor for name, tensor in tensors.items()}
    for name, tensor in found.items():
        if not bool(torch.isfinite(tensor).all()):
            raise Refused(f"weights {name!r} are too large for float16: train with a smaller learning rate")
    return found


def packed(tensors: Mapping[str, Tensor]) -> bytes:
    """A file of weights."""
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    found: bytes = safetensors.torch.save(plain, {"format": "pt"})  # a second entry would come in any order
    return found


def unpacked(folder: Path, expected: Layout, sha256: str) -> dict[str, Tensor]:
    """The weights in a checkpoint's folder, in float32; their layout and their hash are those that are announced.

    Raises:
        Refused: files that are missing, too large, cut, damaged or at odds with each other, or weights that are not
        finite.
    """
    path = folder / MODEL
    data = read_weights(folder, _most(folder, expected))
    _check_header(path, data, expected)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Refused(f"checkpoint {str(path)!r} is damaged: its SHA-256 is not the one that {CONFIG} names")
    try:
        weights = safetensors.torch.load(data)
        for name, tensor in weights.items():
            if not bool(torch.isfinite(tensor).all()):
                raise Refused(f"checkpoint {str(path)!r} holds values that are not finite in {name!r}: train it again")
            weights[name] = tensor.float() if tensor.dtype != torch.float32 else tensor.clone()  # suits torch's needs
    except Refused:
        raise
    except Exception as error:  # the parser's errors are of many kinds; none of them may pass for a crash of ours
        raise damaged(path, error) from error
    return weights


def _most(folder: Path, expected: Layout) -> int:
    """The most bytes that such weights can take in a file.

    Raises:
        Refused: more than any checkpoint may have.
    """
    size = sum((2 if kind == "F16" else 4) * torch.Size(shape).numel() for kind, shape in expected.values())
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


def _check_header(path: Path, data: bytes, expected: Layout) -> None:
    """The names, types, shapes and places of all tensors must be exactly the expected ones, before any is allocated."""
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
