"""What is seen while something is prepared in the background, such as a world whose rules are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.panels import overlay
from simulator.app.shell.jobs import Job, compiled_part
from simulator.app.shell.stage import PROGRAM, WindowStage
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker

PROGRESS_FRAMES = 15  # a second: compiling needs the processor more


class PreparingScreen:
    """A progress bar over some work; `then` gets what it made and puts another screen in this one's place.

    `failed` gets a refusal; without it the program ends with it. `title` is what is prepared.
    """

    frames = PROGRESS_FRAMES
    showing = resting = False

    def __init__(
        self, stage: WindowStage, words: str, work: Callable[[], Any], then: Callable[[Any], None],
        failed: Callable[[Refused], None] | None = None, *, title: str = "",
    ) -> None:  # fmt: skip
        self._of = title
        self.stage, self.job, self._then, self._failed = stage, Job(words, work), then, failed
        self._clock, self._told = 0.0, False

    @property
    def title(self) -> str:
        """What is prepared, and that it is not there yet."""
        return " · ".join(filter(None, (self._of, self.job.words)))

    def enter(self) -> None:
        """It waits for its work alone."""

    def handle(self, event: pygame.event.Event) -> None:
        """Escape goes back; the window's own keys work."""
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command("live", event.key)
            if name is not None:
                self.stage.command(name)

    def advance(self, seconds: float) -> None:
        """Hand over what was made, if it is there."""
        self._clock += seconds
        if not self.job.done:
            return
        try:
            self._then(self.job.result())
        except Refused as refusal:
            if self._failed is None:
                raise
            self._failed(refusal)

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """The bar."""
        words = self.job.words
        overlay.draw_progress(surface, self.stage.look, self._of or PROGRAM, words, compiled_part(), self._clock)

    def tell(self, page: PageMaker) -> None:
        """The words above the bar, read aloud once."""
        part = compiled_part()
        if not self._told:
            self._told = True
            page.announce(self.job.words)
        page.add("progress", self.job.words, amount=None if part is None else (part, 0.0, 1.0))

    def leave(self) -> None:
        """What its thread makes is dropped."""
