"""What people can choose of a world's build is what the world takes, and nothing that it takes is left out."""

import inspect
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest

import worlds
from worlds.building import Argument, arguments_of, with_argument
from worlds.world import Refused

GIVEN = ("network", "tasks")  # files, and what goes with them alone: nobody chooses these in the window
TOGETHER: dict[tuple[str, str], dict[str, Any]] = {
    ("highway", "drivers"): {"task": "merge"},
    ("junction", "drivers"): {"task": "roundabout"},
    ("matrix", "game"): {"walk": False},
    ("matrix", "noise"): {"walk": False},
}
"""Arguments that need another one beside them."""
CHOSEN = [(name, argument) for name in worlds.shipped() for argument in worlds.arguments(name)]


def some(argument: Argument) -> list[Any]:
    """All values of a short row; of a long one its ends and its middle."""
    values = argument.values
    return [*values] if len(values) <= 10 else [values[0], values[len(values) // 2], values[-1]]


def beyond(argument: Argument) -> list[Any]:
    """Values of the same kind that are not among the choices."""
    if isinstance(argument.values[0], str):
        return ["nonsense"]
    if isinstance(argument.values[0], float):
        return [argument.values[0] - 0.5, argument.values[-1] + 0.5]
    if isinstance(argument.values[0], bool):
        return []
    every = range(argument.values[0] - 1, argument.values[-1] + 2)
    return [each for each in every if each not in argument.values]


@pytest.mark.parametrize(("name", "argument"), CHOSEN, ids=lambda each: getattr(each, "name", each))
def test_a_world_takes_each_of_its_choices_and_nothing_beyond_them(name: str, argument: Argument) -> None:
    beside = TOGETHER.get((name, argument.name), {})
    assert argument.values
    for value in some(argument):
        built = worlds.get(name, **beside, **{argument.name: value}).build_args
        assert built.get(argument.name, value) == value
    for value in beyond(argument):
        with pytest.raises(Refused, match=r"takes|choose|no file"):
            worlds.get(name, **beside, **{argument.name: value})


@pytest.mark.parametrize("name", worlds.shipped())
def test_every_argument_can_be_chosen_but_for_files(name: str) -> None:
    parameters = inspect.signature(worlds._module(name).build).parameters
    assert [each.name for each in worlds.arguments(name)] == [each for each in parameters if each not in GIVEN]


def module_with(build: Any, **parts: Any) -> ModuleType:
    module = ModuleType("given")
    vars(module).update(build=build, **parts)
    return module


def test_a_world_that_says_nothing_is_known_by_its_annotations() -> None:
    def build(
        seats: int = 2, wind: float = 0.5, dark: bool = False, way: Literal["left", "right"] = "left",
        most: int | None = None, file: str = "", odd: Any = 3,
    ) -> None:  # fmt: skip
        """Nothing is built."""

    found = {each.name: each for each in arguments_of("given", module_with(build))}
    assert list(found) == ["seats", "wind", "dark", "way", "most"]
    assert (found["seats"].values, found["seats"].whole, found["wind"].whole) == ((), True, False)
    assert found["dark"].values == (False, True)
    assert found["way"].values == ("left", "right")
    assert found["most"] == Argument("most", None)
    assert arguments_of("given", module_with(None)) == ()


def test_annotations_that_cannot_be_read_choose_nothing() -> None:
    def build(seats: "Unknown" = 2) -> None:  # type: ignore[name-defined]  # noqa: F821
        """Nothing is built."""

    assert arguments_of("given", module_with(build)) == ()


@pytest.mark.parametrize("declared", [3, {"seats": 3}, {"seats": "24"}, {"places": (1, 2)}])
def test_choices_that_cannot_be_are_refused(declared: Any) -> None:
    def build(seats: int = 2) -> None:
        """Nothing is built."""

    with pytest.raises(Refused, match="BUILD_CHOICES of world 'given'"):
        arguments_of("given", module_with(build, BUILD_CHOICES=declared))


def test_a_users_world_says_its_choices_too(tmp_path: Path) -> None:
    (tmp_path / "chosen.py").write_text(
        "BUILD_CHOICES = {'seats': range(1, 4)}\ndef build(seats: int = 2):\n    raise NotImplementedError\n"
    )
    worlds.add_folder(tmp_path)
    try:
        assert worlds.arguments("chosen") == (Argument("seats", 2, range(1, 4)),)
    finally:
        del worlds._added["chosen"]
        sys.modules.pop("crossplay_user_world_chosen", None)


def test_what_is_usual_is_left_out_of_a_build() -> None:
    seats = Argument("seats", 4, (2, 4))
    assert with_argument({"walk": True}, seats, 2) == {"walk": True, "seats": 2}
    assert with_argument({"seats": 2, "walk": True}, seats, 4) == {"walk": True}
