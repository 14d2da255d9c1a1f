"""Functions compiled by torch, and whether that works here at all."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from worlds.world import Refused

Result = TypeVar("Result")
MOST_SHAPES = 64
"""Machine codes of one function, one for every shape it meets: lanes of a minibatch, with or without a past."""


def compiled(function: Callable[..., Result], device: str) -> Callable[..., Result]:
    """The function through `torch.compile`, for tensors on a device; each shape by itself, so that what is computed
    does not depend on the shapes met before.

    Raises:
        Refused: torch cannot compile here.
    """
    if reason := _obstacle(device):
        raise Refused(f"torch cannot compile here ({reason}): leave compile out, or install a C++ compiler")
    options: Any = {"dynamic": False, "recompile_limit": MOST_SHAPES, "isolate_recompiles": True}
    return torch.compile(function, **options)


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
        return str(error).strip().partition("\n")[0].rstrip(".:") or type(error).__name__
    return ""
