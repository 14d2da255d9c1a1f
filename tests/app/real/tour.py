"""One run of the program through all its screens, by keys and mouse: each station leaves a picture and is checked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from PIL import Image

import replays
import worlds
from agents.settings.folder import METRICS, ending_of
from simulator.app.play.clocks import clock
from tests.app.real.window import Box, RealWindow

SEED, EPISODES, STEPS = "4711", "2", "200000"
HALF, WORLD = (0.0, 0.0, 640.0, 800.0), (0.0, 0.0, 950.0, 680.0)
CLICKS, APART = 5, 5.0  # that people try before they give up, and s between two
CHANGED = 0.002  # part of the pixels; less may be a clock or a bar


class Tour:
    """The stations in their order; each begins where the one before ended."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._number = folder, count(1)
        for name in ("data", "config", "here", "videos"):
            shutil.rmtree(folder / name, ignore_errors=True)  # of an earlier run
        self.recordings, self.runs = folder / "data" / "crossplay" / "recordings", folder / "here" / "runs"
        places = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_VIDEOS_DIR": "videos"}
        variables = {name: str(folder / place) for name, place in places.items()}
        self.window = RealWindow(folder, ["home"], variables, folder / "here")
        self.throws = self.shown = Path()
        """The game that was recorded in `throws`, and the recording that is replayed."""

    def go(self) -> None:
        """Through all stations."""
        stations: tuple[Callable[[], None], ...] = (
            self.home, self.start_card, self.game, self.set_up, self.take_over, self.summary, self.split, self.library,
            self.replay, self.branch, self.no_mistakes, self.export, self.mistakes, self.train, self.leave,
        )  # fmt: skip
        try:
            for station in stations:
                began = time.monotonic()
                station()
                print(f"{station.__name__}: {time.monotonic() - began:.0f} s", flush=True)
        finally:
            self.window.close()

    # --- what the stations share -------------------------------------------------------------------------------------

    def picture(self, name: str) -> None:
        """Save what is seen, numbered in the order of the tour."""
        self.window.picture(f"{next(self._number):02d}-{name}")

    def changes(self, act: Callable[[], object], what: str, box: Box | None = None) -> None:
        """Do something after which the window must look otherwise."""
        before = self.window.pixels(box)
        act()
        self.window.wait(
            lambda: bool((self.window.pixels(box) != before).any(axis=2).mean() > CHANGED), f"{what} changed nothing"
        )

    def moves_on(self, act: Callable[[], object], what: str) -> None:
        """Do something after which the world must be told in other words, for who cannot see it."""
        before = self.told()
        act()
        self.window.wait(lambda: self.told() != before, f"{what} changed nothing in the world")

    def told(self) -> list[str]:
        """What can be seen in the world, in its own words."""
        words = [thing.name for thing in self.window.things("text") if not thing.live]
        return [line for line in words if not line.startswith("Task ")]

    def recorded(self, world: str) -> list[Path]:
        """The recordings of a world that are complete."""
        return sorted(self.recordings.glob(f"{world}-*.mcap"))

    def begin_recording(self, world: str) -> None:
        """F2; a file appears."""
        self.window.key("F2")
        self.window.wait(lambda: list(self.recordings.glob(f"{world}-*")), "F2 began no recording")

    def to_gallery(self) -> None:
        """Escape until the gallery is there."""
        end = time.monotonic() + 60.0
        while self.window.title != "Crossplay":
            assert time.monotonic() < end, f"Escape does not lead home from {self.window.title!r}"
            self.window.key("Escape")
            self.window.settle(6)

    def card(self, world: str) -> None:
        """Choose a world in the gallery by mouse; the wheel brings it into view."""
        window = self.window
        thing = window.wait_thing("button", world)
        while thing.box is not None and not 100.0 < thing.middle[1] < 780.0:
            window.move_to((400.0, 400.0))
            window.wheel(down=thing.middle[1] > 400.0)
            thing = window.wait_thing("button", world)
        self.click_until(
            ("button", world), lambda: self.chosen().startswith(world), f"{world} was not chosen by a click"
        )

    def click_until(self, thing: tuple[str, str], there: Callable[[], object], problem: str) -> None:
        """Click at something until it has led where it should: on a busy machine a click may be lost."""
        for _ in range(CLICKS):
            found = self.window.find(*thing)
            if found is not None and found.box is not None and found.enabled:
                self.window.click(*thing)
            end = time.monotonic() + APART
            while time.monotonic() < end:
                if there():
                    return
                time.sleep(0.05)
        self.window.wait(there, problem)

    def lead(self, button: str, title: str) -> None:
        """A button that leads to another screen."""
        self.click_until(
            ("button", button), lambda: self.window.title.startswith(title), f"{button!r} did not lead to {title!r}"
        )

    def chosen(self) -> str:
        """The heading beside the gallery: the chosen world."""
        return [thing.name for thing in self.window.things("heading")][-2]

    # --- stations ----------------------------------------------------------------------------------------------------

    def home(self) -> None:
        """The gallery shows all worlds; a click chooses one."""
        window = self.window
        window.wait_title("Crossplay")
        window.wait_thing("button", "Tag")
        window.focus()
        self.changes(lambda: self.card("Tag"), "choosing tag", HALF)
        window.wait(lambda: window.says("Recent recordings"), "the side of the gallery is missing")
        self.picture("home")

    def start_card(self) -> None:
        """Enter plays the chosen world; the card before the game waits for any key."""
        window = self.window
        window.key("Return")
        window.wait_title("tag · train – Crossplay")
        window.wait_words("Press any key to begin")
        self.picture("start-card")
        window.key("space")
        window.wait(lambda: not window.says("Press any key to begin"), "no key begins the game")

    def game(self) -> None:
        """Some seconds by keys, recorded; back to the gallery."""
        window = self.window
        self.begin_recording("tag")
        window.hold("Right")
        self.changes(lambda: time.sleep(3.0), "time and a key", HALF)
        self.picture("game")
        window.let_go("Right")
        window.key("F2")
        window.wait(lambda: self.recorded("tag"), "F2 ended no recording")
        self.to_gallery()

    def set_up(self) -> None:
        """A seat by mouse, the seed and the number of episodes by keys."""
        window = self.window
        self.card("Throws")
        self.lead("Set up", "Set up Throws – Crossplay")
        code = window.wait_thing("edit", "Share code").value
        self.choose("player_0", "agent: throws")
        window.click("number", "Seed")
        window.write(SEED)
        episodes = window.wait_thing("slider", "Episodes")
        window.hold("ctrl")  # so that its number can be typed
        window.click_at(episodes.middle)
        window.let_go("ctrl")
        window.write(EPISODES)
        for role, name, number in (("number", "Seed", SEED), ("slider", "Episodes", EPISODES)):
            found = window.wait_thing(role, name)
            assert found.amount is not None
            assert found.amount[0] == float(number), f"{number} was typed, but {name} is {found.amount[0]}"
        assert window.wait_thing("edit", "Share code").value != code, "another set-up has the same share code"
        window.wait(lambda: not window.says("Drawing the task"), "the task was never drawn")
        self.picture("set-up")

    def take_over(self) -> None:
        """A key that is held takes the agent's seat; the throws are a person's as long as it is."""
        window = self.window
        self.lead("Start", "throws · train – Crossplay")
        window.key("Return", "bracketleft", "bracketleft")  # the card may be gone by itself; a quarter of the speed
        self.begin_recording("throws")
        window.wait(lambda: self.sits("player_0", "agent"), "the agent never sat down")
        window.hold("Shift_L")
        window.wait(lambda: self.sits("player_0", "you (holding)"), "Shift did not take the agent's seat over")
        for _ in range(3):
            self.changes(lambda: window.key("Up"), "throwing paper", HALF)
        self.picture("take-over")
        window.let_go("Shift_L")
        window.wait(lambda: self.sits("player_0", "agent"), "the seat was not given back")

    def sits(self, seat: str, who: str) -> bool:
        """Whether somebody sits there now, as the panel says."""
        return any(row.name.startswith(f"{seat}, Who: {who}") for row in self.window.things("row"))

    def summary(self) -> None:
        """After the trial: the game beside the agent, with and without its memory."""
        window = self.window
        window.key(*["bracketright"] * 4)  # 4 times as fast
        window.wait_title("Trial over: Throws – Crossplay")
        window.move_to((640.0, 400.0))  # somebody is there: it does not go on by itself
        window.wait(lambda: window.says("with the same others") and not window.says("Computing"), "nobody was compared")
        for name in ("this game", "agent", "memory wiped"):
            assert window.find("row", f"{name}, 1: "), f"the page after the trial has no row of {name!r}"
        self.picture("summary")

    def split(self) -> None:
        """The agent beside itself, its memory wiped before each episode; then on to the next task."""
        window = self.window
        self.lead("Compare side by side", "throws · agent | ")
        window.key(*["bracketright"] * 3)
        self.changes(lambda: time.sleep(1.0), "side by side, time", HALF)
        window.wait_words("All have come to the end")
        self.picture("split")
        window.key("Escape")
        window.wait_title("Trial over: Throws")
        self.lead("Next task", "throws · train – Crossplay")
        window.key("F2")
        window.wait(lambda: self.recorded("throws"), "F2 ended no recording")
        self.throws = self.recorded("throws")[0]
        playback = replays.open(self.throws)
        found = {event.name for _, event in playback.events}
        assert {"take_over", "let_go"} <= found, f"the seat was taken over, but of that the recording says {found}"
        self.to_gallery()

    def library(self) -> None:
        """All recordings in a table; a search leaves one, which Enter plays."""
        window = self.window
        self.lead("Library", "Library – Crossplay")
        window.wait_words("2 of 2")
        self.picture("library")
        self.open("throws")

    def open(self, search: str) -> None:
        """Look for a recording in the library, and play it by mouse."""
        window = self.window
        if window.wait_thing("edit", "Library").value:
            window.key("Escape")  # it shows all again
            window.wait(lambda: not window.wait_thing("edit", "Library").value, "Escape did not end the search")
        window.key("ctrl+f")
        window.write(search)
        window.wait_words(f"1 of {len(list(self.recordings.glob('*.mcap')))}")
        self.shown = self.recorded(search)[0]
        self.lead("Play", f"{self.shown.name} – Crossplay")

    def replay(self) -> None:
        """Play, back, tick by tick, a click on the timeline, a bookmark."""
        window, length = self.window, replays.open(self.throws).length
        assert window.title.startswith(self.throws.name)
        window.wait_words("Task 1, episode 1 of")
        window.key("space")
        window.wait_words("paused")
        groove = window.wait_thing("button", "groove")
        assert groove.box is not None
        quarter = (groove.box[0] + (groove.box[2] - groove.box[0]) / 4, groove.middle[1])
        self.changes(lambda: window.click_at(quarter), "a click on the timeline", WORLD)
        early = self.position()
        assert abs(early - length / 4) < 2, f"a click on the first quarter of {length} ticks led to tick {early}"
        window.key("period")
        assert self.position() == early + 1
        window.key("comma", "comma")
        assert self.position() == early - 1
        self.moves_on(lambda: window.key("space"), "playing")
        window.key("space")
        played = self.position()
        assert played >= early, "it did not play"
        self.moves_on(lambda: window.key("r"), "playing backwards")
        window.key("space")
        assert self.position() < played, "it did not play backwards"
        window.click_at(quarter)
        window.key("s")
        window.wait(lambda: replays.read_bookmarks(self.throws) == [early], "the bookmark was not kept")
        self.picture("replay")

    def position(self) -> int:
        """The tick that is shown, told by a bookmark that is taken away again."""
        window, shown = self.window, self.shown
        before = set(replays.read_bookmarks(shown))
        window.key("s")
        window.wait(lambda: set(replays.read_bookmarks(shown)) != before, "S set no bookmark")
        found = set(replays.read_bookmarks(shown)) ^ before
        window.key("s")
        window.wait(lambda: set(replays.read_bookmarks(shown)) == before, "S took no bookmark away")
        return found.pop()

    def branch(self) -> None:
        """Play on from a frame, and go back to the replay; what was tried is a recording of its own."""
        window = self.window
        window.key("b")
        window.wait_words("You play from here")
        window.wait(lambda: self.sits("player_0", "you"), "B gave nobody the seat")
        for name in ("Left", "Up", "Right"):
            self.changes(partial(window.key, name), f"throwing by {name}")
        self.picture("branch")
        window.key("b")
        window.wait(lambda: len(self.recorded("throws")) == 2, "what was tried was not recorded")
        window.wait_words("paused")
        tried = next(path for path in self.recorded("throws") if path != self.throws)
        assert replays.open(tried).description.parent is not None, "the recording does not say where it branched off"

    def no_mistakes(self) -> None:
        """No oracle of this world is shipped or was trained, and the program says so."""
        self.window.key("e")
        self.window.wait_words("Off: no oracle is shipped, none is among your runs")

    def export(self) -> None:
        """A film of what is seen, small and short."""
        window, films = self.window, self.folder / "videos" / "Crossplay"
        window.key(*["bracketright"] * 4, "x")
        self.choose("As", "GIF")
        self.choose("Size", "640 × 480")
        self.picture("export")
        # not until the film is there: a second click would be at the bar's own button, which opens the form again
        self.click_until(("button", "Export"), lambda: not window.find("combo", "Size"), "the form does not close")
        window.wait(lambda: list(films.glob("*.gif")), "no film was made")
        with Image.open(next(films.glob("*.gif"))) as film:
            assert film.size == (640, 480)
            assert getattr(film, "n_frames", 1) > 1, "the film stands still"

    def choose(self, name: str, option: str) -> None:
        """Take a choice of a list by mouse."""
        self.window.click("combo", name)
        self.window.click("choice", option)
        self.window.wait(
            lambda: any(box.value.startswith(option) for box in self.window.things("combo")), f"{option} was not taken"
        )

    def mistakes(self) -> None:
        """Of tag an oracle is shipped: it lists costly decisions; a click leads there, B plays on from there."""
        window = self.window
        window.key("Escape")
        window.wait_title("Library")
        self.open("tag")
        window.key("e")
        window.wait_words("Costliest decisions of chaser_0, trial 1")
        row = window.click("choice", "0:")
        self.picture("mistakes")
        when = clock(self.position() * worlds.get("tag").timing.tick)
        assert row.name.startswith(when), f"a click on {row.name!r} led to {when}"
        window.key("b")
        window.wait_words("You play from here")
        window.key("b")
        window.wait_words("Costliest decisions of")

    def train(self) -> None:
        """A run is begun, seen and stopped."""
        window = self.window
        self.to_gallery()
        self.card("Bandit")
        self.lead("Train", "Training runs – Crossplay")
        window.click("edit", "Steps")
        window.write(STEPS)
        folder = self.runs / "bandit-seed0"
        self.click_until(("button", "Start training"), folder.is_dir, "no run was begun")
        window.wait(lambda: (folder / METRICS).is_file() and (folder / METRICS).stat().st_size, "nothing was learned")
        window.wait_words("steps/s")
        self.picture("train")
        self.click_until(("button", "Stop"), lambda: ending_of(folder), "the run did not end")
        ending = ending_of(folder)
        assert ending is not None
        assert ending.how == "saved", ending
        window.wait_words("Go on")

    def leave(self) -> None:
        """Escape in the gallery closes the program."""
        self.to_gallery()
        self.window.tap("Escape")
        self.window.wait_end()
