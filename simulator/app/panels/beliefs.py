"""What the followed agent makes of the hidden task: who it thinks you are, and where the secret lies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pygame

from simulator.app.panels.numbers import share, short
from simulator.app.play.texts import text
from simulator.app.shell.theme import Look
from simulator.canvas.speech import said
from worlds.world import Fact, World

if TYPE_CHECKING:
    from simulator.app.panels.sheet import PanelSheet
    from simulator.app.panels.views import SceneView

HEAD, ROW = 25, 16  # px
TITLE = 74  # px, of a row's name
STRIP, WIDEST = 66, 13  # px, of all bars of a row, and of one
WORDS = 56  # px, of the words beside the bars, at least
HALF = 0.5  # what is likelier than not
MOST_TOLD = 12  # entries that an explanation names
FEW = 3  # numbers that are written out; more are drawn as bars


def beliefs_height(look: Look, facts: tuple[Fact, ...]) -> int:
    """Pixels that a card with all these facts takes."""
    return look.px(HEAD + ROW * len(in_order(facts)) + 8)


def in_order(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts that a belief is asked for, as people ask for them: what has names, then numbers."""
    return tuple(sorted((fact for fact in facts if fact.asked), key=lambda fact: not fact.one_hot))


def draw_beliefs(sheet: PanelSheet, scene: SceneView, box: pygame.Rect, *, telling: bool) -> None:
    """A card with a row for each fact: bars for all that might be, and the likeliest in words; what has no room is left
    out.

    `telling` shows the truth beside it: its bar is underlined, and named where the agent thinks otherwise.
    """
    look, seat, thought = sheet.look, scene.followed, scene.thought(scene.followed)
    if thought is None or "belief" not in thought:
        return
    sheet.card(box)
    sheet.explain(box, text("tip.belief"))
    left, right = box.left + look.px(12), box.right - look.px(12)
    mine = any(_is_you(scene, fact) for fact in scene.world.facts(seat))
    words = text("belief.you" if mine else "belief.title")
    wide = sheet.text((left, box.top + look.px(13)), words, size=11, style="muted", bold=True, room=right - left)
    told = text("belief.truth")
    if telling and sheet.width(told, 9) <= right - wide.right - look.px(8):
        sheet.text((right, box.top + look.px(13)), told, size=9, style="muted", align="right")
    truth, bots = scene.simulation.tell(seat) if telling else None, bots_in(scene)
    y = box.top + look.px(HEAD) + look.px(ROW) // 2
    for fact in in_order(scene.world.facts(seat)):
        if y + look.px(ROW) // 2 > box.bottom:
            break
        true = None if truth is None or not has_truth(scene.world, fact, seat, bots) else truth[fact.at]
        line = pygame.Rect(left, y - look.px(ROW) // 2, right - left, look.px(ROW))
        _draw_row(sheet, scene, line, fact, thought["belief"][fact.at], true)
        y += look.px(ROW)


def _is_you(scene: SceneView, fact: Fact) -> bool:
    """Whether it is about the seat of whoever sits before the window."""
    return fact.seat >= 0 and scene.who(fact.seat).startswith("you")


def has_truth(world: World, fact: Fact, seat: int, bots: Collection[int]) -> bool:
    """Whether what the rules tell a seat is so, where the task's own ``bots`` have these seats.

    A task gives every seat a bot with kind and knobs, which say nothing of whoever plays in its place. So what is told
    of all others, without the name of a seat, holds where bots have all seats of the other teams (of the own, if that
    is the only one).
    """
    if fact.seat >= 0:
        return fact.seat in bots
    if fact.about != "opponents":
        return True
    others = [at for at in range(len(world.seats)) if at != seat]
    rivals = [at for at in others if world.seats[at].team != world.seats[seat].team]
    return set(rivals or others) <= set(bots)


def bots_in(scene: SceneView) -> frozenset[int]:
    """The seats of a game that the task's own bots have."""
    return frozenset(range(len(scene.world.seats))) - frozenset(scene.simulation.external)


def _draw_row(
    sheet: PanelSheet, scene: SceneView, line: pygame.Rect, fact: Fact, parts: np.ndarray, true: np.ndarray | None
) -> None:  # fmt: skip
    look, mine = sheet.look, _is_you(scene, fact)
    title = "you" if mine else fact.name.replace("_", " ")
    sheet.text((line.left, line.centery), title, size=10, style="ink" if mine else "muted", room=look.px(TITLE))
    sheet.explain(line, about(fact, title, parts, true))
    after = pygame.Rect(line.left + look.px(TITLE + 4), line.top, 0, line.height)
    after.width = line.right - after.left
    if not fact.one_hot and not (fact.of and fact.shares) and len(parts) <= FEW:
        words = numbered(fact.of, parts)
        if true is not None:
            words += "   " + text("belief.true", truth=numbered((), true))
        sheet.text((after.left, line.centery), words, size=10, room=after.width)
        return
    strip = pygame.Rect(after.left, line.top + 1, min(look.px(STRIP), after.width), line.height - 4)
    named = [name for name in fact.choices if name != "-"]
    shown = len(named) if fact.one_hot else len(parts)
    likely = parts > HALF if fact.shares else None
    told = fact.one_hot or (bool(fact.of) and fact.shares)
    if told and line.right - strip.right - look.px(8) < look.px(WORDS):  # words tell more than bars without a name
        place = (after.left, line.centery)
    else:
        draw_strip(sheet, strip, parts[:shown], None if true is None else true[:shown], likely)
        place = (strip.right + look.px(8), line.centery)
    room = line.right - round(place[0])
    if fact.one_hot:
        words, style = _words(named, parts[:shown], true)
        if sheet.width(words, 10) > room and true is not None and style == "ink":
            words = _words(named, parts[:shown], true, short=True)[0]  # the bars tell what it thinks, not what is true
        sheet.text(place, words, size=10, style=style, room=room)
    elif fact.of and fact.shares:
        words, style = several(fact.of, parts, true)
        sheet.text(place, words, size=10, style=style, room=room)


def about(fact: Fact, title: str, parts: np.ndarray, true: np.ndarray | None) -> str:
    """What a row means: all that might be with how likely it is, the likeliest first, and what is true."""
    names = [name for name in fact.choices if name != "-"] if fact.one_hot else list(fact.of)
    head = text("tip.belief.one" if fact.one_hot else "tip.belief.many" if fact.shares else "tip.belief.numbers")
    lines = [f"{said(title)}: {head}"]
    if fact.one_hot or (fact.of and fact.shares):
        order = sorted(range(len(names)), key=lambda at: -share(float(parts[at])))
        lines += [f"{plain(names[at])} {share(parts[at]):.0%}" for at in order[:MOST_TOLD]]
        if true is not None:
            lines.append(text("belief.true", truth=_listed(names, true[: len(names)])))
    elif true is not None:
        lines.append(text("belief.true", truth=numbered((), true)))
    return "\n".join(lines)


def draw_strip(
    sheet: PanelSheet, strip: pygame.Rect, parts: np.ndarray, true: np.ndarray | None,
    likely: np.ndarray | None = None,
) -> None:  # fmt: skip
    """A bar for each entry, as high as it is likely; those that are `likely` stand out, else the highest."""
    look = sheet.look
    width = min(strip.width / len(parts), float(look.px(WIDEST)))
    for index, part in enumerate(parts):
        column = pygame.Rect(round(strip.left + index * width), strip.top, max(1, round(width) - 1), strip.height)
        sheet.rect(column, look.soft("muted", 0.14))
        height = round(share(part) * column.height)
        best = index == int(np.argmax(parts)) if likely is None else bool(likely[index])
        shade = look.colour("ray") if best else look.soft("muted", 0.65)
        sheet.rect(pygame.Rect(column.left, column.bottom - height, column.width, height), shade)
        if true is not None and true[index] > HALF:
            sheet.rect(pygame.Rect(column.left, column.bottom + 1, column.width, 2), look.colour("good"))


def plain(name: str) -> str:
    """A name of the world in words, without the strokes that join it."""
    return said(name).replace("_", " ")


def _words(names: list[str], parts: np.ndarray, true: np.ndarray | None, *, short: bool = False) -> tuple[str, str]:
    """The likeliest entry with its probability, the name of the true one where it is another; and a style."""
    best = int(np.argmax(parts))
    words = f"{plain(names[best])} {share(parts[best]):.0%}"
    if true is None or not true[: len(names)].any():
        return words, "ink"
    right = int(np.argmax(true[: len(names)]))
    if right == best:
        return words, "good"
    return text("belief.only" if short else "belief.is", guess=words, truth=plain(names[right])), "ink"


def numbered(names: Sequence[str], parts: np.ndarray) -> str:
    """All numbers in a row, each behind its name if it has one."""
    words = [short(value, 2) for value in parts]
    return (
        "  ".join(f"{plain(name)} {word}" for name, word in zip(names, words, strict=True))
        if names
        else "  ".join(words)
    )


def several(names: Sequence[str], parts: np.ndarray, true: np.ndarray | None) -> tuple[str, str]:
    """All that is likelier than not, all that is true where that is something else; and a style."""
    words = _listed(names, parts)
    if true is None:
        return words, "ink"
    right = _listed(names, true)
    return (words, "good") if right == words else (text("belief.is", guess=words, truth=right), "ink")


def _listed(names: Sequence[str], parts: np.ndarray) -> str:
    return " ".join(plain(name) for name, part in zip(names, parts, strict=True) if part > HALF) or text("belief.none")
