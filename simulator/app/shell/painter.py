"""Paints the draw lists of Dear ImGui onto a pygame surface, and paints no list anew that did not change."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.shell.raster import least_alpha, paint_triangles
from worlds.kit.kernel import compile_for, compiles

OWN = 1 << 20  # numbers of textures from here on are pictures of ours, those below are the atlases of letters
MANY_PICTURES = 400
FARTHEST = 1e6  # px; what a chart of huge numbers puts farther away is not seen anyway
ADDRESSED = ctypes.c_uint8


@dataclass
class DrawCommand:
    """One draw command: which indices, from which vertex on, in which texture, inside which box (left … bottom)."""

    indices: slice
    first: int
    texture: int
    box: tuple[int, int, int, int]


@dataclass
class Layer:
    """One list as it was painted last."""

    sign: Hashable
    surface: pygame.Surface
    place: tuple[int, int]


class Painter:
    """Keeps the textures and the painted layers of one ImGui context."""

    def __init__(self) -> None:
        self._textures: dict[int, np.ndarray] = {}
        self._versions: dict[int, int] = {}
        self._pictures: dict[Hashable, tuple[int, Hashable]] = {}
        self._layers: dict[Hashable, Layer] = {}
        self._next = 1
        self._work = np.zeros((6, 6))
        self.painted = 0
        """Layers painted since the start; the others were as before."""

    def picture(
        self, key: Hashable, make: Callable[[], np.ndarray], version: Hashable = None
    ) -> imgui.ImTextureRef:  # fmt: skip
        """A picture (h, w, 3 or 4) u1 as a texture; `make` gives it when the key, or the version under it, is new."""
        number, present = self._pictures.get(key, (0, None))
        if not number or present != version:
            if len(self._pictures) >= MANY_PICTURES:
                self.forget_pictures()
            self._textures.pop(number, None)
            number = OWN + self._next
            self._next += 1
            made = make()
            pixels = np.full((*made.shape[:2], 4), 255, np.uint8)
            pixels[:, :, : made.shape[2]] = made
            self._textures[number], self._pictures[key] = pixels, (number, version)
        return imgui.ImTextureRef(number)

    def forget_pictures(self) -> None:
        """Pictures are made anew when they are asked for again."""
        for number, _ in self._pictures.values():
            del self._textures[number]
        self._pictures.clear()

    def paint(self, target: pygame.Surface) -> bool:
        """Paint what `imgui.render` left; whether anything differs from the frame before."""
        self._take_atlases()
        shown: dict[Hashable, Layer] = {}
        changed = False
        for order, part in enumerate(imgui.get_draw_data().cmd_lists):
            if part.idx_buffer.size() == 0:
                continue
            key = (part._owner_name, order)
            before = self._layers.get(key)
            layer = self._layer(part, target, before)
            changed = changed or layer is not before
            if layer is not None:
                shown[key] = layer
                target.blit(layer.surface, layer.place, special_flags=_mode(layer.surface))
        changed = changed or shown.keys() != self._layers.keys()
        self._layers = shown
        return changed

    def _take_atlases(self) -> None:
        """Letters that are needed for the first time stand in the atlas from now on."""
        for texture in imgui.get_platform_io().textures:
            if texture.status in (imgui.ImTextureStatus.want_create, imgui.ImTextureStatus.want_updates):
                if texture.status == imgui.ImTextureStatus.want_create:
                    texture.set_tex_id(self._next)
                    self._next += 1
                pixels = texture.get_pixels_array().reshape(texture.height, texture.width, 4)
                self._textures[texture.tex_id] = pixels.copy()
                texture.set_status(imgui.ImTextureStatus.ok)
            elif texture.status == imgui.ImTextureStatus.want_destroy:
                self._textures.pop(texture.tex_id, None)
                texture.set_tex_id(0)
                texture.set_status(imgui.ImTextureStatus.destroyed)

    def _layer(self, part: Any, target: pygame.Surface, before: Layer | None) -> Layer | None:
        raw = _bytes(part.vtx_buffer, imgui.VERTEX_SIZE)
        index = _bytes(part.idx_buffer, imgui.INDEX_SIZE).view(np.uint32 if imgui.INDEX_SIZE == 4 else np.uint16)
        commands = list(_commands(part, target.get_size()))
        parts = tuple((c.indices.start, c.indices.stop, c.first, c.texture, c.box) for c in commands)
        sign = (hash(raw.tobytes()), hash(index.tobytes()), parts, target.get_size())
        if before is not None and before.sign == sign:
            return before
        vertices = _somewhere(raw.view(np.float32).reshape(-1, imgui.VERTEX_SIZE // 4))
        left, top, right, bottom = _reach(vertices, commands)
        if left >= right or top >= bottom:
            return None
        surface = pygame.Surface((right - left, bottom - top), pygame.SRCALPHA, 32)
        opaque = self._paint(surface, vertices, index, commands, (left, top))
        self.painted += 1
        if opaque:
            clear, surface = surface, pygame.Surface(surface.get_size(), 0, 32)
            surface.blit(clear, (0, 0))
        return Layer(sign, surface, (left, top))

    def _paint(
        self, surface: pygame.Surface, vertices: np.ndarray, index: np.ndarray, commands: list[DrawCommand],
        place: tuple[int, int],
    ) -> bool:  # fmt: skip
        """Paint a list whose own corner is at `place` of the window; whether nothing under it can be seen."""
        pixels = _words(surface)
        colours = np.ascontiguousarray(vertices[:, 4]).view(np.uint32)
        moved = vertices.copy()
        moved[:, 0] -= place[0]
        moved[:, 1] -= place[1]
        index = np.ascontiguousarray(index, np.uint32)
        height, width = pixels.shape
        for command in commands:
            left, top, right, bottom = command.box
            box = np.array([left - place[0], top - place[1], right - place[0], bottom - place[1]])
            box = np.clip(box, 0, [width, height, width, height])
            texture = self._textures.get(command.texture)
            if texture is None:  # a picture that was forgotten since; it is made anew for the next frame
                continue
            paint_triangles(pixels, moved, colours, index[command.indices], command.first, texture, box, self._work)
        return int(least_alpha(pixels)) == 255


def prepare() -> None:
    """Compile the loops, or load them from the cache: some seconds the first time, so not in a frame."""
    if compiles():
        pixels, vertices, words = np.zeros((1, 1), np.uint32), np.zeros((3, 5), np.float32), np.zeros(3, np.uint32)
        texture, box = np.zeros((1, 1, 4), np.uint8), np.zeros(4, np.int64)
        compile_for(paint_triangles, (pixels, vertices, words, words, 0, texture, box, np.zeros((6, 6))))
        compile_for(least_alpha, (pixels,))


def _mode(surface: pygame.Surface) -> int:
    """How a layer is laid onto the window: colours are premultiplied by alpha, unless all of it is opaque."""
    return 0 if surface.get_flags() & pygame.SRCALPHA == 0 else pygame.BLEND_PREMULTIPLIED


def _words(surface: pygame.Surface) -> np.ndarray:
    """The pixels (H, W) u4 of a surface of 32 bits, not copied."""
    width, height = surface.get_size()
    buffer: Any = surface.get_buffer()
    words = np.frombuffer(buffer, np.uint32).reshape(height, surface.get_pitch() // 4)
    return words[:, :width]


def _bytes(vector: Any, size: int) -> np.ndarray:
    """The bytes of one of ImGui's vectors, not copied: they are valid until the next frame begins."""
    count = vector.size() * size
    if count == 0:
        return np.zeros(0, np.uint8)
    return np.ctypeslib.as_array((ADDRESSED * count).from_address(vector.data_address()))


def _commands(part: Any, size: tuple[int, int]) -> Iterator[DrawCommand]:
    for command in part.cmd_buffer:
        edges = command.clip_rect
        left, top = max(int(edges.x), 0), max(int(edges.y), 0)
        right, bottom = min(int(edges.z), size[0]), min(int(edges.w), size[1])
        if command.elem_count and left < right and top < bottom:
            indices = slice(command.idx_offset, command.idx_offset + command.elem_count)
            yield DrawCommand(indices, command.vtx_offset, command.tex_ref.get_tex_id(), (left, top, right, bottom))


def _somewhere(vertices: np.ndarray) -> np.ndarray:
    """The same corners; those of a gap in a line of ImPlot are nowhere: they come to one place and paint nothing."""
    nowhere = ~np.isfinite(vertices[:, :2]).all(axis=1)
    if not nowhere.any():
        return vertices
    found = vertices.copy()
    found[nowhere, :2] = 0.0 if nowhere.all() else vertices[~nowhere][0, :2]
    return found


def _reach(vertices: np.ndarray, commands: list[DrawCommand]) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) in pixels outside which a list paints nothing."""
    if not commands:
        return 0, 0, 0, 0
    places = vertices[:, :2].clip(-FARTHEST, FARTHEST)
    low, high = np.floor(places.min(axis=0)), np.ceil(places.max(axis=0))
    boxes = np.array([command.box for command in commands])
    left, top = np.maximum(boxes[:, :2].min(axis=0), low).astype(int)
    right, bottom = np.minimum(boxes[:, 2:].max(axis=0), high).astype(int)
    return int(left), int(top), int(right), int(bottom)
