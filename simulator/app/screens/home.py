"""Home: the gallery of all worlds, the recordings, the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame

from simulator.app.panels.gallery import HomeView, Wish, draw_home
from simulator.app.play.catalogue import now, recent, world_cards
from simulator.app.play.miniatures import Miniatures, MovingPicture
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.recordings import CutShort
from simulator.app.shell.stage import WindowStage
from simulator.app.shell.start import recordings_folder

LOOK_EVERY = 0.5  # s between two looks for new pictures
MOVES_FOR = 30.0  # s after the last touch in which pictures move: nobody may be there


class HomeScreen(GuiScreen):
    """The gallery; `wished` is told what the user asks for."""

    page = "home"

    def __init__(self, stage: WindowStage, wished: Callable[[Wish], None]) -> None:
        super().__init__(stage)
        self._wished = wished
        cards = world_cards()
        self.view = HomeView(cards, [], {}, cards[0].name)
        self._miniatures: Miniatures | None = None
        self._cut = CutShort([recordings_folder(), Path.cwd()])
        self._age = LOOK_EVERY
        self._untouched = 0.0

    def enter(self) -> None:
        """Recordings may have come since; the keyboard goes on where it was, with no key down."""
        self.view.returned = True
        self.view.now = now()
        self.view.recent = recent([recordings_folder(), Path.cwd()])
        self._cut.look()
        self._age = LOOK_EVERY

    def leave(self) -> None:
        """Pictures that are missing are drawn next time."""
        if self._miniatures is not None:
            self._miniatures.stop()

    def handle(self, event: pygame.event.Event) -> None:
        """A recording that is dropped here is played."""
        self._untouched = 0.0
        if event.type == pygame.DROPFILE:
            self._wished(Wish("replay", path=Path(event.file)))
            return
        super().handle(event)

    def back(self) -> None:
        """A gamepad does not close the window by chance."""

    def advance(self, seconds: float) -> None:
        """Take in pictures that were drawn, and let some move."""
        self._age += seconds
        self._untouched += seconds
        self._move(seconds)
        self.view.cut_short = self._cut.advance()
        if self._age < LOOK_EVERY:
            return
        self._age, theme = 0.0, self.stage.look.theme.name
        if self._miniatures is None or self._miniatures.theme != theme:
            if self._miniatures is not None:
                self._miniatures.stop()
            self.view.films.clear()
            self._miniatures = Miniatures([card.name for card in self.view.cards], theme)
        found = {card.name: self._miniatures.path(card.name) for card in self.view.cards}
        self.view.pictures = {name: path for name, path in found.items() if path is not None}

    def _move(self, seconds: float) -> None:
        """The pictures of the chosen world and of the one under the pointer move, the others rest."""
        films, still = self.view.films, self.stage.settings.reduced_motion or self._untouched > MOVES_FOR
        wanted = set() if still else {self.view.chosen, self.view.hovered} & self.view.pictures.keys()
        for name in films.keys() - wanted:
            del films[name]
        for name in wanted:
            try:
                if name in films:
                    films[name].advance(seconds)
                elif self._miniatures is not None and (path := self._miniatures.path(name, moving=True)) is not None:
                    films[name] = MovingPicture(path)
            except (OSError, EOFError):  # damaged: the still picture is shown
                films.pop(name, None)

    def show(self) -> None:
        """The page."""
        wish = draw_home(self.stage.gui, self.stage.look, self.view)
        if wish is None:
            return
        if wish.what in ("keep", "delete") and wish.path is not None:
            self.stage.say(self._cut.obey(wish.what, wish.path))
            self.view.recent = recent([recordings_folder(), Path.cwd()])
        else:
            self._wished(wish)
