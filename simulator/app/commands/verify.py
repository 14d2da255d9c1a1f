"""Check a replay: simulate it again without a window and compare every recorded state.

Exit code 0 if every tick is what the rules give, 1 if one differs (the tick and the fields are named), 2 if the file is
damaged or cannot be played at all, 3 if every tick is right, but the recording was cut short (as when the program that
wrote it was killed): it plays to its last second.

Examples:
  crossplay verify game.mcap
  crossplay verify tests/golden/tag.mcap --json
"""

from __future__ import annotations

import dataclasses

from simulator.app.commands.common import CUT, DONE, FAILED, Outcome, progress_bar
from simulator.app.commands.flags import FileName, Options

JSON = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to check."""

    file: FileName
    """The replay, or the log of a batch."""


def run(settings: Settings, options: Options) -> Outcome:
    """Verify a replay."""
    import replays

    with progress_bar("tick") as show:
        verdict = replays.verify(settings.file, progress=show)
    facts = {"file": str(settings.file), **verdict.json()}
    code = FAILED if not verdict.ok else CUT if verdict.truncated else DONE
    return Outcome(text=verdict.sentence, facts=facts, code=code)
