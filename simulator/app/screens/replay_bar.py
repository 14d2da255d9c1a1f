"""What stands around a replay: the bar below it, drawn with ImGui, and what its buttons, marks and keys do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.panels.overlay import draw_strip
from simulator.app.play.mistakes import Mistake, find_mistakes, why_none
from simulator.app.play.texts import text
from simulator.app.screens.pad_typing import PadTyping
from simulator.app.screens.replay import ReplayScene
from simulator.app.shell.controls import REPLAY
from simulator.app.shell.jobs import Job
from simulator.app.shell.stage import WindowStage
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.panels.mistakes import MistakeList
    from simulator.app.panels.timeline import Timeline

MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
KEYBOARD = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
FOOT = 108  # px at text scale 1 until ImGui is there to say it


class ReplayBar:
    """Hands events to ImGui where they belong to the bar, and grants what was pressed there."""

    def __init__(self, stage: WindowStage, scene: ReplayScene, command: Callable[[str], None]) -> None:
        self.stage, self.scene, self._command = stage, scene, command
        self.timeline: Timeline | None = None
        """The bar; there as soon as ImGui is."""
        self.box = pygame.Rect(0, 0, 1, 1)
        self.mistakes: list[Mistake] | None = None
        """The costliest decisions that were looked for; None: nobody asked."""
        self.list: MistakeList | None = None
        self.typing = PadTyping(stage, lambda: None)
        """Keys on the screen, for who types a time with a gamepad."""
        self._title = ""
        self._job: Job[list[Mistake]] | None = None
        self._asked = -1  # the seat whose decisions are weighed
        self._part, self._stop = 0.0, threading.Event()
        self._asking: Job[list[str]] | None = None
        self._off: list[str] | None = None
        """By seat, why no oracle can be asked; None: not known yet."""
        stage.prepare_gui()

    @property
    def busy(self) -> bool:
        """Whether it is still found out what happened in the recording."""
        survey = self.scene.survey
        return self._off is None or self._job is not None or (survey is not None and not survey.done)

    def height(self, size: tuple[int, int]) -> int:
        """Pixels that the bar takes of a window of this size."""
        if not self.stage.has_gui:
            return self.stage.look.px(FOOT)
        from simulator.app.panels.timeline import bar_height

        return bar_height(self.stage.look, size[1])

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was meant for the bar."""
        if self.timeline is None:
            return False
        gui = self.stage.gui
        if event.type in MOUSE:
            mine = self.timeline.dragging or gui.busy
            gui.handle(event)
            place = getattr(event, "pos", pygame.mouse.get_pos())
            listed = self.list is not None and self.mistakes is not None and self.list.box.collidepoint(place)
            return mine or listed or bool(self.box.collidepoint(place))
        if self.typing.handle(event):
            return True
        if event.type in KEYBOARD and self.timeline.typing:
            gui.handle(event)
            return True
        if event.type == pygame.JOYBUTTONDOWN and self.stage.buttons.command(event, REPLAY) == "jump":
            self.timeline.jump()
            self.typing.expect()
            return True
        return False

    def leave(self) -> None:
        """Nobody waits for the oracle any more."""
        self._stop.set()

    def command(self, name: str) -> bool:
        """Obey a command of the bar; False if it is none."""
        if name == "jump" and self.timeline is not None:
            self.timeline.jump()
        elif name == "mistakes":
            self.look_for_mistakes()
        return name in ("jump", "mistakes")

    def say(self, gui: Any, box: pygame.Rect, seconds: float) -> None:
        """Say the bar with ImGui's calls, inside a frame, `seconds` after the last, and do what was pressed."""
        if self.timeline is None:
            from simulator.app.panels.timeline import Timeline

            self.timeline = Timeline(self.scene, lambda name: self.stage.bindings.written(name, REPLAY))
        self.box = box
        self._work()
        for wish in self.timeline.say(gui, self.stage.look, box):
            self._grant(wish.what, wish.amount)
        self.typing.draw(seconds)
        if self._job is not None:
            key = self.stage.bindings.written("mistakes", REPLAY)
            words = text("mistakes.part", seat=self._seat, part=f"{100 * self._part:.0f}", key=key)
            draw_strip(gui, self.stage.look, words, "ray", (box.width, box.top))
        if self.mistakes is not None:
            self._say_mistakes(gui, box)

    # --- mistakes ------------------------------------------------------------------------------------------------

    @property
    def advice(self) -> str:
        """What would have been better than what was done at the very decision that is shown, if that was a mistake."""
        here = (self.scene.position, self.scene.followed)
        found = next((each for each in self.mistakes or [] if (each.position, each.seat) == here), None)
        return "" if found is None else text("mistakes.better", better=found.better)

    def look_for_mistakes(self) -> None:
        """Let an oracle weigh the followed seat's decisions of this trial; pressed again, give up or close the list."""
        scene = self.scene
        if self.mistakes is not None:
            self._close_mistakes()
        elif self._off is not None and self._off[scene.followed]:
            scene.say(self._off[scene.followed])
        elif self._job is None:
            self._asked = scene.followed
            self._title = text("mistakes.title", seat=self._seat, trial=int(scene.simulation.w["trial"]) + 1)
            playback, position, followed = scene.playback, scene.position, scene.followed
            self._part, self._stop = 0.0, threading.Event()
            report = partial(self._report, self._stop)
            self._job = Job(self._title, lambda: find_mistakes(playback, position, followed, report))
        else:
            self._stop.set()
            self._job = None
            scene.say(text("mistakes.stopped"))

    @property
    def _seat(self) -> str:
        """The name of the seat whose decisions are weighed."""
        return self.scene.world.seats[self._asked].name

    def _report(self, stop: threading.Event, done: int, of: int) -> None:
        """In the background: how far the oracle is, and whether anybody still waits for it."""
        if stop.is_set():
            raise Refused(text("mistakes.stopped"))
        self._part = done / max(of, 1)

    def _work(self) -> None:
        """Take in what the oracle found, and say on the button where none can be asked."""
        scene = self.scene
        if self._asking is None:
            self._asking = Job(text("prepare.oracle"), lambda: why_none(scene.world))
        if self._off is None and self._asking.done:
            self._off = self._asking.result()
        scene.off["mistakes"] = "" if self._off is None else self._off[scene.followed]
        if self._job is None or not self._job.done:
            return
        job, self._job = self._job, None
        try:
            self.mistakes = job.result()
        except Refused as reason:
            scene.say(str(reason))
            return
        if not self.mistakes:
            scene.say(text("mistakes.none", seat=self._seat))  # of whom it was asked: another one may be followed now
            self.mistakes = None
        self._mark_mistakes()

    def _mark_mistakes(self) -> None:
        from replays import Mark

        self.scene.found = [
            Mark(
                each.position, "mistake",
                text("mistakes.mark", loss=f"{each.loss:.2f}", done=each.done, better=each.better), each.seat,
            )
            for each in self.mistakes or []
        ]  # fmt: skip
        self.scene.mark()

    def _close_mistakes(self) -> None:
        self.mistakes = None
        self._mark_mistakes()

    def _say_mistakes(self, gui: Any, box: pygame.Rect) -> None:
        if self.list is None:
            from simulator.app.panels.mistakes import MistakeList

            self.list = MistakeList()
        look, gap = self.stage.look, self.stage.look.px(8)
        keys = self.stage.bindings.written("branch", REPLAY)
        foot = (box.left + gap, box.top - gap)
        clicked = self.list.say(gui, look, self._title, self.mistakes or [], foot, box.width - 2 * gap, keys)
        if clicked is None:
            return
        what, order = clicked
        if what == "close":
            self._close_mistakes()
            return
        assert self.mistakes is not None
        self.scene.paused, self.scene.followed = True, self.mistakes[order].seat
        self.scene.seek(self.mistakes[order].position)
        if what == "branch":
            self._command("branch")

    def _grant(self, what: str, amount: float) -> None:
        scene = self.scene
        if what == "seek":
            scene.seek(amount)
        elif what == "speed":
            scene.set_speed(amount)
        elif what == "time":
            scene.seek(amount / scene.world.timing.tick)
        elif what == "bad_time":
            scene.say(text("replay.bad_time"))
        else:
            self._command(what)
