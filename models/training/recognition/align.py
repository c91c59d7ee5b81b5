"""Finds the corners of a real plate whose text is known.

The crops we may train on are boxes round tilted plates without corners. The text tells where the
ink must be, so the homography that lays that ink over the picture's bright strokes gives them
(enhanced correlation coefficient; Evangelidis and Psarakis 2008, cv2.findTransformECC).
"""

import cv2
import numpy as np

from recognition.geometry import corners_of
from recognition.ink import HEIGHT_PX, WIDTH_PX, blurred, ink_of

_W, _H = WIDTH_PX // 2, HEIGHT_PX // 2
_BORDER_X, _BORDER_Y = 24, 12
_TILTS = (0.0, -0.05, 0.05, -0.11, 0.11, -0.18, 0.18, -0.26, 0.26)
"""Slopes of the plate's long side from which the search starts."""

_FILLINGS = ((0.96, 0.0), (0.86, 0.0), (1.04, -0.03), (1.04, 0.03), (0.9, -0.05), (0.9, 0.05))
"""Share of the box that is plate, and how far it stands off the middle, tried in this order."""

TRUSTED = 0.72
"""Correlation from which corners were right on every crop that was looked at (300)."""


def align(crop: np.ndarray, text: str) -> tuple[np.ndarray, float]:
    """Corners of the plate in the crop's pixels, float32 [4, 2], and how well the ink fits (0 to 1).

    `crop` is uint8 RGB of a blue plate's box, `text` its seven characters. A fit of 0 means that
    no start led anywhere; the corners are then the crop's own.
    """
    height, width = crop.shape[:2]
    ink = cv2.resize(ink_of(text), (_W, _H), interpolation=cv2.INTER_AREA)
    strokes = _strokes(crop)
    fit, affine = _best_start(blurred(ink, 1.2), strokes)
    if fit <= 0:
        return corners_of(width, height), 0.0
    whole = np.vstack([affine, [0, 0, 1]]).astype(np.float32)
    finer, warp = _climb(blurred(ink, 0.9), strokes, whole, cv2.MOTION_HOMOGRAPHY, 3)
    if finer < fit - 0.02:
        finer, warp = fit, whole
    seen = cv2.perspectiveTransform(corners_of(_W, _H)[None], warp)[0] - (_BORDER_X, _BORDER_Y)
    return np.float32(seen * (width / _W, height / _H)), float(finer)


def _best_start(ink, strokes) -> tuple[float, np.ndarray]:
    """Climbs from every tilt; where none leads up, from plates that do not fill their box too."""
    best = (0.0, _start(0, 1, 0))
    for filled, shift in _FILLINGS:
        for tilt in _TILTS:
            found = _climb(ink, strokes, _start(tilt, filled, shift), cv2.MOTION_AFFINE, 5)
            best = max(best, found, key=lambda start: start[0])
        if best[0] > TRUSTED:
            break
    return best


def _strokes(crop: np.ndarray) -> np.ndarray:
    """White on blue shows best in red; local mean and spread are taken out."""
    small = cv2.resize(crop, (_W, _H), interpolation=cv2.INTER_AREA).astype(np.float32)
    light = small[:, :, 0] * 0.6 + small[:, :, 1] * 0.4
    light = light - cv2.GaussianBlur(light, (0, 0), 12)
    light /= np.sqrt(cv2.GaussianBlur(light**2, (0, 0), 16)) + 4
    sides = (_BORDER_Y, _BORDER_Y, _BORDER_X, _BORDER_X)
    return cv2.copyMakeBorder(light, *sides, cv2.BORDER_CONSTANT, value=0)


def _start(tilt: float, filled: float, shift: float) -> np.ndarray:
    """The plate fills `filled` of the box and leans by `tilt`: the steeper, the flatter it is."""
    tall = filled / (1 + abs(tilt) * _W / _H * 0.6)
    left = _BORDER_X + (0.5 + shift - filled / 2) * _W
    top = _BORDER_Y + _H / 2 - tall * _H / 2 - tilt * filled * _W / 2
    return np.float32([[filled, 0, left], [tilt * filled, tall, top]])


def _climb(ink, strokes, warp, motion: int, blur: int) -> tuple[float, np.ndarray]:
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
    try:
        fit, found = cv2.findTransformECC(ink, strokes, warp.copy(), motion, ends, None, blur)
    except cv2.error:  # It throws where the search leaves the picture.
        return 0.0, warp
    return float(fit), found
