"""Checks the words of a command line against the declarations of the settings, so that a refusal names what is wrong.

Words that pass are read by tyro, which prints its refusals as pictures for terminals and tells nobody else of them.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Sequence
from dataclasses import MISSING
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from agents.settings.declared import Leaf
from worlds.kit.words import shown

MANY = -1
"""Values that a setting takes: as many as there are."""
CODE, CODED = "--code", "home, play and watch"
"""A flag that is looked for elsewhere, too, and the commands that take it."""


def flags_of(leaf: Leaf) -> tuple[str, ...]:
    """What turns a setting on or stands before its value: the long name, the short one and what else was declared."""
    names = dict.fromkeys((leaf.name, leaf.short))
    return (*(f"--{name.replace('_', '-')}" for name in names), *leaf.shown.flags)


def off_flags_of(leaf: Leaf, default: Any) -> tuple[str, ...]:
    """What turns a switch off: --no-NAME, or --GROUP.no-NAME."""
    if leaf.type is not bool or (leaf.shown.bare and not default):
        return ()
    split = [flag[2:].rpartition(".") for flag in flags_of(leaf)]
    return tuple(f"--{group}{dot}no-{name}" for group, dot, name in split)


def metavar_of(leaf: Leaf) -> str:
    """What stands for the value of a setting in help and refusals."""
    return leaf.shown.metavar or leaf.path[-1].upper()


def takes(leaf: Leaf) -> int:
    """How many values a setting takes, or `MANY`."""
    kind = _given(leaf.type)
    if kind is bool:
        return 0
    if get_origin(kind) is dict:
        return MANY
    if get_origin(kind) is not tuple:
        return 1
    parts = get_args(kind)
    return MANY if parts[-1] is Ellipsis else len(parts)


class WrongArgument(ValueError):
    """Says in a part of a sentence what is wrong; whoever catches it tells which command it is about."""


def check_arguments(words: Sequence[str], leaves: Iterable[Leaf], defaults: dict[str, Any]) -> None:
    """Find words that no declaration covers; ``defaults`` are by the long names of the settings.

    Raises:
        WrongArgument: a flag that nobody knows, a value that is missing or of another kind, a word too many or missing.
    """
    all_leaves = list(leaves)
    left = _after_flags(words, [leaf for leaf in all_leaves if not leaf.shown.positional], defaults)
    for leaf in all_leaves:
        if not leaf.shown.positional:
            continue
        count = len(left) if takes(leaf) == MANY else 1
        for word in left[:count]:
            _check_value(leaf, metavar_of(leaf), word)
        if not left and defaults[leaf.name] is MISSING:
            raise WrongArgument(f"{metavar_of(leaf)} is missing")
        left = left[count:]
    if left:
        raise WrongArgument(f"unrecognized words: {shown(left[0])}")


def _after_flags(words: Sequence[str], leaves: list[Leaf], defaults: dict[str, Any]) -> list[str]:
    """The words that belong to no flag."""
    known = {flag: leaf for leaf in leaves for flag in flags_of(leaf)}
    off = {flag: leaf for leaf in leaves for flag in off_flags_of(leaf, defaults[leaf.name])}
    left: list[str] = []
    at = 0
    while at < len(words):
        word, at = words[at], at + 1
        if word == "--":
            return [*left, *words[at:]]
        if not _is_flag(word):
            left.append(word)
            continue
        name, equals, value = word.partition("=")
        flag = name.replace("_", "-")
        if flag == CODE and flag not in known:
            raise WrongArgument(f"{CODE} goes with {CODED} alone, as a share code is one task and who plays it")
        if flag not in known and flag not in off:
            raise WrongArgument(f"unrecognized options: {_shortened(name)}{_meant(flag, [*known, *off])}")
        if flag in off or takes(known[flag]) == 0:
            if equals:
                raise WrongArgument(f"{flag} is a switch: it takes no value, not {shown(value)}")
            continue
        leaf, values = known[flag], [value] if equals else []
        while at < len(words) and not _is_flag(words[at]) and len(values) != takes(leaf):
            values.append(words[at])
            at += 1
        _check_count(leaf, flag, len(values))
        for value in values:
            _check_value(leaf, flag, value)
        if get_origin(leaf.type) is dict:
            _check_names(flag, values)
    return left


def _check_count(leaf: Leaf, flag: str, given: int) -> None:
    """A list with nothing behind its flag is a slip: an empty one would pass for the default."""
    if takes(leaf) == MANY:
        if not given and not leaf.shown.none:
            raise WrongArgument(f"{flag} takes {_listed(leaf)}, and none is given")
    elif takes(leaf) > given:
        count = f"{takes(leaf)} values" if takes(leaf) > 1 else "a value"
        raise WrongArgument(f"{flag} takes {count}, and {given or 'none'} is given")


def _listed(leaf: Leaf) -> str:
    """What a list holds, in words."""
    item = get_args(_given(leaf.type))[0]
    if get_origin(item) is Literal:
        return f"one or more of {', '.join(get_args(item))}"
    return f"one value or more ({metavar_of(leaf)})" if leaf.shown.metavar else "one value or more"


def _is_flag(word: str) -> bool:
    """Whether a word is meant as a flag; numbers below zero are none."""
    bare = word.lstrip("-")
    if word == "--" or (word.startswith("--") and bare):
        return True
    return word.startswith("-") and bare[:1].isalpha() and bare.lower() not in ("inf", "infinity", "nan")


def _check_value(leaf: Leaf, name: str, word: str) -> None:
    if get_origin(leaf.type) is dict:
        _check_pair(leaf, word)
        return
    kind = _given(leaf.type)
    if kind is not leaf.type and word == "None":
        return
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    if expected := _expected(kind, word):
        raise WrongArgument(f"{name} is {shown(word)}: it takes {expected}")


def _check_pair(leaf: Leaf, word: str) -> None:
    name, equals, _ = word.partition("=")
    if not (name and equals):
        raise WrongArgument(f"{flags_of(leaf)[-1]}: expected {metavar_of(leaf).removesuffix(' …')}, not {shown(word)}")


def _check_names(flag: str, words: list[str]) -> None:
    seen = set[str]()
    for name in (word.partition("=")[0] for word in words):
        if name in seen:
            raise WrongArgument(f"{flag} names {shown(name)} twice: leave one of them out")
        seen.add(name)


def _expected(kind: Any, word: str) -> str | None:
    """What a word should be, if it is no such value."""
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return None if word in choices else f"one of {', '.join(choices)}"
    if kind is Path:
        return None if word else "a path"  # an empty one would stand for the folder one is in
    for number, what in ((int, "a whole number"), (float, "a number")):
        if kind is number:
            try:
                number(word)
            except ValueError:
                return what
    return None


def _given(kind: Any) -> Any:
    """The type of a value that is given, where it may be left out."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def _meant(flag: str, known: list[str]) -> str:
    close = difflib.get_close_matches(flag[:80], known, 1, 0.75)
    return f", did you mean {close[0]}?" if close else ""


def _shortened(name: str) -> str:
    return name if name.isprintable() and len(name) < 80 else shown(name)
