"""Ground, ink and border of each kind of plate: what the plate works print, before any wear."""

from dataclasses import dataclass

import cv2
import numpy as np

from synthesis.layouts import Layout, px_per_mm
from synthesis.texts import PlateText

# RGB of new paint, top and bottom of the ground. Measured off photographs in daylight.
_grounds = {
    "blue": ((14, 84, 206), (14, 84, 206)),
    "yellow": ((246, 182, 12), (246, 182, 12)),
    "white": ((236, 238, 240), (236, 238, 240)),
    "black": ((16, 18, 24), (16, 18, 24)),
    "green": ((216, 240, 222), (74, 204, 122)),
    "yellow_green": ((74, 204, 128), (74, 204, 128)),
}
# How far paints of a colour differ, one sigma of R, G, B. Blue: measured on 1,200 plates.
_spread = {
    "blue": (6, 24, 16),
    "yellow": (10, 14, 8),
    "white": (4, 4, 6),
    "black": (4, 4, 5),
    "green": (14, 9, 18),
    "yellow_green": (14, 9, 18),
}
_farm_green = ((10, 108, 62), (10, 108, 62))
_white, _black, _red = (240, 244, 246), (18, 18, 20), (206, 22, 30)
_white_inked = ("blue", "black")
_red_characters = {
    "police": "警",
    "consulate": "领",
    "embassy": "使",
    "military": "first two",
    "military_double": "first two",
    "armed_police": "WJ",
}
# The large new-energy plate is yellow left of the emblem, in mm.
_yellow_until_mm = 137


@dataclass(frozen=True)
class Paint:
    """`ground` uint8 [H,W,3] RGB, `inks` one RGB a character, `line` RGB of border and dot."""

    ground: np.ndarray
    inks: list[tuple[int, int, int]]
    line: tuple[int, int, int]


def paint_of(text: PlateText, layout: Layout, rng: np.random.Generator, worn: bool) -> Paint:
    """The paint of one plate. `worn` shifts every colour as age and lots do."""
    top, bottom = _farm_green if text.kind == "farm" else _grounds[text.colour]
    size = (round(layout.width_mm * px_per_mm), round(layout.height_mm * px_per_mm))
    shift = rng.normal(0, 9) + rng.normal(0, _spread[text.colour]) if worn else np.zeros(3)
    ground = _gradient(np.add(top, shift), np.add(bottom, shift), size)
    if text.colour == "yellow_green":
        yellow = np.clip(np.add(_grounds["yellow"][0], shift), 0, 255)
        ground[:, : round(_yellow_until_mm * px_per_mm)] = yellow.astype(np.uint8)
    white_inked = text.colour in _white_inked or text.kind == "farm"
    line = _white if white_inked else _black
    dull = rng.uniform(0, 0.18) if rng.random() < 0.8 else rng.uniform(0.18, 0.5)
    aged = (lambda ink: _aged(ink, bottom, dull, rng)) if worn else (lambda ink: ink)
    return Paint(ground, [aged(ink) for ink in _inks(text, line)], aged(line))


def _aged(
    ink: tuple[int, int, int], ground: tuple[int, int, int], dull: float, rng: np.random.Generator
) -> tuple[int, int, int]:
    """Ink that has faded towards the ground by the share `dull`."""
    faded = np.array(ink) * (1 - dull) + np.array(ground) * dull + rng.normal(0, 4, 3)
    return tuple(int(value) for value in np.clip(faded, 0, 255))


def _gradient(top: np.ndarray, bottom: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Top colour in the upper quarter, then evenly down to the bottom colour; uint8 [H,W,3]."""
    width, height = size
    share = np.clip((np.linspace(0, 1, height) - 0.2) / 0.7, 0, 1)[:, None]
    rows = np.clip(top * (1 - share) + bottom * share, 0, 255).astype(np.uint8)
    return cv2.resize(rows[:, None, :], (width, height), interpolation=cv2.INTER_NEAREST)


def _inks(text: PlateText, line: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    red = _red_characters.get(text.kind, "")
    return [
        _red if character in red or (red == "first two" and place < 2) else line
        for place, character in enumerate(text.text)
    ]


def draw_border(mask: np.ndarray, rng: np.random.Generator) -> None:
    """The line round the plate, 2 to 6 mm from the edge, drawn into the ink mask, uint8 [H,W]."""
    height, width = mask.shape
    inset, thick = round(rng.uniform(1.5, 4.5)), int(rng.integers(1, 4))
    radius, cover = 8, int(rng.integers(40, 256))
    for x, y, start in _corners(inset + radius, width, height):
        cv2.ellipse(mask, (x, y), (radius, radius), start, 0, 90, cover, thick, cv2.LINE_AA)
    left, right, top, bottom = inset, width - 1 - inset, inset, height - 1 - inset
    for y in (top, bottom):
        cv2.line(mask, (left + radius, y), (right - radius, y), cover, thick, cv2.LINE_AA)
    for x in (left, right):
        cv2.line(mask, (x, top + radius), (x, bottom - radius), cover, thick, cv2.LINE_AA)


def _corners(away: int, width: int, height: int) -> list[tuple[int, int, int]]:
    right, bottom = width - 1 - away, height - 1 - away
    return [(away, away, 180), (right, away, 270), (right, bottom, 0), (away, bottom, 90)]


def draw_emblem(picture: np.ndarray, centre_mm: tuple[float, float], fade: float) -> None:
    """The round new-energy mark: a blue and green ring of 28 mm, a white E inside. In place.

    `fade` 0 (printed today) to 1 (gone); on the road it is mostly a pale spot.
    """
    centre_x, centre_y = (round(value * px_per_mm) for value in centre_mm)
    spot = picture[centre_y - 13 : centre_y + 14, centre_x - 13 : centre_x + 14]
    mark = spot.copy()
    cv2.ellipse(mark, (13, 13), (10, 10), 0, 180, 360, (40, 130, 205), 3, cv2.LINE_AA)
    cv2.ellipse(mark, (13, 13), (10, 10), 0, 0, 180, (40, 160, 110), 3, cv2.LINE_AA)
    cv2.circle(mark, (13, 13), 8, (226, 240, 240), -1, cv2.LINE_AA)
    for y in (9, 13, 17):
        cv2.line(mark, (6, y), (16, y), (60, 140, 140), 2)
    cv2.addWeighted(mark, 1 - fade, spot, fade, 0, dst=spot)
