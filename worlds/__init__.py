"""The catalogue: finds every world by its file or folder, in this package and in folders that the user adds."""

import importlib
import importlib.util
import inspect
import math
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from numbers import Integral, Real
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from worlds.kit.words import one_line, shown
from worlds.kit.writing import expanded, real

if TYPE_CHECKING:
    from worlds.building import Argument
    from worlds.world import World

FAMILIES = ("games", "traffic", "classics")
_HERE = Path(__file__).resolve().parent
_added: dict[str, Path] = {}  # user worlds by name


def names() -> tuple[str, ...]:
    """Names of all worlds, sorted; imports none of them."""
    return tuple(sorted({**_shipped(), **_added}))


def shipped() -> tuple[str, ...]:
    """Names of the worlds that come with the package, sorted; imports none of them."""
    return tuple(sorted(_shipped()))


def add_folder(folder: str | Path) -> tuple[str, ...]:
    """Add the worlds of a user's folder (each ``NAME.py``, or ``NAME/`` with an ``__init__.py``); their names.

    Raises:
        Refused: no such folder, no world in it, or a name that is taken.
    """
    from worlds.world import Refused

    place = real(expanded(Path(folder)))
    if not place.is_dir():
        raise Refused(f"worlds folder {str(folder)!r} does not exist: name a folder with world files")
    found = _worlds_in(place)
    if not found:
        raise Refused(f"worlds folder {str(folder)!r} holds no world: expected NAME.py or NAME/__init__.py")
    for name, path in found.items():
        if name in _shipped() or _added.get(name, path) != path:
            raise Refused(f"world {name!r} in {str(folder)!r} has a name that is taken: rename the file")
    _added.update(found)
    return tuple(found)


def added_folders() -> tuple[Path, ...]:
    """The user's folders that worlds were added from."""
    places = {path.parent if path.stem != "__init__" else path.parent.parent for path in _added.values()}
    return tuple(sorted(places))


def get(name: str, /, **build: Any) -> "World":
    """Build a world: ``get("tag", seats=4)``. The arguments are those of the world's own ``build``.

    Raises:
        Refused: an unknown world, or arguments that its ``build`` does not take.
    """
    with _blamed(name):
        module = _module(name)
        return _built(name, getattr(module, "build", None), str(module.__file__), build)


def check(name: str, build: Mapping[str, Any], also: Collection[str] = ()) -> None:
    """Refuse build arguments by their names and kinds, and by words that the world itself checks (its ``check_build``),
    before anything is built or read. ``also``: names that are no arguments of its ``build`` and are taken all the same.

    Raises:
        Refused: an unknown world, or arguments that it does not take.
    """
    with _blamed(name):
        module = _module(name)
        make = getattr(module, "build", None)
        if not callable(make):
            return
        _check_arguments(name, make, build, also)
        if (words := getattr(module, "check_build", None)) is not None:
            signature = inspect.signature(make)
            bound = signature.bind(**{key: value for key, value in build.items() if key in signature.parameters})
            bound.apply_defaults()
            words(**bound.arguments)


def arguments(name: str) -> "tuple[Argument, ...]":
    """The arguments of a world's ``build`` that a person can choose, with what each of them may be.

    Raises:
        Refused: an unknown world, or one that says of its arguments what cannot be.
    """
    from worlds.building import arguments_of

    with _blamed(name):
        return arguments_of(name, _module(name))


def _built(name: str, make: Any, file: str, build: dict[str, Any]) -> "World":
    from worlds.declared import uncompiled
    from worlds.world import Refused, World

    if not callable(make):
        raise Refused(f"world file {file} has no build(): a world file ends with build(...) -> World")
    _check_arguments(name, make, build)
    try:
        world = make(**build)
    except Refused:
        raise
    except Exception as error:  # of a world's own code if it came without arguments, else of what it was given
        if not build:
            raise
        reason = f"{type(error).__name__}: {error}"
        raise Refused(one_line(f"world {name!r} cannot be built with {shown(build)}: {reason}")) from error
    if not isinstance(world, World):
        raise Refused(f"build() of world {name!r} gave a {type(world).__name__}: it must give a World")
    if world.name != name:
        raise Refused(f"build() of world {name!r} gave a world that is named {world.name!r}: the names must be one")
    if name in _added and (problem := uncompiled(world)):
        raise Refused(f"world {name!r} in {file}: {problem}")
    return world


def _check_arguments(name: str, make: Callable[..., Any], build: Mapping[str, Any], also: Collection[str] = ()) -> None:
    """Refuse arguments that a build does not name, or whose kind is not the one it is annotated with."""
    from worlds.world import Refused

    taken = inspect.signature(make).parameters.values()
    if any(each.kind is each.VAR_KEYWORD for each in taken):
        return
    kinds = {
        each.name: each.annotation for each in taken if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }
    for key, value in build.items():
        if key in also and key not in kinds:
            continue
        if key not in kinds:
            known = ", ".join(dict.fromkeys((*kinds, *also))) or "nothing"
            raise Refused(f"world {name!r} cannot be built with {shown(key)}: it takes {known}")
        told = kinds[key] if isinstance(kinds[key], str) else getattr(kinds[key], "__name__", str(kinds[key]))
        kind = told.removesuffix(" | None")
        if kind not in _KINDS or (value is None and kind != told):
            continue
        words, fits = _KINDS[kind]
        if not fits(value):
            given = "a number beyond 64 bits" if _is_huge(value) else shown(value)
            raise Refused(f"world {name!r} cannot be built with {key}={given}: it is {words}")


def _is_huge(value: Any) -> bool:
    return isinstance(value, int) and value.bit_length() > 63


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and not _is_huge(value) and math.isfinite(value)


_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "int": ("a whole number", lambda value: isinstance(value, Integral) and _is_number(value)),
    "float": ("a finite number", _is_number),
    "str": ("a word", lambda value: isinstance(value, str)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
}
"""What values of the plain kinds are, in words and as a test."""


def travel(world: "World") -> tuple[Any, tuple[Any, ...]]:
    """How a world is told to another process or a copy: by name, build arguments, and the user's folder it lies in.

    Raises:
        Refused: the catalogue would build another world from them.
    """
    from worlds.world import Refused

    build = dict(world.build_args)
    if not (world.name in names() and world.same_rules(get(world.name, **build))):
        raise Refused(f"world {world.name!r} was changed after worlds.get() built it: it cannot go to another process")
    folder = next((str(path.parent if path.stem != "__init__" else path.parent.parent)
                   for name, path in _added.items() if name == world.name), None)  # fmt: skip
    return arrive, (world.name, build, folder, world.layout_hash)


def arrive(name: str, build: dict[str, Any], folder: str | None, layout: str) -> "World":
    """The world that `travel` told of.

    Raises:
        Refused: there is none, or it has another layout here.
    """
    from worlds.world import Refused

    if folder is not None and name not in _added:
        add_folder(folder)
    world = get(name, **build)
    if world.layout_hash != layout:
        raise Refused(f"world {name!r} has another layout here than where it was sent: use one version of it")
    return world


def _blamed(name: str) -> AbstractContextManager[None]:
    """Errors in a user's own world are told with their line; those of a shipped one are ours."""
    from worlds.broken import blamed_on

    return blamed_on(_added[name]) if isinstance(name, str) and name in _added else nullcontext()


def _shipped() -> dict[str, Path]:
    return {name: path for family in FAMILIES for name, path in _worlds_in(_HERE / family).items()}


def _worlds_in(folder: Path) -> dict[str, Path]:
    files = {path.stem: path for path in folder.glob("*.py") if not path.stem.startswith(("_", "test_"))}
    packages = {path.parent.name: path for path in folder.glob("*/__init__.py")}
    found = {**files, **packages}
    return {name: path for name, path in found.items() if name.isidentifier() and path.is_file()}  # no pipes


def _module(name: str) -> ModuleType:
    from worlds.world import Refused

    if not isinstance(name, str):
        raise Refused(f"world name {shown(name)} is no text: choose from {', '.join(names())}")
    if name in _added:
        return _user_module(name, _added[name])
    shipped = _shipped()
    if name not in shipped:
        raise Refused(f"unknown world {shown(name)}{_what_else(name)}: choose from {', '.join(names())}")
    path = shipped[name]
    family = path.parent if path.stem != "__init__" else path.parent.parent
    return importlib.import_module(f"worlds.{family.name}.{name}")


def _what_else(name: str) -> str:
    """What a name is that is no world's, as far as a shipped world says so by its ``OTHER_NAMES``: words by name."""
    modules = map(_module, shipped() if name else ())
    found = (words for module in modules if (words := getattr(module, "OTHER_NAMES", {}).get(name)))
    return "".join(f", which is {words}" for words in list(found)[:1])


def _user_module(name: str, path: Path) -> ModuleType:
    full_name = f"crossplay_user_world_{name}"
    if full_name in sys.modules:
        return sys.modules[full_name]
    spec = importlib.util.spec_from_file_location(full_name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[full_name]
        raise
    return module
