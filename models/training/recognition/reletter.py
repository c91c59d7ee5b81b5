"""Other characters on a real plate: its light, dirt, lens and file stay, its text changes.

The real crops know 17 of 31 provinces and 39 % of them are one. A network trained on them alone
learns "looks real, so it is not 苏"; relettered, every province has looked real.
"""

import cv2
import numpy as np

from recognition.geometry import corners_of
from recognition.ink import HEIGHT_PX, WIDTH_PX, blurred, ink_of

_SHARPNESSES_PX = (0.3, 0.8, 1.4, 2.2, 3.4)
"""Blurs of the ink mask that are compared with the picture, in pixels of the mask."""


class Blank:
    """A real plate with its text taken apart from its ground and paint, ready for other texts.

    `crop` is uint8 RGB [h, w, 3] with `text` at `corners` [4, 2].
    """

    def __init__(self, crop: np.ndarray, corners: np.ndarray, text: str):
        self.crop, self.corners, self.text = crop, corners, text
        self.lay = _Laid(crop, corners)
        whole = ink_of(text)
        self.sharpness = _sharpness(crop, self.lay, whole)
        ground, paint = _materials(crop, self.lay(blurred(whole, self.sharpness)))
        self.ground, self.paint = np.uint8(ground), np.uint8(paint)

    def saying(self, new_text: str, rng: np.random.Generator) -> np.ndarray:
        """The crop with `new_text` of the same length; equal places keep their pixels."""
        places = [at for at in range(len(new_text)) if self.text[at] != new_text[at]]
        if not places:
            return self.crop
        sigma = self.sharpness * rng.uniform(0.6, 1.05)
        old = self.lay(blurred(ink_of(self.text, places), self.sharpness))
        new = self.lay(blurred(ink_of(new_text, places, rng.normal(0, 0.6)), sigma))
        return _repainted(self, old, new, rng)


class _Laid:
    """Lays a mask of the flat plate over the crop."""

    def __init__(self, crop: np.ndarray, corners: np.ndarray):
        self.size = (crop.shape[1], crop.shape[0])
        self.matrix = cv2.getPerspectiveTransform(corners_of(WIDTH_PX, HEIGHT_PX), corners)
        self.shrink = max(1.0, WIDTH_PX / max(1.0, float(np.linalg.norm(corners[1] - corners[0]))))

    def __call__(self, mask: np.ndarray) -> np.ndarray:
        smooth = blurred(mask, 0.4 * self.shrink if self.shrink > 1.2 else 0)
        return cv2.warpPerspective(smooth, self.matrix, self.size, flags=cv2.INTER_LINEAR)


def _sharpness(crop: np.ndarray, lay: _Laid, whole: np.ndarray) -> float:
    """The blur at which the ink resembles the picture most."""
    light = crop[:, :, 0].astype(np.float32)
    return max(_SHARPNESSES_PX, key=lambda sigma: _likeness(lay(blurred(whole, sigma)), light))


def _likeness(ink: np.ndarray, light: np.ndarray) -> float:
    a, b = ink - ink.mean(), light - light.mean()
    return float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6))


def _materials(crop: np.ndarray, ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the ground and the paint look like everywhere: both spread from where each is pure."""
    picture = crop.astype(np.float32)
    wide = max(2.0, crop.shape[0] / 14)
    top = max(0.3, float(ink.max()))
    return (
        _spread(picture, (ink < 0.12 * top).astype(np.float32), wide),
        _spread(picture, np.clip(ink / top - 0.6, 0, 0.4), wide),
    )


def _spread(picture: np.ndarray, where: np.ndarray, wide: float) -> np.ndarray:
    """A weighted local mean: near first, then farther, then the whole picture's."""
    result = (picture * where[..., None]).sum((0, 1)) / (where.sum() + 1e-6)
    result = np.broadcast_to(result, picture.shape)
    for sigma in (5 * wide, 2 * wide, wide):
        weight = _mean(where, sigma)[..., None]
        mean = _mean(picture * where[..., None], sigma) / (weight + 1e-6)
        trust = np.clip(weight * 8, 0, 1)
        result = mean * trust + result * (1 - trust)
    return result


def _mean(values: np.ndarray, sigma_px: float) -> np.ndarray:
    side = int(sigma_px * 2) | 1
    return cv2.blur(cv2.blur(values, (side, side)), (side, side))


def _repainted(blank: Blank, old, new, rng) -> np.ndarray:
    picture = blank.crop.astype(np.float32)
    touched = np.clip(cv2.GaussianBlur(np.maximum(old, new), (0, 0), 1.0) * 4, 0, 1)[..., None]
    grain = np.abs(picture - cv2.GaussianBlur(picture, (0, 0), 1.2)).mean(2)
    spread = min(6.0, float(np.median(grain[:: 3, :: 3])))
    ink = new[..., None]
    fresh = blank.ground * (1 - ink) + blank.paint * ink
    fresh = fresh + rng.standard_normal(picture.shape, np.float32) * spread
    return np.uint8(np.clip(picture + (fresh - picture) * touched, 0, 255))
