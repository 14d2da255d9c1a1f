"""Memory: record what happens in a simulation, and play, seek, verify, branch and export it later."""

from replays.batch_log import BatchRecording, record_batch
from replays.bookmarks import read_bookmarks, write_bookmarks
from replays.export import export, ticks_of
from replays.extract import extract
from replays.film import blend
from replays.golden import golden
from replays.parent import Parent, find_parent, parent_of
from replays.playback import Divergence, Playback, open
from replays.recorder import Recording, record
from replays.survey import Mark, Survey
from replays.track import Span
from replays.verdict import Verdict
from replays.verify import verify

__all__ = [
    "BatchRecording", "Divergence", "Mark", "Parent", "Playback", "Recording", "Span", "Survey", "Verdict", "blend",
    "export", "extract", "find_parent", "golden", "open", "parent_of", "read_bookmarks", "record", "record_batch",
    "ticks_of", "verify", "write_bookmarks",
]  # fmt: skip
