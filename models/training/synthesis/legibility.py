"""Whether the characters of a photographed plate can be made out, by the picture alone.

No reader is asked. Where each stroke came to lie is known, so every character is measured: how many
pixels it has, how many grey levels its strokes differ from their ground, and how much of what is
seen there are strokes rather than noise, blotches and blur.
"""

import cv2
import numpy as np

from synthesis.layouts import Place, px_per_mm
from synthesis.plates import FlatPlate

CHINESE_MIN_PX, LATIN_MIN_PX = (8.0, 5.0), (5.0, 3.0)
"""Height and width below which a character cannot be drawn at all: the smallest founts of screens
have 8 pixels for a kanji, and 5 x 3 for a letter or a digit."""
STROKES_MIN_LEVELS = 6.0
"""Of 255: how far the strokes stand out (standard deviation of what they explain)."""
STROKES_MIN_SHARE = 0.5
"""Correlation of the strokes with the picture, 0 to 1: below it they drown."""


def is_legible(crop: np.ndarray, flat: FlatPlate, corners: np.ndarray) -> bool:
    """Whether every character of `flat`, seen at `corners` [4,2] in `crop` (uint8 [H,W,3]), can be made out."""
    for character, (height, width, levels, share) in zip(flat.text.text, measured(crop, flat, corners)):
        height_min, width_min = LATIN_MIN_PX if character.isascii() else CHINESE_MIN_PX
        if height < height_min or width < width_min or levels < STROKES_MIN_LEVELS or share < STROKES_MIN_SHARE:
            return False
    return True


def measured(crop: np.ndarray, flat: FlatPlate, corners: np.ndarray) -> np.ndarray:
    """[characters, 4]: height and width in pixels, stroke levels 0 to 255, correlation 0 to 1."""
    height, width = flat.ink.shape
    outline = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(outline, np.float32(corners))
    seen = cv2.warpPerspective(_averaged(flat.ink, corners), matrix, crop.shape[1::-1], flags=cv2.INTER_LINEAR)
    return np.array([_character(crop, seen, _cell(place, matrix)) for place in flat.places])


def _averaged(ink: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The ink smoothed to the pixels it is seen in."""
    across = np.linalg.norm(corners[1] - corners[0])
    sigma = 0.4 * ink.shape[1] / max(across, 1)
    return cv2.GaussianBlur(ink, (0, 0), sigma) if sigma > 0.5 else ink


def _cell(place: Place, matrix: np.ndarray) -> np.ndarray:
    """The cell's corners [4,2] in the picture, clockwise from its top left."""
    x, y = place.x_mm * px_per_mm, place.y_mm * px_per_mm
    right, bottom = x + place.width_mm * px_per_mm, y + place.height_mm * px_per_mm
    cell = np.float32([[[x, y], [right, y], [right, bottom], [x, bottom]]])
    return cv2.perspectiveTransform(cell, matrix)[0]


def _character(crop: np.ndarray, seen: np.ndarray, cell: np.ndarray) -> tuple[float, ...]:
    top, right, bottom, left = (np.linalg.norm(cell[at] - cell[(at + 1) % 4]) for at in range(4))
    inside = np.zeros(seen.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.int32(np.round(cell)), 1)
    strokes = seen[inside > 0].astype(np.float64)
    light = crop[inside > 0].astype(np.float64)
    levels, share = max(_explained(strokes, light[:, channel]) for channel in range(3))
    return (left + right) / 2, (top + bottom) / 2, levels, share


def _explained(strokes: np.ndarray, light: np.ndarray) -> tuple[float, float]:
    """Of one colour channel's light: the spread that the strokes explain, and their correlation."""
    if len(light) < 2 or strokes.std() < 1e-6 or light.std() < 1e-6:
        return 0.0, 0.0
    share = abs(float(np.corrcoef(strokes, light)[0, 1]))
    return share * float(light.std()), share
