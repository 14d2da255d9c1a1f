"""A window of the program on the X server: its name, what is in it, its pixels, and keys and clicks as of people."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ImageGrab

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 540  # s; the first start compiles the rules
NOD = 0.05  # s between two looks
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Thing:
    """Something in the window, see `simulator.app.shell.accessibility.tree.AccessNode`."""

    role: str
    name: str
    value: str
    box: Box | None
    enabled: bool
    checked: bool | None
    amount: tuple[float, float, float] | None
    live: bool

    @property
    def middle(self) -> tuple[float, float]:
        """The pixel to click at."""
        assert self.box is not None, self
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


class RealWindow:
    """The program in a process of its own, begun with some words; pictures of it go to `folder`."""

    def __init__(self, folder: Path, words: list[str], variables: Mapping[str, str], place: Path) -> None:
        self.folder, self.place, self._tree = folder, place, folder / "tree.json"
        self._shown = folder / "tree.json.shown"
        for old in (self._tree, self._shown):
            old.unlink(missing_ok=True)
        place.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(ROOT / "tests" / "app" / "real" / "program.py"), str(self._tree), *words]
        self._log = (folder / "program.log").open("wb")
        self.process = subprocess.Popen(
            command, cwd=place, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip

    # --- what is seen ------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        """Its window on the X server, empty where there is none; one that is fitted to the screen may be replaced."""
        return (_quiet("search", "--onlyvisible", "--pid", str(self.process.pid)).split() or [""])[-1]

    @property
    def title(self) -> str:
        """What the window is called: the screen that is seen in it."""
        return _quiet("getwindowname", self.number)

    def _told(self) -> tuple[int, list[dict[str, Any]]]:
        """The number of the last picture that was written down, and what was in it."""
        try:
            told = json.loads(self._tree.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0, []
        return told["picture"], told["things"]

    def things(self, role: str = "") -> list[Thing]:
        """All things in the window in reading order, or those of a role."""
        nodes = self._told()[1]
        facts = [fact.name for fact in fields(Thing)]
        return [Thing(**{fact: node[fact] for fact in facts}) for node in nodes if role in ("", node["role"])]

    def shown(self) -> dict[Path, int]:
        """By recording: its last tick that was seen; also after the program was killed."""
        try:
            lines = self._shown.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return {}
        seen: dict[Path, int] = {}
        for name, ticks in map(json.loads, lines):
            seen[self.place / name] = max(ticks, seen.get(self.place / name, 0))
        return seen

    def find(self, role: str, name: str) -> Thing | None:
        """The first thing of a role with this name, else whose name begins so."""
        things = [thing for thing in self.things(role) if thing.name.startswith(name)]
        return min(things, key=lambda thing: thing.name != name, default=None)

    def says(self, words: str) -> bool:
        """Whether these words stand in the window, or were said in it of late."""
        return any(words in thing.name or words in thing.value for thing in self.things())

    def pixels(self, box: Box | None = None) -> np.ndarray:
        """What the X server shows now, in a part of the window."""
        whole = np.asarray(ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).convert("RGB"))
        left, top, right, bottom = map(int, box or (0, 0, whole.shape[1], whole.shape[0]))
        return whole[top:bottom, left:right]

    def picture(self, name: str) -> None:
        """Save what is seen, once what was pressed before is."""
        self.settle()
        ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(self.folder / f"{name}.png")

    # --- waiting -----------------------------------------------------------------------------------------------------

    def wait(self, there: Callable[[], object], problem: str) -> None:
        """Until it is so; the machine may be slow."""
        end = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > end or self.process.poll() is not None:
                self._give_up(problem)
            time.sleep(NOD)

    def _give_up(self, problem: str) -> None:
        log = (self.folder / "program.log").read_text(errors="replace")[-3000:]
        ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(self.folder / "problem.png")
        words = "\n".join(f"{thing.role} {thing.name!r} {thing.value!r}" for thing in self.things())
        raise AssertionError(f"{problem}\nthe window was called {self.title!r}, and in it stood\n{words}\n{log}")

    def wait_title(self, start: str) -> None:
        """Until the window's name begins so."""
        self.wait(lambda: self.title.startswith(start), f"no window was ever called {start!r}")

    def wait_words(self, words: str) -> None:
        """Until these words stand there."""
        self.wait(lambda: self.says(words), f"{words!r} was never seen")

    def wait_thing(self, role: str, name: str) -> Thing:
        """Until there is such a thing that can be used; where it is by then, standing still."""
        before: Thing | None = None

        def there() -> bool:
            nonlocal before
            last, before = before, self.find(role, name)
            if before is None or before.box is None or not before.enabled:
                return False
            self.settle()
            return last is not None and last.box == before.box

        self.wait(there, f"there was never a {role} called {name!r}")
        assert before is not None
        return before

    def settle(self, pictures: int = 2) -> None:
        """Until so many more pictures were drawn: what was pressed before is seen by then."""
        wanted = self._told()[0] + pictures
        self.wait(lambda: self._told()[0] >= wanted, "nothing more was drawn")

    def wait_end(self) -> None:
        """Until the program ended, and well."""
        code = self.process.wait(timeout=PATIENCE)
        log = (self.folder / "program.log").read_text(errors="replace")
        assert code == 0, f"the program ended with {code}:\n{log}"

    def kill(self) -> None:
        """End the program by SIGKILL, and nothing that it began."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the program if it still runs, and what it began in its session."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()

    # --- mouse and keyboard ------------------------------------------------------------------------------------------

    def focus(self) -> None:
        """The window hears the keyboard from now on."""

        self.wait(self.try_focus, "the window never got the keyboard")

    def try_focus(self) -> bool:
        """Whether the window hears the keyboard now; it is told to, if it is there."""
        number = self.number
        _quiet("windowfocus", number)
        return bool(number) and _quiet("getwindowfocus") == number

    def click(self, role: str, name: str) -> Thing:
        """Click at the middle of something as soon as it is there."""
        thing = self.wait_thing(role, name)
        self.click_at(thing.middle)
        return thing

    def click_at(self, pixel: tuple[float, float]) -> None:
        """Click at a pixel of the window: pictures are drawn with the mouse there, and with its button pressed."""
        self.move_to(pixel)
        _quiet("mousedown", "1")
        self.settle()
        _quiet("mouseup", "1")
        self.settle()

    def tap_mouse(self) -> None:
        """Click where the mouse is, on what may end the program."""
        _quiet("click", "1")

    def move_to(self, pixel: tuple[float, float]) -> None:
        """Put the mouse there."""
        _quiet("mousemove", "--window", self.number, str(round(pixel[0])), str(round(pixel[1])))
        self.settle()

    def wheel(self, *, down: bool) -> None:
        """Turn the mouse's wheel by one notch."""
        _quiet("click", "5" if down else "4")
        self.settle()

    def key(self, *names: str) -> None:
        """Press keys, one after the other, each as short as can be: one that is held repeats itself."""
        for name in names:
            self.tap(name)
            self.settle()

    def tap(self, name: str) -> None:
        """Press a key that may end the program."""
        _quiet("key", name)

    def hold(self, name: str) -> None:
        """Press a key and hold it."""
        _quiet("keydown", name)
        self.settle(1)

    def let_go(self, name: str) -> None:
        """Let go of it."""
        _quiet("keyup", name)
        self.settle(1)

    def write(self, words: str) -> None:
        """Type over what stands in the field that has the keyboard, and confirm."""
        self.hold("ctrl")
        self.key("a")
        self.let_go("ctrl")
        self.key(*words, "Return")


def _quiet(*arguments: str) -> str:
    """What xdotool answers; nothing where it has no answer, such as while there is no window."""
    return subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=False).stdout.strip()
