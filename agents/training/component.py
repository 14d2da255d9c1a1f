"""What every part of a training run offers, so that the run only joins them: its state, and going on from one.

`state_dict()` is a copy of all that decides what a component does next: tables by name (nested `dict`s) of tensors,
NumPy arrays and plain numbers. `load_state_dict(state)` checks all of it against what the component itself would save,
and raises a `ValueError` that names the part where something differs; a component that refused is of no use afterwards.
An array may come back as a tensor, which is what files hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

State = dict[str, Any]
MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What Adam remembers of a parameter."""


class Component(Protocol):
    """A part of a run."""

    def state_dict(self) -> State: ...

    def load_state_dict(self, state: State) -> None: ...


def matching(part: str, state: Any, ours: State, growing: Iterable[str] = ()) -> State:
    """The state of a part, each value of the kind, type and shape of ``ours``; arrays and tensors are copies.

    Of those that are ``growing``, the first size may be any. Tables within are only seen to be tables: whoever they
    belong to checks them.

    Raises:
        ValueError: a name that is missing or unknown, another kind, type or shape, or a number that is not finite.
    """
    state = table(part, state)
    if set(state) != set(ours):
        missing, unknown = sorted(set(ours) - set(state)), sorted(map(str, set(state) - set(ours)))
        raise ValueError(f"{part} lacks {missing[0]!r}" if missing else f"{part} holds an unknown {unknown[0]!r}")
    return {name: _like(f"{name!r} of {part}", state[name], own, name in growing) for name, own in ours.items()}


def table(part: str, state: Any) -> State:
    """A copy of a table by names.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(state, Mapping) or not all(isinstance(name, str) for name in state):
        raise ValueError(f"{part} is no table of values")
    return dict(state)


def numbered(part: str, state: Any) -> dict[int, Any]:
    """A table by numbers, which are written as text.

    Raises:
        ValueError: it is none.
    """
    entries = table(part, state)
    if any(name != str(int(name)) if name.lstrip("-").isdecimal() else True for name in entries):
        raise ValueError(f"{part} is no table by numbers")
    return {int(name): entry for name, entry in entries.items()}


def _like(what: str, value: Any, ours: Any, growing: bool) -> Any:
    if isinstance(ours, dict):
        return table(what, value)
    if isinstance(ours, Tensor | np.ndarray):
        return _array_like(what, value, ours, growing)
    if isinstance(value, bool) or not isinstance(value, int if isinstance(ours, int) else int | float):
        raise ValueError(f"{what} is no {'whole ' if isinstance(ours, int) else ''}number")
    if isinstance(ours, int):
        return value
    if not np.isfinite(float(value)):
        raise ValueError(f"{what} is not finite")
    return float(value)


def _array_like(what: str, value: Any, ours: Tensor | np.ndarray, growing: bool) -> Tensor | np.ndarray:
    if not isinstance(value, Tensor | np.ndarray):
        raise ValueError(f"{what} is no array")
    found = torch.as_tensor(value)
    meant = torch.as_tensor(ours)
    first = 1 if growing else 0
    if (found.dtype, found.ndim, found.shape[first:]) != (meant.dtype, meant.ndim, meant.shape[first:]):
        kinds = [f"{tensor.dtype} {tuple(tensor.shape)}".removeprefix("torch.") for tensor in (found, meant)]
        raise ValueError(f"{what} is {kinds[0]}, not {kinds[1]}")
    if found.is_floating_point() and not bool(torch.isfinite(found).all()):
        raise ValueError(f"{what} holds values that are not finite")
    found = found.detach().clone()
    return found if isinstance(ours, Tensor) else found.cpu().numpy()


def module_state(module: nn.Module) -> State:
    """A copy of a module's weights and buffers."""
    return {name: tensor.detach().clone() for name, tensor in nn.Module.state_dict(module).items()}


def load_module(part: str, module: nn.Module, state: Any) -> None:
    """Give a module such weights.

    Raises:
        ValueError: they are no such.
    """
    nn.Module.load_state_dict(module, matching(part, state, module_state(module)))


def adam_state(optimiser: torch.optim.Optimizer) -> State:
    """What Adam remembers, by the number of the parameter, for those that had a gradient; the step size is no part: it
    is set anew for each update.
    """
    entries = optimiser.state_dict()["state"]
    return {str(number): {name: entry[name].detach().clone() for name in MOMENTS} for number, entry in entries.items()}


def load_adam(part: str, optimiser: torch.optim.Optimizer, state: Any) -> None:
    """Go on with such moments.

    Raises:
        ValueError: of a parameter that is not there, of another shape, or none that Adam could have come to.
    """
    packed, entries = optimiser.state_dict(), dict[int, State]()
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    for number, entry in numbered(part, state).items():
        if not 0 <= number < len(parameters):
            raise ValueError(f"{part} has {len(parameters)} parameters, and none of number {number}")
        own = parameters[number].detach()
        ours = {"step": torch.zeros(()), "exp_avg": own, "exp_avg_sq": own}
        found = matching(f"{part}, parameter {number},", entry, ours)
        if min(float(found["step"]), float(found["exp_avg_sq"].min())) < 0.0:
            raise ValueError(f"{part}, parameter {number}, holds a count or a square below 0")
        entries[number] = found
    packed["state"] = entries
    optimiser.load_state_dict(packed)


def load_draws(part: str, generator: torch.Generator, state: Tensor) -> None:
    """Let a generator of torch draw on from a state of it.

    Raises:
        ValueError: it is none.
    """
    try:
        generator.set_state(state.cpu())
    except RuntimeError as error:
        raise ValueError(f"{part} holds no state of a generator of random numbers") from error


def pcg_state(generator: np.random.Generator) -> np.ndarray:
    """The state of a PCG64 generator, (40,) u1: two words of 128 bits, then a kept half of a draw and whether it is."""
    told = generator.bit_generator.state
    words = [told["state"]["state"].to_bytes(16, "little"), told["state"]["inc"].to_bytes(16, "little")]
    half = [told["uinteger"].to_bytes(4, "little"), told["has_uint32"].to_bytes(4, "little")]
    return np.frombuffer(b"".join(words + half), np.uint8).copy()


def load_pcg(part: str, generator: np.random.Generator, state: np.ndarray) -> None:
    """Let a PCG64 generator draw on from such a state.

    Raises:
        ValueError: no generator has it.
    """
    data = state.tobytes()
    word, step, half, kept = (
        int.from_bytes(data[start:stop], "little") for start, stop in ((0, 16), (16, 32), (32, 36), (36, 40))
    )
    if kept > 1 or step % 2 == 0:
        raise ValueError(f"{part} holds no state of a generator of random numbers")
    generator.bit_generator.state = {
        "bit_generator": "PCG64", "state": {"state": word, "inc": step}, "has_uint32": kept, "uinteger": half,
    }  # fmt: skip
