"""The training page: the runs of a folder, and at their side one of them, or the form for a new one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from imgui_bundle import imgui

from simulator.app.panels.parts import box, heading, muted, strong_button, whole_window
from simulator.app.panels.tips import explain, tell_hovered
from simulator.app.panels.training_run import Ask, RunPage, chip, draw_run
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.texts import text
from simulator.app.play.train_form import TrainForm, options
from simulator.app.play.training_runs import FAILED, RunCard
from simulator.app.shell.gui import Gui
from simulator.app.shell.skin import four, word
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from worlds.world import World

LIST, NARROW = 330, 900  # px at scale 1: the list at the left, and windows in which list and page take turns
LABEL, FIELD = 130, 320  # px, where the fields begin, and how wide they are at most
REFERENCES = ("none", "blind", "oracle")


@dataclasses.dataclass
class TrainView:
    """What the training page shows, as plain data."""

    folder: Path
    worlds: list[str]
    form: TrainForm
    runs: list[RunCard] | None = None
    """None until they were looked for."""
    chosen: Path | None = None
    """The folder of the run that is shown; None: the form."""
    listed: bool = False
    """In a narrow window: whether the list is shown, and not what is chosen in it."""
    world: World | None = None
    """Of the form; None until it is there."""
    suggestion: str = ""
    """The folder that a run without a name of its own would have."""
    problem: str = ""
    """Why what stands in the form cannot be started."""
    page: RunPage = dataclasses.field(default_factory=RunPage)

    @property
    def run(self) -> RunCard | None:
        """The run that is shown."""
        return next((run for run in self.runs or () if run.folder == self.chosen), None)


def draw_training(gui: Gui, look: Look, view: TrainView) -> Ask | None:
    """Show the page; what the user asks for in this frame."""
    wide = imgui.get_main_viewport().size.x >= look.px(NARROW)
    with whole_window("training"):
        ask = _head(gui, look, view, wide)
        room = imgui.get_content_region_avail()
        if wide or view.listed:
            with box("runs", (float(look.px(LIST)) if wide else 0.0, room.y), card=False):
                ask = _runs(gui, look, view) or ask
        if wide:
            imgui.same_line()
        if wide or not view.listed:
            with box("page", (0.0, room.y)):
                ask = _page(gui, look, view) or ask
        tell_hovered(gui, look)
    return ask


def _page(gui: Gui, look: Look, view: TrainView) -> Ask | None:
    if view.run is not None:
        return draw_run(gui, look, view.run, view.page)
    return _form(gui, look, view)


def _head(gui: Gui, look: Look, view: TrainView, wide: bool) -> Ask | None:
    ask = Ask("back") if imgui.button(f"\uf060  {text('setup.back')}") else None
    imgui.same_line(0.0, look.px(16))
    if wide or view.listed:
        heading(gui, text("train.title"), 22)
    if wide:
        imgui.same_line(0.0, look.px(14))
        imgui.set_cursor_pos_y(imgui.get_cursor_pos_y() + look.px(7))
        imgui.text_disabled(text("train.folder", folder=view.folder))
    elif not view.listed and imgui.button(f"\uf0c9  {text('train.all')}"):
        view.listed = True
    return ask


def _runs(gui: Gui, look: Look, view: TrainView) -> Ask | None:
    if imgui.button(f"\uf067  {text('train.new')}", (-1.0, float(look.px(34)))):
        view.chosen, view.listed = None, False
    if view.runs is None:
        muted(look, text("train.looking"))
    elif not view.runs:
        muted(look, text("train.none"))
    for run in view.runs or ():
        if _card(gui, look, run, run.folder == view.chosen):
            view.chosen, view.listed = run.folder, False
    return None


def _card(gui: Gui, look: Look, run: RunCard, chosen: bool) -> bool:
    """One run in the list; whether it was chosen."""
    pad, line = look.px(10), imgui.get_text_line_height()
    lines = 2 + (1 if run.state == FAILED and run.sentence else 0)
    wide, high = imgui.get_content_region_avail().x, pad * 2 + round(line * lines * 1.25) + look.px(8)
    at = imgui.get_cursor_screen_pos()
    pressed = imgui.invisible_button(str(run.folder), (wide, high), imgui.ButtonFlags_.enable_nav)
    hovered = imgui.is_item_hovered()
    explain(gui, "\n".join(filter(None, (run.sentence, text("tip.train.run")))))
    if not imgui.is_item_visible():
        return pressed
    pen, corner = imgui.get_window_draw_list(), (at.x + wide, at.y + high)
    ground = look.soft("ray", 0.12) if chosen else look.soft("muted", 0.1) if hovered else look.theme.card
    pen.add_rect_filled(at, corner, word(ground), look.px(8))
    pen.add_rect(at, corner, word(look.colour("ray") if chosen else look.theme.line), look.px(8))
    pen.push_clip_rect((at.x + pad, at.y), (corner[0] - pad, corner[1]), True)
    left, top = at.x + pad, at.y + pad
    end = chip(gui, look, run.state, (corner[0] - pad, top))
    with gui.font(15.0, bold=True):
        pen.add_text((left, top), word(look.colour("ink")), _cut(run.name, end - left - look.px(6)))
    top += round(line * 1.25)
    ink = word(look.colour("muted"))
    with gui.font(13.0):
        pen.add_text((left, top), ink, _cut(_facts(run), wide - 2 * pad))
        top += round(line * 1.25)
        if run.state == FAILED and run.sentence:
            pen.add_text((left, top), word(look.colour("bad")), _cut(run.sentence, wide - 2 * pad))
            top += round(line * 1.25)
    _bar(look, (left, top), (wide - 2 * pad, look.px(4)), run)
    pen.pop_clip_rect()
    return pressed


def _bar(look: Look, at: tuple[float, float], size: tuple[float, float], run: RunCard) -> None:
    pen = imgui.get_window_draw_list()
    pen.add_rect_filled(at, (at[0] + size[0], at[1] + size[1]), word(look.theme.line), size[1] / 2)
    if run.part > 0.0:
        colour = look.colour("good" if run.part >= 1.0 else "ray")
        end = at[0] + max(size[0] * run.part, size[1])
        pen.add_rect_filled(at, (end, at[1] + size[1]), word(colour), size[1] / 2)


def _facts(run: RunCard) -> str:
    parts = [
        said(run.world) or text("train.unknown"),
        f"{short(run.done)} / {short(run.asked)}" if run.asked else short(run.done),
    ]
    if run.alive and run.speed > 0.0:
        parts.append(text("train.speed", speed=short(run.speed)))
    if run.reference != "none":
        parts.append(text("train.reference", reference=run.reference))
    return "  ·  ".join(parts)


def short(value: float) -> str:
    """A number of steps in few letters."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.0f}"


def _cut(words: str, room: float) -> str:
    """Words cut to the pixels that there are."""
    if imgui.calc_text_size(words).x <= room:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if imgui.calc_text_size(words[:middle] + "…").x <= room else (low, middle - 1)
    return words[:low].rstrip() + "…"


# --- the form --------------------------------------------------------------------------------------------------------


def _label(look: Look, words: str) -> None:
    imgui.align_text_to_frame_padding()
    imgui.text_disabled(words)
    imgui.same_line(look.px(LABEL) + imgui.get_style().window_padding.x)
    imgui.set_next_item_width(min(imgui.get_content_region_avail().x, look.px(FIELD)))


def _combo(look: Look, label: str, words: list[str], at: int) -> int:
    _label(look, label)
    if imgui.begin_combo(f"##{label}", words[at] if 0 <= at < len(words) else ""):
        for order, each in enumerate(words):
            if imgui.selectable(each, order == at)[0]:
                at = order
            if order == at:
                imgui.set_item_default_focus()
        imgui.end_combo()
    return at


def _entry(look: Look, form: TrainForm, name: str) -> None:
    _label(look, text(f"train.{name}"))
    _, form.values[name] = imgui.input_text(f"##{name}", form.values.get(name, ""))


def _form(gui: Gui, look: Look, view: TrainView) -> Ask | None:
    form = view.form
    heading(gui, text("train.form"), 20)
    at = view.worlds.index(form.world) if form.world in view.worlds else -1
    if (now := _combo(look, text("train.world"), [said(name) for name in view.worlds], at)) != at:
        view.form = form = TrainForm(view.worlds[now], recorded=form.recorded, runs=form.runs)
        view.world = None
    if view.world is None and not view.problem:
        muted(look, text("train.preparing"))
        return None
    _entry(look, form, "steps")
    _entry(look, form, "seed")
    kinds = [text(f"train.kind.{kind}") for kind in REFERENCES]
    kind = form.values.get("reference", "none")
    at = REFERENCES.index(kind) if kind in REFERENCES else 0
    form.values["reference"] = REFERENCES[_combo(look, text("train.kind"), kinds, at)]
    _label(look, text("train.name"))
    _, form.name = imgui.input_text_with_hint("##name", view.suggestion, form.name)
    imgui.set_cursor_pos_x(look.px(LABEL) + imgui.get_style().window_padding.x)
    _, form.recorded = imgui.checkbox("##recorded", form.recorded)
    imgui.same_line()
    muted(look, text("train.record"))
    if imgui.collapsing_header(text("train.more")):
        memories = list(options("memory"))
        memory = form.values.get("memory", "")
        at = memories.index(memory) if memory in memories else -1
        if (now := _combo(look, text("train.memory"), memories, at)) >= 0:
            form.values["memory"] = memories[now]
        for name in ("self_play", "lanes", "learning_rate"):
            _entry(look, form, name)
    muted(look, text("train.usual"))
    return _begin(gui, look, view)


def _begin(gui: Gui, look: Look, view: TrainView) -> Ask | None:
    imgui.dummy((1, look.px(4)))
    imgui.begin_disabled(bool(view.problem) or view.world is None)
    pressed = strong_button(gui, look, f"\uf04b  {text('train.begin')}", (float(look.px(200)), float(look.px(38))))
    imgui.end_disabled()
    if view.problem:
        imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
        wrapped(text("train.refused", reason=view.problem))
        imgui.pop_style_color()
    return Ask("start") if pressed else None
