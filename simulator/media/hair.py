"""Hair, behind the head and before it."""

import numpy as np

from simulator.media.brush import Canvas, Outline, Point, curve, mirrored, mix
from simulator.media.look import Hair, Look


def draw_hair_behind(canvas: Canvas, look: Look) -> None:
    """Draw what hangs behind neck and shoulders."""
    dark = mix(look.hair, (0, 0, 0), 0.38)
    match look.style:
        case Hair.BOB:
            shape = mirrored(
                [
                    (0, 132),
                    (110, 146),
                    (186, 222),
                    (214, 350),
                    (222, 500),
                    (226, 610),
                    (190, 676),
                    (110, 690),
                    (0, 690),
                ]
            )
        case Hair.LONG:
            shape = mirrored(
                [
                    (0, 138),
                    (108, 150),
                    (180, 222),
                    (206, 350),
                    (218, 520),
                    (236, 700),
                    (252, 860),
                    (190, 900),
                    (0, 880),
                ]
            )
        case Hair.SHORT:
            shape = mirrored(
                [(0, 150), (100, 160), (160, 226), (172, 330), (166, 420), (120, 440), (0, 440)]
            )
    canvas.fill(shape, look.hair, dark)


def draw_hair_before(canvas: Canvas, look: Look, face: Outline) -> None:
    """Draw what falls on the `face`, with its shadow."""
    shadow = mix(look.skin, (70, 30, 30), 0.6)
    for outline in _fringe(look.style):
        canvas.fill(outline + np.array([0, 12]), shadow, soft=9, opacity=0.42, within=face)
    for outline in _fringe(look.style):
        canvas.fill(outline, mix(look.hair, look.hair_shine, 0.28), look.hair)
    for points, width in _strands(look.style):
        canvas.stroke(points, width, look.hair_shine, 0.5)


def _fringe(style: Hair) -> list[Outline]:
    match style:
        case Hair.BOB:
            sweep = curve(
                [
                    (-196, 330),
                    (-182, 230),
                    (-110, 150),
                    (0, 128),
                    (112, 146),
                    (178, 214),
                    (196, 320),
                    (176, 330),
                    (150, 280),
                    (92, 232),
                    (20, 244),
                    (-70, 290),
                    (-136, 338),
                    (-158, 384),
                ]
            )
            left = curve(
                [
                    (-150, 330),
                    (-188, 280),
                    (-216, 400),
                    (-224, 560),
                    (-206, 668),
                    (-158, 676),
                    (-168, 560),
                    (-162, 430),
                ]
            )
            right = curve(
                [
                    (158, 300),
                    (190, 270),
                    (216, 400),
                    (226, 560),
                    (208, 668),
                    (160, 676),
                    (170, 560),
                    (166, 430),
                ]
            )
            return [left, right, sweep]
        case Hair.LONG:
            fringe = curve(
                [
                    (-190, 350),
                    (-178, 236),
                    (-104, 156),
                    (0, 136),
                    (104, 156),
                    (178, 236),
                    (190, 350),
                    (160, 352),
                    (146, 318),
                    (80, 326),
                    (0, 330),
                    (-80, 326),
                    (-146, 318),
                    (-160, 352),
                ]
            )
            left = curve(
                [
                    (-150, 330),
                    (-184, 290),
                    (-206, 420),
                    (-222, 620),
                    (-246, 850),
                    (-184, 880),
                    (-158, 640),
                    (-158, 440),
                ]
            )
            return [left, left * np.array([-1, 1]), fringe]
        case Hair.SHORT:
            return [
                curve(
                    [
                        (-164, 350),
                        (-172, 256),
                        (-120, 168),
                        (-10, 138),
                        (110, 158),
                        (168, 246),
                        (164, 350),
                        (152, 340),
                        (142, 276),
                        (84, 244),
                        (-10, 250),
                        (-96, 240),
                        (-144, 276),
                        (-152, 340),
                    ]
                )
            ]


def _strands(style: Hair) -> list[tuple[list[Point], list[float]]]:
    taper = [0.0, 5.0, 7.0, 5.0, 0.0]
    match style:
        case Hair.BOB:
            return [
                ([(-150, 250), (-92, 182), (0, 158), (80, 168), (130, 200)], taper),
                ([(-160, 300), (-96, 236), (-20, 200), (40, 192), (96, 204)], taper),
                ([(-190, 420), (-200, 500), (-200, 570), (-194, 620), (-186, 652)], taper),
                ([(192, 400), (202, 490), (204, 560), (198, 620), (190, 652)], taper),
            ]
        case Hair.LONG:
            return [
                ([(-140, 250), (-80, 196), (0, 180), (70, 192), (120, 226)], taper),
                ([(-188, 440), (-200, 560), (-208, 660), (-214, 760), (-214, 840)], taper),
                ([(188, 440), (200, 560), (208, 660), (214, 760), (214, 840)], taper),
            ]
        case Hair.SHORT:
            return [([(-118, 214), (-60, 176), (0, 166), (60, 174), (110, 206)], taper)]
