"""Verifying replays: simulate all of it again without a window, and name the first tick and the fields that differ."""

from pathlib import Path

from replays import format, playback
from replays.batch_play import verify_batch
from replays.track import existing
from replays.verdict import Progress, Verdict


def verify(path: str | Path, *, progress: Progress | None = None) -> Verdict:
    """Simulate a replay, or the log of a batch, again and compare every recorded state.

    Raises:
        Refused: the file cannot be played at all (see `replays.open`).
    """
    place = existing(Path(path))
    if kind_of(place) == "batch":
        return verify_batch(place, progress)
    replay = playback.open(place)
    while not (replay.diverged and replay.diverged.fields) and replay.forward():
        if progress is not None and replay.position % 500 == 0:
            progress(replay.position, replay.length)
    if progress is not None:
        progress(replay.position, replay.length)
    cut = "; there the recording was cut short: it plays to that tick" if replay.truncated else ""
    if replay.diverged is None:
        sentence = f"all {replay.length} ticks of {str(place)!r} are what the rules give{cut}"
        return Verdict(True, replay.length, None, (), sentence, replay.truncated)
    tick, fields = replay.diverged
    sentence = f"{str(place)!r} differs from the rules at tick {tick}, in {replay.diverged.words}"
    return Verdict(False, replay.position, tick, fields, sentence, replay.truncated)


def kind_of(path: Path) -> str:
    """What a file holds: ``replay`` or ``batch``.

    Raises:
        Refused: it is neither.
    """
    with format.boundary(path), path.open("rb") as file:
        return format.Reader(file, path, path.stat().st_size).description.kind
