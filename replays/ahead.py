"""The end of a recording that is still being made: what its next chunk will hold lies there already, as small chunks of
its own, so that a killed process loses none of it. The chunk then takes their place, and a finished file has no trace
of them: it is the same, byte for byte, as one that was written without.
"""

import struct
import zlib
from typing import BinaryIO

from mcap.data_stream import RecordBuilder
from mcap.opcode import Opcode
from mcap.records import Channel, Schema

from replays.chunks import CHUNK_HEAD, RECORD, SIZES

MESSAGE = struct.Struct("<HIQQ")  # what a message begins with: channel, position, and its time twice


class Ahead:
    """Stands between MCAP's writer and its file. `message` and `declaration` hear of what the writer took for its next
    chunk; `put` hands it to the operating system.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0  # of what the writer wrote
        self._put = False  # whether anything lies behind that
        self._waiting = bytearray()  # records that were not put yet
        self._times: list[int] = []  # of the messages among them: the first and the last

    def write(self, data: bytes) -> int:
        """What the writer writes: in the place of all that was put, as the chunk that it writes holds it."""
        if data:
            if self._put:
                self._file.seek(self._end)
                self._file.truncate()
            self._file.write(data)
            if self._put:
                self._file.flush()
            self._end += len(data)
            self._put = False
            self._forget()
        return len(data)

    def tell(self) -> int:
        """Bytes that the writer wrote."""
        return self._end

    def flush(self) -> None:
        """Hand what the writer wrote to the operating system."""
        self._file.flush()

    def message(self, end: int, channel: int, position: int, time: int, data: bytes) -> None:
        """The writer took a message; ``end`` is what `tell` said before."""
        if end == self._end:  # else it has written it
            self._times = [*self._times[:1], time]
            self._waiting += RECORD.pack(Opcode.MESSAGE, MESSAGE.size + len(data))
            self._waiting += MESSAGE.pack(channel, position, time, time) + data

    def declaration(self, end: int, record: Schema | Channel) -> None:
        """The writer took a schema or a channel; ``end`` is what `tell` said before."""
        if end == self._end:
            builder = RecordBuilder()
            record.write(builder)
            self._waiting += builder.end()

    def put(self) -> None:
        """Hand all messages that the writer still keeps to the operating system."""
        if not self._times:
            return
        data = bytes(self._waiting)
        sizes = SIZES.pack(self._times[0], self._times[-1], len(data), zlib.crc32(data), 0)  # not compressed
        head = RECORD.pack(Opcode.CHUNK, CHUNK_HEAD + len(data)) + sizes + len(data).to_bytes(8, "little")
        self._put = True
        self._file.write(head + data)
        self._file.flush()
        self._forget()

    def _forget(self) -> None:
        self._waiting.clear()
        self._times.clear()
