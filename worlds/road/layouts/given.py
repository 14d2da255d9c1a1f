"""A network that somebody gave, as plain tables in one line of text: read from files elsewhere, checked here.

The text is ``NAME@HASH:DATA``: a name, the SHA-256 of what follows, and tables packed by zlib in base 85. It travels
wherever a world's build arguments do: in recordings, checkpoints, settings, and to other processes. Numbers lie in it
as they come to be in a record, so that a network is the same bits everywhere.
"""

import base64
import hashlib
import json
import re
import zlib
from functools import lru_cache
from typing import Any

import numpy as np

from worlds.road.layouts.given_checks import problem_of
from worlds.road.layouts.given_tables import KINDS, limits_of, tables_of
from worlds.road.layouts.given_tables import LIMITS as LIMITS
from worlds.road.layouts.given_tables import TABLES as TABLES
from worlds.road.layouts.given_tables import GivenNetwork as GivenNetwork
from worlds.world import Refused

MOST_TEXT = 900_000  # characters; recordings keep at most 1 MiB of what they tell of themselves
MOST_BYTES = 1 << 25  # unpacked
NAME = re.compile(r"[\w.+-]{1,60}")
TEXT = re.compile(r"([\w.+-]{1,60})@([0-9a-f]{16}):([!-~]+)")


def is_packed(text: str) -> bool:
    """Whether a text may be a packed network, rather than the name of a file."""
    return TEXT.fullmatch(text) is not None


def pack(network: GivenNetwork) -> str:
    """A network as one line of text.

    Raises:
        Refused: it is too large, or contradicts itself: named.
    """
    head = {
        "sizes": dict(network.sizes), "lanes": list(network.lanes), "lights": list(network.lights),
        "counted": network.counted, "long_shares": list(network.long_shares) if network.long_shares else None,
        "origin": list(network.origin),
    }  # fmt: skip
    if network.kind != "signals":
        head["kind"] = network.kind
    told = json.dumps(head, separators=(",", ":")).encode()
    parts = [len(told).to_bytes(4, "little"), told]
    for name, (kind, _) in tables_of(network.kind).items():
        parts.append(np.ascontiguousarray(network.tables[name], np.dtype(kind).newbyteorder("<")).tobytes())
    data = zlib.compress(b"".join(parts), 9)
    text = f"{network.name}@{hashlib.sha256(data).hexdigest()[:16]}:{base64.b85encode(data).decode()}"
    if len(text) > MOST_TEXT:
        raise Refused(
            f"network {network.name!r} takes {len(text)} characters packed: at most {MOST_TEXT}; cut a smaller part "
            "out of it (netconvert --keep-edges.in-boundary)"
        )
    unpack(text)  # refuses what could not be read again
    return text


@lru_cache(maxsize=8)
def unpack(text: str) -> GivenNetwork:
    """The network of a text, whole and without contradictions.

    Raises:
        Refused: it is none.
    """
    found = TEXT.fullmatch(text) if len(text) <= MOST_TEXT else None
    if found is None:
        raise Refused(
            f"network {text[:60]!r} is neither a file nor a packed network: name a .net.xml, or what pack_network gave"
        )
    name, digest, data = found.groups()
    try:
        packed = base64.b85decode(data)
        stream = zlib.decompressobj()
        whole = stream.decompress(packed, MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise Refused(f"the data of network {name!r} is damaged: {error}") from error
    if hashlib.sha256(packed).hexdigest()[:16] != digest:
        raise Refused(f"the data of network {name!r} is not what its name {digest!r} was given to")
    if not stream.eof or stream.unconsumed_tail or stream.unused_data:
        raise Refused(f"the data of network {name!r} is cut off, or unpacks to more than {MOST_BYTES >> 20} MiB")
    try:
        network = _read(name, whole)
    except Refused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Refused(f"the data of network {name!r} is none of a network: {type(error).__name__}") from error
    if problem := problem_of(network):
        raise Refused(f"network {name!r} cannot be: {problem}")
    return network


def unpack_for(world: str, text: str) -> GivenNetwork:
    """The network of a text that was cut for a world.

    Raises:
        Refused: it is none, or was cut for another one.
    """
    network = unpack(text)
    if network.kind != world:
        raise Refused(f"network {network.name!r} was packed for {network.kind}: {world} needs it packed for {world}")
    return network


def _read(name: str, whole: bytes) -> GivenNetwork:
    length = int.from_bytes(whole[:4], "little")
    head: Any = json.loads(whole[4 : 4 + length])
    cut_for = head.get("kind", "signals")
    if cut_for not in KINDS:
        raise ValueError("a kind that there is not")
    sizes = {size: head["sizes"][size] for size in limits_of(cut_for)}
    for size, (low, high) in limits_of(cut_for).items():
        if type(sizes[size]) is not int or not low <= sizes[size] <= high:
            raise Refused(f"network {name!r} has {size}={sizes[size]!r}: {low} to {high} can be driven")
    lengths = {**sizes, "two": 2}
    tables: dict[str, np.ndarray] = {}
    at = 4 + length
    for table, (kind, axes) in tables_of(cut_for).items():
        shape = tuple(lengths[axis] for axis in axes)
        dtype = np.dtype(kind).newbyteorder("<")
        count = int(np.prod(shape, dtype=np.int64))
        tables[table] = np.frombuffer(whole, dtype, count=count, offset=at).reshape(shape)
        at += count * dtype.itemsize
    if at != len(whole):
        raise ValueError("more than its tables")
    lanes, lights = tuple(head["lanes"]), tuple(head["lights"])
    if not all(isinstance(one, str) and one.isprintable() and len(one) <= 200 for one in (*lanes, *lights)):
        raise ValueError("names that are none")
    lit = (sizes["seats"],) if cut_for == "signals" else (sizes["seats"], 0)
    if len(lanes) > sizes["lanes"] or len(lights) not in lit or type(head["counted"]) is not bool:
        raise ValueError("other names than lanes and lights")
    shares = head["long_shares"]
    if shares is not None:
        trucks, buses = (float(one) for one in shares)
        if not (trucks >= 0.0 and buses >= 0.0 and trucks + buses <= 1.0):
            raise ValueError("shares that are none")
        shares = trucks, buses
    left, top = (float(one) for one in head["origin"])
    if not (abs(left) < 1e9 and abs(top) < 1e9):
        raise ValueError("an origin that is none")
    return GivenNetwork(name, sizes, tables, lanes, lights, head["counted"], shares, (left, top), cut_for)
