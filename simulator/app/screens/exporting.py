"""How what is seen becomes a film, a picture or a table: the form, and the exports that go on in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
import pygame

from simulator.app.play.languages import ENGLISH, current
from simulator.app.play.texts import text
from simulator.app.play.trainers import own_folder
from simulator.app.screens.replay import ReplayScene
from simulator.app.shell.exports import ExportRun
from simulator.app.shell.gamepads import BACK_BUTTON
from simulator.app.shell.stage import WindowStage
from simulator.app.shell.start import unused
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.panels.arena import Arena
    from simulator.app.panels.exporting import ExportForm, ExportPanel
    from simulator.app.play.runs import ComparedRuns

ENDINGS = {"strip": "png"}
SIZES = ((1280, 720), (1920, 1080), (640, 480))
FRAMES = 6  # of a strip
MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
PADS = (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYHATMOTION, pygame.JOYAXISMOTION)
KEYBOARD = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
Words = Sequence[str] | Callable[[Path], Sequence[str]]
"""Of `crossplay export`, but for what it writes; where runs must be played first, made in a folder."""


class Exporting:
    """The form of one screen. ``words`` tells how the command is to be called for a filled form."""

    def __init__(self, stage: WindowStage, kinds: Sequence[str], parts: Sequence[str], panels: bool) -> None:
        self.stage, self.kinds, self.parts, self.can_panel = stage, kinds, parts, panels
        self.form: ExportForm | None = None
        """There while it is open."""
        self.words: Callable[[ExportForm], Words] = lambda form: ()
        self.why_not: Callable[[], str] = lambda: ""
        """Why nothing can be exported; where it can, time stops, so that what is seen is what is exported."""
        self.name = "crossplay"
        """What files are called after."""
        self._panel: ExportPanel | None = None
        self._last: dict[str, Any] = {}

    @property
    def busy(self) -> bool:
        """Whether there is anything to draw."""
        return self.form is not None or bool(self.stage.exports)

    @property
    def panel(self) -> ExportPanel:
        """What says it."""
        if self._panel is None:
            from simulator.app.panels.exporting import ExportPanel

            self._panel = ExportPanel()
        return self._panel

    def open(self) -> None:
        """Show the form, as it was filled last."""
        from simulator.app.panels.exporting import ExportForm

        self.stage.prepare_gui().result()
        surface = self.stage.window.surface.get_size()
        window = surface[0] // 2 * 2, surface[1] // 2 * 2
        sizes = [window, *(size for size in SIZES if size != window)]
        kinds = [kind for kind in self.kinds if _can(kind)]
        facts: dict[str, Any] = {"panels": self.can_panel, "kind": kinds[0]} | self._last
        facts["size"] = facts.get("size") if facts.get("size") in sizes else window
        self.form = ExportForm(kinds, self.parts, sizes, self.can_panel, **facts)

    def command(self, name: str) -> bool:
        """Obey the command to export; False if it is another one."""
        if name != "export":
            return False
        if why := self.why_not():
            self.stage.say(why)
        else:
            self.open()
        return True

    def close(self) -> None:
        """Put the form away."""
        if self.form is not None:
            kept = ("kind", "part", "size", "panels")
            self._last = {name: getattr(self.form, name) for name in kept}
        self.form = None

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was used up."""
        if self.form is None:
            if self.stage.exports and event.type in MOUSE and self.stage.has_gui:
                self.stage.gui.handle(event)
                return bool(hasattr(event, "pos") and self._over(event.pos))
            return False
        gui = self.stage.gui
        back = event.type == pygame.JOYBUTTONDOWN and event.button == BACK_BUTTON
        if (back or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE)) and not gui.busy:
            self.close()
            return True
        if event.type in (*MOUSE, *KEYBOARD, *PADS):
            gui.handle(event)
            return True
        return False

    def _over(self, pixel: tuple[int, int]) -> bool:
        reach = self.stage.look.px(12)
        places = [place for name, place in self.panel.places.items() if name.startswith("stop")]
        return any(abs(place[0] - pixel[0]) < reach and abs(place[1] - pixel[1]) < reach for place in places)

    def say(self, gui: Any, corner: tuple[int, int]) -> None:
        """Say with ImGui's calls what goes on, below and left of a corner, and the form; do what was pressed."""
        stage = self.stage
        if stage.exports:
            going = [(_going(run), run.part) for run in stage.exports]
            stopped = self.panel.say_going(gui, stage.look, going, corner)
            if stopped >= 0:
                stage.exports[stopped].stop()
        if self.form is not None:
            asked = self.panel.say(gui, stage.look, self.form)
            if asked == "start":
                self.start(self.form)
            if asked:
                self.close()

    def start(self, form: ExportForm) -> None:
        """Begin what the form says."""
        ending = ENDINGS.get(form.kind, form.kind)
        stamp = time.strftime("%Y-%m-%d %H.%M.%S")
        going = {run.out for run in self.stage.exports}  # a file that is being made is not there yet
        out = unused(folder_of(form) / f"{self.name} {stamp}.{ending}", going)
        found, look = self.words(form), self.stage.look
        more = [str(out)]
        if form.drawn:
            more += ["--size", f"{form.size[0]}x{form.size[1]}"]
            more += ["--theme", look.theme.name, "--text-scale", f"{look.scale:g}"]
            more += ["--language", current()] if current() != ENGLISH else []
        if form.kind == "strip":
            more += ["--frames", str(FRAMES)]

        def whole(folder: Path) -> Sequence[str]:
            assert callable(found)
            words = list(found(folder))
            return [words[0], *more, *words[1:]]

        try:
            words = whole if callable(found) else [found[0], *more, *found[1:]]
            self.stage.exports.append(ExportRun(out, words))
        except (Refused, OSError) as reason:
            self.stage.say(text("export.failed", name=out.name, reason=reason))


def _can(kind: str) -> bool:
    """Whether the package for it is there."""
    needed = {"mp4": "av", "parquet": "pyarrow"}.get(kind)
    return needed is None or find_spec(needed) is not None


def _going(run: ExportRun) -> str:
    part = run.part
    if part is None:
        return text("export.preparing", name=run.out.name)
    return text("export.going", name=run.out.name, part=int(100 * part))


def folder_of(form: ExportForm) -> Path:
    """Where films, pictures and tables go."""
    places = {"gif": platformdirs.user_videos_dir, "mp4": platformdirs.user_videos_dir}
    places |= dict.fromkeys(("png", "strip"), platformdirs.user_pictures_dir)
    return Path(places.get(form.kind, platformdirs.user_documents_dir)()) / "Crossplay"


# --- what is seen --------------------------------------------------------------------------------------------------

OF_REPLAY = ("mp4", "gif", "png", "strip", "csv", "parquet", "npz")
OF_RUNS = ("mp4", "gif", "png", "strip")


def of_replay(stage: WindowStage, scene: ReplayScene, arena: Arena, layers: Callable[[], frozenset[str]]) -> Exporting:
    """Exports of a replay as it is seen."""
    found = Exporting(stage, OF_REPLAY, ("episode", "trial", "all"), panels=True)
    found.name = scene.world.name

    def why_not() -> str:
        scene.paused = True
        return scene.why_off("export")

    def words(form: ExportForm) -> Words:
        playback, seat = scene.playback, scene.world.seats[scene.followed].name
        start, end = _stretch(scene, form)
        told = [str(playback.path.absolute()), "--start", str(start), "--end", str(end), *own_folder(scene.world.name)]
        if not form.drawn:
            return [*told, "--content", "steps" if form.kind == "csv" else "observations"]
        told += ["--follow", seat, *([] if arena.view.following else ["--whole"])]
        told += ["--speed", f"{scene.speed:g}", *(["--panels"] if form.panels else [])]
        return [*told, "--layers", *(sorted(layers()) or ["labels"])]

    found.words, found.why_not = words, why_not
    return found


def _stretch(scene: ReplayScene, form: ExportForm) -> tuple[int, int]:
    """The first and the last tick that the form asks for; the tick that ends an episode shows the next one's begin."""
    if form.kind == "png":
        return scene.position, scene.position
    if form.part == "all":
        return 0, scene.length
    starts = [start for start, trial in scene.boundaries if trial or form.part == "episode"]
    first = max((start for start in starts if start <= scene.position), default=0)
    after = min((start for start in starts if start > scene.position), default=scene.length + 1)
    return first, max(after - (1 if form.drawn else 0), first) if after <= scene.length else scene.length


def of_runs(
    stage: WindowStage, make: ComparedRuns, seen: Callable[[], tuple[str, bool, float, frozenset[str]]], name: str
) -> Exporting:
    """Exports of runs side by side; ``seen`` tells the followed seat, whether the camera is close, the speed, and the
    layers.
    """
    found = Exporting(stage, OF_RUNS, (), panels=False)
    found.name = name

    def words(form: ExportForm) -> Words:
        seat, close, speed, layers = seen()

        def in_folder(folder: Path) -> Sequence[str]:
            runs = make.recorded(folder)
            told = [runs[0][0], "--beside", *(file for file, _ in runs[1:]), "--labels", *(label for _, label in runs)]
            told += ["--follow", seat, *([] if close else ["--whole"]), "--speed", f"{speed:g}", *own_folder(name)]
            return [*told, "--layers", *(sorted(layers) or ["labels"])]

        return in_folder

    found.words = words
    return found
