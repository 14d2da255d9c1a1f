"""Memory: record what happens in a simulation, and play, seek, verify, branch and export it later."""

from replays.batch_log import BatchRecording, record_batch
from replays.export import blend, export
from replays.extract import extract
from replays.golden import golden
from replays.playback import Divergence, Playback, open
from replays.recorder import Recording, record
from replays.track import Span
from replays.verdict import Verdict
from replays.verify import verify

__all__ = [
    "BatchRecording", "Divergence", "Playback", "Recording", "Span", "Verdict", "blend", "export", "extract",
    "golden", "open", "record", "record_batch", "verify",
]  # fmt: skip
