"""Smooth shapes with gradients and soft edges, in units that no picture size changes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

type Point = tuple[float, float]
type Colour = tuple[int, int, int]
type Outline = NDArray[np.float64]

UNITS_HIGH = 1000.0
"""Units from the upper to the lower edge of a picture."""

_STEPS = 14
_ELLIPSE_STEPS = 72


class Canvas:
    """An RGBA picture. The origin is the middle of its upper edge; y goes down."""

    def __init__(self, image: Image.Image, scale: float, origin: Point | None = None) -> None:
        """Paint on `image` with `scale` pixels to the unit; `origin` is in pixels."""
        self.image = image
        self.scale = scale
        self._origin = origin or (image.width / 2, 0.0)

    def fill(
        self,
        outline: Outline,
        colour: Colour,
        bottom: Colour | None = None,
        *,
        soft: float = 0.0,
        opacity: float = 1.0,
        within: Outline | None = None,
    ) -> None:
        """Fill `outline`, down to the colour `bottom`, its edge `soft` units wide.

        Paint only `within` another outline where one is given.
        """
        points = outline * self.scale + np.array(self._origin)
        margin = 3 * soft * self.scale + 2
        left, upper = np.maximum(np.floor(points.min(axis=0) - margin), 0).astype(int)
        size = (self.image.width, self.image.height)
        right, lower = np.minimum(np.ceil(points.max(axis=0) + margin), size).astype(int)
        if right <= left or lower <= upper:
            return
        box = (int(left), int(upper), int(right), int(lower))
        mask = _mask(points, box, soft * self.scale, opacity)
        if within is not None:
            clip = _mask(within * self.scale + np.array(self._origin), box, 0, 1)
            mask = Image.fromarray(np.minimum(np.asarray(mask), np.asarray(clip)))
        paint = _gradient(mask.size, colour, bottom or colour)
        layer = paint.convert("RGBA")
        layer.putalpha(mask)
        self.image.alpha_composite(layer, (box[0], box[1]))

    def stroke(
        self, points: Sequence[Point], width: Sequence[float], colour: Colour, opacity: float = 1.0
    ) -> None:
        """Draw a curve through `points` that is `width` units thick at each of them."""
        line = _spline(np.array(points, dtype=float), closed=False)
        thick = np.interp(
            np.linspace(0, len(width) - 1, len(line)), range(len(width)), np.array(width)
        )
        along = np.gradient(line, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
        half = across * thick[:, None] / 2
        self.fill(np.concatenate([line + half, (line - half)[::-1]]), colour, opacity=opacity)


def curve(points: Sequence[Point]) -> Outline:
    """Return a closed smooth outline through `points`."""
    return _spline(np.array(points, dtype=float), closed=True)


def mirrored(right: Sequence[Point]) -> Outline:
    """Return a closed smooth outline through `right`, from top to bottom, and its mirror image."""
    left = [(-x, y) for x, y in reversed(right) if x != 0]
    return curve([*right, *left])


def ellipse(centre: Point, radius_x: float, radius_y: float) -> Outline:
    """Return the outline of an ellipse."""
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_STEPS, endpoint=False)
    x, y = centre
    return np.stack([x + radius_x * np.cos(angle), y + radius_y * np.sin(angle)], axis=1)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `first` with a `share` (0-1) of `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _spline(points: Outline, *, closed: bool) -> Outline:
    """Return a Catmull-Rom curve through `points`."""
    if closed:
        padded = np.concatenate([points[-1:], points, points[:2]])
    else:
        padded = np.concatenate(
            [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
        )
    step = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    parts = [
        0.5
        * (
            2 * b
            + (c - a) * step
            + (2 * a - 5 * b + 4 * c - d) * step**2
            + (3 * b - a - 3 * c + d) * step**3
        )
        for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True)
    ]
    return np.concatenate(parts if closed else [*parts, points[-1:]])


def _mask(
    points: Outline, box: tuple[int, int, int, int], blur: float, opacity: float
) -> Image.Image:
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    corners = [(float(x) - box[0], float(y) - box[1]) for x, y in points]
    ImageDraw.Draw(mask).polygon(corners, fill=round(255 * opacity))
    return mask.filter(ImageFilter.GaussianBlur(blur)) if blur > 0 else mask


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    share = np.linspace(0, 1, size[1])[:, None]
    column = np.array(top) * (1 - share) + np.array(bottom) * share
    return Image.fromarray(column.round().astype(np.uint8)[:, None, :]).resize(size)
