"""Where the processor's time of the last frames went, in a corner of the world."""

from __future__ import annotations

from imgui_bundle import imgui

from simulator.app.panels.overlay import ABOVE
from simulator.app.panels.tips import explain, tell_hovered
from simulator.app.panels.wrapping import broken
from simulator.app.play.texts import text
from simulator.app.shell.gui import Gui
from simulator.app.shell.stopwatch import FrameTimes
from simulator.app.shell.theme import Look

TOP = 84  # px at scale 1
EXPLAINED = ("rate", "head", "parts")  # what the lines tell


def draw_frames(gui: Gui, look: Look, times: FrameTimes | None, rate: float, room: int) -> None:
    """Show it at the left of the world, which is ``room`` pixels wide, below the words on what people see."""
    imgui.set_next_window_pos((look.px(8), look.px(TOP)))
    imgui.set_next_window_bg_alpha(0.85)
    imgui.push_style_var(imgui.StyleVar_.window_padding, imgui.ImVec2(look.px(9), look.px(5)))
    imgui.begin("frames", None, ABOVE | imgui.WindowFlags_.always_auto_resize)
    wide = room - 2.0 * (look.px(8) + look.px(9))
    with gui.font(13.0):
        imgui.push_text_wrap_pos(imgui.get_cursor_pos_x() + wide)
        for name, line in zip(EXPLAINED, lines(times, rate), strict=False):
            imgui.text(broken(line, wide))
            explain(gui, text(f"tip.frames.{name}"))
        imgui.pop_text_wrap_pos()
    tell_hovered(gui, look)
    imgui.end()
    imgui.pop_style_var()


def lines(times: FrameTimes | None, rate: float) -> list[str]:
    """What is shown, in words."""
    shown = [text("frames.rate", frames=f"{rate:.0f}")]
    if times is not None:
        median, p95 = f"{times.median:.1f}", f"{times.p95:.1f}"
        parts = [text(f"frames.{name}", ms=f"{mean:.1f}") for name, mean in times.parts.items()]
        shown.append(text("frames.head", frames=times.frames, median=median, p95=p95))
        shown.append("   ".join(parts))
    return shown
