"""The catalogue: finds every world by its file or folder, in this package and in folders that the user adds."""

import importlib
import importlib.util
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worlds.world import World

FAMILIES = ("games", "traffic", "classics")
_HERE = Path(__file__).resolve().parent
_added: dict[str, Path] = {}  # user worlds by name


def names() -> tuple[str, ...]:
    """Names of all worlds, sorted; imports none of them."""
    return tuple(sorted({**_shipped(), **_added}))


def add_folder(folder: str | Path) -> tuple[str, ...]:
    """Add the worlds of a user's folder (each ``NAME.py``, or ``NAME/`` with an ``__init__.py``); their names.

    Raises:
        Refused: no such folder, no world in it, or a name that is taken.
    """
    from worlds.world import Refused

    place = Path(folder).expanduser().resolve()
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


def _built(name: str, make: Any, file: str, build: dict[str, Any]) -> "World":
    from worlds.declared import uncompiled
    from worlds.shown import one_line
    from worlds.world import Refused, World

    if not callable(make):
        raise Refused(f"world file {file} has no build(): a world file ends with build(...) -> World")
    try:
        world = make(**build)
    except Refused:
        raise
    except Exception as error:  # of a world's own code if it came without arguments, else of what it was given
        if not build:
            raise
        reason = f"{type(error).__name__}: {error}"
        raise Refused(one_line(f"world {name!r} cannot be built with {build}: {reason}")) from error
    if not isinstance(world, World):
        raise Refused(f"build() of world {name!r} gave a {type(world).__name__}: it must give a World")
    if world.name != name:
        raise Refused(f"build() of world {name!r} gave a world that is named {world.name!r}: the names must be one")
    if name in _added and (problem := uncompiled(world)):
        raise Refused(f"world {name!r} in {file}: {problem}")
    return world


def _blamed(name: str) -> AbstractContextManager[None]:
    """Errors in a user's own world are told with their line; those of a shipped one are ours."""
    from worlds.broken import blamed_on

    return blamed_on(_added[name]) if name in _added else nullcontext()


def _shipped() -> dict[str, Path]:
    return {name: path for family in FAMILIES for name, path in _worlds_in(_HERE / family).items()}


def _worlds_in(folder: Path) -> dict[str, Path]:
    files = {path.stem: path for path in folder.glob("*.py") if not path.stem.startswith(("_", "test_"))}
    packages = {path.parent.name: path for path in folder.glob("*/__init__.py")}
    found = {**files, **packages}
    return {name: path for name, path in found.items() if name.isidentifier() and path.is_file()}  # no pipes


def _module(name: str) -> ModuleType:
    from worlds.world import Refused

    if name in _added:
        return _user_module(name, _added[name])
    shipped = _shipped()
    if name not in shipped:
        raise Refused(f"unknown world {name!r}: choose from {', '.join(names())}")
    path = shipped[name]
    family = path.parent if path.stem != "__init__" else path.parent.parent
    return importlib.import_module(f"worlds.{family.name}.{name}")


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
