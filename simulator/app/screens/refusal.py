"""Why nothing was opened, in a small window: for who has no terminal to read it in."""

from __future__ import annotations

import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import box, heading, strong_button, whole_window
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.shell.desktop import density, open_desktop
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.stage import WindowStage
from simulator.canvas.speech import said
from worlds.world import Refused

SIZE = (560, 320)  # px of old; a longer sentence scrolls


class RefusalScreen(GuiScreen):
    """One sentence, and a button that closes the window; so do Escape, Enter and a gamepad."""

    head = "refusal.title"

    def __init__(self, stage: WindowStage, sentence: str) -> None:
        super().__init__(stage)
        self.sentence = sentence

    def handle(self, event: pygame.event.Event) -> None:
        """Enter closes it, wherever the keyboard is."""
        if event.type == pygame.KEYDOWN and event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self.stage.pop()
        else:
            super().handle(event)

    def show(self) -> None:
        """The sentence."""
        gui, look = self.stage.gui, self.stage.look
        size = (float(look.px(150)), float(look.px(38)))
        with whole_window("refusal"):
            imgui.dummy((1, look.px(6)))
            heading(gui, text("refusal.title"), 22)
            room = imgui.get_content_region_avail().y - size[1] - look.px(12)
            with box("sentence", (0.0, max(room, float(look.px(40)))), card=False):
                wrapped(said(self.sentence))
            appearing = imgui.is_window_appearing()
            closed = strong_button(gui, look, text("refusal.close"), size)
            if appearing:
                imgui.set_item_default_focus()
                imgui.set_nav_cursor_visible(True)
        if closed:
            self.stage.pop()


def refusal_stage(sentence: str) -> WindowStage:
    """The window, in which this sentence is about to be seen.

    Raises:
        Refused: no window can be opened.
    """
    open_desktop()
    size = round(SIZE[0] * density()), round(SIZE[1] * density())
    title = text("refusal.title")
    try:
        stage = WindowStage(Session(size=size, title=title))
    except Refused:  # it may be the settings that are refused
        stage = WindowStage(Session(size=size, title=title, settings=WindowSettings()))

    def then(_: None) -> None:
        stage.replace(RefusalScreen(stage, sentence))

    stage.push(PreparingScreen(stage, text("prepare.window"), lambda: stage.prepare_gui().result(), then))
    return stage


def show_refusal(sentence: str) -> None:
    """Show a sentence until somebody closes the window.

    Raises:
        Refused: no window can be opened.
    """
    stage = refusal_stage(sentence)
    try:
        stage.run()
    finally:
        stage.close()
