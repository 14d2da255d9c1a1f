"""Proofs: what a recording keeps of the state after every tick, and what a re-simulation is held against.

Until format 2 a tick had the CRC-32 of every top-level field. From format 3 on it has

- ``check``: CRC-32 of all those CRC-32 in their order. A state that differs passes for the recorded one once in 2³²
  ticks, 4.3 thousand million, as before where one field differed. What still differs at the next keyframe cannot pass
  at all: keyframes are compared byte by byte.
- ``marks``: a byte a field, which names the fields. It is the low byte of a field's CRC-32, XORed with that of the tick
  before: 0 where a field stayed as it was, which packs well. A field that differs has the recorded byte once in 256.
"""

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from replays.format import action_code

WHOLE_UNTIL = 2  # the last format with a CRC-32 for every field of every tick


def tick_type(seats: int, sizes: tuple[int, ...], fields: int, *, format: int) -> np.dtype[Any]:
    """Type of a ``/tick`` message: what every external seat did (0 for others), and the proof of the state after."""
    actions = ("actions", action_code(sizes), (seats, len(sizes)))
    if format <= WHOLE_UNTIL:
        return np.dtype([actions, ("crcs", "<u4", (fields,))])
    return np.dtype([actions, ("check", "<u4"), ("marks", "|u1", (fields,))])


class Prover:
    """Writes the proofs of one recording, tick after tick, into rows of `tick_type`."""

    def __init__(self, fields: int) -> None:
        self._before = np.zeros(fields, "|u1")

    def prove(self, row: NDArray[np.void], crcs: Sequence[int]) -> None:
        """Fill in the proof of a state, given the CRC-32 of its fields; `row` has shape (1,)."""
        proof = _Proof.of(crcs)
        row["check"], row["marks"] = proof.check, proof.low ^ self._before
        self._before = proof.low


class Proofs:
    """The proofs of all T ticks of a recording, of any format."""

    def __init__(self, ticks: NDArray[np.void]) -> None:
        whole = "crcs" in (ticks.dtype.names or ())
        self._crcs = np.ascontiguousarray(ticks["crcs"]) if whole else None  # (T, F)
        if not whole:
            self._checks = np.ascontiguousarray(ticks["check"])  # (T,)
            self._low = np.bitwise_xor.accumulate(ticks["marks"], axis=0)  # (T, F)

    def differing(self, tick: int, crcs: Sequence[int]) -> list[int] | None:
        """The numbers of fields that differ from the recorded state after `tick` + 1 ticks, given their CRC-32; None if
        none does. The list is empty where something differs and its byte is equal by chance.
        """
        if self._crcs is not None:
            told = self._crcs[tick].tolist()
            return [number for number, crc in enumerate(crcs) if crc != told[number]] or None
        proof = _Proof.of(crcs)
        differing: list[int] = np.flatnonzero(proof.low != self._low[tick]).tolist()
        return differing if differing or proof.check != self._checks[tick] else None


class _Proof(NamedTuple):
    check: int
    low: NDArray[np.uint8]

    @classmethod
    def of(cls, crcs: Sequence[int]) -> "_Proof":
        packed = np.array(crcs, "<u4")
        return cls(zlib.crc32(packed.tobytes()), packed.view("|u1")[::4])
