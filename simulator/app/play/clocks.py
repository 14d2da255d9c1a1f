"""Times of a recording as people write them."""

from __future__ import annotations

import math


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths: 1:05.3."""
    tenths = math.floor(max(seconds, 0.0) * 10 + 1e-6)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def seconds_of(words: str) -> float | None:
    """Seconds of a time as it is typed in: 65.3, 1:05.3 or 0:01:05; None if it is none."""
    parts = words.strip().split(":")
    total = 0.0
    for part in parts:
        if not 1 <= len(parts) <= 3 or not part or not part.replace(".", "", 1).isdecimal() or len(part) > 12:
            return None
        total = 60.0 * total + float(part)
    return total
