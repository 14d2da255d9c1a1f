"""The application: one window, one scene, a loop at 60 frames a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pygame

from simulator.app.panels import overlay
from simulator.app.panels.arena import Arena
from simulator.app.panels.hud import GAP, Panel, panel_width
from simulator.app.panels.timeline import HEIGHT, Timeline
from simulator.app.play.devices import Keyboard, key_code, meant_key
from simulator.app.play.hands import Hands
from simulator.app.screens.live import LiveScene
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.scene import Scene
from simulator.app.shell.controls import BY_NAME, COMMANDS, LAYER_COMMANDS, LIVE, REPLAY, Bindings, idle
from simulator.app.shell.gamepads import NEXT_SEAT_BUTTON, PAUSE_BUTTON, TAKE_OVER_BUTTON, Gamepads
from simulator.app.shell.jobs import Job, compiled_part, warmed
from simulator.app.shell.session import Session, SessionSummary
from simulator.app.shell.settings import check_window_settings, load_window_settings, settings_path
from simulator.app.shell.theme import Look
from simulator.app.shell.window import Window, picture_path
from simulator.canvas import THEMES
from simulator.engine import stopping

FRAMES = 60  # a second
PROGRESS_FRAMES = 15  # a second, while something is prepared: compiling needs the processor more
PANEL_EVERY, MESSAGE_SECONDS = 1 / 20, 5.0  # s; the panel is read by people, 20 pictures a second are plenty


def play(session: Session) -> SessionSummary:
    """Open the window and stay until the user closes it, or the session's time is over.

    Raises:
        Refused: bad settings, no display, a seat or player that does not fit, a replay that cannot be played.
    """
    app = App(session)
    try:
        return app.run()
    except KeyboardInterrupt:
        return app.outcome
    finally:
        app.close()


class App:
    """The window and what is in it. `run` loops; tests call `frame` themselves."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.began = time.perf_counter() if session.started is None else session.started
        settings = session.settings or load_window_settings()
        if session.settings is not None:
            check_window_settings(settings, settings_path())
        self.settings = settings
        self.look = Look(THEMES[settings.theme], settings.text_scale)
        self.bindings = Bindings(settings.keys)
        self.layers = frozenset(settings.layers) if session.layers is None else session.layers
        if settings.reduced_motion:
            self.layers -= {"trails"}
        self.title = session.title or "Crossplay"
        self.window = Window(
            self.title, session.size or (settings.width, settings.height), fullscreen=session.fullscreen
        )
        self.outcome = SessionSummary()
        self.keyboard, self.gamepads = Keyboard(), Gamepads()
        self.messages: list[tuple[float, str]] = []
        self.scene: Scene | None = None
        self.timeline: Timeline | None = None
        self.running = True
        self.helping = self.debugging = False
        self._job: Job[Any] | None = None
        self._then: Callable[[Any], None] | None = None
        self._keys = sorted(session.keys)
        self._clock, self._busy = 0.0, 0.0
        self._panel_surface: pygame.Surface | None = None
        self._panel_age = PANEL_EVERY
        self._begin()

    # --- starting ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        source = self.session.simulation if self.session.playback is None else self.session.playback
        start = self._start_live if self.session.playback is None else self._start_replay
        if callable(source):
            self._run_job("Preparing the world (a first start takes up to 2 minutes)", lambda: warmed(source()), start)
        else:
            start(source)

    def _run_job(self, words: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self._job, self._then = Job(words, work), then

    def _start_live(self, simulation: Any, returns: Sequence[Any] = ()) -> None:
        scene = LiveScene(
            simulation, self.session, keyboard=self.keyboard, gamepads=self.gamepads, say=self.say,
            reduced_motion=self.settings.reduced_motion, returns=returns,
        )  # fmt: skip
        self._show(scene)

    def _start_replay(self, playback: Any) -> None:
        scene = ReplayScene(playback, self.session, say=self.say, reduced_motion=self.settings.reduced_motion)
        self._show(scene)

    def _show(self, scene: Scene) -> None:
        self.scene = scene
        self.arena = Arena(scene)
        self.hands = scene.hands if isinstance(scene, LiveScene) else Hands(scene.world)
        self.panel = Panel(scene, self.hands, self.session.references)
        self.timeline = Timeline(scene) if isinstance(scene, ReplayScene) else None
        self._panel_age = PANEL_EVERY

    def _branch(self) -> None:
        """Turn the frame of the replay into a live game; without other wishes the followed seat is the human's."""
        scene = self.scene
        if not isinstance(scene, ReplayScene) or (simulation := scene.branch()) is None:
            return
        names = [seat.name for seat in scene.world.seats]
        seats = dict(self.session.seats) or {names[scene.followed]: "human"}
        for seat in simulation.external:
            if names[seat] not in seats:
                simulation.drive(seat, False)  # whoever played here is gone: its bot plays on
        self.session = replace(
            self.session, simulation=simulation, playback=None, seats=seats, follow=names[scene.followed], paused=False
        )
        scene.close()
        self._start_live(simulation, scene.history.returns)
        agents = any(not isinstance(who, str) for who in seats.values())
        self.say("Live from here" + ", agents begin without memories" * agents)

    # --- the loop ------------------------------------------------------------------------------------------------

    def run(self) -> SessionSummary:
        """Loop until closed; gives what it came to."""
        clock = pygame.time.Clock()
        last = time.perf_counter()
        with stopping.gently() as asked:
            while self.running and not asked.is_set():
                now = time.perf_counter()
                seconds, last = now - last, now
                self.frame(seconds)
                self._busy += time.perf_counter() - now
                clock.tick(FRAMES if self.scene is not None else PROGRESS_FRAMES)
                self._check_limits()
        if self.session.screenshot is not None:
            self.outcome.screenshot = self.window.save(self.session.screenshot)
        if self.session.timing:
            print(self._timings(), file=sys.stderr)
        return self.outcome

    def frame(self, seconds: float) -> None:
        """One frame: input, time, picture. `seconds` of real time passed since the last one."""
        self._clock += seconds
        self._press_scripted_keys()
        for event in pygame.event.get():
            self._handle(event)
        self._work()
        if self.scene is not None:
            self.scene.advance(seconds)
        self.draw(seconds)
        pygame.display.flip()
        self._note_timings()

    def draw(self, seconds: float = 0.0) -> None:
        """Draw everything; no state is changed by it."""
        surface, scene = self.window.surface, self.scene
        if scene is None:
            words = self._job.words if self._job else ""
            overlay.draw_progress(surface, self.look, self.title, words, compiled_part(), self._clock)
            return
        width, height = surface.get_size()
        side = panel_width(width, self.look)
        foot = self.look.px(HEIGHT) if self.timeline is not None else 0
        world = surface.subsurface((0, 0, width - side, height - foot))
        self.arena.draw(world, self.look, self.layers, seconds)
        if isinstance(scene, ReplayScene) and scene.diverged:
            overlay.draw_strip(world, self.look, scene.diverged, "bad")
        if scene.banner is not None:
            overlay.draw_banner(world, self.look, scene.banner)
        if self._job is not None:
            overlay.draw_strip(world, self.look, f"{self._job.words} …", "ray")
        self._draw_panel(surface, pygame.Rect(width - side, 0, side, height), seconds)
        if self.timeline is not None:
            self.timeline.draw(surface, pygame.Rect(0, height - foot, width - side, foot), self.look)
        if self.debugging:
            self._draw_debug(world)
        if self.helping:
            overlay.draw_help(surface, self.look, self.help_sections(), scene.world.page)

    def _draw_panel(self, surface: pygame.Surface, box: pygame.Rect, seconds: float) -> None:
        self._panel_age += seconds
        fresh = self._panel_surface is not None and self._panel_surface.get_size() == box.size
        if not fresh:
            self._panel_surface = pygame.Surface(box.size, 0, surface)
        assert self._panel_surface is not None
        if not fresh or self._panel_age >= PANEL_EVERY:
            self._panel_age = 0.0
            recording = getattr(self.scene, "recorder", None) is not None
            telling, messages = "hidden" in self.layers, self._recent()
            self.panel.draw(self._panel_surface, self.look, recording=recording, telling=telling, messages=messages)
        surface.blit(self._panel_surface, box)

    def _draw_debug(self, world: pygame.Surface) -> None:
        frames = max(self.outcome.frames, 1)
        words = f"{1000 * self._busy / frames:.1f} ms a frame, {frames / max(self._clock, 1e-9):.0f} frames/s"
        self.look.text(world, (GAP, world.get_height() - self.look.px(14)), words, size=11)

    def help_sections(self) -> list[overlay.Section]:
        """What the help page shows now."""
        kind = self.scene.kind if self.scene is not None else LIVE
        playing = isinstance(self.scene, LiveScene) and self.scene.keyboard_seat is not None
        taken = self.hands.codes if playing else ()
        play = self.hands.help() if kind == LIVE else []
        return overlay.help_sections(self.bindings, kind, play, taken, [c.name for c in COMMANDS if self._idle(c.name)])

    def _idle(self, name: str) -> bool:
        scene = self.scene
        return scene is not None and idle(name, len(scene.world.seats), self.hands.keeps, self.arena.layers)

    def say(self, words: str) -> None:
        """Show a message for some seconds."""
        self.messages.append((self._clock + MESSAGE_SECONDS, words))
        self._panel_age = PANEL_EVERY

    def _recent(self) -> list[str]:
        self.messages = [(until, words) for until, words in self.messages if until > self._clock]
        return [words for _, words in self.messages]

    def close(self) -> None:
        """Finish recordings and close the window."""
        self.running = False
        if self.scene is not None:
            self.scene.close()
        elif self.session.recorder is not None:
            self.session.recorder.close()
        self.window.close()

    # --- background work and limits ------------------------------------------------------------------------------

    def _work(self) -> None:
        """Take in what a background job made; begin the next one."""
        if self._job is not None and self._job.done:
            job, then, self._job = self._job, self._then, None
            made = job.result()
            if then is not None:
                then(made)
        scene = self.scene
        seen = self.outcome.first_frame is not None
        if self._job is None and seen and isinstance(scene, LiveScene) and scene.table.loading:
            self._run_job("Seating the agents", scene.table.load, self._seat)

    def _seat(self, loaded: Any) -> None:
        assert isinstance(self.scene, LiveScene)
        self.scene.seat_players(loaded)

    def _note_timings(self) -> None:
        now = time.perf_counter() - self.began
        outcome = self.outcome
        outcome.frames += 1
        outcome.seconds = self._clock
        if outcome.window is None:
            outcome.window = now
        if self.scene is None:
            return
        outcome.ticks = self.scene.ticks
        if outcome.first_frame is None:
            outcome.first_frame = now
            self._clock, self._busy, outcome.frames = 0.0, 0.0, 0  # what is counted is time with the world in view
            self.gamepads.start()  # takes a moment, so only once the world is visible
        if outcome.seated is None and self.scene.ready:
            outcome.seated = now

    def _check_limits(self) -> None:
        session, outcome = self.session, self.outcome
        outcome.frame_ms = 1000 * self._busy / max(outcome.frames, 1)
        if session.frames is not None and outcome.first_frame is not None and outcome.frames >= session.frames:
            self.running = False
        if session.seconds is not None and outcome.first_frame is not None and self._clock >= session.seconds:
            self.running = False

    def _timings(self) -> str:
        found = self.outcome
        parts = (("window", found.window), ("first frame", found.first_frame), ("seated", found.seated))
        words = ", ".join(f"{name} {value:.2f} s" for name, value in parts if value is not None)
        return f"{words}, {found.frame_ms:.1f} ms a frame, {found.frames} frames in {found.seconds:.1f} s"

    # --- input ---------------------------------------------------------------------------------------------------

    def _press_scripted_keys(self) -> None:
        visible = self.outcome.first_frame is not None
        while visible and self._keys and self._keys[0][0] <= self._clock:
            _, word = self._keys.pop(0)
            sign = word[0] if len(word) > 1 and word[0] in "+-" else ""
            key = key_code(word[len(sign) :])
            if sign != "-":
                pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))
            if sign != "+":
                pygame.event.post(pygame.event.Event(pygame.KEYUP, key=key, mod=0))

    def _handle(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.window.resized()
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._lose_keys()
        elif event.type == pygame.KEYDOWN:
            self._press(meant_key(event))
        elif event.type == pygame.KEYUP:
            self._release(event.key)
        elif self.timeline is not None and self.timeline.handle(event):
            return
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and self.scene is not None:
            self._click(event.pos)
        elif event.type == pygame.MOUSEMOTION and self.scene is not None:
            self.arena.pointer = event.pos
        elif event.type == pygame.MOUSEWHEEL and self.scene is not None:
            self.command("zoom_in" if event.y > 0 else "zoom_out")
        else:
            self._handle_pad(event)

    def _click(self, pixel: tuple[int, int]) -> None:
        """Tell a seat what to do, or follow one."""
        scene, button = self.scene, self.arena.button_at(pixel)
        if isinstance(scene, LiveScene) and button is not None and scene.can_order(button.seat):
            scene.order(button.seat, button.factor, button.choice)
        elif scene is not None and (seat := self.arena.seat_at(pixel)) is not None:
            scene.followed = seat

    def _handle_pad(self, event: pygame.event.Event) -> None:
        if message := self.gamepads.handle(event):
            self.say(message)
        if event.type not in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
            return
        down = event.type == pygame.JOYBUTTONDOWN
        if event.button == TAKE_OVER_BUTTON and isinstance(self.scene, LiveScene):
            self.scene.take_over(down)
        elif down and event.button == NEXT_SEAT_BUTTON:
            self.command("next_seat")
        elif down and event.button == PAUSE_BUTTON:
            self.command("pause")

    def _press(self, key: int) -> None:
        self.keyboard.press(key)
        scene = self.scene
        playing = isinstance(scene, LiveScene) and scene.keyboard_seat is not None
        if playing and not self.helping and key in self.hands.codes:
            return
        name = self.bindings.command(scene.kind if scene is not None else LIVE, key)
        if name is not None:
            self.command(name)

    def _release(self, key: int) -> None:
        self.keyboard.release(key)
        if self.bindings.command(LIVE, key) == "take_over" and isinstance(self.scene, LiveScene):
            self.scene.take_over(False)

    def _lose_keys(self) -> None:
        self.keyboard.clear()
        if isinstance(self.scene, LiveScene):
            self.scene.take_over(False)

    def command(self, name: str) -> None:
        """Obey a command of `controls.COMMANDS`."""
        self._panel_age = PANEL_EVERY
        if name == "quit":
            self.running = self.helping
            self.helping = False
        elif name == "help":
            self.helping = not self.helping
        elif name == "debug":
            self.debugging = not self.debugging
        elif name == "fullscreen":
            self.window.toggle_fullscreen()
        elif name == "screenshot":
            self.say(f"Saved {self.window.save(picture_path())}")
        elif name == "theme":
            self.look = self.look.other_theme()
        elif name in ("smaller_text", "larger_text"):
            self.look = self.look.scaled(1 if name == "larger_text" else -1)
        elif name in LAYER_COMMANDS:
            self.layers ^= {name}
            words = f"{BY_NAME[name].help}: {'on' if name in self.layers else 'off'}"
            self.say(f"{words}, but this world has none" if self._idle(name) else words)
        elif self.scene is not None:
            self._scene_command(name)

    def _scene_command(self, name: str) -> None:
        scene = self.scene
        if name == "take_over" and isinstance(scene, LiveScene):
            scene.take_over(True)
        elif name == "branch" and scene is not None and scene.kind == REPLAY:
            self._branch()
        elif scene is not None and not self.arena.command(name):
            scene.command(name)
