"""Mouth shapes and the sounds that make them. The names are Oculus', with one more for breath."""

from typing import Final

import numpy as np

VISEMES: Final = (
    *("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS"),
    *("nn", "RR", "aa", "E", "I", "O", "U", "hh"),
)
INDEX: Final = {viseme: index for index, viseme in enumerate(VISEMES)}


type Phones = dict[str, tuple[int, ...]]
"""The mouth shapes that each sound of a language goes through."""


def _phones(table: dict[str, str]) -> Phones:
    """A viseme, or two with a space between, and the sounds that are made with it."""
    return {
        phone: tuple(INDEX[viseme] for viseme in visemes.split())
        for visemes, phones in table.items()
        for phone in phones.split()
    }


AMERICAN: Final = _phones(
    {
        "sil": "pau brth # h#",
        "PP": "p b m em",
        "FF": "f v",
        "TH": "th dh",
        "DD": "t d dx",
        "kk": "k g",
        "CH": "ch jh sh zh",
        "SS": "s z",
        "nn": "n l ng en el nx eng",
        "RR": "r er axr",
        "aa": "aa ah ax",
        "E": "eh ae",
        "I": "ih iy y ix",
        "O": "ao",
        "U": "uw uh w",
        "hh": "hh hv",
        "aa I": "ay",
        "aa U": "aw",
        "E I": "ey",
        "O U": "ow",
        "O I": "oy",
    }
)
"""Sounds of the American and Scottish voices of Festival and Flite."""

RUSSIAN: Final = _phones(
    {
        "sil": "pau",
        "PP": "p pp b bb m mm",
        "FF": "f ff v vv",
        "DD": "t tt d dd",
        "kk": "k kk g gg",
        "CH": "ch sh zh sch",
        "SS": "s ss z zz c",
        "nn": "n nn l ll",
        "RR": "r rr",
        "aa": "a aa ae ay",
        "E": "e ee",
        "I": "i ii y yy j",
        "O": "oo",
        "U": "u uu ur",
        "hh": "h hh",
    }
)
"""Sounds of the Russian voice of Festival; two letters are the stressed vowel or the soft consonant."""

IPA: Final = _phones(
    {
        "sil": "_ ^ $ , . ; : ! ?",
        "PP": "p b m",
        "FF": "f v",
        "TH": "θ ð",
        "DD": "t d ɾ",
        "kk": "k ɡ g ʔ",
        "CH": "ʃ ʒ",
        "SS": "s z",
        "nn": "n l ŋ ɫ",
        "RR": "ɹ r ɚ ɝ ɜ",
        "aa": "a ɑ ʌ ə ɐ",
        "E": "ɛ æ e",
        "I": "i ɪ j ᵻ",
        "O": "ɔ o ɒ",
        "U": "u ʊ w",
        "hh": "h",
    }
)
"""What eSpeak writes for American English, one character each; Piper's voices are made for it."""

OPEN: Final = np.array(
    [0, 0, 0.1, 0.22, 0.22, 0.3, 0.24, 0.12, 0.2, 0.25, 1, 0.62, 0.35, 0.7, 0.32, 0.3]
)
"""How far each opens the mouth: the first column of the card's table."""

WIDE: Final = np.array(
    [0, 0, 0.1, 0.1, 0.15, 0.05, -0.55, 0.5, 0.15, -0.35, 0.05, 0.45, 0.8, -0.65, -1, 0.1]
)
"""How far each spreads the lips: the second column."""
