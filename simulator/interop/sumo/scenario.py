"""What a ``.sumocfg`` file names: network, routes, additional files, begin and end."""

from dataclasses import dataclass, field
from pathlib import Path

from simulator.interop.sumo.reader import XmlElement, inside, read_xml
from worlds.world import Refused

SHORTEST = 0.01  # s
ROOTS = ("configuration", "sumoConfiguration")
SHORT = {
    "n": "net-file", "net": "net-file", "r": "route-files", "routes": "route-files", "a": "additional-files",
    "additional": "additional-files", "b": "begin", "e": "end",
}  # fmt: skip
CHANGES = frozenset(
    {
        "scale", "step-method.ballistic", "default.action-step-length", "time-to-teleport",
        "time-to-teleport.highways", "max-depart-delay", "max-num-vehicles", "lateral-resolution",
        "collision.action", "ignore-junction-blocker", "ignore-route-errors", "route-steps", "tls.all-off",
        "default.speeddev", "default.carfollowmodel", "default.emergencydecel", "eager-insert",
        "random-depart-offset", "device.rerouting.probability", "device.rerouting.period", "lanechange.duration",
        "load-state", "weight-files", "mesosim",
    }
)  # fmt: skip
"""Options that change what SUMO comes to, and that are not taken over: they are told."""


@dataclass(frozen=True)
class Scenario:
    """The files of a scenario."""

    network: Path
    routes: tuple[Path, ...]
    additional: tuple[Path, ...] = ()
    begin: float | None = None  # s
    end: float | None = None  # s
    step: float | None = None
    """s that SUMO's steps take; its usual ones for none."""
    left_out: dict[str, int] = field(default_factory=dict)
    folder: Path | None = None
    """In which everything lies that its files may include; each file's own for none."""


def read_scenario(path: Path) -> Scenario:
    """Read a ``.sumocfg`` file; all that it names lies in its folder.

    Raises:
        Refused: no such file format, no network or no routes, or a file outside of the folder.
        OSError: the file cannot be read.
    """
    options: dict[str, XmlElement] = {}
    _collect(read_xml(path, *ROOTS), options)
    folder = path.parent
    networks, routes = _files(options, "net-file", folder), _files(options, "route-files", folder)
    additional = _files(options, "additional-files", folder)
    if len(networks) != 1 or not (routes or additional):
        raise Refused(f"{path.name} names {len(networks)} networks and {len(routes)} files of routes: name them")
    begin, end = _time(options, "begin"), _time(options, "end")
    if end is not None and end < 0.0:
        end = None  # SUMO's word for: when all have arrived
    if end is not None and end <= (begin or 0.0):
        raise Refused(f"{path.name} ends at {end:g} s and begins at {begin or 0.0:g} s: the end must come later")
    left_out = {f"option {name}": 1 for name in options if name in CHANGES}
    step = _time(options, "step-length")
    if step is not None and not _divides_a_second(step):
        step, left_out["option step-length"] = None, 1
    return Scenario(networks[0], routes, additional, begin, end, step, left_out, folder)


def _divides_a_second(step: float) -> bool:
    return SHORTEST <= step <= 1.0 and abs(round(1.0 / step) * step - 1.0) < 1e-9


def is_scenario(path: Path) -> bool:
    """Whether a file is named like a ``.sumocfg``."""
    return path.name.removesuffix(".gz").endswith((".sumocfg", ".sumo.cfg"))


def _collect(element: XmlElement, options: dict[str, XmlElement]) -> None:
    """Options stand in sections, or right in the root."""
    for child in element.children:
        if "value" in child.attributes or "v" in child.attributes:
            options[SHORT.get(child.tag, child.tag)] = child
        else:
            _collect(child, options)


def _value(option: XmlElement) -> str:
    return option.attributes.get("value", option.attributes.get("v", ""))


def _files(options: dict[str, XmlElement], name: str, folder: Path) -> tuple[Path, ...]:
    if name not in options:
        return ()
    option = options[name]
    names = [part.strip() for part in _value(option).split(",") if part.strip()]
    return tuple(inside(folder, folder, part, option.where) for part in names)


def _time(options: dict[str, XmlElement], name: str) -> float | None:
    if name not in options:
        return None
    option = options[name]
    return option.time("value" if "value" in option.attributes else "v")
