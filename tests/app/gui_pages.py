"""Writes pictures of the window's pages to a folder: `python tests/app/gui_pages.py FOLDER`; no rules are compiled."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pygame

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import worlds  # noqa: E402
from simulator.app.panels.card import card_of, draw_card, draw_help, marks_of  # noqa: E402
from simulator.app.panels.gallery import HomeView, draw_home  # noqa: E402
from simulator.app.panels.overlay import help_sections  # noqa: E402
from simulator.app.panels.setup import SetupView, draw_setup  # noqa: E402
from simulator.app.play.catalogue import world_cards  # noqa: E402
from simulator.app.play.hands import Hands  # noqa: E402
from simulator.app.play.setups import Setup, choices  # noqa: E402
from simulator.app.shell.controls import LIVE, Bindings  # noqa: E402
from simulator.app.shell.gui import Gui  # noqa: E402
from simulator.app.shell.theme import Look  # noqa: E402
from simulator.canvas import THEMES  # noqa: E402

SIZE = (1280, 800)
FRAMES = 4  # until all sizes have settled


def main(folder: Path) -> None:
    """Every page in both themes."""
    pygame.display.init()
    target = pygame.display.set_mode(SIZE, 0, 32)
    for theme in THEMES:
        look = Look(THEMES[theme])
        gui = Gui(look)
        for name, say in pages(gui, look).items():
            for _ in range(FRAMES):
                target.fill((60, 70, 80))
                gui.begin(SIZE, 1 / 60)
                say()
                gui.end(target)
            pygame.image.save(target, str(folder / f"{name}-{theme}.png"))
        gui.close()


def pages(gui: Gui, look: Look) -> dict[str, Callable[[], object]]:
    """What there is to see, by name."""
    world, cards = worlds.get("tag"), world_cards()
    who, hands = ["you", "bot", "bot", "bot"], Hands(world)
    home = HomeView(cards, [], {}, cards[0].name)
    rows = [choices(world, seat) for seat in range(len(world.seats))]
    seats = {"chaser_0": "human", "evader_0": next(choice.spec for choice in rows[2] if choice.kind == "bot")}
    setup = SetupView(Setup(world="tag", seats=seats), "Tag", world, rows)
    card = card_of(world, [0], who, hands, "L Shift")
    keys = help_sections(Bindings(), LIVE, hands.help(), hands.codes)
    return {
        "home": lambda: draw_home(gui, look, home),
        "setup": lambda: draw_setup(gui, look, setup),
        "card": lambda: draw_card(gui, look, card),
        "help": lambda: draw_help(gui, look, world, marks_of(world, who), keys),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
