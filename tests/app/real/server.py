"""An X server of one's own, with a screen that nobody sees. It goes on when the last window closes, as desktops do."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator


@contextlib.contextmanager
def x_server(size: str = "1280x800") -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Xvfb on a display that was free, and the display's name; it ends with the block."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", f"{size}x24"], pass_fds=[write],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield server, f":{told.readline().strip()}"
    finally:
        server.kill()
        server.wait()
