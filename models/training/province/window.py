"""The piece of a plate that its province stands in, cut out larger than the whole plate's strip shows it.

In the strip a province is 13 pixels wide: enough for most, too few for 豫, 蒙 or 藏 even on a plate
that is clear and large.
"""

import cv2
import numpy as np

from recognition.shapes import PROVINCES
from recognition.views import Sighting, View, Views

SIDE_PX = 48
WINDOWS = {
    "first": (-0.03, -0.04, 0.19, 1.04),
    "above": (0.12, -0.03, 0.50, 0.47),
    "third": (0.20, 0.20, 0.40, 1.00),
}
"""Left, top, right, bottom in shares of the plate: of one row, of two, and of armed police (WJ, then
the province). With room for corners that are off: the character fills a quarter to a half."""


def province_at(text: str) -> int | None:
    """Which character is the province; None where a plate has none."""
    at = 2 if text.startswith("WJ") else 0
    return at if text[at : at + 1] and text[at] in PROVINCES else None


def cut_province(sighting: Sighting) -> np.ndarray:
    """uint8 [48, 48, 3]. ValueError for a plate without a province."""
    at = province_at(sighting.text)
    if at is None:
        raise ValueError(f"{sighting.text} has no province")
    name = "third" if at else "above" if sighting.rows == 2 else "first"
    return _window(sighting.scene, sighting.quad, WINDOWS[name])


def province_view(views: Views, sort: str, rng: np.random.Generator) -> View:
    """A view of the province alone, of the next plate of this sort that has one."""
    while True:
        sighting = views.drawn_sighting(rng) if sort == "drawn" else views.real_sighting(rng)
        if province_at(sighting.text) is not None:
            return View(cut_province(sighting), sighting.text, sighting.colour)


def _window(picture: np.ndarray, quad: np.ndarray, window: tuple[float, ...]) -> np.ndarray:
    """Homography of the window to the square; averaged over 2 x 2 where it shrinks."""
    left, top, right, bottom = window
    unit = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]])
    wanted = np.float32([[[left, top], [right, top], [right, bottom], [left, bottom]]])
    seen = cv2.perspectiveTransform(wanted, cv2.getPerspectiveTransform(unit, np.float32(quad)))[0]
    across = max(np.linalg.norm(seen[1] - seen[0]), np.linalg.norm(seen[3] - seen[0]))
    side = SIDE_PX * (2 if across > 1.3 * SIDE_PX else 1)
    matrix = cv2.getPerspectiveTransform(seen, np.float32(unit * side))
    flat = cv2.warpPerspective(
        picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return flat if side == SIDE_PX else cv2.resize(flat, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
