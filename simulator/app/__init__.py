"""The window: play, watch and replay worlds. `simulator.app.screens.app.play(Session(...))` opens it."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # its greeting would spoil --json on standard output
