"""The user's own settings of the window: a TOML file in the configuration folder of the platform."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs

from worlds.world import Refused

FILE = "window.toml"
LanguageCode = Annotated[str, msgspec.Meta(max_length=40)]
TextScale = Annotated[float, msgspec.Meta(ge=0.7, le=2.5)]
Width = Annotated[int, msgspec.Meta(ge=320, le=7680)]
Height = Annotated[int, msgspec.Meta(ge=320, le=4320)]  # the largest screens on sale; a surface takes 4 bytes a pixel


class WindowSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the window looks and which keys it obeys.

    Every key of the file is optional, for example::

        theme = "light"
        text_scale = 1.3
        language = "zh"
        [keys]
        pause = ["p", "pause"]
        take_over = "right shift"
    """

    theme: str = "dark"
    """dark, light or contrast."""
    text_scale: TextScale = 1.0
    language: LanguageCode = ""
    """A code such as en or zh; empty: as the system is set."""
    width: Width = 1280
    height: Height = 800
    reduced_motion: bool = False
    """No trails, no drifting numbers, no waiting at the end of an episode, no gliding camera, no wandering bars."""
    layers: tuple[str, ...] = ("labels", "trails", "route")
    """What is shown at the start, of rays, fog, hidden, labels, trails, congestion, route, clock."""
    keys: dict[str, str | list[str]] = {}
    """Command → key or keys; the help overlay (F1) lists the commands, and F10 is the page where they are chosen."""
    buttons: dict[str, str] = {}
    """Command → button of a gamepad: A, B, X, Y, LB, RB, Back, Start, or the number of another one."""


def settings_path() -> Path:
    """Where the user's file is looked for; it need not exist."""
    return platformdirs.user_config_path("crossplay", appauthor=False) / FILE


def load_window_settings(path: Path | None = None) -> WindowSettings:
    """The settings of a file (default: the user's own; where it does not exist, the defaults).

    Raises:
        Refused: no TOML, an unknown key, or a value of the wrong type or out of range.
    """
    place = path or settings_path()
    if path is None and not os.path.lexists(place):
        return WindowSettings()
    from simulator.engine.toml import read_toml  # here, since it brings the compiler along

    name = f"window settings {str(place)!r}"
    try:
        settings = msgspec.convert(read_toml(place, name), WindowSettings)
    except msgspec.ValidationError as error:
        raise Refused(f"{name} are refused: {error}") from error
    return check_window_settings(settings, place)


def keep_look(theme: str, text_scale: float, path: Path | None = None, *, language: str = "") -> None:
    """Write the theme, the text scale and a language that was chosen into the user's file (default: his own); all else
    in it stays.

    Raises:
        Refused: the file that is there is no TOML, or it cannot be written.
    """
    _keep(path, {"theme": theme, "text_scale": text_scale, **({"language": language} if language else {})})


def keep_keys(keys: Mapping[str, str | list[str]], buttons: Mapping[str, str], path: Path | None = None) -> None:
    """Write keys and buttons that were chosen into the user's file (default: his own) in place of those that stand
    there; all else in it stays. Without any the file says nothing of them.

    Raises:
        Refused: the file that is there is no TOML, or it cannot be written.
    """
    _keep(path, {"keys": dict(keys) or None, "buttons": dict(buttons) or None})


def _keep(path: Path | None, chosen: Mapping[str, Any]) -> None:
    """Write some settings into a file, all at once; None takes one out."""
    from worlds.kit.writing import write_bytes

    place = path or settings_path()
    name = f"window settings {str(place)!r}"
    told: dict[str, Any] = {}
    if os.path.lexists(place):
        from simulator.engine.toml import read_toml

        told = read_toml(place, name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        kept = {key: value for key, value in {**told, **chosen}.items() if value is not None}
        write_bytes(place, msgspec.toml.encode(kept))
    except OSError as error:
        raise Refused(f"{name} cannot be written: {error.strerror or error}") from error


def check_window_settings(settings: WindowSettings, place: Path) -> WindowSettings:
    """The same settings, if every word in them is known.

    Raises:
        Refused: an unknown theme, language, layer, command or key, or one key for two commands.
    """
    from simulator.app.play.languages import languages
    from simulator.app.shell.controls import Bindings
    from simulator.app.shell.gamepads import PadBindings
    from simulator.canvas import LAYERS, THEMES

    if settings.theme not in THEMES:
        raise Refused(f"window settings {str(place)!r}: theme {settings.theme!r} is unknown: use {' or '.join(THEMES)}")
    if settings.language and settings.language not in (known_codes := languages()):
        raise Refused(
            f"window settings {str(place)!r}: language {settings.language!r} is unknown: use {', '.join(known_codes)}"
        )
    for layer in settings.layers:
        if layer not in LAYERS:
            known = ", ".join(sorted(LAYERS))
            raise Refused(f"window settings {str(place)!r}: layer {layer!r} is unknown: use {known}")
    try:
        Bindings(settings.keys)
        PadBindings(settings.buttons)
    except Refused as error:
        raise Refused(f"window settings {str(place)!r}: {error}") from error
    return settings
