"""Settings files, TOML with a table a group, and whatever else holds settings: one loader for all.

Keys stand in the table of their group or, by their short names, at the top; older files and checkpoints have nothing
but short names. A file may leave out what it pleases.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, get_args, get_origin

import msgspec

from agents.settings.declared import Leaf, assembled, by_name, groups, leaves
from worlds.kit.words import shown

Value = TypeVar("Value")
Place = tuple[str, ...]
"""Where a setting stands: the fields that lead to it."""
WORLDS_FOLDERS = ("worlds_folder", "worlds")
"""Keys by which a file could name a folder of worlds."""

RETIRED = (
    "belief_hidden", "belief_weight", "belief_kl",
    "network.belief", "network.belief_hidden", "learning.belief_weight", "learning.belief_kl",
)  # fmt: skip
"""Settings of a belief beside the memory, which earlier versions had."""


def load_settings(path: str | Path, kind: type[Value]) -> Value:
    """Read settings from a TOML file.

    Raises:
        Refused: no such file, not TOML, an unknown key, a wrong type or a value out of range.
    """
    return _complete(read_settings(path, kind), kind, file_name(path))


def read_settings(path: str | Path, kind: type, *, trusted: bool = False) -> dict[Place, Any]:
    """What a TOML file sets, by the paths of the settings; types are checked, ranges and all else are not.

    ``trusted``: the command line names a folder of worlds, which then stands for the one that the file may name.

    Raises:
        Refused: no such file, not TOML, an unknown key or a wrong type; a folder of worlds that is not ``trusted``.
    """
    from simulator.engine.toml import read_toml  # here, since it brings the compiler along

    name = file_name(path)
    found = read_toml(path, name)
    if not trusted:
        refuse_folders(found, name)
    return converted(found, kind, name)


def build_settings(found: Mapping[str, Any], kind: type[Value], name: str = "settings") -> Value:
    """Settings from plain values, checked strictly.

    Raises:
        Refused: an unknown key, a wrong type or a value that is not allowed.
    """
    return _complete(converted(found, kind, name), kind, name)


def converted(found: Mapping[str, Any], kind: type, name: str) -> dict[Place, Any]:
    """Plain values as settings, by path.

    Raises:
        Refused: an unknown key, a setting that is named twice, or a value of a wrong type.
    """
    values: dict[Place, Any] = {}
    known, given = by_name(kind), told(found, kind, name)
    _refuse_old_belief(given, name)
    for key, value in given.items():
        if key in WORLDS_FOLDERS or key in RETIRED:
            continue  # older runs told one
        leaf = known.get(key)
        if leaf is None:
            _refuse(_unknown(key, kind, name))
        if leaf.path in values:
            _refuse(f"{name} sets {leaf.name} twice, once by its short name {leaf.short}: leave one of them out")
        values[leaf.path] = strictly(leaf, value, f"{name}, {key}")
    return values


def _refuse_old_belief(given: Mapping[str, Any], name: str) -> None:
    """Refuse settings of a run that had a belief beside its memory: nothing can go on from there."""
    units = given.get("network.belief", given.get("belief", 0) if "belief_kl" in given else 0)
    if units:
        _refuse(f"{name} sets belief = {shown(units)} for a belief of an earlier kind: train anew, see --belief")


def told(found: Mapping[str, Any], kind: type, name: str = "settings") -> dict[str, Any]:
    """Plain values by their names: what stands in the table of a group has its long name, all else its key.

    Raises:
        Refused: one name stands in the table of its group and, with a dot, at the top; or what has the name of a group
            is no table.
    """
    tables, short = groups(kind), {leaf.short for leaf in leaves(kind)}
    flat: dict[str, Any] = {}
    for key, value in found.items():
        inside = key in tables and isinstance(value, Mapping)
        if key in tables and not inside and key not in short:
            _refuse(f"{name} sets {key} = {shown(value)}: {key} is a table of settings")
        entries = {f"{key}.{inner}": part for inner, part in value.items()} if inside else {key: value}
        if twice := flat.keys() & entries:
            long = min(twice)
            _refuse(f"{name} sets {shown(long)} twice, once in the table {long.partition('.')[0]}: leave one out")
        flat |= entries
    return flat


def strictly(leaf: Leaf, value: Any, where: str) -> Any:
    """A plain value as a setting's type asks for it.

    Raises:
        Refused: it is of another type.
    """
    try:
        return msgspec.convert(value, leaf.type, strict=True, dec_hook=_path)
    except (msgspec.ValidationError, TypeError) as error:
        choices = get_args(leaf.type) if get_origin(leaf.type) is Literal and isinstance(value, str) else ()
        _refuse(f"{where} = {shown(value)}: {'choose from ' + ', '.join(choices) if choices else error}")


def refuse_folders(found: Mapping[str, Any], name: str) -> None:
    """Refuse a file that names a folder of worlds: their files are code that would run, and files of settings travel
    with agents, so that a folder comes from the command line alone.

    Raises:
        Refused: a folder is named; older runs wrote an empty one, which is none.
    """
    for key in WORLDS_FOLDERS:
        if found.get(key):
            _refuse(
                f"{name} names a folder of worlds, {shown(found[key])}, whose files would be run as code: "
                "if you trust them, name the folder with --worlds"
            )


def file_name(path: str | Path) -> str:
    """What a refusal calls a settings file."""
    return f"settings file {str(path)!r}"


def plain_settings(settings: Any) -> dict[str, Any]:
    """Settings as plain values, a dictionary a group, for TOML or JSON."""
    found: dict[str, Any] = msgspec.to_builtins(settings)
    return found


def save_settings(settings: Any, path: str | Path) -> None:
    """Write settings to a TOML file, whole or not at all."""
    from worlds.kit.writing import write_bytes

    write_bytes(Path(path), msgspec.toml.encode(settings))


def _path(kind: type, value: Any) -> Path:
    if not (issubclass(kind, Path) and isinstance(value, str)):
        raise TypeError("Expected `str`")
    return Path(value)


def _complete(values: dict[Place, Any], kind: type[Value], name: str) -> Value:
    for leaf in leaves(kind):
        if leaf.path not in values and leaf.default is MISSING:
            _refuse(f"{name} does not set {leaf.name}, which has no default")
    from worlds.world import Refused

    try:
        return assembled(kind, values)
    except Refused as refusal:
        raise Refused(f"{name}: {refusal}") from refusal


def _unknown(key: str, kind: type, name: str) -> str:
    group = key.partition(".")[0]
    tables = groups(kind)
    if group in tables and "." in key:
        return f"{name} sets unknown {shown(key)}: known in {group} are {', '.join(_fields(tables[group]))}"
    known = [leaf.short for leaf in leaves(kind)]
    close = difflib.get_close_matches(key[:80], known, 1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    more = f"; and the tables {', '.join(tables)}" if tables else ""
    return f"{name} sets unknown {shown(key)}{meant}: known are {', '.join(known)}{more}"


def _fields(group: type) -> Iterator[str]:
    return (leaf.name for leaf in leaves(group))


def _refuse(sentence: str) -> NoReturn:
    from worlds.world import Refused

    raise Refused(sentence)
