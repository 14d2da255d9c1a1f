"""The window and the screens in it: a stack of them, the loop, and what every screen may use."""

from __future__ import annotations

import contextlib
import importlib
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
import pygame

from simulator.app.play.devices import Keyboard, key_code
from simulator.app.play.languages import ENGLISH, current, languages, of_system, use
from simulator.app.play.texts import text
from simulator.app.shell.accessibility.bridge import connect
from simulator.app.shell.accessibility.mirror import Mirror
from simulator.app.shell.controls import Bindings
from simulator.app.shell.desktop import look_of, open_desktop, size_of
from simulator.app.shell.display_loss import watch_display
from simulator.app.shell.exports import Exports
from simulator.app.shell.gamepads import Gamepads, PadBindings
from simulator.app.shell.jobs import Job
from simulator.app.shell.screen import Screen
from simulator.app.shell.session import Session, SessionSummary
from simulator.app.shell.settings import check_window_settings, load_window_settings, settings_path
from simulator.app.shell.stopwatch import Stopwatch
from simulator.app.shell.window import Window, picture_path
from simulator.canvas.speech import said
from simulator.engine import stopping
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.shell.gui import Gui
    from simulator.app.shell.settings import WindowSettings
    from simulator.app.shell.theme import Look

PROGRAM = "Crossplay"
FRAMES = 60  # a second
RESTING_FRAMES = 10  # a second, where nothing moves and nobody touches anything
TOUCHED = 0.5  # s after the last touch in which the frames go on at full rate
MESSAGE_SECONDS = 5.0  # s


class WindowStage:
    """The window, its settings and devices, and the stack of screens. `run` loops; tests call `frame` themselves."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.began = time.perf_counter() if session.started is None else session.started
        settings = session.settings or load_window_settings()
        if session.settings is not None:
            check_window_settings(settings, settings_path())
        self.settings = settings
        self.screens: list[Screen] = []
        self.messages: list[tuple[float, str]] = []
        self._speak()
        self.look = self._look_of(settings)
        self.bindings, self.buttons = Bindings(settings.keys), PadBindings(settings.buttons)
        size = session.size or size_of(settings)
        self.mirror = Mirror()
        self.window = self._open(size)
        watch_display(self._display_lost)
        self.outcome = SessionSummary()
        self.keyboard, self.gamepads = Keyboard(), Gamepads()
        self.exports = Exports()
        self.running = True
        self.debugging = False
        self.stopwatch = Stopwatch()
        """Where the time of frames goes."""
        self.clock, self.busy, self.seated_at = 0.0, 0.0, 0.0
        """Seconds with a screen in view, and those of them spent on it."""
        self._keys = sorted(session.keys)
        self._gui: Gui | None = None
        self._preparing: Job[None] | None = None
        self._hidden = self._warned = False
        self._touched = time.perf_counter()

    def _look_of(self, settings: WindowSettings) -> Look:
        open_desktop()
        return look_of(settings)

    def _open(self, size: tuple[int, int]) -> Window:
        full = self.session.fullscreen
        return Window(self.title, size, fullscreen=full, before_shown=lambda: connect(self.mirror))

    def _speak(self) -> None:
        """Speak the language that was asked for. Only who asks for this time alone hears at once that it is missing."""
        if self.session.language:
            use(self.session.language)
            return
        try:
            use(self.settings.language or (of_system(languages()) if self.session.settings is None else ENGLISH))
        except Refused as refusal:
            use(ENGLISH)
            self.messages.append((MESSAGE_SECONDS, f"{refusal}."))

    def speak_next(self) -> None:
        """Change to the next language that there is; say why where one cannot be spoken."""
        codes = list(languages())
        at = codes.index(current()) if current() in codes else 0
        for code in (*codes[at + 1 :], *codes[:at]):
            try:
                use(code)
                return
            except Refused as refusal:
                self.say(f"{refusal}.")

    def bind(self, keys: Mapping[str, str | list[str]], buttons: Mapping[str, str]) -> None:
        """Obey other keys and buttons from now on.

        Raises:
            Refused: unknown ones, or two commands on one; then all stays as it was.
        """
        self.bindings, self.buttons = Bindings(keys), PadBindings(buttons)
        self.settings = msgspec.structs.replace(self.settings, keys=dict(keys), buttons=dict(buttons))

    @property
    def title(self) -> str:
        """The name of the window: what is seen, and the program."""
        seen = self.screens[-1].title if self.screens else self.session.title
        return f"{seen} – {PROGRAM}" if seen else PROGRAM

    # --- the stack -----------------------------------------------------------------------------------------------

    @property
    def top(self) -> Screen:
        """The screen that is seen."""
        return self.screens[-1]

    def push(self, screen: Screen) -> None:
        """Show a screen above the present one."""
        self.screens.append(screen)
        self._let_go()
        screen.enter()

    def replace(self, screen: Screen) -> None:
        """Show a screen in place of the present one."""
        self.screens.pop().leave()
        self.push(screen)

    def pop(self) -> None:
        """Go back to the screen below; without one the window closes."""
        if len(self.screens) == 1:
            self.leave()
            return
        self.screens.pop().leave()
        self._let_go()
        self.screens[-1].enter()

    def _let_go(self) -> None:
        """Another screen is seen: it will hear that keys are let go of, not the one that heard them pressed."""
        self.keyboard.clear()
        if self._gui is not None:
            self._gui.let_go()

    # --- ImGui ---------------------------------------------------------------------------------------------------

    def prepare_gui(self) -> Job[None]:
        """Import ImGui and compile what paints it, in the background."""
        if self._preparing is None:
            self._preparing = Job("Preparing the window", _import_gui)
        return self._preparing

    @property
    def gui(self) -> Gui:
        """ImGui in this window, made when it is asked for first."""
        if self._gui is None:
            self.prepare_gui().result()
            from simulator.app.shell.gui import Gui

            self._gui = Gui(self.look)
        self._gui.wear(self.look)
        self._gui.ears = self.mirror.ears
        return self._gui

    @property
    def rate(self) -> float:
        """Frames a second since something was in view."""
        return self.outcome.frames / max(self.clock, 1e-9)

    @property
    def has_gui(self) -> bool:
        """Whether ImGui is there without waiting for it."""
        return self._gui is not None or (self._preparing is not None and self._preparing.done)

    # --- the loop ------------------------------------------------------------------------------------------------

    def run(self) -> SessionSummary:
        """Loop until closed; gives what it came to."""
        last = time.perf_counter()
        with stopping.gently() as asked:
            while self.running and not asked.is_set():
                now = time.perf_counter()
                seconds, last = now - last, now
                self.frame(seconds)
                self.busy += time.perf_counter() - now
                self._wait(now)
                self._check_limits()
        if self.session.screenshot is not None and self.outcome.first_frame is not None:
            self.prepare_gui().result()
            self.draw()
            self.outcome.screenshot = self.window.save(self.session.screenshot)
        if self.session.timing:
            print(self._timings(), file=sys.stderr)
        return self.outcome

    def hide(self) -> None:
        """Draw nothing until the window is shown again, as if it were minimised."""
        self._hidden = True

    def run_frames(self, count: int) -> None:
        """So many frames at the pace of the window, for measurements."""
        last = time.perf_counter()
        for _ in range(count):
            now = time.perf_counter()
            seconds, last = now - last, now
            self.frame(seconds)
            self._wait(now)

    def frame(self, seconds: float) -> None:
        """One frame: input, time, picture. `seconds` of real time passed since the last one."""
        self.clock += seconds
        self.stopwatch.begin()
        self._press_scripted_keys()
        for event in pygame.event.get():
            self.handle(event)
        if not self.running:
            return
        self.exports.advance(self.say)
        self.top.advance(seconds)
        self.window.call(self.title)
        if not self._hidden:
            self.draw(seconds)
            pygame.display.flip()
        self.stopwatch.end()
        self._note_timings()

    def draw(self, seconds: float = 0.0) -> None:
        """Draw everything; no state is changed by it."""
        if not self.mirror.listening:
            self._draw(seconds)
            return
        self.recent()
        self.mirror.frame(self.title, self.window.size, self.messages, self.top.tell, lambda: self._draw(seconds))

    def _draw(self, seconds: float) -> None:
        with self.stopwatch.part("panels"):
            self.top.draw(self.window.surface, seconds)

    def _wait(self, began: float) -> None:
        """Wait for the next frame; a picture that rests is drawn seldom, and at once when it is touched."""
        calm = self.top.resting and not self.session.seconds and time.perf_counter() - self._touched > TOUCHED
        frames = RESTING_FRAMES if calm or self._hidden else min(self.top.frames, FRAMES)
        end = began + 1.0 / frames
        while (left := end - time.perf_counter()) > 0.0:
            time.sleep(min(left, 1.0 / FRAMES))
            if frames < FRAMES and pygame.event.peek():
                return

    # --- input ---------------------------------------------------------------------------------------------------

    def _press_scripted_keys(self) -> None:
        visible = self.outcome.first_frame is not None
        while visible and self._keys and self._keys[0][0] <= self.clock:
            _, word = self._keys.pop(0)
            sign = word[0] if len(word) > 1 and word[0] in "+-" else ""
            key = key_code(word[len(sign) :])
            if sign != "-":
                pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))
            if sign != "+":
                pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key, mod=0))

    def handle(self, event: pygame.event.Event) -> None:
        """Take in an event: what concerns the window here, all else in the screen that is seen."""
        self._touched = time.perf_counter()
        if event.type == pygame.QUIT:
            self.leave()
            return
        if event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.window.resized()
        elif event.type in (pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN):
            self._hidden = True
        elif event.type in (pygame.WINDOWRESTORED, pygame.WINDOWSHOWN, pygame.WINDOWEXPOSED):
            self._hidden = False
        elif message := self.gamepads.handle(event):
            self.say(message)
        elif event.type in (pygame.WINDOWFOCUSGAINED, pygame.WINDOWFOCUSLOST):
            self.mirror.focus(event.type == pygame.WINDOWFOCUSGAINED)
        self.top.handle(event)

    def command(self, name: str) -> bool:
        """Obey a command that is the same in every screen; False if it is none."""
        if name == "quit":
            self.pop()
        elif name == "debug":
            self.debugging = not self.debugging
        elif name == "fullscreen":
            self.window.toggle_fullscreen()
        elif name == "screenshot":
            self.say(text("say.picture", place=self.window.save(picture_path())))
        elif name == "theme":
            self.look = self.look.other_theme()
        elif name in ("smaller_text", "larger_text"):
            self.look = self.look.scaled(1 if name == "larger_text" else -1)
        else:
            return False
        return True

    def leave(self) -> None:
        """The user wants to close the window; while something is exported he says it twice."""
        if self.exports and not self._warned:
            self._warned = True
            self.say(text("export.open", count=len(self.exports)))
            return
        self.running = False

    def say(self, words: str) -> None:
        """Show a message for some seconds."""
        self.messages.append((self.clock + MESSAGE_SECONDS, said(words)))

    def recent(self) -> list[str]:
        """The messages that are still shown."""
        self.messages = [(until, words) for until, words in self.messages if until > self.clock]
        return [words for _, words in self.messages]

    def close(self) -> None:
        """Finish recordings and close the window."""
        self.running = False
        self.exports.close()
        while self.screens:
            self.screens.pop().leave()
        if self._gui is not None:
            self._gui.close()
            self._gui = None
        self.window.close()

    def _display_lost(self) -> None:
        """Finish what is open; nothing can be shown any more."""
        self.exports.stop()
        for screen in reversed(self.screens):
            with contextlib.suppress(Exception):  # the others are finished all the same
                screen.leave()

    # --- timings and limits --------------------------------------------------------------------------------------

    def _note_timings(self) -> None:
        now, outcome = self.since_start(), self.outcome
        outcome.frames += 1
        outcome.seconds = self.clock
        if outcome.window is None:
            outcome.window = now
        if self.top.showing and outcome.first_frame is None:
            outcome.first_frame = now
            self.clock, self.busy, self.seated_at, outcome.frames = 0.0, 0.0, 0.0, 0  # counted: the world in view
            self.gamepads.start()  # takes a moment, so only once the world is visible

    def since_start(self) -> float:
        """Seconds since the program began."""
        return time.perf_counter() - self.began

    def _check_limits(self) -> None:
        session, outcome = self.session, self.outcome
        outcome.frame_ms = 1000 * self.busy / max(outcome.frames, 1)
        if session.frames is not None and outcome.first_frame is not None and outcome.frames >= session.frames:
            self.running = False
        begun = outcome.first_frame is not None and (outcome.seated is not None or not session.seats)
        if session.seconds is not None and begun and self.clock - self.seated_at >= session.seconds:
            self.running = False

    def _timings(self) -> str:
        found = self.outcome
        parts = (("window", found.window), ("first frame", found.first_frame), ("seated", found.seated))
        words = ", ".join(f"{name} {value:.2f} s" for name, value in parts if value is not None)
        return f"{words}, {found.frame_ms:.1f} ms a frame, {found.frames} frames in {found.seconds:.1f} s"


def _import_gui() -> None:
    from simulator.app.shell.painter import prepare

    importlib.import_module("simulator.app.shell.gui")
    prepare()
