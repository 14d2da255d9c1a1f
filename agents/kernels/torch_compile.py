"""Functions compiled by torch, and whether that works here at all.

torch 2.13 compiles bfloat16 to code that gives NaN, or to none at all, where it is limited to AVX2 or less (seen with
ATEN_CPU_CAPABILITY=avx2 and default on a processor with AVX-512). So the first result of every shape is compared with
what torch itself computes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from worlds.world import Refused

Compared = TypeVar("Compared", bound=tuple[Tensor, ...])
CLOSE = 0.05
"""How far numbers may lie apart, as a share of the largest: the rounding of bfloat16 (8 bits) adds up to less."""
MOST_SHAPES = 64
"""Machine codes of one function, one for every shape it meets: lanes of a minibatch, with or without a past."""


def compiled(function: Callable[..., Compared], device: str) -> Callable[..., Compared]:
    """The function through `torch.compile`, for tensors on a device; each shape by itself, so that what is computed
    does not depend on the shapes met before.

    Raises:
        Refused: torch cannot compile here; so does the function that is returned, at the first call with a shape, also
            where the compiled code computes something else.
    """
    if reason := _obstacle(device):
        raise _refusal(reason)
    options: Any = {"dynamic": False, "recompile_limit": MOST_SHAPES, "isolate_recompiles": True}
    fast, trusted = torch.compile(function, **options), set[tuple[torch.Size, ...]]()

    def checked(*tensors: Tensor) -> Compared:
        shapes = tuple(tensor.shape for tensor in tensors)
        if shapes in trusted:
            return fast(*tensors)
        try:
            found = fast(*tensors)
        except torch._dynamo.exc.TorchDynamoException as error:
            raise _refusal(_first_line(error)) from error
        with torch.no_grad():
            for mine, expected in zip(found, function(*tensors), strict=True):
                if not bool((mine - expected).abs().max() <= CLOSE * (1.0 + expected.abs().max())):  # NaN is not, too
                    raise Refused("torch compiles here to code that gives other numbers: leave compile out")
        trusted.add(shapes)
        return found

    return checked


def _refusal(reason: str) -> Refused:
    return Refused(f"torch cannot compile here ({reason}): leave compile out, or install a C++ compiler")


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).strip().splitlines() if not line.endswith("raised:")]  # by which part of torch
    return lines[0].rstrip(".:") if lines else type(error).__name__


@cache
def _obstacle(device: str) -> str:
    """Why a function of one line cannot be compiled; empty where it can."""

    def double(numbers: Tensor) -> Tensor:
        return numbers * 2.0 + 1.0

    try:
        with warnings.catch_warnings(), torch._inductor.config.patch(force_disable_caches=True):
            warnings.simplefilter("ignore")  # torch warns of parts of its own that it no longer likes
            from torch._inductor.cpp_builder import get_cpp_compiler

            get_cpp_compiler()
            torch.compile(double)(torch.ones(8, device=device))  # anew: what was compiled once proves nothing today
    except Exception as error:  # of many kinds: no compiler, no headers, no room to write
        return _first_line(error)
    return ""
