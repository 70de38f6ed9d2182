"""Frames of a talking face, put together from parts that are drawn once.

A frame is I420: what the encoder takes, and half the size of RGB. The body moves by half
pixels; the movable parts exist for whole and for half positions, so a frame is three copies.
"""

from dataclasses import dataclass
from functools import lru_cache
import itertools
import threading

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.media.brush import UNITS_HIGH, Canvas
from simulator.media.features import (
    EYE_STRIP,
    MOUTH_AREA,
    Eyes,
    Mouth,
    draw_eyes,
    draw_mouth,
)
from simulator.media.look import LOOKS, Look
from simulator.media.motion import Pose
from simulator.media.portrait import SUPERSAMPLING, draw_person, draw_room, drawn_scale

_LIDS = (0.0, 0.35, 0.7, 1.0)
_GAZES = ((0.0, 0.0), (-0.8, 0.0), (0.8, 0.0), (0.0, -0.8))
_BROWS = (0.0, 0.5, 1.0)
_OPENINGS = tuple(step / 9 for step in range(10))
_WIDTHS = (-0.7, 0.3, 1.0)
_SWAY_UNITS = 3.5
"""How far the body moves up and down."""

type Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
type _Box = tuple[int, int, int, int]


class Animation:
    """The frames of one face, one at a time, in one buffer."""

    def __init__(self, look: str, width: int, height: int) -> None:
        """Draw the parts, where nobody has yet: slow, not for the event loop."""
        self._atlas = atlas(look, width, height)
        self.buffer = bytearray(width * height * 3 // 2)
        """The last frame."""
        self._planes = _views(self.buffer, width, height)

    def draw(self, pose: Pose) -> None:
        """Put the frame of `pose` into the buffer."""
        parts = self._atlas
        step = round(pose.sway * parts.reach)
        for plane, source in zip(self._planes, parts.bodies[step + parts.reach], strict=True):
            np.copyto(plane, source)
        half, whole = step % SUPERSAMPLING, step // SUPERSAMPLING
        eyes = parts.eyes[half][_nearest_eyes(pose.eyes)]
        mouth = parts.mouths[half][_nearest_mouth(pose.mouth)]
        _put(self._planes, eyes, parts.eye_box, whole)
        _put(self._planes, mouth, parts.mouth_box, whole)


@dataclass(frozen=True, slots=True)
class _Atlas:
    """All parts of one face in one size."""

    bodies: list[Planes]
    """Whole frames, from the highest position to the lowest, by half pixels."""
    reach: int
    """Half pixels from the middle position to either end."""
    eyes: list[dict[Eyes, Planes]]
    """For whole positions, and half a pixel lower."""
    mouths: list[dict[Mouth, Planes]]
    eye_box: _Box
    mouth_box: _Box


_DRAWING = threading.Lock()


def atlas(look: str, width: int, height: int) -> _Atlas:
    """Return the parts of a face, drawn at most once."""
    with _DRAWING:
        return _draw_atlas(look, width, height)


@lru_cache(maxsize=6)
def _draw_atlas(name: str, width: int, height: int) -> _Atlas:
    model = _Model(LOOKS[name], width, height)
    room = draw_room(model.look, width, height)
    reach = round(_SWAY_UNITS * model.scale)
    bodies = []
    for step in range(-reach, reach + 1):
        scene = room.copy()
        scene.alpha_composite(model.person, (0, max(0, step)), (0, max(0, -step)))
        bodies.append(_planes(scene))
    eye_box = _pixel_box(EYE_STRIP, width, height)
    mouth_box = _pixel_box(MOUTH_AREA, width, height)
    halves = range(SUPERSAMPLING)
    return _Atlas(
        bodies=bodies,
        reach=reach,
        eyes=[model.all_eyes(eye_box, half) for half in halves],
        mouths=[model.all_mouths(mouth_box, half) for half in halves],
        eye_box=eye_box,
        mouth_box=mouth_box,
    )


class _Model:
    """A person who sits for the parts."""

    def __init__(self, look: Look, width: int, height: int) -> None:
        self.look = look
        self.scale = drawn_scale(height)
        self.person = draw_person(look, width, height)

    def all_eyes(self, box: _Box, half: int) -> dict[Eyes, Planes]:
        parts = {}
        for lid, gaze, brows in itertools.product(_LIDS, _GAZES, _BROWS):
            eyes = Eyes(lid, *gaze, brows)
            canvas = self._patch(box, half)
            draw_eyes(canvas, self.look, eyes)
            parts[eyes] = _planes(canvas.image)
        return parts

    def all_mouths(self, box: _Box, half: int) -> dict[Mouth, Planes]:
        parts = {}
        for opening, width in itertools.product(_OPENINGS, _WIDTHS):
            mouth = Mouth(opening, width)
            canvas = self._patch(box, half)
            draw_mouth(canvas, self.look, mouth)
            parts[mouth] = _planes(canvas.image)
        return parts

    def _patch(self, box: _Box, half: int) -> Canvas:
        """Return the part in `box`, lowered by `half` drawn pixels, to paint on."""
        left, upper, right, lower = (edge * SUPERSAMPLING for edge in box)
        image = self.person.crop((left, upper - half, right, lower - half))
        origin = (self.person.width / 2 - left, half - upper)
        return Canvas(image, self.scale, origin)


def _pixel_box(area: tuple[float, float, float, float], width: int, height: int) -> _Box:
    """Return `area` in pixels that are even, as the colour planes have half the size."""
    scale = height / UNITS_HIGH
    left, upper, right, lower = area
    middle = width / 2
    return (
        _even(middle + left * scale),
        _even(upper * scale),
        _even(middle + right * scale),
        _even(lower * scale),
    )


def _even(value: float) -> int:
    return round(value / 2) * 2


def _planes(scene: Image.Image) -> Planes:
    """Shrink a scene to its shown size and turn it into Y, U and V (BT.601, limited range)."""
    small = scene.convert("RGB").reduce(SUPERSAMPLING)
    rgb = np.asarray(small, dtype=np.float32)
    quarter = (rgb[0::2, 0::2] + rgb[1::2, 0::2] + rgb[0::2, 1::2] + rgb[1::2, 1::2]) / 4
    luma = 16 + rgb @ np.array([0.257, 0.504, 0.098], dtype=np.float32)
    blue = 128 + quarter @ np.array([-0.148, -0.291, 0.439], dtype=np.float32)
    red = 128 + quarter @ np.array([0.439, -0.368, -0.071], dtype=np.float32)
    return (
        luma.round().astype(np.uint8),
        blue.round().astype(np.uint8),
        red.round().astype(np.uint8),
    )


def _views(buffer: bytearray, width: int, height: int) -> Planes:
    whole = np.frombuffer(buffer, dtype=np.uint8)
    size, quarter = width * height, width * height // 4
    shape = (height // 2, width // 2)
    return (
        whole[:size].reshape(height, width),
        whole[size : size + quarter].reshape(shape),
        whole[size + quarter :].reshape(shape),
    )


def _put(planes: Planes, part: Planes, box: _Box, down: int) -> None:
    left, upper, _, _ = box
    for shrink, plane, source in zip((1, 2, 2), planes, part, strict=True):
        y, x = (upper + down) // shrink, left // shrink
        plane[y : y + source.shape[0], x : x + source.shape[1]] = source


def _nearest_eyes(eyes: Eyes) -> Eyes:
    gaze = min(
        _GAZES, key=lambda known: (known[0] - eyes.gaze_x) ** 2 + (known[1] - eyes.gaze_y) ** 2
    )
    return Eyes(_nearest(_LIDS, eyes.open), *gaze, _nearest(_BROWS, eyes.brows))


def _nearest_mouth(mouth: Mouth) -> Mouth:
    return Mouth(_nearest(_OPENINGS, mouth.open), _nearest(_WIDTHS, mouth.width))


def _nearest(known: tuple[float, ...], value: float) -> float:
    return min(known, key=lambda one: abs(one - value))
