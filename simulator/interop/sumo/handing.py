"""What SUMO is handed: copies of a stranger's files with what is read of them here alone, tried out before a run.

SUMO obeys whatever it finds in a file, wherever it stands: a detector within a lane, or a device of a vehicle, writes a
file of any name. So elements are copied where this project reads them, and of parameters those of programs and rail
crossings. SUMO inside of this process ends it where a file makes it fail, so its own program tries the files first.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import quoteattr

from simulator.interop.sumo.network import NEEDED, SKIPPED, TOLD
from simulator.interop.sumo.programmes import RULES
from simulator.interop.sumo.reader import CROSSING, XmlElement, read_xml
from simulator.interop.sumo.routes import KNOWN, ROOTS
from simulator.interop.sumo.trains import PLACES
from worlds.kit.words import one_line
from worlds.world import Refused

TRAFFIC = frozenset({"route", "routeDistribution", "stop"})
INSIDE: dict[str, frozenset[str]] = {
    "net": NEEDED | SKIPPED | TOLD.keys(),
    "routes": KNOWN | PLACES | {"tlLogic"},
    "type": frozenset({"restriction", "stopOffset"}),
    "edge": frozenset({"lane", "stopOffset"}),
    "lane": frozenset({"neigh", "stopOffset"}),
    "junction": frozenset({"request", "param"}),
    "tlLogic": RULES | {"phase", "param"},
    "function": RULES,
    "vTypeDistribution": frozenset({"vType"}),
    "routeDistribution": frozenset({"route"}),
    "route": frozenset({"stop"}),
    "interval": frozenset({"vehicle", "trip", "flow"}),
    "vehicle": TRAFFIC,
    "trip": TRAFFIC,
    "flow": TRAFFIC,
}
"""The elements that are copied inside of others; all else is left out, with what is in it."""
MODELS = "carFollowing-"  # what an element within a vehicle type begins with that holds numbers of its driver
FILE = "file"  # the parameter of a program by which its detectors write one
LOADING = 600.0  # s that SUMO may take to read files
WORDS = 300  # characters of what SUMO says


def copied(file: Path, copy: Path, *, folder: Path | None = None) -> Path:
    """Write a copy of a network, of routes or of an additional file, with what is read here alone.

    Args:
        file: the stranger's.
        copy: the file to write.
        folder: in which everything lies that the file may include; its own unless said otherwise.

    Raises:
        Refused: it is no such file.
        OSError: it cannot be read, or the copy not written.
    """
    root = read_xml(file, "net", *ROOTS, "tlLogic", folder=folder)
    if root.tag == "tlLogic":
        root = XmlElement("additional", {}, 1, [root])
    elif root.tag != "net":
        root = XmlElement("routes" if root.tag == "routes" else "additional", {}, 1, root.children)
    copy.write_text(_text(root, INSIDE["net" if root.tag == "net" else "routes"]), encoding="utf-8")
    return copy


def copied_all(files: Sequence[Path], place: Path, name: str, folder: Path | None) -> str:
    """The same of several files; the names of their copies, joined as SUMO wants them."""
    copies = [copied(file, place / f"{name}{index}.xml", folder=folder) for index, file in enumerate(files)]
    return ",".join(map(str, copies))


def _text(element: XmlElement, inside: frozenset[str]) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    children = (child for child in element.children if _is_copied(element, child, inside))
    parts = (_text(child, INSIDE.get(child.tag, frozenset())) for child in children)
    return f"<{element.tag}{attributes}>{''.join(parts)}</{element.tag}>"


def _is_copied(element: XmlElement, child: XmlElement, inside: frozenset[str]) -> bool:
    if child.tag == "param":
        crossing = element.tag == "junction" and element.attributes.get("type") == CROSSING
        return (crossing or element.tag == "tlLogic") and child.attributes.get("key", "").strip() != FILE
    return child.tag in inside or (element.tag == "vType" and child.tag.startswith(MODELS))


def try_out(words: Sequence[str], begin: float, what: str) -> None:
    """Have SUMO's own program read the files of a command line and drive them for a second.

    Args:
        words: of the command line, without the program, begin and end; no file is written but where they say so.
        begin: s.
        what: the files' names, for the refusal.

    Raises:
        Refused: SUMO does not take them, in its own words.
    """
    program = program_of_sumo("sumo")
    if program is None:
        return
    command = [program, *words, "--begin", f"{begin:.12g}", "--end", f"{begin + 1.0:.12g}", "--route-steps", "0"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=LOADING)
    except subprocess.TimeoutExpired as error:
        raise Refused(f"SUMO does not run {what}: it has not read them after {LOADING:g} s") from error
    if done.returncode:
        told = [line.removeprefix("Error: ") for line in done.stderr.splitlines() if line.startswith("Error: ")]
        why = told[0] if told else f"it breaks off with code {done.returncode}"
        raise Refused(f"SUMO does not run {what}: {one_line(why, WORDS).rstrip('.')}")


def program_of_sumo(name: str) -> str | None:
    """The place of one of SUMO's programs: that of the installed package, else the first on the path; None without."""
    spec = find_spec("sumo")
    home = Path(spec.origin).parent if spec is not None and spec.origin is not None else None
    found = shutil.which(name, path=str(home / "bin")) if home is not None else None
    return found or shutil.which(name)
