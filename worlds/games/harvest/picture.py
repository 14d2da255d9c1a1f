"""How harvest looks: the commons with its patches on the left; the viewer's round, buttons and notebook on the right.

A patch is a bush with as many berries as it bears. What somebody did in the last tick stands above him as a word and a
sign: a berry for a pick, three for a grab, a bolt for a zap, an arrow with a berry for a gift.
"""

from typing import Any

import numpy as np

from worlds.games.harvest.constants import (
    DEEDS,
    DID_GIVE,
    DID_GRAB,
    DID_LIE,
    DID_NOTHING,
    DID_PICK,
    DID_ZAP,
    FULL,
    GRAB,
    KEYS,
    PATCH_NAMES,
    PATCHES,
    PICK,
    PICKING,
    ROUND,
    ROUNDS,
    SIDE,
    UNTRIED,
    WALK,
    WORKED,
    ZAP,
)
from worlds.games.harvest.minds import key_of
from worlds.games.harvest.roster import NAMES
from worlds.games.harvest.walking import has_rung, is_together, may_pick, round_now
from worlds.kit.drawing import Canvas

TILE = 2.0  # m
WIDTH, HEIGHT = 30.0, SIDE * TILE  # m
PANEL = 18.6  # m from the left; of the panel on the right
CENTRE = PANEL + 5.6  # m; its middle
BODY = 0.5  # m
ASIDE = 0.9  # m from the middle of a tile, so that two at a bush face each other
BUTTONS = ((PICK, "pick  [1]"), (GRAB, "grab  [2]"), (ZAP, "zap  [3]"), (ZAP + 1, "give  [4]"))
KEY_WORDS = ("example", "stick", "carrot", "wait", "race")
BERRIES = np.array([(0.3 * side, 0.52 * row - 0.78) for row in (1, 2, 0, 3) for side in (-1, 1)])
"""(8, 2) m from the heart of a bush: two columns, so that pickers beside them hide none."""
Place = tuple[float, float]


def draw(w: Any, canvas: Canvas) -> None:
    """Back to front."""
    viewer = canvas.viewer or 0
    canvas.tiles(w.tiles, {0: "floor", 1: "wall"}, size=TILE)
    for patch in range(PATCHES):
        draw_patch(w, canvas, patch, viewer)
    for seat in range(len(w.mate)):
        draw_seat(w, canvas, seat, viewer)
    for seat in range(len(w.mate)):
        draw_deed(w, canvas, seat)
    draw_round(w, canvas, viewer)
    draw_buttons(w, canvas, viewer)
    draw_notebook(w, canvas, viewer)


def middle(row: float, col: float) -> Place:
    """The middle of a tile (m)."""
    return (float(col) + 0.5) * TILE, (float(row) + 0.5) * TILE


def draw_berry(canvas: Canvas, centre: Place, radius: float) -> None:
    """A ripe berry with a glint."""
    canvas.disc(centre, radius, "bad", outline=True)
    canvas.disc((centre[0] - 0.35 * radius, centre[1] - 0.35 * radius), 0.28 * radius, "ink")


def draw_bush(canvas: Canvas, centre: Place, stock: float) -> None:
    """Leaves, and a berry for each that it bears; the last one grows."""
    x, y = centre
    angles = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
    reach = 1.3 + 0.14 * np.cos(8.0 * angles)
    leaves = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1)
    canvas.polygon(leaves, "refuge", alpha=40 + int(120 * min(stock / FULL, 1.0)))
    for index, offset in enumerate(BERRIES):
        ripe = min(max(stock - index, 0.0), 1.0)
        if ripe > 0.15:
            draw_berry(canvas, (x + offset[0], y + offset[1]), 0.23 * ripe)


def draw_patch(w: Any, canvas: Canvas, patch: int, viewer: int) -> None:
    """A bush and its letter; a ring for the viewer's own."""
    x, y = centre = middle(w.place[patch, 0], w.place[patch, 1])
    draw_bush(canvas, centre, float(w.stock[patch]))
    if int(w.due[viewer]) == patch:
        canvas.ring(centre, 1.55, "goal")
    canvas.text((x - 1.25, y - 1.2), PATCH_NAMES[patch], size=0.75, style="ink")
    if canvas.shows("hidden"):
        canvas.text((x, y + 1.6), f"grows {float(w.growth[patch]):.1f}", size=0.5, style="muted")


def stand(w: Any, seat: int) -> Place:
    """Where a seat is drawn: its side of the tile."""
    x, y = middle(w.row[seat], w.col[seat])
    mate = int(w.mate[seat])
    side = 0.0 if mate == len(w.mate) else -ASIDE if seat < mate else ASIDE
    return x + side, y


def draw_seat(w: Any, canvas: Canvas, seat: int, viewer: int) -> None:
    """A picker; who lies on the ground is dim; the viewer's partner has a ring, and to who looks behind it a mood."""
    place = stand(w, seat)
    heading = float(w.heading[seat])
    if has_rung(w) and is_together(w, seat):
        heading = 0.0 if seat < int(w.mate[seat]) else np.pi  # they face each other
    canvas.seat(seat, place, heading, BODY, dim=int(w.down[seat]) > 0)
    if seat == int(w.mate[viewer]):
        canvas.ring(place, BODY + 0.12, "goal")
    if canvas.shows("hidden") and int(w.driver[seat]) == 0:
        mood = "calm" if int(w.calm[seat]) > 0 else "closed" if int(w.closed[seat]) else ""
        mood = "angry" if int(w.anger[seat]) > 0 else mood
        canvas.text((place[0], place[1] + 1.1), mood, size=0.45, style="good" if mood == "calm" else "bad")


def draw_deed(w: Any, canvas: Canvas, seat: int) -> None:
    """What a seat did in the last tick, above it; bolts and gifts go to its partner."""
    deed, mate = int(w.deed[seat]), int(w.mate[seat])
    if deed == DID_NOTHING:
        return
    x, y = stand(w, seat)
    loud = deed in (DID_GRAB, DID_ZAP, DID_LIE)
    canvas.text((x, y - 1.35), DEEDS[deed], size=0.5, style="bad" if loud else "ink")
    if deed in (DID_PICK, DID_GRAB):
        for index in range(3 if deed == DID_GRAB else 1):
            draw_berry(canvas, (x + (0.42 * (index - 1) if deed == DID_GRAB else 0.0), y - 0.85), 0.2)
    elif deed in (DID_ZAP, DID_GIVE) and mate < len(w.mate):
        goal = stand(w, mate)
        along = np.linspace(0.3, 0.85, 5)[:, None]
        line = np.array([[x, y - 0.3]]) + along * (np.array([goal]) - np.array([[x, y]]))
        if deed == DID_ZAP:
            line[1::2, 1] -= 0.35
            canvas.line(line, "goal", width=0.16)
        else:
            canvas.arrow(tuple(line[0]), tuple(line[-1]), "good")
            draw_berry(canvas, tuple(line[2]), 0.2)


def draw_round(w: Any, canvas: Canvas, viewer: int) -> None:
    """Whom the viewer picks with where, the bell, and the berries that both took in this round."""
    ticks, rung = int(w.tick) % ROUND, bool(has_rung(w))
    left = (ROUND - ticks) / PICKING if rung else (WALK - ticks) / WALK
    canvas.text((CENTRE, 0.8), f"round {int(round_now(w)) + 1} of {ROUNDS}", size=0.75)
    canvas.box((CENTRE, 1.6), 10.4, 0.45, "floor")
    share = min(max(left, 0.02), 1.0)
    canvas.box((CENTRE - 5.2 + 5.2 * share, 1.6), 10.4 * share, 0.45, "good" if rung else "goal")
    mate, patch = int(w.mate[viewer]), PATCH_NAMES[int(w.due[viewer])]
    if mate == len(w.mate):
        canvas.text((CENTRE, 2.9), f"you pick alone at patch {patch}", size=0.65)
    else:
        for who, x in ((viewer, -4.4), (mate, -0.6)):
            canvas.disc((CENTRE + x, 2.9), 0.58, f"seat_{who}", label=str(who), outline=True)
        canvas.text((CENTRE - 2.5, 2.9), "with", size=0.6, style="muted")
        canvas.text((CENTRE + 2.9, 2.9), f"at patch {patch}", size=0.75)
        known = canvas.shows("hidden") and int(w.driver[mate]) == 0
        words = f"{NAMES[int(w.bot_kind[mate])]}: {KEY_WORDS[int(key_of(w, mate))]}" if known else ""
        canvas.text((CENTRE - 0.6, 3.75), words, size=0.5, style="muted")
        canvas.text((CENTRE, 4.4), told_of(w, viewer, mate), size=0.6)


def told_of(w: Any, viewer: int, mate: int) -> str:
    """What goes on at the viewer's patch, in words."""
    if not has_rung(w):
        return "walk to your patch and wait for the bell"
    if not is_together(w, viewer):
        return "your partner is not there"
    mine, theirs = float(w.basket[viewer]), float(w.basket[mate])
    return f"baskets: yours {mine:.1f}, theirs {theirs:.1f}"


def draw_buttons(w: Any, canvas: Canvas, viewer: int) -> None:
    """What one may do at the patch, lit while one may; and the score."""
    can = bool(may_pick(w, viewer))
    for index, (choice, words) in enumerate(BUTTONS):
        lit = can and (choice in (PICK, GRAB) or bool(is_together(w, viewer)))
        x, y = CENTRE - 2.65 + 5.3 * (index % 2), 5.9 + 1.6 * (index // 2)
        canvas.box((x, y), 5.0, 1.4, "wall_edge" if lit else "floor")
        canvas.box((x, y), 4.8, 1.2, "wall" if lit else "floor")
        canvas.text((x, y), words, size=0.62, style="ink" if lit else "muted")
        if lit:
            canvas.button(np.array([[x - 1.8, y], [x + 1.8, y]]), 1.2, viewer, 0, choice)
    canvas.text((CENTRE, 8.75), f"score {float(w.score[viewer]):+.1f}", size=0.7)


def draw_notebook(w: Any, canvas: Canvas, viewer: int) -> None:
    """What the viewer has tried with each of the others in this trial: a full disc where it worked, a cross if not."""
    seats = len(w.mate)
    step = min(1.0, 6.4 / max(seats - 1, 1))
    for key, words in enumerate(KEY_WORDS):
        canvas.text((PANEL + 3.0 + 1.95 * key, 9.8), words, size=0.45, style="muted")
    for turn in range(1, seats):
        other, y = (viewer + turn) % seats, 9.9 + step * turn
        canvas.disc((PANEL + 1.0, y), 0.42 * step, f"seat_{other}", label=str(other), outline=True)
        for key in range(len(KEYS)):
            draw_note(canvas, (PANEL + 3.0 + 1.95 * key, y), 0.3 * step, int(w.tried[viewer, other, key]))
            known = canvas.shows("hidden") and int(w.driver[other]) == 0
            if known and int(key_of(w, other)) == key:
                canvas.ring((PANEL + 3.0 + 1.95 * key, y), 0.46 * step, "goal")
    canvas.text((CENTRE, 17.4), "arrows walk, G walks on, space waits", size=0.5, style="muted")


def draw_note(canvas: Canvas, centre: Place, half: float, known: int) -> None:
    """One entry of the notebook."""
    x, y = centre
    if known == UNTRIED:
        canvas.disc(centre, 0.25 * half, "muted")
    elif known == WORKED:
        canvas.disc(centre, half, "good", outline=True)
    else:
        for way in (-1.0, 1.0):
            canvas.line([(x - half, y - way * half), (x + half, y + way * half)], "bad", width=0.35 * half)


def status(w: Any, seat: int) -> str:
    """For people."""
    return f"{float(w.score[seat]):+.1f}, {float(w.harvest[seat]):.0f} berries, {int(w.zapped[seat])} times zapped"
