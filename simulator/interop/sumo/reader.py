"""Reads XML from strangers: no document type, no entities, nothing fetched, bounded depth and size.

A file may be packed with gzip, and may include others of its own folder, as SUMO's may.
"""

import gzip
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from worlds.kit.writing import real
from worlds.world import Refused

DEEPEST = 32
MOST_ELEMENTS = 1_000_000
MOST_LANES = 40_000  # for cars and others, outside and inside of junctions; 4,096 can be driven
MOST_BYTES = 1 << 29  # of a file, unpacked
CHUNK = 1 << 16  # bytes
QUIET = 64  # chunks (4 MiB) within which an element must begin or end: no attribute is longer
MOST_INCLUDES = 64
MOST_NUMBER = 1e12  # of an attribute
TIMES = "seconds, h:mm:ss or d:h:mm:ss"
PACKED = b"\x1f\x8b"  # what gzip's files begin with
WITH_PARAMETERS = frozenset({"tlLogic"})  # elements whose <param>s are read; others have very many
CROSSING = "rail_crossing"  # a type of junction whose <param>s are read too


@dataclass(slots=True)
class XmlElement:
    """One element: its tag, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["XmlElement"] = field(default_factory=list)
    file: str = ""

    @property
    def where(self) -> str:
        """The place in the file, for messages."""
        return f"line {self.line} of {self.file}" if self.file else f"line {self.line}"

    def get(self, name: str) -> str:
        """An attribute that must be there.

        Raises:
            Refused: it is not.
        """
        if name not in self.attributes:
            raise Refused(f"<{self.tag}> in {self.where} has no {name!r}")
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
        if not abs(value) < MOST_NUMBER:
            raise Refused(f"{name}={text!r} of <{self.tag}> in {self.where} is no number")
        return value

    def time(self, name: str, default: float | None = None) -> float:
        """An attribute as seconds, written as a number, as h:mm:ss or as d:h:mm:ss.

        Raises:
            Refused: it is missing, without a default, or no time.
        """
        text = self.attributes.get(name, "")
        if ":" not in text:
            if text and not is_number(text):
                raise Refused(f"{name}={text!r} of <{self.tag}> in {self.where} is no time: {TIMES}")
            return self.number(name, default)
        parts = text.split(":")
        try:
            values = [float(part) for part in parts]
        except ValueError:
            values = []
        sizes = (86_400.0, 3600.0, 60.0, 1.0)[4 - len(parts) :]
        if len(values) not in (3, 4) or not all(0.0 <= value < 1e9 for value in values):
            raise Refused(f"{name}={text!r} of <{self.tag}> in {self.where} is no time: {TIMES}")
        return sum(value * size for value, size in zip(values, sizes, strict=True))

    def all(self, *tags: str) -> Iterator["XmlElement"]:
        """The children of these tags."""
        return (child for child in self.children if child.tag in tags)


class _Builder:
    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.root: XmlElement | None = None
        self.count = count
        self.lanes = self.events = self.quiet = 0
        self._open: list[XmlElement] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._forbid
        self.parser.EntityDeclHandler = self._forbid
        self.parser.ExternalEntityRefHandler = self._forbid

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        self.events += 1
        self.lanes += tag == "lane"
        if len(self._open) >= DEEPEST or self.count > MOST_ELEMENTS:
            raise Refused(f"{str(self.path)!r} is nested too deeply or too large to be a road network")
        if self.lanes > MOST_LANES:
            raise Refused(f"{str(self.path)!r} has more than {MOST_LANES} lanes, more than can be read")
        if tag == "param" and self._open and not _has_parameters(self._open[-1]):
            self._open.append(self._open[-1])  # nobody reads it, and there may be very many
            return
        element = XmlElement(tag, attributes, self.parser.CurrentLineNumber, file=self.path.name)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self.events += 1
        self._open.pop()

    def _forbid(self, *facts: object) -> bool:
        raise Refused(f"{str(self.path)!r} declares a document type or entities: files of SUMO have none")


def _has_parameters(element: XmlElement) -> bool:
    return element.tag in WITH_PARAMETERS or element.attributes.get("type") == CROSSING


def read_xml(path: Path, *roots: str, folder: Path | None = None) -> XmlElement:
    """The root element of a file, which must have one of the tags ``roots``; what it includes stands in it.

    Args:
        path: the file, perhaps packed with gzip.
        roots: tags.
        folder: in which everything lies that it may include; its own unless said otherwise.

    Raises:
        Refused: no XML, another root, a document type, too much of anything, or an include that is not allowed.
        OSError: the file cannot be read.
    """
    if "\0" in str(path):
        raise Refused(f"{str(path)!r} has a NUL character in its name: no file has one")
    return _with_includes(path, roots, folder or path.parent, [real(path)], [0, 0])


def inside(folder: Path, base: Path, name: str, where: str) -> Path:
    """A file that another one names, relative to ``base``; it must lie in a folder, through links too.

    Raises:
        Refused: it does not.
    """
    place = base / name
    if "\0" in name or not real(place).is_relative_to(real(folder)):
        raise Refused(
            f"{name!r} in {where} lies outside of the folder {real(folder).name!r}: only what is in it is read; "
            "name other files yourself, on the command line"
        )
    return place


def _with_includes(
    path: Path, roots: tuple[str, ...], folder: Path, within: list[Path], included: list[int]
) -> XmlElement:
    root = _parsed(path, roots, included)
    children: list[XmlElement] = []
    for child in root.children:
        if child.tag != "include":
            children.append(child)
            continue
        place = inside(folder, path.parent, child.get("href"), child.where)
        included[0] += 1
        if real(place) in within:
            raise Refused(f"<include> in {child.where} includes {place.name}, in which it is itself")
        if included[0] > MOST_INCLUDES or len(within) > DEEPEST:
            raise Refused(f"<include> in {child.where} is one too many: at most {MOST_INCLUDES}, {DEEPEST} deep")
        more = _with_includes(place, roots, folder, [*within, real(place)], included)
        children += more.children
    root.children = children
    return root


def _parsed(path: Path, roots: tuple[str, ...], included: list[int]) -> XmlElement:
    """``included``: files, and elements of them all, that were read so far."""
    builder = _Builder(path, included[1])
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused(f"{str(path)!r} is no regular file")
        with path.open("rb") as file:
            for chunk in _chunks(file, path):
                before = builder.events
                builder.parser.Parse(chunk, False)
                _check_quiet(builder, before)
            builder.parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = "neither packed by gzip nor XML" if path.suffix == ".gz" and not _is_packed(path) else "no XML"
        raise Refused(f"{str(path)!r} is {what}: {error}") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Refused(f"{str(path)!r} is packed, but damaged: {error}") from error
    except Refused:
        raise
    except (LookupError, ValueError) as error:  # an encoding that Python has, or has not, but no text comes of
        raise Refused(f"{str(path)!r} is in an encoding that cannot be read ({error}): UTF-8 can") from error
    if builder.root is None or builder.root.tag not in roots:
        tags = " or ".join(f"<{tag}>" for tag in roots)
        raise Refused(f"{str(path)!r} does not begin with {tags}")
    included[1] = builder.count
    return builder.root


def _check_quiet(builder: _Builder, before: int) -> None:
    """Refuse an attribute or a text that goes on and on: it costs more the longer it is."""
    builder.quiet = builder.quiet + 1 if builder.events == before else 0
    if builder.quiet >= QUIET:
        raise Refused(f"{str(builder.path)!r} has an attribute or a text of more than {QUIET * CHUNK >> 20} MiB")


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(PACKED)) == PACKED


def is_number(text: str, most: float = MOST_NUMBER) -> bool:
    """Whether a text is a number nearer to 0 than ``most``."""
    try:
        return abs(float(text)) < most
    except ValueError:
        return False


def _chunks(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked."""
    packed = file.read(2) == PACKED
    file.seek(0)
    source = gzip.GzipFile(fileobj=file) if packed else file
    read = 0
    while chunk := source.read(CHUNK):
        read += len(chunk)
        if read > MOST_BYTES:
            raise Refused(f"{str(path)!r} has more than {MOST_BYTES >> 20} MiB, more than can be read")
        yield chunk
