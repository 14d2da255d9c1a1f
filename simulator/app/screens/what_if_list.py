"""The list of what-ifs over a game or a replay, and what is asked of the application there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pygame

from simulator.app.play.branching import WhatIfTree
from simulator.app.play.texts import text
from simulator.app.shell.controls import LIVE
from simulator.app.shell.stage import WindowStage

if TYPE_CHECKING:
    from simulator.app.panels.whatifs import WhatIfList
    from simulator.engine import Simulation

MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION)
COMMANDS = ("to_replay", "previous_whatif", "next_whatif")


class BranchWish(NamedTuple):
    """What a game screen asks of the application."""

    what: str
    """branch: go on from here as a live game; visit: show a what-if; back: to the replay that this one branched off."""
    simulation: Simulation | None = None
    watch: bool = False
    """The same players go on, nobody takes a seat."""
    number: int = -1
    """Of the what-if to show."""
    words: str = ""
    """Advice that stays in view while it is young."""


class WhatIfs:
    """Shows the tree and turns clicks and keys into wishes."""

    def __init__(
        self, stage: WindowStage, tree: WhatIfTree, wished: Callable[[BranchWish], None], *, live: bool
    ) -> None:
        self.stage, self.tree, self._wished, self._live = stage, tree, wished, live
        self.list: WhatIfList | None = None

    @property
    def shown(self) -> bool:
        """Whether there is anything to list, and ImGui to do it."""
        return len(self.tree.nodes) > 1 and self.stage.has_gui

    def handle(self, event: pygame.event.Event) -> bool:
        """Take in an event; whether it was meant for the list."""
        if self.list is None or not self.shown or event.type not in MOUSE:
            return False
        self.stage.gui.handle(event)
        return bool(self.list.box.collidepoint(event.pos))

    def command(self, name: str) -> bool:
        """Obey a command of `COMMANDS`; False if it is none."""
        if name not in COMMANDS:
            return False
        if name == "to_replay":
            self._wished(BranchWish("back"))
        elif (number := self.tree.beside(-1 if name == "previous_whatif" else 1)) is not None:
            self._wished(BranchWish("visit", number=number))
        return True

    def say(self, gui: Any, corner: tuple[int, int]) -> None:
        """Say the list with ImGui's calls, inside a frame, and do what was clicked."""
        if self.list is None:
            from simulator.app.panels.whatifs import WhatIfList

            self.list = WhatIfList()
        order = self.tree.rows()
        rows = [(depth, self.tree.nodes[n].label, n == self.tree.current) for depth, n in order]
        written = self.stage.bindings.written
        hint = text("whatif.keys", before=written("previous_whatif"), next=written("next_whatif"))
        if self._live:
            hint = f"{hint}, {text('whatif.back', back=written('to_replay', LIVE))}"
        clicked = self.list.say(gui, self.stage.look, rows, corner, hint)
        if clicked is not None:
            self._wished(BranchWish("visit", number=order[clicked][1]))
