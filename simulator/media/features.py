"""The parts of a face that move."""

from dataclasses import dataclass

from simulator.media.brush import Canvas, Colour, Outline, curve, ellipse, mix
from simulator.media.look import Look

EYE_STRIP = (-138.0, 318.0, 138.0, 442.0)
"""Left, upper, right and lower edge of what eyes and brows change, in units."""
MOUTH_AREA = (-84.0, 506.0, 84.0, 622.0)
"""The same for the mouth."""

_SHUT_MOUTH = 0.06
_SHUT_EYE = 0.12
_EYE_X = 72.0
_EYE_Y = 394.0
_LID = ((-33, 5, 4), (-16, 11, -13), (2, 13, -19), (22, 10, -14), (36, 2, 1))
"""Points of the upper lid: outwards from the middle of the eye, down when closed, when open."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """How the eyes look."""

    open: float = 1.0
    """0 closed to 1 open."""
    gaze_x: float = 0.0
    """-1 to the left of the picture, 1 to the right."""
    gaze_y: float = 0.0
    """-1 up, 1 down."""
    brows: float = 0.0
    """1 raised."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """How the mouth is held."""

    open: float
    """0 closed to 1 wide open."""
    width: float
    """-1 round to 1 stretched."""


def draw_eyes(canvas: Canvas, look: Look, eyes: Eyes | None = None) -> None:
    """Draw both eyes and brows."""
    eyes = eyes or Eyes()
    for side in (-1, 1):
        _eye(canvas, look, eyes, side)
        _brow(canvas, look, eyes, side)


def draw_mouth(canvas: Canvas, look: Look, mouth: Mouth) -> None:
    """Draw lips, and teeth and tongue where they show."""
    half = 47 + 9 * mouth.width - 6 * mouth.open
    gap = 44 * mouth.open
    centre = 553.0
    corner = centre - 7 - 3 * max(mouth.width, 0) + gap * 0.28
    upper = centre - gap * 0.16
    lower = centre + gap * 0.86
    full_up, full_low = 11.0, 14.0 - 3 * mouth.open
    dark = mix(look.lips, (70, 16, 26), 0.45)
    outer = curve(
        [
            (-half - 4, corner),
            (-half * 0.52, upper - full_up * 0.72),
            (-10, upper - full_up),
            (0, upper - full_up * 0.74),
            (10, upper - full_up),
            (half * 0.52, upper - full_up * 0.72),
            (half + 4, corner),
            (half * 0.55, lower + full_low * 0.74),
            (0, lower + full_low),
            (-half * 0.55, lower + full_low * 0.74),
        ]
    )
    shade = mix(look.skin, (110, 44, 40), 0.5)
    canvas.fill(ellipse((0, lower + full_low + 9), half * 0.5, 5), shade, soft=5, opacity=0.45)
    canvas.fill(outer, mix(look.lips, dark, 0.25), look.lips)
    shine = ellipse((-6, lower + full_low * 0.5), half * 0.3, 2.6)
    canvas.fill(shine, mix(look.lips, (255, 255, 255), 0.55), soft=3, opacity=0.7)
    inner = _opening(half, corner, upper, lower)
    if mouth.open > _SHUT_MOUTH:
        _inside(canvas, look, inner, mouth, (upper, lower, half))
    line = [
        (-half, corner),
        (-half * 0.4, upper + 1.5),
        (0, upper + 3),
        (half * 0.4, upper + 1.5),
        (half, corner),
    ]
    if mouth.open <= _SHUT_MOUTH:
        canvas.stroke(line, [1.5, 3.4, 3.0, 3.4, 1.5], mix(dark, (40, 8, 14), 0.4), 0.9)
    for side in (-1, 1):
        canvas.fill(ellipse((side * (half + 5), corner), 4, 4), shade, soft=3, opacity=0.5)


def _opening(half: float, corner: float, upper: float, lower: float) -> Outline:
    return curve(
        [
            (-half + 4, corner),
            (-half * 0.5, upper - 1),
            (0, upper + 1.5),
            (half * 0.5, upper - 1),
            (half - 4, corner),
            (half * 0.52, lower - 2),
            (0, lower + 1),
            (-half * 0.52, lower - 2),
        ]
    )


def _inside(
    canvas: Canvas, look: Look, inner: Outline, mouth: Mouth, place: tuple[float, float, float]
) -> None:
    upper, lower, half = place
    canvas.fill(inner, (58, 14, 22), (92, 24, 32))
    tongue = ellipse((0, lower + 5), half * 0.55, 6 + 12 * mouth.open)
    canvas.fill(tongue, (196, 92, 96), (170, 70, 78), soft=3, within=inner)
    reach = min(4 + 16 * mouth.open, (lower - upper) * 0.55)
    teeth = curve(
        [
            (-half * 0.74, upper - 12),
            (half * 0.74, upper - 12),
            (half * 0.62, upper + reach * 0.72),
            (0, upper + reach),
            (-half * 0.62, upper + reach * 0.72),
        ]
    )
    canvas.fill(teeth, (250, 247, 242), (226, 222, 218), soft=1, within=inner)
    canvas.fill(
        ellipse((0, upper - 4), half * 0.9, 8),
        mix(look.lips, (30, 0, 8), 0.6),
        soft=4,
        opacity=0.35,
        within=inner,
    )


def _eye(canvas: Canvas, look: Look, eyes: Eyes, side: int) -> None:
    x = side * _EYE_X
    low = _EYE_Y + 4 + 8 * eyes.open
    dark = mix(look.hair, (20, 12, 14), 0.6)
    lid = [
        (x + side * along, _EYE_Y + down * (1 - eyes.open) + up * eyes.open)
        for along, down, up in _LID
    ]
    if eyes.open > _SHUT_EYE:
        under = [(x + side * 20, low - 1), (x, low + 1), (x - side * 18, low)]
        ball = curve([*lid, *under])
        canvas.fill(ball, (236, 238, 242), (252, 252, 253))
        _iris(canvas, look, eyes, x, ball)
        shadow = curve([*lid, *((px, py + 9) for px, py in reversed(lid))])
        canvas.fill(shadow, (70, 62, 84), soft=3, opacity=0.45, within=ball)
        canvas.stroke(under, [0.5, 2, 0.5], mix(look.skin, (120, 50, 46), 0.6), 0.7)
    canvas.stroke(lid, [1.5, 5.5, 7, 7, 2.0], dark)
    if not look.beard:
        _lashes(canvas, x, side, dark)
    crease = [(px, py - 9 - 3 * eyes.open) for px, py in lid[1:4]]
    canvas.stroke(crease, [0.5, 2.6, 0.5], mix(look.skin, (110, 50, 46), 0.55), 0.7)


def _lashes(canvas: Canvas, x: float, side: int, dark: Colour) -> None:
    canvas.stroke(
        [(x + side * 30, _EYE_Y - 4), (x + side * 38, _EYE_Y - 6), (x + side * 45, _EYE_Y - 12)],
        [5, 3, 0.5],
        dark,
    )


def _iris(canvas: Canvas, look: Look, eyes: Eyes, x: float, ball: Outline) -> None:
    centre = (x + 9 * eyes.gaze_x, _EYE_Y - 3 + 5 * eyes.gaze_y)
    light: Colour = mix(look.iris, (255, 255, 255), 0.35)
    canvas.fill(ellipse(centre, 16, 16), mix(look.iris, (0, 0, 0), 0.6), within=ball)
    canvas.fill(ellipse(centre, 14, 14), mix(look.iris, (0, 0, 0), 0.25), light, within=ball)
    canvas.fill(ellipse(centre, 7.2, 7.2), (16, 12, 14), within=ball)
    glint = (centre[0] - 5, centre[1] - 6)
    canvas.fill(ellipse(glint, 4.2, 4.2), (255, 255, 255), opacity=0.95, within=ball)
    canvas.fill(
        ellipse((centre[0] + 5, centre[1] + 6), 2, 2), (255, 255, 255), opacity=0.6, within=ball
    )


def _brow(canvas: Canvas, look: Look, eyes: Eyes, side: int) -> None:
    y = _EYE_Y - 47 - 7 * eyes.brows
    x = side * _EYE_X
    points = [
        (x - side * 34, y + 7),
        (x - side * 14, y - 2),
        (x + side * 12, y - 6),
        (x + side * 44, y + 8),
    ]
    canvas.stroke(points, [7, 10, 8, 1.5], mix(look.hair, look.skin, 0.12), 0.92)
