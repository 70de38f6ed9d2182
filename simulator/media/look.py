"""Who the avatars are: colours and hair."""

from dataclasses import dataclass
from enum import StrEnum

from simulator.media.brush import Colour


class Hair(StrEnum):
    """How the hair is worn."""

    BOB = "bob"
    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours and shapes of one person."""

    skin: Colour
    blush: Colour
    hair: Colour
    hair_shine: Colour
    style: Hair
    iris: Colour
    lips: Colour
    clothes: Colour
    collar: Colour
    wall: Colour
    glow: Colour
    beard: bool = False


LOOKS = {
    "clara": Look(
        skin=(250, 211, 186),
        blush=(240, 128, 118),
        hair=(74, 44, 42),
        hair_shine=(133, 84, 72),
        style=Hair.BOB,
        iris=(74, 128, 104),
        lips=(203, 92, 96),
        clothes=(52, 84, 142),
        collar=(244, 246, 250),
        wall=(214, 222, 232),
        glow=(255, 236, 209),
    ),
    "marcus": Look(
        skin=(166, 112, 80),
        blush=(176, 82, 62),
        hair=(34, 27, 27),
        hair_shine=(78, 62, 58),
        style=Hair.SHORT,
        iris=(76, 50, 36),
        lips=(142, 78, 70),
        clothes=(56, 98, 92),
        collar=(232, 226, 214),
        wall=(226, 219, 208),
        glow=(255, 244, 221),
        beard=True,
    ),
    "aiko": Look(
        skin=(247, 217, 194),
        blush=(236, 132, 128),
        hair=(32, 28, 36),
        hair_shine=(86, 78, 104),
        style=Hair.LONG,
        iris=(70, 52, 44),
        lips=(198, 84, 92),
        clothes=(150, 82, 98),
        collar=(246, 240, 236),
        wall=(206, 218, 213),
        glow=(232, 247, 226),
    ),
}
