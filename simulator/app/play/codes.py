"""Share codes: a set-up as a short word that rebuilds exactly this task and these opponents.

A code is a mark and the base64 letters of: what wrote it, the world and its version, the split, numbers, build
arguments and the seats in their order, with a checksum. Numbers take as few bytes as they need; a knob that stands on
a step of its slider takes one.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.app.play.people import device_of
from simulator.app.play.setups import STEPS, Setup, bot_spec, knob_step, knob_value
from simulator.engine.seats import PLAYERS, read_spec
from worlds.declarations import SPLITS, Refused
from worlds.kit.words import shown

if TYPE_CHECKING:
    from worlds.world import World

MARK, FORMAT = "XP", 1
LONGEST = 199  # letters of a code
MOST = 2**63 - 1
EXACT = STEPS + 1  # in place of a step: the number itself follows
NAMED = {"agent": 5, "axelrod": 6, "roshambo": 7}
DRAWN, PERSON, RANDOM, BOT, KNOBS = range(5)
BUILT: tuple[tuple[type, str], ...] = ((bool, "b"), (int, "i"), (float, "f"), (str, "s"))
Hashes = Callable[[str], str]


def write_code(setup: Setup, world: World, sha256: Hashes | None = None) -> str:
    """The code of a set-up of a world; `sha256` gives the hash of an agent's weights.

    Raises:
        Refused: it names an agent that is no shipped one, or takes too many letters.
    """
    out = bytearray([FORMAT])
    _text(out, setup.world)
    for number in (world.version, SPLITS.index(setup.split), setup.seed, setup.index, setup.episodes, len(setup.build)):
        _number(out, number)
    for name, value in setup.build.items():
        _text(out, name)
        _built(out, value)
    seats = [_seat(world, at, setup, sha256 or shipped_hash) for at in range(len(world.seats))]
    at = 0
    while at < len(seats):  # equal neighbours are written once
        count = next((n for n in range(1, len(seats) - at) if seats[at + n] != seats[at]), len(seats) - at)
        _number(out, count)
        out += seats[at]
        at += count
    out += zlib.crc32(out).to_bytes(4, "big")[:3]
    code = MARK + base64.urlsafe_b64encode(out).decode().rstrip("=")
    if len(code) > LONGEST:
        raise Refused(f"the code of this set-up has {len(code)} letters: at most {LONGEST} are allowed")
    return code


def read_code(code: str, sha256: Hashes | None = None) -> Setup:
    """The set-up of a code.

    Raises:
        Refused: it is no code, damaged, or made for another version of Crossplay, of the world or of an agent.
    """
    word = "".join(code.split())
    if not word:
        raise Refused(f"the share code is empty: one begins with {MARK}, as the window's set-up screen gives it")
    if not word.startswith(MARK) or not word.isascii() or len(word) > LONGEST:
        raise Refused(
            f"share code {shown(word[:60])} is none: a code begins with {MARK} and has at most {LONGEST} letters"
        )
    letters = word[len(MARK) :]
    try:
        data = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"share code {shown(word[:60])} has letters that no code has: copy it whole") from None
    if len(data) < 4 or zlib.crc32(data[:-3]).to_bytes(4, "big")[:3] != data[-3:]:
        raise Refused(f"share code {shown(word[:60])} is damaged: its checksum is wrong, copy it whole")
    return read_payload(data[:-3], sha256)


def read_payload(data: bytes, sha256: Hashes | None = None) -> Setup:
    """The set-up of a code's bytes without their checksum.

    Raises:
        Refused: see `read_code`.
    """
    import worlds

    source = _Source(data)
    if (form := source.byte()) != FORMAT:
        raise Refused(f"share code of format {form}: this version of Crossplay reads {FORMAT}")
    name = source.text()
    version, split, seed, index, episodes, count = (source.number() for _ in range(6))
    if split >= len(SPLITS) or episodes > 10**6 or index > 2**62:
        raise Refused(f"share code names split {split}, {episodes} episodes and index {index}: one is out of range")
    build = {source.text(): source.built() for _ in range(min(count, 64))}
    world = worlds.get(name, **build)
    if world.version != version:
        raise Refused(f"share code is for version {version} of world {name!r}: here it has version {world.version}")
    seats: dict[str, str] = {}
    devices: dict[str, int] = {}
    at = 0
    while at < len(world.seats):
        run, mark = source.number(), source.at
        if not 1 <= run <= len(world.seats) - at:
            raise Refused(f"share code fills {at + run} seats: world {name!r} has {len(world.seats)}")
        for seat in range(at, at + run):
            source.at = mark
            _take_seat(source, world, seat, seats, devices, sha256 or shipped_hash)
        at += run
    if not source.ended:
        raise Refused("share code goes on after its last seat: copy it as it is")
    return Setup(
        world=name, build=build, split=SPLITS[split], seed=seed, index=index, episodes=episodes, seats=seats,
        devices=devices,
    )  # fmt: skip


def shipped_hash(name: str) -> str:
    """The hash of a shipped agent's weights.

    Raises:
        Refused: no such agent is shipped.
    """
    import agents
    from simulator.app.play.seating import facts_of

    shipped = agents.pretrained()
    if name not in shipped:
        raise Refused(f"agent {shown(name)} is not shipped: a share code takes {', '.join(shipped) or 'none'}")
    return facts_of(shipped[name]).sha256


# --- writing -----------------------------------------------------------------------------------------------------


def _number(out: bytearray, value: int) -> None:
    if not 0 <= value <= MOST:
        raise Refused(f"number {value} cannot stand in a share code: allowed is 0 to {MOST}")
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


def _text(out: bytearray, words: str) -> None:
    data = words.encode()
    _number(out, len(data))
    out += data


def _built(out: bytearray, value: Any) -> None:
    letter = next((letter for kind, letter in BUILT if type(value) is kind), None)
    if letter is None:
        raise Refused(f"build argument {shown(value)} cannot stand in a share code: numbers, words and switches can")
    out += letter.encode()
    if letter == "s":
        _text(out, value)
    elif letter == "f":
        out += struct.pack(">d", value)
    else:
        _number(out, int(value) * 2 if value >= 0 else -int(value) * 2 - 1)


def _seat(world: World, at: int, setup: Setup, sha256: Hashes) -> bytes:
    """One seat: what kind of player, and which."""
    out, seat = bytearray(), world.seats[at]
    spec = read_spec(f"seat {seat.name!r}", setup.seats.get(seat.name, "bot"), PLAYERS)
    if spec.kind == "human":
        out.append(PERSON)
        whose = f"seat {seat.name!r}"
        _number(out, device_of(whose, spec.name) if spec.name else setup.devices.get(seat.name, 0))
    elif spec.kind == "random":
        out.append(RANDOM)
    elif spec.kind in NAMED:
        out.append(NAMED[spec.kind])
        _text(out, spec.name)
        if spec.kind == "agent":
            out += bytes.fromhex(sha256(spec.name))[:4]
    elif not spec.name:
        out.append(DRAWN)
    else:
        _bot(out, world, seat.role, spec.name, spec.knobs)
    return bytes(out)


def _bot(out: bytearray, world: World, role: str, name: str, knobs: str) -> None:
    number = world.bot_index(role, name)
    bot = world.bots_of(role)[number]
    values = dict(part.split("=", 1) for part in knobs.split(",")) if knobs else {}
    out.append(KNOBS if values else BOT)
    _number(out, number)
    for knob in bot.knobs if values else ():
        value = float(values.get(knob.name, (knob.low + knob.high) / 2.0))
        step = knob_step(knob, value)
        if knob_value(knob, step) == value:
            out.append(step)
        else:
            out.append(EXACT)
            out += struct.pack(">d", value)


# --- reading -----------------------------------------------------------------------------------------------------


class _Source:
    """The bytes of a code, taken one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def ended(self) -> bool:
        return self.at == len(self.data)

    def take(self, count: int) -> bytes:
        if count > len(self.data) - self.at:
            raise Refused("share code ends too early: copy it whole")
        self.at += count
        return self.data[self.at - count : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        value = 0
        for place in range(9):
            byte = self.byte()
            value |= (byte & 127) << 7 * place
            if byte < 128:
                return value
        raise Refused(f"share code holds a number above {MOST}: copy it as it is")

    def text(self) -> str:
        data = self.take(self.number())
        if not data.isascii():
            raise Refused(f"share code names {shown(data)}: names are plain letters")
        return data.decode()

    def real(self) -> float:
        value: float = struct.unpack(">d", self.take(8))[0]
        if not math.isfinite(value):
            raise Refused(f"share code holds {value}: numbers are finite")
        return value

    def built(self) -> Any:
        letter = chr(self.byte())
        if letter == "s":
            return self.text()
        if letter == "f":
            return self.real()
        if letter not in "bi":
            raise Refused(f"share code has a build argument of kind {letter!r}: there are b, i, f and s")
        number = self.number()
        value = -(number + 1) // 2 if number & 1 else number // 2
        return bool(value) if letter == "b" else value


def _take_seat(
    source: _Source, world: World, at: int, seats: dict[str, str], devices: dict[str, int], sha256: Hashes
) -> None:
    seat, kind = world.seats[at], source.byte()
    named = {number: name for name, number in NAMED.items()}
    if kind == DRAWN:
        return
    if kind == PERSON:
        seats[seat.name] = "human"
        if device := source.number():
            devices[seat.name] = device
    elif kind == RANDOM:
        seats[seat.name] = "random"
    elif kind in (BOT, KNOBS):
        seats[seat.name] = _taken_bot(source, world, seat.role, with_knobs=kind == KNOBS)
    elif kind in named:
        name = source.text()
        text = f"{named[kind]}:{name}"
        read_spec(f"seat {seat.name!r}", text, PLAYERS)
        if named[kind] == "agent" and bytes.fromhex(sha256(name))[:4] != source.take(4):
            raise Refused(f"share code was made with other weights of agent {name!r} than are here")
        seats[seat.name] = text
    else:
        raise Refused(f"share code seats a player of kind {kind}: this version knows {DRAWN} to {max(named)}")


def _taken_bot(source: _Source, world: World, role: str, *, with_knobs: bool) -> str:
    bots, number = world.bots_of(role), source.number()
    if number >= len(bots):
        raise Refused(f"share code names bot {number} of role {role!r}: there are {len(bots)}")
    bot = bots[number]
    if not with_knobs:
        return f"bot:{bot.name}"
    values: Mapping[str, float] = {knob.name: _taken_knob(source, knob) for knob in bot.knobs}
    return bot_spec(bot, values)


def _taken_knob(source: _Source, knob: Any) -> float:
    step = source.byte()
    if step < EXACT:
        return knob_value(knob, step)
    value = source.real()
    if step > EXACT or not knob.low <= value <= knob.high:
        raise Refused(f"share code sets knob {knob.name} to {value}: allowed is {knob.low} to {knob.high}")
    return value
