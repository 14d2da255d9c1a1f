"""Kills the real program in its window at random moments, and looks at what is left: see
`tests/tools/kill_the_application.py`.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import replays
import worlds
from replays.files import cut_short, final_name
from replays.library import Library
from simulator.app.play.shelf import state_words
from simulator.app.play.texts import text
from simulator.app.shell.recordings import CutShort
from tests.app.real.window import NOD, RealWindow
from worlds.kit.cache import cache_root
from worlds.world import Refused

TINY = Path(__file__).resolve().parents[2] / "tiny"
LONGEST = 4.0  # s from the first recorded tick to the end
STARTING = 10.0  # s from the start of the program to the end, where it is killed whether it plays or not
HEARD = 3.0  # s until a key is pressed again
TRIES = 60
GAPS = (0.0, 0.4)  # s between two keys
SHELF = 300  # recordings that the library has to read before it is killed
PATIENCE = 60.0  # s for a look at what is left
ANY = ("Return", "Right", "1", "c")  # a key that begins, and choices of which every world has one
CHOICES = ("1", "2", "3", "c", "f", "r", "space", "Return", "Up", "Left", "Down", "Right")

CHANGES = ("F7", "Left", "Right", "1", "c", "r", "n", "BackSpace", "Shift_L")


@dataclass(frozen=True)
class Scene:
    """What the program does while it is killed."""

    words: Callable[[Stage, str], list[str]]
    """Of the command line, for a world."""
    keys: tuple[str, ...] = ()
    """Pressed at random."""
    first: tuple[str, ...] = ()
    """Pressed at the beginning."""
    ready: str = "recorded"
    """From when on it is killed: after a tick was recorded, or it was ``seen``; else at once."""
    longest: float = LONGEST
    """Seconds from then on."""


@dataclass
class Stage:
    """Where the program runs: its settings, recordings and caches, none of them the user's."""

    folder: Path
    here: Path = field(init=False)
    recordings: Path = field(init=False)
    shelf: Path = field(init=False)
    game: Path = field(init=False)
    """A whole recording, for what begins with one."""
    number: int = 0
    """Of the kill."""

    def __post_init__(self) -> None:
        self.here, self.shelf = self.folder / "here", self.folder / "shelf"
        self.recordings = self.folder / "data" / "crossplay" / "recordings"
        self.game = self.folder / "games" / "whole.mcap"

    @property
    def variables(self) -> dict[str, str]:
        """Of the environment."""
        names = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_VIDEOS_DIR": "videos"}
        names |= {"CROSSPLAY_CACHE": "cache", "TMPDIR": "tmp"}
        return {"SDL_VIDEODRIVER": "x11"} | {name: str(self.folder / place) for name, place in names.items()}

    def build(self) -> None:
        """Make the folders. What was compiled, and the gallery's pictures, come from the user's cache."""
        for place in (self.here, self.recordings, self.shelf, self.cache, self.folder / "tmp"):
            place.mkdir(parents=True)
        cache_root().mkdir(parents=True, exist_ok=True)
        for name in ("kernels", "miniatures"):
            if (cache_root().parent / name).exists():
                (self.cache / name).symlink_to(cache_root().parent / name)

    def fill_shelf(self) -> None:
        """Recordings that no library has read yet."""
        shutil.rmtree(self.shelf)
        self.shelf.mkdir()
        for number in range(SHELF):
            shutil.copy(self.game, self.shelf / f"{self.number:03d}-{number:03d}.mcap")

    @property
    def cache(self) -> Path:
        """For the variable CROSSPLAY_CACHE."""
        return self.folder / "cache"

    def forget_index(self) -> None:
        """The library has to be made anew."""
        for index in self.cache.glob("recordings-*.sqlite*"):
            index.unlink()

    @property
    def folders(self) -> list[Path]:
        """Where Home looks for recordings."""
        return [self.recordings, self.here]

    def files(self) -> set[Path]:
        """All recordings there, finished or not."""
        return {path for place in self.folders for path in place.iterdir() if ".mcap" in path.name and path.is_file()}


def game(command: str, *more: str, agents: bool = False) -> Callable[[Stage, str], list[str]]:
    """The words of a game that is recorded from its first tick; agents are left out where none are wanted."""

    def words(stage: Stage, world: str) -> list[str]:
        seat = worlds.get(world).seats[0].name
        who = ["--seats", f"{seat}=random"] if command == "watch" and not agents else []
        return [command, world, *who, "--record", f"{world}-{stage.number:03d}.mcap", *more]

    return words


def watched(stage: Stage, world: str) -> list[str]:
    """A fast game that is not recorded yet."""
    return ["watch", world, "--seats", f"{worlds.get(world).seats[0].name}=random", "--speed", "16"]


def replayed(stage: Stage, world: str) -> list[str]:
    """A replay, whatever world that is."""
    return ["replay", str(stage.game), "--speed", "4"]


def library(stage: Stage, world: str) -> list[str]:
    """The library of a folder that it has to read."""
    stage.fill_shelf()
    return ["library", str(stage.shelf)]


SCENES: dict[str, Scene] = {
    "fast": Scene(game("watch", "--speed", "16"), first=("Return",)),
    "in turns": Scene(game("play"), CHOICES, ANY),
    "going back": Scene(game("play", "--speed", "4"), CHANGES, ANY),
    "on and off": Scene(watched, ("F2",), ("Return", "F2")),
    "ending": Scene(game("watch", "--speed", "16", "--seconds", "2")),
    "what-ifs": Scene(replayed, ("b", "w", *CHOICES, "Left", "y"), ("w",)),
    "exporting": Scene(replayed, ("Left", "F7"), ("x", "Return", "w")),
    "library": Scene(library, ("Return", "w", "Down"), ready="seen", longest=12.0),
    "starting": Scene(game("watch", "--speed", "16"), ("Return",), ready=""),
    "agents": Scene(game("watch", "--speed", "4", agents=True), first=("Return",)),
}  # fmt: skip
"""By name."""


@dataclass
class Tally:
    """What the kills came to."""

    kills: int = 0
    whole: int = 0
    """Files that were finished when the program died."""
    cut: int = 0
    """… and those that were not, and play."""
    empty: int = 0
    """… of which no tick was seen yet, and none is there."""
    lost: int = 0
    """Ticks that were seen and are in no file, at most."""
    ticks: int = 0
    """In all files."""
    amid: int = 0
    """Times that the library had read a part of the recordings."""
    at_home: int = 0
    """Starts of the gallery that offered what was left."""
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        files = f"{self.whole + self.cut} recordings whole ({self.whole} finished, {self.cut} cut short)"
        words = (
            f"{self.kills} kills: {files}, {self.ticks} ticks, {self.lost} lost at most; {self.empty} without a tick"
        )
        more = f"offered at home {self.at_home} times; amid the library's reading {self.amid} times"
        return f"{words}; {more}; {len(self.failures)} failures"


class Killer:
    """Kills the program in one stage, time and again. What is random comes from ``seed``."""

    def __init__(self, stage: Stage, seed: int) -> None:
        assert cache_root().parent == stage.cache, "the user's own index would be used"
        self.stage, self.chance = stage, random.Random(seed)
        self.tally = Tally()

    def prepare(self, world: str) -> None:
        """Record a whole game, which also compiles what is needed."""
        words = game("watch", "--speed", "16", "--seconds", "4")(self.stage, world)
        window = self.open(words)
        window.wait(lambda: window.process.poll() is not None or window.shown(), "the world never appeared")
        window.wait_end()
        window.close()
        self.stage.game.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(next(self.stage.here.glob("*.mcap")), self.stage.game)

    def open(self, words: Sequence[str]) -> RealWindow:
        """The program on its stage."""
        stage = self.stage
        return RealWindow(stage.folder, [*words, "--worlds", str(TINY)], stage.variables, stage.here)

    def kill(self, name: str, world: str, *, at_home: bool = False) -> None:
        """Kill it once, in a scene; look at what is left, by its code and, if wanted, at Home."""
        stage, began, before = self.stage, time.monotonic(), self.stage.files()
        stage.number += 1
        told = f"{stage.number}: {name}, {world}"
        window = self.open(SCENES[name].words(stage, world))
        try:
            alive = self._play(window, SCENES[name])
            window.kill()
            said = self._check(before, window.shown())
        except AssertionError as error:
            self.tally.failures.append(f"{told}: {error}")
            said = f"FAILED: {error}"
            alive = True
        finally:
            window.close()
        self.tally.kills += alive
        try:
            said += self._next_start(at_home)
        except (AssertionError, Refused) as error:
            self.tally.failures.append(f"{told}: {error}")
            said += f"; FAILED: {error}"
        print(f"{told}: {said} ({time.monotonic() - began:.0f} s)", flush=True)

    def _play(self, window: RealWindow, scene: Scene) -> bool:
        """Until the moment has come; whether the program still lives."""
        chance = self.chance
        moment = time.monotonic() + chance.uniform(0.0, STARTING)
        if scene.ready:
            self._begin(window, scene)
            moment = time.monotonic() + chance.uniform(0.0, scene.longest)
        while (left := moment - time.monotonic()) > 0.0 and window.process.poll() is None:
            time.sleep(min(left, chance.uniform(*GAPS)))
            if scene.keys and moment > time.monotonic() and window.number:
                window.try_focus()
                window.tap(chance.choice(scene.keys))
        return window.process.poll() is None

    def _begin(self, window: RealWindow, scene: Scene) -> None:
        """Until it is seen, or records; it is told to time and again, as nobody may have listened yet."""
        window.wait(lambda: len(window.things()) > 1, "nothing was seen")
        tries = TRIES if scene.ready == "recorded" else 0
        while tries and not any(window.shown().values()):
            for key in scene.first:
                window.focus()
                window.settle()
                window.tap(key)
            end, tries = time.monotonic() + HEARD, tries - 1
            while not any(window.shown().values()) and time.monotonic() < end:
                assert window.process.poll() is None, "it ended before it recorded"
                time.sleep(NOD)
            assert tries or any(window.shown().values()), "it never recorded"

    # --- what is left ------------------------------------------------------------------------------------------------

    def _check(self, before: set[Path], shown: dict[Path, int]) -> str:
        """Every file plays, by the rules, as far as it was seen."""
        said = []
        left = self.stage.files() - before
        lost = [path for path, ticks in shown.items() if ticks and not any(_of(file) == path for file in left)]
        assert not lost, f"no file is left of {', '.join(map(str, lost))}"
        for path in sorted(left):
            said.append(self._check_file(path, shown.get(_of(path), 0)))
        return ", ".join(said) or "nothing recorded"

    def _check_file(self, path: Path, seen: int) -> str:
        try:
            replay = replays.open(path)
        except Refused as refusal:
            said = str(refusal)
        else:
            return self._check_replay(replay, seen)
        assert not seen, f"{said}, but {seen} ticks were seen"
        assert path.name in said, f"{said!r} does not name the file"
        assert "no whole chunk" in said or path.stat().st_size == 0, said
        self.tally.empty += 1
        return "nothing yet"

    def _check_replay(self, replay: replays.Playback, seen: int) -> str:
        path = replay.path
        verdict = replays.verify(path)
        assert verdict.ok, verdict.sentence
        assert path.name in verdict.sentence, f"{verdict.sentence!r} does not name the file"
        assert verdict.ticks == replay.length, f"{path.name} plays {verdict.ticks} of {replay.length} ticks"
        self.tally.lost = max(self.tally.lost, seen - replay.length)
        assert replay.length >= seen, f"{path.name} ends at tick {replay.length}, but {seen} was seen"
        # a part may be whole: the program was killed just before its file got its name
        assert final_name(path.name) or not replay.truncated, f"{path.name}: {verdict.sentence}"
        self.tally.ticks += replay.length
        if replay.truncated:
            self.tally.cut += 1
        else:
            self.tally.whole += 1
        return f"{'cut' if replay.truncated else 'whole'} at {replay.length}, seen {seen}"

    def _next_start(self, at_home: bool) -> str:
        """All that was left is found, offered by its name, and kept; the library lists it."""
        left = {path for path in self.stage.files() if final_name(path.name)}
        assert left == {part for folder in self.stage.folders for part in cut_short(folder)}, "a part is not found"
        self._library(left)
        said = self._see_home(left) if at_home and left else ""
        look = CutShort(self.stage.folders)
        look.look()
        end = time.monotonic() + PATIENCE
        left = {path for path in left if path.exists()}
        while set(look.advance()) != left:
            assert time.monotonic() < end, f"Home found {look.parts}, but there are {left}"
            time.sleep(0.02)
        for part in sorted(left):
            data, wanted = part.read_bytes(), part.with_name(final_name(part.name) or "")
            assert look.obey("keep", part) == text("library.kept", name=wanted.name)
            assert wanted.read_bytes() == data, f"{wanted.name} is not what was left"
        assert not look.parts
        self._library([part.with_name(final_name(part.name) or "") for part in left])
        return said

    def _library(self, wanted: Iterable[Path]) -> None:
        """The program's index opens; the library lists these files, and what it says of those cut short names them."""
        for folder in (*self.stage.folders, self.stage.shelf):
            library = Library(folder)
            known = library.known()
            if folder == self.stage.shelf and known and len(known) < SHELF:
                self.tally.amid += 1
            entries = {entry.path: entry for entry in library.refresh()}
            assert not library.told, library.told
            for path in (path for path in wanted if path.parent == folder):
                entry = entries[path]
                states = ("damaged", "part") if final_name(path.name) else ("damaged", "cut", "whole")
                assert entry.state in states, entry  # one that was killed just before it got its name is whole
                assert entry.state == "whole" or path.name in state_words(entry)

    def _see_home(self, left: set[Path]) -> str:
        """The gallery itself names the latest of them, and keeps it."""
        latest = max(left, key=lambda part: part.stat().st_mtime)
        name = final_name(latest.name) or ""
        counted = {"count": len(left), "name": name.removesuffix(".mcap")}
        window = self.open(["home"])
        try:
            window.wait_words(text("cut.one" if len(left) == 1 else "cut.many", **counted))
            window.focus()
            window.click("button", text("library.keep"))
            window.wait_words(text("library.kept", name=name))
        finally:
            window.close()
        assert latest.with_name(name).exists()
        assert not latest.exists()
        self.tally.at_home += 1
        return "; offered at home"


def _of(path: Path) -> Path:
    """The recording that a file belongs to."""
    return path.with_name(final_name(path.name) or path.name)


def fresh_stage(folder: Path) -> Stage:
    """A stage in a folder that is emptied first. Its cache has to be that of this process from then on, too."""
    shutil.rmtree(folder, ignore_errors=True)
    stage = Stage(folder)
    stage.build()
    return stage
