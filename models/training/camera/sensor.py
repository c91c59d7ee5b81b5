"""Sensor noise: light noise that grows in the dark, coarse colour noise of small sensors."""

import cv2
import numpy as np

_bank_values = 1 << 18
_bank = np.random.Generator(np.random.PCG64(20261123)).standard_normal(_bank_values, np.float32)


def add_noise(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """float32 [H,W,3] in and out. Values come from one fixed bank at a random place: drawing new
    ones would cost as much as everything else together."""
    height, width = light.shape[:2]
    sigma = np.float32(abs(rng.normal(0, 0.005 + 0.022 * strength)))
    noisy = light + _taken((height, width, 3), rng) * (sigma * np.float32(rng.uniform(0, 1)))
    noisy += _taken((height, width, 1), rng) * sigma
    if rng.random() < 0.3 * strength:
        coarse = _taken((max(2, height // 4), max(2, width // 4), 3), rng) * (2 * sigma)
        noisy += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return noisy


def _taken(shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Values of the bank from a random place on; a picture larger than the bank repeats it."""
    count = shape[0] * shape[1] * shape[2]
    start = int(rng.integers(_bank_values))
    if start + count <= _bank_values:
        return _bank[start : start + count].reshape(shape)
    return np.resize(np.concatenate([_bank[start:], _bank[:start]]), shape)
