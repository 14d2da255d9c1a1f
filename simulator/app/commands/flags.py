"""Reads the flags of a command: settings file first, then flags, then one sentence if something is wrong with them.

tyro sees a mirror of the settings, made from their declarations: the same fields, with flags, help and defaults, and
without the checks, which the settings themselves make once all values are known.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import os
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Optional, get_args, get_origin

import tyro
from tyro.constructors import PrimitiveConstructorSpec

from agents.settings.declared import Leaf, Range, Shown, assembled, groups, leaves
from simulator.app.commands.arguments import WrongArgument, check_arguments, flags_of, metavar_of
from simulator.app.commands.common import FILES, LONGEST, check_apart, check_words, refuse
from simulator.app.commands.networks import files_of_builds, names_networks, read_networks

NARROWEST, WIDEST = 40, 200  # columns of a help text
SHELLS = [["bash"], ["zsh"], ["tcsh"], ["fish"]]
"""Where tyro can make a script that completes flags, for `--tyro-print-completion SHELL`."""

Place = tuple[str, ...]
"""Fields that lead to a setting."""
WorldName = Annotated[str, Shown("WORLD", positional=True)]
FileName = Annotated[Path, Shown("FILE", positional=True)]
OptionalFile = Annotated[Optional[Path], Shown("FILE")]  # noqa: UP045
ShareCode = Annotated[Optional[str], Shown("CODE", default="none")]  # noqa: UP045
OptionalFolder = Annotated[Optional[Path], Shown("DIR")]  # noqa: UP045
Seconds = Annotated[Optional[float], Range(*LONGEST), Shown("SECONDS")]  # noqa: UP045
Build = Annotated[dict[str, Any], Shown("NAME=VALUE …")]
SeatSpecs = Annotated[dict[str, str], Shown("SEAT=SPEC …")]
Language = Annotated[str, Shown("CODE", default="as the settings say")]
Flag = Annotated[bool, Shown(bare=True)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """For every command."""

    worlds: OptionalFolder = None
    """Add the worlds of a folder of your own."""
    settings: OptionalFile = None
    """Take defaults from a TOML file; flags override it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class JsonOptions(Options):
    """For every command."""

    json: Flag = False
    """Print one JSON object and nothing else on standard output."""


def parse(name: str, module: ModuleType, arguments: Sequence[str]) -> tuple[Any, Any]:
    """The settings of a command and its general options.

    Raises:
        Refused: flags or a settings file that the command does not take.
        SystemExit: code 0 after printing the help text.
    """
    kind, general = (
        module.Settings,
        getattr(module, "OPTIONS", JsonOptions if getattr(module, "JSON", False) else Options),
    )
    arguments = list(arguments)
    told: dict[Place, Any] = {}
    if (path := given(arguments, "--settings")) is not None:
        from agents.settings.files import read_settings

        told = read_settings(path, kind, trusted=given(arguments, "--worlds") is not None)
    own = {
        place: value
        for place, value in _own_defaults(name, module, general, arguments, told).items()
        if place not in told
    }
    told = {**own, **told}
    defaults = _defaults(kind, general, told)
    with _sane_width():
        if {"-h", "--help"} & set(_before_rest(arguments)):
            print(help_text(module), end="\n\n")  # tyro would join the lines of the examples
            _explain(_mirror(name, kind, general, defaults, explained=True), name, ["--help"])
        if arguments[:1] == ["--tyro-print-completion"] and arguments[1:2] in SHELLS:
            _explain(_mirror(name, kind, general, defaults, explained=True), name, arguments[:2])
    values, options = _read(name, module, general, arguments, defaults)
    try:
        settings = assembled(kind, values)
    except ValueError as refusal:
        from worlds.world import Refused  # here, since its import takes time

        if not isinstance(refusal, Refused):
            raise
        refuse(f"{refusal}{_origin(module, kind, str(refusal), values, own)}")
    check_words(settings)
    return settings, options


def _origin(module: ModuleType, kind: type, sentence: str, values: dict[Place, Any], own: dict[Place, Any]) -> str:
    """Where the values come from that a refusal names and that nobody gave; to go behind it."""
    foreign = [
        f"{leaf.short} = {values[leaf.path]!r}"
        for leaf in leaves(kind)
        if leaf.path in own
        and values[leaf.path] == own[leaf.path] != leaf.default
        and re.search(rf"\b{leaf.short}\b", sentence)
    ]
    if not foreign:
        return ""
    return f"; {module.source_of_defaults(values)} {' and '.join(foreign)}, which a flag or a settings file can change"


def _own_defaults(
    name: str, module: ModuleType, general: type, arguments: list[str], told: dict[Place, Any]
) -> dict[Place, Any]:
    """What a command itself says of settings that neither a flag nor a file decides, such as those of the world that is
    named; in a help text only where one is named.
    """
    if not hasattr(module, "own_defaults"):
        return {}
    words = [word for word in arguments if word not in ("-h", "--help")]
    helped = len(words) < len(arguments) or "--tyro-print-completion" in words
    if helped and (not words or words[0].startswith("-")):
        return {}
    try:
        found: dict[Place, Any] = module.own_defaults(
            *_read(name, module, general, words, _defaults(module.Settings, general, told))
        )
    except ValueError:  # `Refused`, whose import takes time
        if not helped:
            raise
        return {}  # help is given whatever stands beside it
    return found


def _defaults(kind: type, general: type, told: dict[Place, Any]) -> dict[str, Any]:
    """Defaults by long name; those that are ``told`` by path go first."""
    return {leaf.name: told.get(leaf.path, leaf.default) for leaf in (*leaves(kind), *leaves(general))}


def _read(
    name: str, module: ModuleType, general: type, arguments: list[str], defaults: dict[str, Any]
) -> tuple[dict[Place, Any], Any]:
    """The values of all settings by path, unchecked, and the general options.

    Raises:
        Refused: flags that the command does not take, or what its ``check_early`` refuses before networks are read.
    """
    kind = module.Settings
    hint = f" (see `crossplay {name} --help`)"
    try:
        check_arguments(arguments, (*leaves(kind), *leaves(general)), defaults)
        mirror = _mirror(name, kind, general, defaults)
        chosen: Any = tyro.cli(mirror, description="", args=arguments, console_outputs=False)
    except WrongArgument as problem:
        refuse(f"{problem}{hint}")
    except SystemExit:  # nothing is known that comes here
        refuse(f"these arguments are not understood{hint}")
    values = {leaf.path: _of(chosen, leaf, name if len(leaf.path) == 1 else "") for leaf in leaves(kind)}
    options = general(**{leaf.path[0]: _of(chosen, leaf, "general") for leaf in leaves(general)})
    check_apart([*_read_by(kind, values), options.settings], **_written_by(kind, values))
    if names_networks(values):
        if hasattr(module, "check_early"):
            module.check_early(values, options)
        read_networks(values)
    return values, options


def _read_by(kind: type, values: dict[Place, Any]) -> list[Path]:
    """The files that settings name to be read, those of networks among build arguments too."""
    found = [values[leaf.path] for leaf in leaves(kind) if leaf.short in FILES]
    return [Path(value) for value in (*found, *files_of_builds(values)) if isinstance(value, Path | str)]


def _written_by(kind: type, values: dict[Place, Any]) -> dict[str, Path]:
    """The files and folders that settings name for results, by short names."""
    paths = {leaf.short: values[leaf.path] for leaf in leaves(kind) if leaf.short not in FILES}
    return {name: value for name, value in paths.items() if isinstance(value, Path)}


def _explain(mirror: type, name: str, words: list[str]) -> None:
    """Let tyro print its help, or a script that completes flags; it ends the program."""
    tyro.cli(mirror, prog=f"crossplay {name}", description="", args=words)


def _of(chosen: Any, leaf: Leaf, group: str) -> Any:
    return leaf.of(getattr(chosen, group) if group else chosen)


def _mirror(name: str, kind: type, general: type, defaults: dict[str, Any], *, explained: bool = False) -> type:
    """A class for tyro with a field a group: those of the settings, or one for all where there are none.

    ``explained``: with the help texts, which must be read from the sources.
    """
    tables: dict[str, tuple[type, list[Leaf]]] = {}
    for group, inner in groups(kind).items():
        tables[group] = (inner, [leaf for leaf in leaves(kind) if leaf.path[0] == group])
    if own := [leaf for leaf in leaves(kind) if len(leaf.path) == 1]:
        tables[name] = (kind, own)
    tables["general"] = (general, list(leaves(general)))
    omit: Any = tyro.conf.OmitArgPrefixes
    parts: list[Any] = []
    for group, (owner, mine) in tables.items():
        doc = " ".join((owner.__doc__ or "").partition("\n\n")[0].split())
        table: Any = _table(group, mine, defaults, explained)
        table = table if group in groups(kind) else omit[table]
        parts.append((group, table, dataclasses.field(metadata={"help": doc})))  # or tyro would look for a text itself
    return dataclasses.make_dataclass("Arguments", parts, frozen=True)


def _table(name: str, mine: Sequence[Leaf], defaults: dict[str, Any], explained: bool) -> type:
    fields: list[Any] = []
    for leaf in mine:
        default = defaults[leaf.name]
        field: Any = dataclasses.field()
        if default is not MISSING:
            field = dataclasses.field(default_factory=partial(copy.copy, default))
        fields.append((leaf.path[-1], _annotation(leaf, default, explained), field))
    return dataclasses.make_dataclass(name, fields, frozen=True, kw_only=True)


def _annotation(leaf: Leaf, default: Any, explained: bool) -> Any:
    """A type with all that tyro is to know of it."""
    kind, shown = leaf.type, leaf.shown
    marks: list[Any] = []
    if get_origin(kind) is dict:
        marks.append(_pairs(metavar_of(leaf), str if get_args(kind)[1] is str else _any_value))
        kind = dict  # tyro would check the default of any other with typeguard, whose import takes longer than all else
    if shown.positional:
        marks.append(tyro.conf.Positional)
    if shown.bare and default is not True:  # a file may have turned it on, and then it is turned off by --no-NAME
        marks.append(tyro.conf.FlagCreatePairsOff)
    first, *others = flags_of(leaf)
    marks.append(
        tyro.conf.arg(
            help=leaf.doc if explained else "",
            metavar=_metavar(leaf),
            help_behavior_hint=_hint(leaf, default),
            aliases=None if shown.positional else [flag for flag in others if flag != first],
        )
    )
    return Annotated[(kind, *marks)]


def _metavar(leaf: Leaf) -> str | None:
    if leaf.shown.metavar or leaf.shown.positional:
        return metavar_of(leaf)
    if len(leaf.path) > 1 and get_origin(leaf.type) is Literal:
        return "NAME"  # all that it may be would stand behind each of its flags
    return "WORD …" if leaf.type == tuple[str, ...] else None


def _hint(leaf: Leaf, default: Any) -> str | None:
    """What is said of a default: nothing where it is empty; None leaves the words to tyro."""
    if leaf.shown.default:
        return f"(default: {leaf.shown.default})"
    if default in ("", (), {}, None, MISSING) or leaf.shown.bare:
        return ""
    if len(leaf.path) > 1 and get_origin(leaf.type) is Literal:
        return f"(one of {', '.join(get_args(leaf.type))}; default: {default})"
    return None


def _pairs(metavar: str, read: Callable[[str], Any]) -> PrimitiveConstructorSpec[dict[str, Any]]:
    """How a dictionary is written as flags: `--seats chaser_0=human evader_0=random`."""
    return PrimitiveConstructorSpec(
        nargs="*",
        metavar=metavar,
        instance_from_str=lambda texts: {name: read(value) for name, _, value in (t.partition("=") for t in texts)},
        is_instance=lambda instance: isinstance(instance, dict),
        str_from_instance=lambda instance: [f"{name}={value}" for name, value in instance.items()],
    )


def _any_value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


@contextlib.contextmanager
def _sane_width() -> Iterator[None]:
    """Tell tyro of no terminal narrower or wider than people have: it lays out words for ever in a column or two."""
    before = os.environ.get("COLUMNS")
    wide = shutil.get_terminal_size().columns
    os.environ["COLUMNS"] = str(min(max(wide, NARROWEST), WIDEST))
    try:
        yield
    finally:
        os.environ.pop("COLUMNS")
        if before is not None:
            os.environ["COLUMNS"] = before


def help_text(module: ModuleType) -> str:
    """The docstring of a command, its paragraphs filled to the width of the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)
    paragraphs = (module.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(text if "\n  " in text else textwrap.fill(text, width) for text in paragraphs)


def given(arguments: Sequence[str], flag: str) -> str | None:
    """What a flag is given on the command line; that of --settings must be known before the flags are read against
    it.
    """
    found, words = None, _before_rest(arguments)
    for index, argument in enumerate(words):
        if argument.startswith(f"{flag}="):
            found = argument.partition("=")[2]
        elif argument == flag and index + 1 < len(words):
            found = words[index + 1]
    return found


def _before_rest(arguments: Sequence[str]) -> Sequence[str]:
    """The words among which flags are; behind ``--`` there are none."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments
