"""One door: a clean picture goes in, a photograph of it comes out."""

import numpy as np

from camera.files import jpeg, sharpen, smear
from camera.lens import blur, coarsen
from camera.light import expose, weather
from camera.sensor import add_noise


def photograph(picture: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """`picture` uint8 [H,W,3] RGB as a camera would have taken it; same shape and type.

    `strength` 0 (a good camera by day) to 1 (rain, dusk, motion, strong JPEG). ValueError outside.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must be between 0 and 1, not {strength}")
    light = expose(picture.astype(np.float32) * (1 / 255), rng, strength)
    light = weather(light, rng, strength)
    light = coarsen(blur(light, rng, strength), rng, strength)
    light = add_noise(light, rng, strength)
    light = sharpen(light, rng, strength)
    return jpeg(smear(_to_bytes(light), rng, strength), rng, strength)


def _to_bytes(light: np.ndarray) -> np.ndarray:
    return (np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8)
