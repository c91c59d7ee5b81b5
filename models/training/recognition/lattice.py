"""The grammar of GA 36-2018 as places and what may stand there; the runtime holds the same."""

from recognition.shapes import DIGITS, LETTERS, PROVINCES, encode

_OFFICE = LETTERS + "O"
_SERIAL = LETTERS + DIGITS
_ENERGY = "ABCDEFGHJK"

PATTERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ordinary", (PROVINCES, _OFFICE, *[_SERIAL] * 5)),
    ("new_energy_small", (PROVINCES, _OFFICE, _ENERGY, _SERIAL, *[DIGITS] * 4)),
    ("new_energy_large", (PROVINCES, _OFFICE, *[DIGITS] * 5, _ENERGY)),
    ("trainer", (PROVINCES, _OFFICE, *[_SERIAL] * 4, "学")),
    ("trailer", (PROVINCES, _OFFICE, *[_SERIAL] * 4, "挂")),
    ("police", (PROVINCES, _OFFICE, *[_SERIAL] * 4, "警")),
    ("consulate", (PROVINCES, _OFFICE, *[_SERIAL] * 4, "领")),
    ("hong_kong", ("粤", "Z", *[_SERIAL] * 4, "港")),
    ("macau", ("粤", "Z", *[_SERIAL] * 4, "澳")),
    ("embassy", (*[DIGITS] * 6, "使")),
    ("armed_police", ("W", "J", *[DIGITS] * 4, _SERIAL)),
    ("armed_police", ("W", "J", PROVINCES, *[DIGITS] * 4, _SERIAL)),
    ("military", (LETTERS, LETTERS, *[DIGITS] * 5)),
    ("farm", (PROVINCES, *[DIGITS] * 7)),
)

COLOURS_OF = {
    "ordinary": ("blue", "yellow"),
    "new_energy_small": ("green",),
    "new_energy_large": ("yellow_green", "green"),
    "trainer": ("yellow",),
    "trailer": ("yellow",),
    "police": ("white",),
    "consulate": ("black",),
    "hong_kong": ("black",),
    "macau": ("black",),
    "embassy": ("black",),
    "armed_police": ("white",),
    "military": ("white",),
    "farm": ("green",),
}


def allowed(places: tuple[str, ...]) -> list[list[int]]:
    """Class numbers that may stand at each place; the letter O is the shape 0 there."""
    return [sorted(set(encode(place))) for place in places]
