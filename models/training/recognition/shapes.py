"""The characters a plate is written with, as class numbers of the recogniser.

`O` is written with the shape of `0` and `I` with that of `1`: which of the two it is follows from
the place it stands in (GA 36-2018), never from the picture.
"""

BLANK = 0
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
SPECIALS = "学挂警港澳领使"
SHAPES = PROVINCES + LETTERS + DIGITS + SPECIALS
CLASSES = 1 + len(SHAPES)
"""Blank and every shape: 73."""

PLACES = 8
"""The longest plate: new energy."""

COLOURS = ("blue", "yellow", "green", "yellow_green", "white", "black", "none")
"""Grounds the recogniser tells apart; `none` is not a Chinese plate."""

_ALIAS = {"O": "0", "I": "1"}
_INDEX = {shape: 1 + at for at, shape in enumerate(SHAPES)}


def encode(text: str) -> list[int]:
    """Class numbers of a plate's text, 1 to 72. Raises KeyError for a character no plate has."""
    return [_INDEX[_ALIAS.get(character, character)] for character in text]


def decode(classes) -> str:
    """The shapes' text of class numbers; blanks are left out, `0` stands for the letter O too."""
    return "".join(SHAPES[number - 1] for number in classes if number != BLANK)
