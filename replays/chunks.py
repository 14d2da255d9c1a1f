"""The records and chunks of a replay's MCAP file: unpacked only after what they claim was checked, and told apart from
those that were cut off.
"""

import io
import struct
import zlib

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Chunk

from replays import budgets

MAGIC = b"\x89MCAP0\r\n"  # begins and ends a file
RECORD = struct.Struct("<BQ")  # what a record begins with: its kind and its length
SIZES = struct.Struct("<QQQII")  # of a chunk: times, size, checksum, and the length of the name of its compression
CHUNK_HEAD = SIZES.size + 8  # bytes of a chunk record beside its compression name and its data


class Damaged(Exception):
    """A file that contradicts itself; `replays.format.boundary` turns it into a refusal."""


def check_cut(head: bytes, rest: bytes) -> None:
    """Hold a file that seems to be cut to it: flipped bits can make a record seem longer than what is left of the file.

    Args:
        head: of the record at which the file seems to be cut, as much of it as there is.
        rest: what follows it.

    Raises:
        Damaged: the file was not cut there.
    """
    left = head + rest
    if left.endswith(MAGIC):
        raise Damaged("it has its end, but a record before it has another length than it says")
    if head[:1] == b"\0" and any(left):  # a power cut leaves zeros, to the end
        raise Damaged("it has a record of unknown kind 0")
    if len(head) < RECORD.size or head[0] != Opcode.CHUNK or len(rest) < SIZES.size:
        return
    *_, letters = SIZES.unpack_from(rest)
    told = rest[SIZES.size + letters :][:8]  # bytes of its data
    if len(told) == 8 and RECORD.unpack(head)[1] != CHUNK_HEAD + letters + int.from_bytes(told, "little"):
        raise Damaged("a chunk has another length than it says")


def unpack_chunk(body: bytes) -> bytes:
    """The data of a chunk record, after all that it claims about its size was checked.

    Raises:
        Damaged: a size above the limits or untrue, an unknown compression, a wrong checksum.
    """
    chunk = Chunk.read(ReadDataStream(io.BytesIO(body)))
    if len(body) != CHUNK_HEAD + len(chunk.compression.encode()) + len(chunk.data):
        raise Damaged("a chunk has another length than it says")
    claimed = chunk.uncompressed_size
    if chunk.compression == "zstd" and len(chunk.data) > 0:
        if zstandard.frame_content_size(chunk.data) != claimed or claimed > budgets.MAX_RECORD:
            raise Damaged(f"a chunk claims to unpack to {claimed} bytes where at most {budgets.MAX_RECORD} are allowed")
        data = zstandard.ZstdDecompressor().decompress(
            chunk.data, max_output_size=claimed, read_across_frames=False, allow_extra_data=False
        )
    elif chunk.compression == "":
        data = chunk.data
    else:
        raise Damaged(f"a chunk is compressed with {chunk.compression!r}: Crossplay uses zstd or none")
    if len(data) != claimed or zlib.crc32(data) != chunk.uncompressed_crc:
        raise Damaged("the checksum of a chunk is wrong")
    return data
