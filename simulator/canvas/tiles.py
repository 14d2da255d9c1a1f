"""The ground: a grid of tiles, drawn once for each piece of ground and scale, then only copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pygame

from simulator.canvas import ink
from simulator.canvas.kept import MEGABYTE, Kept
from simulator.canvas.theme import Theme, mix

PIECE = 16  # tiles a side of one cached piece of ground
FINE = 2  # how much larger a piece is drawn before it is shrunk
FINE_UP_TO = 64  # px a tile; larger tiles are drawn at their own size
RAISED = frozenset({"wall"})  # styles drawn as blocks that stand on the floor
POINTS_TO = {"east": (1, 0), "west": (-1, 0), "north": (0, -1), "south": (0, 1)}

_pieces = Kept(6 * MEGABYTE)  # each task has its own: those of the last ones are not seen again


@dataclass(frozen=True)
class _Piece:
    """One piece of ground to draw: its tiles with a rim of one tile of neighbours on each side (`tiles` (h+2, w+2))."""

    tiles: np.ndarray
    row: int
    col: int
    pixels: float
    styles: Mapping[int, str]
    theme: Theme

    def box(self, row: int, col: int, *, down: float = 0.0) -> pygame.Rect:
        """Pixels of one of its tiles, shifted `down` by a part of a tile; neighbours touch without gaps."""
        left, top = round(col * self.pixels), round((row + down) * self.pixels)
        return pygame.Rect(
            left, top, round((col + 1) * self.pixels) - left, round((row + 1 + down) * self.pixels) - top
        )


def ground(
    target: pygame.Surface,
    grid: np.ndarray,
    styles: Mapping[int, str],
    theme: Theme,
    origin: tuple[float, float],
    pixels: float,
) -> None:
    """Draw `grid` (H, W) u1 with its corner at the pixel `origin`, `pixels` a tile; only what is inside the clip."""
    clip = target.get_clip()
    rows, cols = grid.shape
    side = PIECE * pixels
    first_row, first_col = int(max(0, (clip.top - origin[1]) // side)), int(max(0, (clip.left - origin[0]) // side))
    for piece_row in range(first_row, -(-rows // PIECE)):
        if origin[1] + piece_row * side > clip.bottom:
            break
        for piece_col in range(first_col, -(-cols // PIECE)):
            if origin[0] + piece_col * side > clip.right:
                break
            picture = _piece(target, grid, (piece_row * PIECE, piece_col * PIECE), styles, theme, pixels)
            target.blit(picture, (round(origin[0] + piece_col * side), round(origin[1] + piece_row * side)))


def _piece(
    target: pygame.Surface,
    grid: np.ndarray,
    corner: tuple[int, int],
    styles: Mapping[int, str],
    theme: Theme,
    pixels: float,
) -> pygame.Surface:
    """One piece of ground, whose first tile is at (row, column) `corner`; from the cache or drawn now."""
    row, col = corner
    near = grid[max(0, row - 1) : row + PIECE + 1, max(0, col - 1) : col + PIECE + 1]
    rim = (
        (int(row == 0), int(row + PIECE >= grid.shape[0])),
        (int(col == 0), int(col + PIECE >= grid.shape[1])),
    )
    padded = np.pad(near, rim, mode="edge")
    more = int(row + PIECE < grid.shape[0]), int(col + PIECE < grid.shape[1])
    key = (more, padded.tobytes(), padded.shape, row % 2, col % 2, tuple(styles.items()), theme.name, round(pixels, 4))
    return _pieces.of(key, lambda: _draw_piece(padded, row, col, styles, theme, pixels, more), on=target)


def _draw_piece(
    padded: np.ndarray,
    row: int,
    col: int,
    styles: Mapping[int, str],
    theme: Theme,
    pixels: float,
    more: tuple[int, int],
) -> pygame.Surface:
    """Draw a piece; one pixel larger where `more` pieces follow (below, right), so that rounding opens no gap."""
    fine = FINE if pixels <= FINE_UP_TO else 1
    piece = _Piece(padded, row, col, pixels * fine, styles, theme)
    size = round((padded.shape[1] - 2) * pixels) + more[1], round((padded.shape[0] - 2) * pixels) + more[0]
    picture = pygame.Surface((size[0] * fine, size[1] * fine), 0, 32)
    picture.fill(theme.colour("floor"))
    raised = np.isin(padded, [code for code, word in styles.items() if word in RAISED])
    _floor(picture, piece)
    _shadows(picture, piece, raised)
    _blocks(picture, piece, raised)
    if fine > 1:
        picture = pygame.transform.smoothscale(picture, size)
    return picture.convert() if pygame.display.get_surface() else picture


def _floor(picture: pygame.Surface, piece: _Piece) -> None:
    """The flat tiles: a faint chequer, and a round-cornered tint with its sign on special ones."""
    theme = piece.theme
    for row in range(piece.tiles.shape[0] - 2):
        for col in range(piece.tiles.shape[1] - 2):
            word = piece.styles.get(int(piece.tiles[row + 1, col + 1]), "floor")
            box = piece.box(row, col)
            if (row + piece.row + col + piece.col) % 2:
                picture.fill(theme.colour("floor_alt"), box)
            if word in RAISED or word == "floor":
                continue
            plain, _, points_to = word.rpartition("_")
            one_way = points_to in POINTS_TO
            tint = theme.colour(plain if one_way else word)
            inner = box.inflate(-max(2, box.width // 10), -max(2, box.height // 10))
            ink.rounded(picture, inner, mix(theme.colour("floor"), tint, 0.35), max(2, box.width // 6))
            if one_way:
                _chevrons(picture, box, POINTS_TO[points_to], mix(tint, theme.colour("ink"), 0.35))


def _chevrons(picture: pygame.Surface, box: pygame.Rect, along: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Two arrowheads that show which way a tile lets through."""
    unit = box.width
    for shift in (-0.16, 0.14):
        corners = []
        for forward, aside in ((-0.1, -0.26), (0.12, 0.0), (-0.1, 0.26)):
            ahead = forward + shift
            corners.append(
                (
                    box.centerx + (along[0] * ahead - along[1] * aside) * unit,
                    box.centery + (along[1] * ahead + along[0] * aside) * unit,
                )
            )
        pygame.draw.lines(picture, colour, False, corners, max(2, unit // 11))


def _shadows(picture: pygame.Surface, piece: _Piece, raised: np.ndarray) -> None:
    """A soft shadow of the blocks, blurred by shrinking it to a few pixels a tile and growing it again."""
    small = 6
    rows, cols = raised.shape
    mask = np.zeros((cols * small, rows * small), dtype=np.uint8)
    for row, col in np.argwhere(raised):
        left, top = col * small + 1, row * small + 2
        mask[left : left + small, top : top + small] = 120
    shade = pygame.Surface(mask.shape, pygame.SRCALPHA, 32)
    shade.fill((*piece.theme.colour("shadow"), 0))
    pygame.surfarray.pixels_alpha(shade)[:] = mask
    whole = (round(cols * piece.pixels), round(rows * piece.pixels))
    soft = pygame.transform.smoothscale(shade, whole)
    picture.blit(soft, (-round(piece.pixels), -round(piece.pixels)))


def _blocks(picture: pygame.Surface, piece: _Piece, raised: np.ndarray) -> None:
    """Blocks with a darker front face below and a lighter edge; free corners are round."""
    theme = piece.theme
    radius = max(1, round(piece.pixels * 0.22))
    for down, word in ((0.1, "wall_side"), (0.0, "wall_edge"), (0.045, "wall")):
        for row in range(-1, raised.shape[0] - 1):
            for col in range(-1, raised.shape[1] - 1):
                if raised[row + 1, col + 1]:
                    corners = _free_corners(raised, row + 1, col + 1)
                    box = piece.box(row, col, down=down)
                    if word == "wall":
                        box.height -= round(0.045 * piece.pixels) if not _at(raised, row + 2, col + 1) else 0
                    pygame.draw.rect(picture, theme.colour(word), box, 0, 0, *(radius if c else 0 for c in corners))


def _at(raised: np.ndarray, row: int, col: int) -> bool:
    inside = 0 <= row < raised.shape[0] and 0 <= col < raised.shape[1]
    return bool(raised[row, col]) if inside else True


def _free_corners(raised: np.ndarray, row: int, col: int) -> tuple[bool, bool, bool, bool]:
    """Whether the corners (top left, top right, bottom left, bottom right) of a block have no block beside them."""
    up, down = _at(raised, row - 1, col), _at(raised, row + 1, col)
    left, right = _at(raised, row, col - 1), _at(raised, row, col + 1)
    return not (up or left), not (up or right), not (down or left), not (down or right)
