"""How settings are declared: a frozen dataclass, ranges in its annotations, what else is to be known in its metadata.

A class of settings may hold others, one a group. Whoever reads, checks, writes or shows settings asks `leaves` for what
was declared. A setting has two names: the long one tells its group (`learning.rate`), the short one stands for itself
(`learning_rate`). Files and flags take both, keywords the short one.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass
from functools import lru_cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
PLAIN = 10**7  # whole numbers up to here are written without commas


@dataclass(frozen=True)
class Range:
    """The numbers that a setting takes; each of them where it takes several. None stands for a number not given."""

    low: float
    high: float
    below: bool = False
    """Without the highest number itself."""

    def holds(self, value: Any) -> bool:
        """Whether a value is in it; not-a-number never is."""
        if value is None:
            return True
        if isinstance(value, tuple):
            return all(self.holds(part) for part in value)
        return bool(self.low <= value <= self.high) and not (self.below and value == self.high)

    def __str__(self) -> str:
        return f"{_number(self.low)} to {'below ' * self.below}{_number(self.high)}"


SEEDS = Range(0, 2**63 - 1)


@dataclass(frozen=True)
class Shown:
    """How a setting looks on the command line, where that does not follow from its type."""

    metavar: str = ""
    """What stands for its value."""
    positional: bool = False
    """It is given without a flag."""
    bare: bool = False
    """A switch that can be turned on alone: it has no --no-NAME."""
    default: str = ""
    """What the default is, in words."""
    flags: tuple[str, ...] = ()
    """Further flags."""
    none: bool = False
    """A list that nothing may stand behind: then it is empty, which is not its default."""


@dataclass(frozen=True)
class Note:
    """What else is to be known of a setting."""

    short: str = ""
    """Its short name where that is not the name of its field."""
    may_change: bool = False
    """A resumed run may have another value."""
    incidental: bool = False
    """It does not change a result, and stands in no command that makes one again."""


def note(*, short: str = "", may_change: bool = False, incidental: bool = False) -> Mapping[str, Note]:
    """Metadata of a field: see `Note`."""
    return {"note": Note(short, may_change, incidental)}


@dataclass(frozen=True)
class Leaf:
    """One setting, as it was declared."""

    path: tuple[str, ...]
    """Fields that lead to it."""
    type: Any
    marks: tuple[Any, ...]
    """All else that its annotation holds."""
    field: Field[Any]
    owner: type

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The long name."""
        return ".".join(self.path)

    @property
    def note(self) -> Note:
        """Its metadata."""
        found: Note = self.field.metadata.get("note", Note())
        return found

    @property
    def short(self) -> str:
        """The short name."""
        return self.note.short or self.path[-1]

    @property
    def range(self) -> Range | None:
        """The numbers that are allowed."""
        return next((mark for mark in self.marks if isinstance(mark, Range)), None)

    @property
    def shown(self) -> Shown:
        """How it looks on the command line."""
        return next((mark for mark in self.marks if isinstance(mark, Shown)), Shown())

    @property
    def default(self) -> Any:
        """Its default; `dataclasses.MISSING` where it must be given."""
        made = self.field.default_factory
        return self.field.default if made is MISSING else made()

    @property
    def doc(self) -> str:
        """The text below its declaration, on one line."""
        return _docs(self.owner).get(self.path[-1], "")

    def of(self, settings: Any) -> Any:
        """Its value in settings."""
        for name in self.path:
            settings = getattr(settings, name)
        return settings

    def problem(self, value: Any) -> str | None:
        """What is wrong with a number, if it is out of range."""
        if self.range is None or self.range.holds(value):
            return None
        from worlds.kit.words import shown

        told = f"{value:g}" if isinstance(value, float) else shown(value)
        return f"{self.short} is {told}: allowed is {self.range}"


def leaves(kind: type) -> tuple[Leaf, ...]:
    """All settings of a class and of its groups, in order."""
    if kind not in _found:
        _found[kind] = tuple(_declared(kind))
    return _found[kind]


def _declared(kind: type) -> Iterator[Leaf]:
    hints = get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        hint, marks = hints[field.name], ()
        if get_origin(hint) is Annotated:
            hint, *rest = get_args(hint)
            marks = tuple(rest)
        if dataclasses.is_dataclass(hint):
            for leaf in leaves(hint):  # type: ignore[arg-type]
                yield dataclasses.replace(leaf, path=(field.name, *leaf.path))
        else:
            owner = next(base for base in kind.__mro__ if field.name in vars(base).get("__annotations__", {}))
            yield Leaf((field.name,), hint, marks, field, owner)


def groups(kind: type) -> dict[str, type]:
    """The groups of a class of settings by the name of their field."""
    hints = get_type_hints(kind)
    names = (field.name for field in dataclasses.fields(kind))
    return {name: hints[name] for name in names if dataclasses.is_dataclass(hints[name])}


def by_name(kind: type) -> dict[str, Leaf]:
    """All settings of a class by their long and their short names."""
    found = {leaf.short: leaf for leaf in leaves(kind)}
    assert len(found) == len(leaves(kind)), f"two settings of {kind.__name__} have the same short name"
    return found | {leaf.name: leaf for leaf in leaves(kind)}


_found: dict[type, tuple[Leaf, ...]] = {}
"""What `leaves` has found: every class is read once."""


def check_ranges(settings: Any) -> None:
    """Refuse numbers out of their ranges; every class of settings calls this when it is made, each group for itself.

    Raises:
        Refused: names the setting, the value and what is allowed.
    """
    for leaf in leaves(type(settings)):
        if len(leaf.path) == 1 and (problem := leaf.problem(leaf.of(settings))):
            from worlds.world import Refused  # here, since it brings the compiler along

            raise Refused(problem)


def made(kind: type[Value], **values: Any) -> Value:
    """Settings from values by name, long or short; all others have their defaults.

    Raises:
        Refused: a value that is not allowed.
        TypeError: a name that no setting has, or a setting that must be given and is not.
    """
    known = by_name(kind)
    if unknown := sorted(set(values) - set(known)):
        raise TypeError(f"{kind.__name__} has no setting {unknown[0]!r}")
    return assembled(kind, {known[name].path: value for name, value in values.items()})


def changed(settings: Value, **values: Any) -> Value:
    """The same settings with other values by name, long or short.

    Raises:
        Refused: a value that is not allowed.
        TypeError: a name that no setting has.
    """
    kind = type(settings)
    before = {leaf.name: leaf.of(settings) for leaf in leaves(kind)}
    known = by_name(kind)
    if unknown := sorted(set(values) - set(known)):
        raise TypeError(f"{kind.__name__} has no setting {unknown[0]!r}")
    return made(kind, **{**before, **{known[name].name: value for name, value in values.items()}})


def assembled(kind: type[Value], values: Mapping[tuple[str, ...], Any]) -> Value:
    """Settings from values by path.

    Raises:
        Refused: a value that is not allowed.
        TypeError: a setting that must be given and is not.
    """
    given: dict[str, Any] = {path[0]: value for path, value in values.items() if len(path) == 1}
    for name, group in groups(kind).items():
        given[name] = assembled(group, {path[1:]: value for path, value in values.items() if path[0] == name})
    return kind(**given)


def differing(settings: Any, other: Any, free: Iterable[Leaf] = ()) -> list[Leaf]:
    """Settings whose values are not the same in both, but for those that are free to differ."""
    names = {leaf.name for leaf in free}
    return [leaf for leaf in leaves(type(settings)) if leaf.name not in names and leaf.of(settings) != leaf.of(other)]


@lru_cache
def _docs(kind: type) -> dict[str, str]:
    """The texts below the fields of a class. Python keeps none of them, so its source is asked."""
    (node,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind))).body
    assert isinstance(node, ast.ClassDef)
    found = {}
    for before, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and isinstance(after, ast.Expr):
            text = ast.literal_eval(after.value)
            found[before.target.id] = " ".join(str(text).split())
    return found


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value) if abs(value) <= PLAIN else f"{value:,}"
    return f"{value:g}"
