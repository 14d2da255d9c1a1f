"""The command line that makes a result again."""

import shlex
from typing import Any

import worlds
from agents.settings.declared import leaves


def command_line(command: str, settings: Any, usual: Any = None) -> str:
    """The `crossplay` command whose flags give these settings, by their short names; left out is what does not differ
    from its default, or from the ``usual`` settings where the world has its own, and what does not change a result.
    """
    first: list[str] = []
    words: list[str] = []
    for leaf in leaves(type(settings)):
        value = leaf.of(settings)
        if leaf.shown.positional:
            first += [value] if isinstance(value, str) else value
        elif not leaf.note.incidental and value != (leaf.default if usual is None else leaf.of(usual)):
            words += _words("--" + leaf.short.replace("_", "-"), value)
    return shlex.join(["crossplay", command, *first, *words])


def of_world(command: str, world: str) -> str:
    """The command line with the folder of a world that is not shipped: its name alone, since the rest of the path says
    something of a machine only.
    """
    files = (
        (folder, folder / form.format(world))
        for folder in worlds.added_folders()
        for form in ("{}.py", "{}/__init__.py")
    )
    folder = next((folder for folder, file in files if file.is_file()), None)
    return command if folder is None else f"{command} --worlds {shlex.quote(folder.name)}"


def _words(flag: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [flag] if value else [f"--no-{flag[2:]}"]
    if isinstance(value, dict):
        return [flag, *(f"{name}={part}" for name, part in value.items())]
    if isinstance(value, tuple):
        return [flag, *(str(part) for part in value)]
    return [flag, str(value)]
