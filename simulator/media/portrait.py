"""A person in a room, drawn: everything but eyes, brows and mouth."""

import numpy as np
from PIL import Image, ImageFilter

from simulator.media.brush import (
    UNITS_HIGH,
    Canvas,
    Outline,
    Point,
    curve,
    ellipse,
    mirrored,
    mix,
)
from simulator.media.hair import draw_hair_before, draw_hair_behind
from simulator.media.look import Hair, Look

SUPERSAMPLING = 2
"""Pixels that are drawn for one that is shown, in each direction."""


_SPILL_UNITS = 20.0

FACE = mirrored(
    [(0, 196), (92, 214), (150, 286), (162, 384), (152, 474), (122, 556), (66, 616), (0, 634)]
)


def drawn_scale(height: int) -> float:
    """Return drawn pixels to the unit, for a picture that is shown `height` pixels high."""
    return height * SUPERSAMPLING / UNITS_HIGH


def draw_room(look: Look, width: int, height: int) -> Image.Image:
    """Return what is behind the person, `SUPERSAMPLING` times as large."""
    size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
    image = Image.new("RGBA", size, (*look.wall, 255))
    canvas = Canvas(image, drawn_scale(height))
    side = size[0] / canvas.scale
    shade = mix(look.wall, (40, 52, 76), 0.30)
    canvas.fill(_box(-side, 0, side, 1000), mix(look.wall, (255, 255, 255), 0.25), shade)
    canvas.fill(ellipse((-side * 0.30, 240), 330, 330), look.glow, soft=90, opacity=0.85)
    for x, top, low, wide in ((-0.42, 110, 560, 150), (-0.20, 110, 560, 150)):
        pane = _box(side * x, top, side * x + wide, low)
        canvas.fill(pane, (255, 255, 255), look.glow, soft=12, opacity=0.55)
    canvas.fill(_box(side * 0.24, 330, side * 0.5, 348), shade, soft=5, opacity=0.8)
    books = ((0.27, (186, 104, 92)), (0.295, (92, 122, 150)), (0.32, (214, 176, 108)))
    for index, (x, colour) in enumerate(books):
        spine = _box(side * x, 222 + 14 * (index % 2), side * x + 30, 330)
        canvas.fill(spine, mix(colour, look.wall, 0.25), soft=5, opacity=0.9)
    _plant(canvas, side * 0.42, 330, look)
    canvas.fill(_box(-side, 820, side, 1000), shade, mix(shade, (20, 26, 40), 0.35), soft=40)
    return image.filter(ImageFilter.GaussianBlur(3 * canvas.scale))


def draw_person(look: Look, width: int, height: int) -> Image.Image:
    """Return the person on nothing, `SUPERSAMPLING` times as large.

    The picture goes on below the shown edge, so that the person can be lifted.
    """
    scale = drawn_scale(height)
    size = (width * SUPERSAMPLING, height * SUPERSAMPLING + round(_SPILL_UNITS * scale))
    canvas = Canvas(Image.new("RGBA", size), scale)
    draw_hair_behind(canvas, look)
    _body(canvas, look)
    _head(canvas, look)
    _nose(canvas, look)
    draw_hair_before(canvas, look, FACE)
    return canvas.image


def _box(left: float, upper: float, right: float, lower: float) -> Outline:
    return np.array([(left, upper), (right, upper), (right, lower), (left, lower)])


def _plant(canvas: Canvas, x: float, floor: float, look: Look) -> None:
    green = mix((78, 128, 96), look.wall, 0.2)
    for turn, length in ((-0.9, 92), (-0.45, 118), (0.0, 130), (0.45, 118), (0.9, 92)):
        tip = (x + np.sin(turn) * length, floor - 40 - np.cos(turn) * length)
        root = (x, floor - 36)
        side = (np.cos(turn) * 17, np.sin(turn) * 17)
        middle = ((tip[0] + root[0]) / 2, (tip[1] + root[1]) / 2)
        leaf = curve(
            [
                root,
                (middle[0] - side[0], middle[1] - side[1]),
                tip,
                (middle[0] + side[0], middle[1] + side[1]),
            ]
        )
        canvas.fill(leaf, mix(green, (255, 255, 255), 0.12), green, soft=2)
    pot = curve([(x - 34, floor - 48), (x + 34, floor - 48), (x + 24, floor), (x - 24, floor)])
    canvas.fill(pot, (238, 232, 224), (196, 186, 176), soft=2)


def _body(canvas: Canvas, look: Look) -> None:
    shade = mix(look.clothes, (10, 14, 30), 0.38)
    light = mix(look.clothes, (255, 255, 255), 0.16)
    body = mirrored(
        [
            (0, 716),
            (84, 720),
            (160, 748),
            (290, 790),
            (366, 858),
            (404, 1010),
            (320, 1060),
            (0, 1060),
        ]
    )
    canvas.fill(body, light, shade)
    for side in (-1, 1):
        sleeve = curve(
            [(side * 276, 850), (side * 292, 930), (side * 284, 1040), (side * 258, 1040)]
        )
        canvas.fill(sleeve, shade, soft=8, opacity=0.6, within=body)
    neck = mirrored([(0, 560), (86, 566), (82, 650), (94, 706), (134, 738), (70, 776), (0, 802)])
    canvas.fill(neck, mix(look.skin, look.blush, 0.22), mix(look.skin, look.blush, 0.12))
    throat = mirrored([(0, 560), (88, 560), (80, 640), (40, 690), (0, 702)])
    canvas.fill(throat, mix(look.skin, (92, 44, 40), 0.42), soft=16, opacity=0.75, within=neck)
    for side in (-1, 1):
        collar = curve(
            [
                (side * 90, 688),
                (side * 128, 714),
                (side * 146, 760),
                (side * 96, 850),
                (side * 62, 812),
                (side * 6, 812),
                (side * 50, 758),
            ]
        )
        canvas.fill(collar, (40, 46, 70), soft=10, opacity=0.35)
        canvas.fill(collar, look.collar, mix(look.collar, (120, 130, 150), 0.3))


def _head(canvas: Canvas, look: Look) -> None:
    deep = mix(look.skin, (120, 56, 48), 0.30)
    light = mix(look.skin, (255, 246, 232), 0.32)
    for side in (-1, 1) if look.style is Hair.SHORT else ():
        ear = curve(
            [
                (side * 150, 380),
                (side * 176, 364),
                (side * 188, 394),
                (side * 176, 446),
                (side * 154, 462),
            ]
        )
        canvas.fill(ear, look.skin, deep)
        inner = curve([(side * 158, 392), (side * 176, 386), (side * 172, 428), (side * 160, 440)])
        canvas.fill(inner, deep, soft=4, opacity=0.7)
    canvas.fill(FACE, mix(look.skin, light, 0.5), mix(look.skin, deep, 0.22))
    canvas.fill(ellipse((-48, 330), 92, 120), light, soft=40, opacity=0.75, within=FACE)
    for side in (-1, 1):
        edge = curve(
            [
                (side * 172, 300),
                (side * 130, 470),
                (side * 78, 610),
                (side * 190, 640),
                (side * 230, 420),
            ]
        )
        canvas.fill(edge, deep, soft=24, opacity=0.45 if side > 0 else 0.28, within=FACE)
        canvas.fill(ellipse((side * 94, 492), 40, 26), look.blush, soft=16, opacity=0.38)
        socket = ellipse((side * 72, 392), 48, 30)
        canvas.fill(socket, deep, soft=14, opacity=0.28)
    chin = ellipse((0, 622), 60, 16)
    canvas.fill(chin, deep, soft=14, opacity=0.35, within=FACE)
    canvas.fill(ellipse((-6, 590), 34, 14), light, soft=12, opacity=0.5, within=FACE)
    if look.beard:
        _beard(canvas, look)


def _beard(canvas: Canvas, look: Look) -> None:
    jaw = curve(
        [
            (-166, 440),
            (-146, 470),
            (-120, 522),
            (-64, 534),
            (0, 522),
            (64, 534),
            (120, 522),
            (146, 470),
            (166, 440),
            (150, 560),
            (80, 640),
            (0, 660),
            (-80, 640),
            (-150, 560),
        ]
    )
    canvas.fill(jaw, look.hair, soft=9, opacity=0.72, within=FACE)


def _nose(canvas: Canvas, look: Look) -> None:
    deep = mix(look.skin, (128, 58, 48), 0.42)
    light = mix(look.skin, (255, 250, 240), 0.55)
    canvas.fill(
        curve([(8, 390), (22, 440), (34, 486), (14, 498), (10, 450)]), deep, soft=8, opacity=0.42
    )
    canvas.fill(ellipse((-3, 440), 9, 44), light, soft=7, opacity=0.65)
    canvas.fill(ellipse((-4, 483), 14, 10), light, soft=6, opacity=0.75)
    underneath: list[Point] = [
        (-27, 492),
        (-18, 503),
        (-6, 502),
        (0, 506),
        (6, 502),
        (18, 503),
        (27, 492),
    ]
    canvas.stroke(underneath, [1, 4, 3.5, 4, 3.5, 4, 1], mix(deep, (80, 30, 30), 0.25), 0.8)
