"""What a file may ask of its reader. Recorders stop before these, so they refuse only files made to harm."""

MAX_RECORD = 64 << 20  # bytes of one record, and of one chunk after unpacking
MAX_UNPACKED = 1 << 30  # bytes of all chunks of one replay, all of which its reader keeps
FREE_UNPACKED, UNPACKED_PER_BYTE = 1 << 27, 100  # and of a small file no more than this: worlds pack to 1/2 … 1/13
MAX_UNPACKED_BATCH = 1 << 36  # the same for a batch log, which is read as a stream
MAX_MESSAGES = 4_000_000
FREE_MESSAGES, BYTES_PER_MESSAGE = 500_000, 4  # of a small file no more than this: a packed message takes 10 or more
MAX_TICKS = 1_000_000  # 27 hours at 10 ticks a second
MAX_GAP = 5_000  # ticks from one keyframe to the next, so that no seek is long
MAX_RARE = {"/keyframe": 200_000, "/episode": 200_000, "/event": 200_000, "/control": 20_000}  # messages of each kind
MAX_THOUGHT = 1 << 20  # bytes of one thought
MAX_AT_ONCE = 1000  # states and controls at one tick: a seek there makes them all again
MAX_JSON = 1 << 20  # bytes of one JSON message, and of the description
MAX_JSON_BYTES = {"/episode": 16 << 20, "/event": 8 << 20, "/control": 4 << 20}
"""Bytes of all JSON messages of a kind. Python takes up to 24 bytes for each byte of an event (of ``[],[],…``), and up
to 8 for each of the others; an hour of tag has 200 KB of them."""
LONGEST_NAME = 200  # characters of who sat in a seat, as it is shown
LONGEST_SENTENCE = 600  # characters of a refusal, which may quote the file
LONGEST_REASON = 300  # of those, what says how it is damaged
WORLD_BYTES = 16  # of its file that every world of a batch log takes at least: random keys cannot be packed
MAX_WORLDS = 1 << 24  # of a batch
MAX_DECISIONS = 1 << 32  # of all worlds of a batch log together


def most_unpacked(size: int) -> int:
    """Bytes that all chunks of a replay of so many bytes may unpack to."""
    return min(MAX_UNPACKED, FREE_UNPACKED + UNPACKED_PER_BYTE * size)


def most_messages(size: int) -> int:
    """Messages that a file of so many bytes may hold."""
    return min(MAX_MESSAGES, FREE_MESSAGES + size // BYTES_PER_MESSAGE)
