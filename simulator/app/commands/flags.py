"""Reads the flags of a command: settings file first, then flags, then one sentence if something is wrong with them."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Optional, TypeVar, get_args, get_type_hints

import tyro
from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

from simulator.app.commands.common import check_words, refuse

Loaded = TypeVar("Loaded")
NARROWEST, WIDEST = 40, 200  # columns of a help text


def _any_value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def pairs(metavar: str, read: Callable[[str], Any] = _any_value) -> PrimitiveConstructorSpec[dict[str, Any]]:
    """How a dictionary is written as flags: `--seats chaser_0=human evader_0=random`."""
    return PrimitiveConstructorSpec(
        nargs="*",
        metavar=metavar,
        instance_from_str=lambda texts: dict(_pair(text, metavar.rstrip(" …"), read) for text in texts),
        is_instance=lambda instance: isinstance(instance, dict),
        str_from_instance=lambda instance: [f"{name}={value}" for name, value in instance.items()],
    )


def _pair(text: str, form: str, read: Callable[[str], Any]) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ValueError(f"expected {form}, not {text!r}")
    return name, read(value)


# tyro checks defaults of `Path | None` and `dict[str, str]` with typeguard, whose import takes longer than all else
# here; `Optional[Path]` and plain `dict` it checks by itself.
WorldName = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="WORLD")]
FileName = Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="FILE")]
OptionalFile = Annotated[Optional[Path], tyro.conf.arg(metavar="FILE", help_behavior_hint="")]  # noqa: UP045
OptionalFolder = Annotated[Optional[Path], tyro.conf.arg(metavar="DIR", help_behavior_hint="")]  # noqa: UP045
Seconds = Annotated[Optional[float], tyro.conf.arg(metavar="SECONDS", help_behavior_hint="")]  # noqa: UP045
Build = Annotated[dict, pairs("NAME=VALUE …"), tyro.conf.arg(help_behavior_hint="")]
SeatSpecs = Annotated[dict, pairs("SEAT=SPEC …", str), tyro.conf.arg(help_behavior_hint="")]
Flag = Annotated[bool, tyro.conf.FlagCreatePairsOff, tyro.conf.arg(help_behavior_hint="")]


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
    general = JsonOptions if getattr(module, "JSON", False) else Options
    omit: Any = tyro.conf.OmitArgPrefixes
    fields = [(name, omit[module.Settings]), ("general", omit[general])]
    both = dataclasses.make_dataclass("Arguments", fields, frozen=True)
    defaults: dict[str, Any] = {}
    if (path := given(arguments, "--settings")) is not None:
        trusted = given(arguments, "--worlds") is not None
        defaults["default"] = both(defaults_from(Path(path), module.Settings, trusted=trusted), general())
    with _sane_width(), _usage_in_one_sentence(f"crossplay {name}"):
        if {"-h", "--help"} & set(arguments):
            print(help_text(module), end="\n\n")  # tyro would join the lines of the examples
        chosen = tyro.cli(
            both,
            prog=f"crossplay {name}",
            description="",
            args=list(arguments),
            config=(tyro.conf.PositionalMetavarFromFieldName,),
            registry=_registry(),
            **defaults,
        )
    settings = getattr(chosen, name)
    check_words(settings)
    return settings, chosen.general


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
    found = None
    for index, argument in enumerate(arguments):
        if argument.startswith(f"{flag}="):
            found = argument.partition("=")[2]
        elif argument == flag and index + 1 < len(arguments):
            found = arguments[index + 1]
    return found


def defaults_from(path: Path, kind: type[Loaded], *, trusted: bool = False) -> Loaded:
    """The settings of a file, where what the file leaves open and has no default stays required on the command line.

    ``trusted``: the command line names a folder of worlds, which then stands for the one that the file may name.

    Raises:
        Refused: no TOML, an unknown key or a value of the wrong type; a folder of worlds that is not ``trusted``.
    """
    import msgspec

    from agents.settings.train import WORLDS_FOLDERS, refuse_folders
    from simulator.engine.toml import read_toml
    from worlds.kit.words import shown

    name = f"settings file {str(path)!r}"
    found = read_toml(path, name)
    if not trusted:
        refuse_folders(found, name)
    found = {key: value for key, value in found.items() if key not in WORLDS_FOLDERS}
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(found) - set(fields)):
        refuse(f"{name} sets unknown {shown(unknown[0])}: known are {', '.join(fields)}")
    hints = get_type_hints(kind)
    settings = object.__new__(kind)  # without the checks of a complete one, which follow when the flags are read
    for key, field in fields.items():
        value = _default(field)
        if key in found:
            try:
                value = msgspec.convert(found[key], hints[key], strict=True)
            except msgspec.ValidationError as error:
                refuse(f"{name}, {key} = {shown(found[key])}: {error}")
        object.__setattr__(settings, key, value)
    return settings


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return tyro.MISSING if field.default_factory is dataclasses.MISSING else field.default_factory()


def _registry() -> ConstructorRegistry:
    """Dictionaries of settings that know nothing of tyro are written as pairs too."""
    registry = ConstructorRegistry()

    @registry.primitive_rule
    def dictionary(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[dict[str, Any]] | None:
        if info.type_origin is not dict:
            return None
        return pairs("NAME=VALUE …", str if get_args(info.type)[1] is str else _any_value)

    return registry


@contextlib.contextmanager
def _usage_in_one_sentence(program: str) -> Iterator[None]:
    """tyro explains a wrong flag in a box of several lines; the first part of it, as a sentence, is what we say."""
    box = io.StringIO()
    try:
        with contextlib.redirect_stderr(box):
            yield
    except SystemExit as stop:
        if not stop.code:
            raise
        sentence = _sentence(box.getvalue())
        own = re.fullmatch(r"error parsing \w+: (.*)", sentence)  # a complete setting was refused, not a flag
        refuse(own[1] if own else f"{sentence} (see `{program} --help`)")


def _sentence(box: str) -> str:
    """The first block below the title; the box is drawn with lines or, where the terminal lacks them, with dashes."""
    blocks: list[list[str]] = [[]]
    for line in box.splitlines():
        text = line.strip("│╭╮╰╯ ")
        if line.startswith("╭") or (text and set(text) <= {"─", "-"}):
            blocks.append([])
        elif text:
            blocks[-1].append(text.removesuffix("(required)").strip())
    words = " ".join(blocks[1]) if len(blocks) > 1 else "these arguments are not understood"
    missing = re.match(r"Missing from .*?: (\S+)", words)
    return f"{missing[1]} is missing" if missing else words[0].lower() + words[1:].rstrip(".")
