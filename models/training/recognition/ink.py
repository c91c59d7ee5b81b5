"""Where the ink of a text stands on its plate, as a soft mask: what alignment and relettering share."""

import cv2
import numpy as np

from synthesis.glyphs import signed_distance
from synthesis.layouts import layout_of
from synthesis.texts import PlateText

SCALE_PX_PER_MM = 0.8
WIDTH_PX, HEIGHT_PX = 352, 112
"""A single-row plate of 440 x 140 mm at that scale."""


def ink_of(text: str, places=range(7), bold_px: float = 0.0) -> np.ndarray:
    """float32 [112, 352], 1 in the ink: the characters of a blue plate's text at `places`."""
    mask = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    cells = layout_of(PlateText(text, "blue", "blue", 1)).places
    for place in places:
        x0, y0, x1, y1 = cell_px(cells[place])
        distance = signed_distance("single", text[place], x1 - x0, y1 - y0)
        ink = np.clip(distance + bold_px + 0.5, 0, 1)
        mask[y0:y1, x0:x1] = np.maximum(mask[y0:y1, x0:x1], ink)
    return mask


def cell_px(place) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a cell in pixels of the mask."""
    left, top = place.x_mm * SCALE_PX_PER_MM, place.y_mm * SCALE_PX_PER_MM
    right = (place.x_mm + place.width_mm) * SCALE_PX_PER_MM
    bottom = (place.y_mm + place.height_mm) * SCALE_PX_PER_MM
    return round(left), round(top), round(right), round(bottom)


def blurred(mask: np.ndarray, sigma_px: float) -> np.ndarray:
    return cv2.GaussianBlur(mask, (0, 0), sigma_px) if sigma_px > 0.1 else mask
