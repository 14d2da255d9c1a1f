"""The strip above an exported picture: which episode this is, the time, and everyone's score."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PIL import ImageDraw, ImageFont

from simulator.canvas import DARK
from simulator.canvas.text import house_files
from simulator.canvas.theme import contrasting, seat_colours, seat_marks

if TYPE_CHECKING:
    from PIL.Image import Image

    from replays.playback import Playback

HEIGHT = 48  # pixels
MARGIN = 10
MARK = 7  # radius of a seat's mark


def draw_header(picture: "Image", replay: "Playback", w: Any, tick: int) -> None:
    """Draw into the top `HEIGHT` rows: the words first, a line of scores below."""
    pen = ImageDraw.Draw(picture)
    width = picture.size[0]
    pen.rectangle((0, 0, width, HEIGHT), fill=DARK.panel)
    pen.line((0, HEIGHT - 1, width, HEIGHT - 1), fill=DARK.line)
    episode = f"trial {int(w['trial']) + 1}  ·  episode {int(w['episode']) + 1} of {int(w['episodes'])}"
    seconds = f"{tick * replay.world.timing.tick:.1f} s"
    pen.text((MARGIN, 14), replay.world.name, font=_font(14, True), fill=DARK.colour("ink"), anchor="lm")
    start = MARGIN + pen.textlength(replay.world.name, font=_font(14, True)) + 12
    pen.text((start, 14), episode, font=_font(13), fill=DARK.colour("muted"), anchor="lm")
    pen.text((width - MARGIN, 14), seconds, font=_font(13), fill=DARK.colour("ink"), anchor="rm")
    if replay.diverged is not None and tick >= replay.diverged.tick:
        pen.text((width - MARGIN - 70, 14), "DIVERGED", font=_font(13, True), fill=DARK.colour("bad"), anchor="rm")
    _scores(pen, replay, w, width)


def _scores(pen: ImageDraw.ImageDraw, replay: "Playback", w: Any, width: int) -> None:
    seats = replay.world.seats
    room = (width - 2 * MARGIN) / len(seats)
    for index, (colour, mark) in enumerate(zip(seat_colours(seats), seat_marks(seats), strict=True)):
        x, y = MARGIN + room * index + MARK, 34
        pen.ellipse((x - MARK, y - MARK, x + MARK, y + MARK), fill=colour)
        pen.text((x, y), mark, font=_font(10, True), fill=contrasting(colour), anchor="mm")
        score = f"{float(w['score'][index]):.1f}"
        if room > 110:
            score = f"{seats[index].role}  {score}"
        pen.text((x + MARK + 5, y), score, font=_font(12), fill=DARK.colour("ink"), anchor="lm")


@lru_cache(maxsize=8)
def _font(pixels: int, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    files = house_files(bold=bold)
    return ImageFont.truetype(str(files[0]), pixels) if files else ImageFont.load_default(pixels)
