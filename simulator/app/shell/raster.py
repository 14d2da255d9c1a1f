"""Triangles, painted by compiled loops: what Dear ImGui asks a graphics card for, on plain pixels.

Pixels are premultiplied ARGB words. A pixel belongs to a triangle if its centre lies in it, and a centre on an edge
belongs to the triangle at its right or below (the rule of graphics cards), so that neighbours never share a pixel.
Nearly everything on a screen is an axis-aligned rectangle, a letter or the soft edge of a shape: these take short ways.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from worlds.kit.kernel import compile_cached

Function = TypeVar("Function", bound=Callable[..., Any])

NEAR = 1.0 / 64.0  # of a texel: a picture that lies so close to the pixels is copied, not sampled


def loops(function: Function) -> Function:
    """Compiled, without checks for divisors of zero, which these functions keep away themselves."""
    return compile_cached(function, error_model="numpy")


@loops
def blend(pixels, y, x, red, green, blue, alpha):
    """Put a colour (0 … 255 each, not premultiplied) over a pixel."""
    if alpha >= 255:
        pixels[y, x] = np.uint32(0xFF000000 | (red << 16) | (green << 8) | blue)
        return
    under, rest = np.int64(pixels[y, x]), 255 - alpha
    a = 255 * alpha + ((under >> 24) & 255) * rest + 128
    r = red * alpha + ((under >> 16) & 255) * rest + 128
    g = green * alpha + ((under >> 8) & 255) * rest + 128
    b = blue * alpha + (under & 255) * rest + 128
    a, r, g, b = (a + (a >> 8)) >> 8, (r + (r >> 8)) >> 8, (g + (g >> 8)) >> 8, (b + (b >> 8)) >> 8
    pixels[y, x] = np.uint32((a << 24) | (r << 16) | (g << 8) | b)


@loops
def sample(texture, u, v, out):
    """What a texture holds between its texels, in out (4,); `u`, `v` in texels, whose centres are at halves."""
    rows, columns = texture.shape[0], texture.shape[1]
    across, down = u - 0.5, v - 0.5
    left, top = math.floor(across), math.floor(down)
    right_part, lower_part = across - left, down - top
    x0, x1 = min(max(left, 0), columns - 1), min(max(left + 1, 0), columns - 1)
    y0, y1 = min(max(top, 0), rows - 1), min(max(top + 1, 0), rows - 1)
    for channel in range(4):
        upper = texture[y0, x0, channel] * (1.0 - right_part) + texture[y0, x1, channel] * right_part
        lower = texture[y1, x0, channel] * (1.0 - right_part) + texture[y1, x1, channel] * right_part
        out[channel] = upper * (1.0 - lower_part) + lower * lower_part


@loops
def shine(pixels, y, x, texture, u, v, red, green, blue, alpha, out):
    """Put a texture's colour at u, v, times a colour (0.0 … 255.0 each), over a pixel."""
    sample(texture, u, v, out)
    cover = min(max(int(alpha * out[3] / 255.0 + 0.5), 0), 255)
    if cover > 0:
        r = min(max(int(red * out[0] / 255.0 + 0.5), 0), 255)
        g = min(max(int(green * out[1] / 255.0 + 0.5), 0), 255)
        b = min(max(int(blue * out[2] / 255.0 + 0.5), 0), 255)
        blend(pixels, y, x, r, g, b, cover)


@loops
def first_centre(edge):
    """The first pixel whose centre is not before an edge."""
    return math.ceil(edge - 0.5)


@loops
def fill(pixels, x0, y0, x1, y1, colour, box):
    """A rectangle of one colour."""
    red, green, blue, alpha = colour & 255, (colour >> 8) & 255, (colour >> 16) & 255, (colour >> 24) & 255
    left, right = max(first_centre(x0), box[0]), min(first_centre(x1), box[2])
    top, bottom = max(first_centre(y0), box[1]), min(first_centre(y1), box[3])
    if alpha == 255:
        word = np.uint32(0xFF000000 | (red << 16) | (green << 8) | blue)
        for y in range(top, max(bottom, top)):
            pixels[y, left : max(right, left)] = word
    elif alpha > 0:
        for y in range(top, bottom):
            for x in range(left, right):
                blend(pixels, y, x, red, green, blue, alpha)


@loops
def stamp(pixels, x0, y0, x1, y1, u0, v0, u1, v1, colour, texture, box, out):
    """A rectangle of a texture (u, v in texels), coloured: letters and pictures."""
    red, green, blue, alpha = colour & 255, (colour >> 8) & 255, (colour >> 16) & 255, (colour >> 24) & 255
    wide, high = (u1 - u0) / (x1 - x0), (v1 - v0) / (y1 - y0)
    left, right = max(first_centre(x0), box[0]), min(first_centre(x1), box[2])
    top, bottom = max(first_centre(y0), box[1]), min(first_centre(y1), box[3])
    first_u, first_v = u0 + (left + 0.5 - x0) * wide, v0 + (top + 0.5 - y0) * high
    off_u, off_v = first_u - math.floor(first_u) - 0.5, first_v - math.floor(first_v) - 0.5
    spread = max(right - left, bottom - top)
    exact = abs(off_u) < NEAR and abs(off_v) < NEAR
    exact = exact and abs(wide - 1.0) * spread < NEAR and abs(high - 1.0) * spread < NEAR
    rows, columns = texture.shape[0], texture.shape[1]
    for y in range(top, bottom):
        v = first_v + (y - top) * high
        row = min(max(int(v), 0), rows - 1)
        for x in range(left, right):
            u = first_u + (x - left) * wide
            if exact:
                column = min(max(int(u), 0), columns - 1)
                cover = int(texture[row, column, 3])
                if cover:
                    r, g, b = texture[row, column, 0], texture[row, column, 1], texture[row, column, 2]
                    blend(pixels, y, x, red * r // 255, green * g // 255, blue * b // 255, alpha * cover // 255)
            else:
                shine(pixels, y, x, texture, u, v, float(red), float(green), float(blue), float(alpha), out)


@loops
def lean(vertices, a, b):
    """How far the edge from a to b, which is below, goes to the right for each pixel down; 0 for a level one."""
    high = np.float64(vertices[b, 1]) - vertices[a, 1]
    return (np.float64(vertices[b, 0]) - vertices[a, 0]) / high if high > 0.0 else 0.0


@loops
def kind_of(vertices, colours, a, b, c):
    """What a triangle is: 0 of one colour, 1 of one whose alpha alone changes (a soft edge), 2 anything."""
    if vertices[a, 2] != vertices[b, 2] or vertices[a, 2] != vertices[c, 2]:
        return 2
    if vertices[a, 3] != vertices[b, 3] or vertices[a, 3] != vertices[c, 3]:
        return 2
    if (colours[a] & 0xFFFFFF) != (colours[b] & 0xFFFFFF) or (colours[a] & 0xFFFFFF) != (colours[c] & 0xFFFFFF):
        return 2
    return 0 if colours[a] == colours[b] and colours[a] == colours[c] else 1


@loops
def span(pixels, y, left, right, at, along, colour, texture, kind, out):
    """The pixels of one line of a triangle; `at` holds alpha, red, green, blue, u and v at the first of them."""
    red, green, blue, alpha = colour & 255, (colour >> 8) & 255, (colour >> 16) & 255, (colour >> 24) & 255
    if kind == 0:
        for x in range(left, right):
            blend(pixels, y, x, red, green, blue, alpha)
    elif kind == 1:
        cover = at[0]
        for x in range(left, right):
            blend(pixels, y, x, red, green, blue, min(max(int(cover + 0.5), 0), 255))
            cover += along[0]
    else:
        for x in range(left, right):
            step = x - left
            u, v = at[4] + step * along[4], at[5] + step * along[5]
            shine(
                pixels, y, x, texture, u, v, at[1] + step * along[1], at[2] + step * along[2], at[3] + step * along[3],
                at[0] + step * along[0], out,
            )  # fmt: skip


@loops
def corner(vertices, colours, a, rows, columns, out):
    """What is given at a corner: alpha, red, green, blue (0 … 255), u and v in texels."""
    word = np.int64(colours[a])
    out[0], out[1], out[2], out[3] = word >> 24 & 255, word & 255, word >> 8 & 255, word >> 16 & 255
    out[4], out[5] = vertices[a, 2] * columns, vertices[a, 3] * rows


@loops
def triangle(pixels, vertices, colours, a, b, c, texture, box, work):
    """One triangle, line by line; `work` (6, 6) f8 is room for what is interpolated."""
    ax, ay = np.float64(vertices[a, 0]), np.float64(vertices[a, 1])
    bx, by, cx, cy = vertices[b, 0] - ax, vertices[b, 1] - ay, vertices[c, 0] - ax, vertices[c, 1] - ay
    area = bx * cy - by * cx
    if area == 0.0:
        return
    kind = kind_of(vertices, colours, a, b, c)
    along, down, start = work[3], work[4], work[1]
    parts = (0, 1, 6)[kind]
    if parts:
        rows, columns = texture.shape[0], texture.shape[1]
        corner(vertices, colours, a, rows, columns, work[0])
        corner(vertices, colours, b, rows, columns, work[1])
        corner(vertices, colours, c, rows, columns, work[2])
    for part in range(parts):
        one, two = work[1, part] - work[0, part], work[2, part] - work[0, part]
        along[part], down[part] = (one * cy - two * by) / area, (two * bx - one * cx) / area
    top, mid, low = a, b, c
    if vertices[mid, 1] < vertices[top, 1]:
        top, mid = mid, top
    if vertices[low, 1] < vertices[top, 1]:
        top, low = low, top
    if vertices[low, 1] < vertices[mid, 1]:
        mid, low = low, mid
    long_lean, upper_lean, lower_lean = lean(vertices, top, low), lean(vertices, top, mid), lean(vertices, mid, low)
    for y in range(max(first_centre(vertices[top, 1]), box[1]), min(first_centre(vertices[low, 1]), box[3])):
        height = y + 0.5
        long = vertices[top, 0] + (height - vertices[top, 1]) * long_lean
        if height < vertices[mid, 1]:
            short = vertices[top, 0] + (height - vertices[top, 1]) * upper_lean
        else:
            short = vertices[mid, 0] + (height - vertices[mid, 1]) * lower_lean
        left = max(first_centre(min(long, short)), box[0])
        right = min(first_centre(max(long, short)), box[2])
        if left < right:
            for part in range(parts):
                start[part] = work[0, part] + (left + 0.5 - ax) * along[part] + (height - ay) * down[part]
            span(pixels, y, left, right, start, along, np.int64(colours[a]), texture, kind, work[5])


@loops
def is_rectangle(vertices, colours, a, b, c, d):
    """Whether four corners, in turn, are an upright rectangle of one colour, with an upright part of the texture on it.

    That of a level line is not: the texture's columns lie along its height, so that both of its edges are soft.
    """
    level = vertices[a, 1] == vertices[b, 1] and vertices[c, 1] == vertices[d, 1]
    upright = vertices[b, 0] == vertices[c, 0] and vertices[d, 0] == vertices[a, 0]
    forward = vertices[a, 0] < vertices[c, 0] and vertices[a, 1] < vertices[c, 1]
    unturned = vertices[a, 2] == vertices[d, 2] and vertices[b, 2] == vertices[c, 2]
    unturned = unturned and vertices[a, 3] == vertices[b, 3] and vertices[c, 3] == vertices[d, 3]
    return level and upright and forward and unturned and colours[a] == colours[b] == colours[c] == colours[d]


@loops
def paint_triangles(pixels, vertices, colours, index, first, texture, box, work):
    """The triangles of one draw command.

    pixels (H, W) u4; vertices (V, 5) f4: x, y, u, v and a word that is not looked at; colours (V,) u4, as ABGR; index
    (M,) u4 counts from the vertex `first`; texture (h, w, 4) u1 RGBA; box (4,) i8: left, top, right, bottom of what may
    be painted, inside the pixels; work (6, 6) f8 is room for what is interpolated.
    """
    rows, columns = texture.shape[0], texture.shape[1]
    at = 0
    while at + 2 < len(index):
        a, b, c = first + np.int64(index[at]), first + np.int64(index[at + 1]), first + np.int64(index[at + 2])
        if at + 5 < len(index) and first + index[at + 3] == a and first + index[at + 4] == c:
            d = first + np.int64(index[at + 5])
            if is_rectangle(vertices, colours, a, b, c, d):
                x0, y0, x1, y1 = vertices[a, 0], vertices[a, 1], vertices[c, 0], vertices[c, 1]
                u0, v0, u1, v1 = vertices[a, 2], vertices[a, 3], vertices[c, 2], vertices[c, 3]
                if u0 == u1 and v0 == v1:
                    fill(pixels, x0, y0, x1, y1, np.int64(colours[a]), box)
                else:
                    stamp(
                        pixels, x0, y0, x1, y1, u0 * columns, v0 * rows, u1 * columns, v1 * rows,
                        np.int64(colours[a]), texture, box, work[5],
                    )  # fmt: skip
                at += 6
                continue
        triangle(pixels, vertices, colours, a, b, c, texture, box, work)
        at += 3


@loops
def least_alpha(pixels):
    """The least alpha of all pixels (H, W) u4."""
    least = 255
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            least = min(least, np.int64(pixels[y, x]) >> 24)
        if least == 0:
            return 0
    return least
