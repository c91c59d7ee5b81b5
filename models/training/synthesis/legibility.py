"""Whether the characters of a photographed plate can be made out, by the picture alone.

No reader is asked. Where each stroke came to lie is known, so every character is measured: how many
pixels it has, how many grey levels its strokes differ from their ground, and how much of what is
seen there are strokes rather than noise, blotches and blur.

The limits were set by two blind readers (vision-language models that saw enlarged pictures only),
who read 230 plates of seed 31, 56 to 150 pixels wide: a character within the limits was read by
one of them in more than half of the cases, one outside in fewer. That is the measured part of the
rule; together they read 84 % of those plates wholly.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from synthesis.layouts import Place, px_per_mm
from synthesis.plates import FlatPlate


@dataclass(frozen=True)
class Limits:
    """The least `height_px` and `width_px` of a character, `levels` of 0 to 255 its strokes stand
    out (standard deviation of what they explain), and `share`: their correlation with the picture."""

    height_px: float
    width_px: float
    levels: float
    share: float

    def hold(self, measures: np.ndarray) -> bool:
        return bool((measures >= (self.height_px, self.width_px, self.levels, self.share)).all())


CHINESE = Limits(8, 5, 15, 0.6)
LATIN = Limits(5, 3, 10, 0.4)
"""Letters and digits. The pixels are those of the smallest founts drawn for screens."""


def is_legible(crop: np.ndarray, flat: FlatPlate, corners: np.ndarray) -> bool:
    """Whether every character of `flat`, seen at `corners` [4,2] in `crop` (uint8 [H,W,3]), can be made out."""
    measures = measured(crop, flat, corners)
    return all(
        (LATIN if character.isascii() else CHINESE).hold(each) for character, each in zip(flat.text.text, measures)
    )


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
