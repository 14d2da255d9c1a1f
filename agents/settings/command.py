"""The command line that makes a result again."""

import shlex
from dataclasses import MISSING, fields
from typing import Any

POSITIONAL = {"evaluate": "checkpoint", "train": "world"}  # what a command takes without a flag
INCIDENTAL = ("out", "card", "record", "replays", "progress", "resume", "checkpoint_minutes", "payoff_tasks")
"""They do not change a result."""


def command_line(command: str, settings: Any) -> str:
    """The `crossplay` command whose flags give these settings; what does not differ from the defaults is left out."""
    first = getattr(settings, POSITIONAL.get(command, ""), ())
    words = ["crossplay", command, *([first] if isinstance(first, str) else first)]
    for entry in fields(settings):
        value = getattr(settings, entry.name)
        default = entry.default_factory() if entry.default_factory is not MISSING else entry.default
        if value == default or entry.name in (*INCIDENTAL, POSITIONAL.get(command)):
            continue
        flag = "--" + entry.name.replace("_", "-")
        if isinstance(value, bool):
            words += [flag] if value else [f"--no-{flag[2:]}"]
        elif isinstance(value, dict):
            words += [flag, *(f"{name}={part}" for name, part in value.items())]
        elif isinstance(value, tuple):
            words += [flag, *(str(part) for part in value)]
        else:
            words += [flag, str(value)]
    return shlex.join(words)
