"""A real blue plate in another colour: every pixel's share of paint stays, what is mixed changes.

White paint shows how bright the light is at each place, so the new ground and ink are that light
times their own reflectance.
"""

import cv2
import numpy as np

from recognition.reletter import Blank

LOOKS = {
    "yellow": ((0.95, 0.68, 0.06), 0.08),
    "white": ((0.92, 0.92, 0.92), 0.1),
    "black": ((0.06, 0.06, 0.07), 0.95),
}
"""Reflectance of the ground (RGB, 0 to 1) and of the ink."""


def recoloured(blank: Blank, saying: np.ndarray, colour: str, rng: np.random.Generator) -> np.ndarray:
    """`saying` (uint8 RGB, a text on `blank`) with the ground of `colour`, a key of LOOKS."""
    ground, ink = LOOKS[colour]
    light = blank.paint.astype(np.float32)
    old_ground = blank.ground.astype(np.float32)
    across = light - old_ground
    length = (across**2).sum(2, keepdims=True) + 60.0
    share = ((saying - old_ground) * across).sum(2, keepdims=True) / length
    share = np.clip(share, -0.25, 1.25)
    rest = saying - (old_ground + share * across)
    shade = np.float32(ground) * rng.normal(1, 0.06, 3).astype(np.float32)
    fresh = light * (shade * (1 - share) + (ink + rng.normal(0, 0.02)) * share) + rest * 0.5
    fresh = np.clip(fresh, 0, 255)
    inside = _inside(blank)
    return np.uint8(saying * (1 - inside) + fresh * inside)


def _inside(blank: Blank) -> np.ndarray:
    """float32 [h, w, 1]: 1 on the plate, falling off within two pixels of its edge."""
    cover = np.zeros(blank.crop.shape[:2], np.uint8)
    cv2.fillConvexPoly(cover, np.int32(np.round(blank.corners * 16)), 255, cv2.LINE_AA, 4)
    return cv2.blur(cover, (3, 3)).astype(np.float32)[..., None] / 255
