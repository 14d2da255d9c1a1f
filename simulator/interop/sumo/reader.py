"""Reads XML from strangers: no document type, no entities, nothing fetched, bounded depth and size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from worlds.world import Refused

DEEPEST = 32
MOST_ELEMENTS = 3_000_000
CHUNK = 1 << 16  # bytes


@dataclass
class XmlElement:
    """One element: its tag, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["XmlElement"] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute that must be there.

        Raises:
            Refused: it is not.
        """
        if name not in self.attributes:
            raise Refused(f"<{self.tag}> in line {self.line} has no {name!r}")
        return self.attributes[name]

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute as a finite number.

        Raises:
            Refused: it is missing, without a default, or no number.
        """
        if default is not None and name not in self.attributes:
            return default
        text = self.get(name)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not abs(value) < 1e12:
            raise Refused(f"{name}={text!r} of <{self.tag}> in line {self.line} is no number")
        return value

    def all(self, *tags: str) -> Iterator["XmlElement"]:
        """The children of these tags."""
        return (child for child in self.children if child.tag in tags)


class _Builder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.root: XmlElement | None = None
        self.count = 0
        self._open: list[XmlElement] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._forbid
        self.parser.EntityDeclHandler = self._forbid
        self.parser.ExternalEntityRefHandler = self._forbid

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self._open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise Refused(f"{str(self.path)!r} is nested too deeply or too large to be a road network")
        element = XmlElement(tag, attributes, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _forbid(self, *facts: object) -> bool:
        raise Refused(f"{str(self.path)!r} declares a document type or entities: files of SUMO have none")


def read_xml(path: Path, root: str) -> XmlElement:
    """The root element of a file, which must have the tag ``root``.

    Raises:
        Refused: no XML, another root, or a document type.
        OSError: the file cannot be read.
    """
    builder = _Builder(path)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                builder.parser.Parse(chunk, False)
            builder.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused(f"{str(path)!r} is no XML: {error}") from error
    if builder.root is None or builder.root.tag != root:
        raise Refused(f"{str(path)!r} does not begin with <{root}>")
    return builder.root
