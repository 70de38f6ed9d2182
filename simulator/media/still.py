"""A still picture of an avatar."""

from functools import lru_cache
import io

from simulator.media.brush import Canvas
from simulator.media.features import Mouth, draw_eyes, draw_mouth
from simulator.media.look import LOOKS
from simulator.media.portrait import SUPERSAMPLING, draw_person, draw_room, drawn_scale


@lru_cache(maxsize=8)
def draw_still(look: str, height: int) -> bytes:
    """Return a PNG file, `height` pixels high, four to three."""
    width = height * 4 // 3
    person = draw_person(LOOKS[look], width, height)
    canvas = Canvas(person, drawn_scale(height))
    draw_eyes(canvas, LOOKS[look])
    draw_mouth(canvas, LOOKS[look], Mouth(0.0, 0.35))
    scene = draw_room(LOOKS[look], width, height)
    scene.alpha_composite(person)
    file = io.BytesIO()
    scene.convert("RGB").reduce(SUPERSAMPLING).save(file, "PNG", optimize=True)
    return file.getvalue()
