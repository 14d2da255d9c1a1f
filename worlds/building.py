"""What a person can choose of a world's build: its arguments, with the words and numbers that each of them takes.

A world says so by ``BUILD_CHOICES`` beside its ``build``: a range of whole numbers, or a row of values, by argument.
What it does not name there is known by its annotation: switches, and the words of a ``Literal``. Of other numbers no
range is known, so that the world itself has to refuse them; other words, such as names of files, are not chosen here.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from worlds.declarations import Refused
from worlds.kit.words import shown


@dataclass(frozen=True)
class Argument:
    """One argument of a build that a person can choose."""

    name: str
    usual: Any
    """What it is where nothing is said; None: the world decides."""
    values: tuple[Any, ...] | range = ()
    """All that it may be; empty: numbers of which only the world knows whether it takes them."""
    whole: bool = True
    """Whether numbers without a range are whole ones."""


def arguments_of(name: str, module: ModuleType) -> tuple[Argument, ...]:
    """The arguments that can be chosen of the world in a module, in the order of its ``build``.

    Raises:
        Refused: its ``BUILD_CHOICES`` are of another kind, or name an argument that its build does not take.
    """
    make, declared = getattr(module, "build", None), getattr(module, "BUILD_CHOICES", {})
    if not callable(make):
        return ()
    parameters = inspect.signature(make).parameters
    if not isinstance(declared, Mapping) or not all(isinstance(row, range | tuple) for row in declared.values()):
        raise Refused(f"BUILD_CHOICES of world {name!r} are {shown(declared)}: they are ranges or tuples by argument")
    if unknown := [key for key in declared if key not in parameters]:
        raise Refused(f"BUILD_CHOICES of world {name!r} name {shown(unknown[0])}: its build takes no such argument")
    kinds = _kinds(make)
    found = (_argument(each, kinds.get(each.name), declared.get(each.name)) for each in parameters.values())
    return tuple(argument for argument in found if argument is not None)


def _argument(parameter: inspect.Parameter, kind: Any, declared: Any) -> Argument | None:
    if parameter.default is inspect.Parameter.empty:
        return None
    name, usual = parameter.name, parameter.default
    if declared:
        return Argument(name, usual, declared)
    if kind is bool:
        return Argument(name, usual, (False, True))
    if get_origin(kind) is Literal:
        return Argument(name, usual, get_args(kind))
    return Argument(name, usual, whole=kind is int) if kind in (int, float) else None


def _kinds(make: Any) -> dict[str, Any]:
    """What each argument is annotated with; one that may be None counts as what it is otherwise."""
    try:
        hints = get_type_hints(make)
    except (NameError, TypeError, AttributeError):  # names that are only there for a checker of types
        return {}
    return {name: _without_none(kind) for name, kind in hints.items()}


def _without_none(kind: Any) -> Any:
    parts = [part for part in get_args(kind) if part is not type(None)]
    return parts[0] if type(None) in get_args(kind) and len(parts) == 1 else kind


def with_argument(build: Mapping[str, Any], argument: Argument, value: Any) -> dict[str, Any]:
    """A build with another value of an argument; what is usual is left out."""
    others = {name: old for name, old in build.items() if name != argument.name}
    return others if value == argument.usual else {**others, argument.name: value}
