"""Lens and distance: defocus, motion, and fewer pixels than the picture has."""

import cv2
import numpy as np


def blur(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Defocus and motion, float32 [H,W,3] in and out. Mostly the same number of pixels whatever the
    size, so that small plates in large pictures stay; larger in some of the large pictures."""
    grown = 1 if rng.random() < 0.6 else min(max(light.shape[0] / 72, 1), 2)
    sigma_px = abs(rng.normal(0, 0.25 + 0.75 * strength)) * grown
    if sigma_px > 0.2:
        light = cv2.GaussianBlur(light, (0, 0), sigma_px)
    if rng.random() < 0.1 + 0.25 * strength:
        light = _motion(light, rng, rng.uniform(1, 2 + 4 * strength) * grown)
    return light


def _motion(light: np.ndarray, rng: np.random.Generator, long_px: float) -> np.ndarray:
    """The picture smeared along a line of `long_px`, mostly level as cars drive."""
    size = int(long_px) | 1
    if size < 3:
        return light
    kernel = np.zeros((size, size), np.float32)
    angle = rng.normal(0, 0.5)
    half = size // 2
    dx, dy = np.cos(angle) * half, np.sin(angle) * half
    ends = [(round(half + sign * dx), round(half + sign * dy)) for sign in (-1, 1)]
    cv2.line(kernel, *ends, 1.0, 1)
    return cv2.filter2D(light, -1, kernel / kernel.sum())


def coarsen(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Taken from further away, then enlarged again: down to 0.45 of the pixels across."""
    if rng.random() > 0.2 + 0.6 * strength:
        return light
    height, width = light.shape[:2]
    share = rng.uniform(1 - 0.55 * strength, 1)
    small = (max(8, round(width * share)), max(8, round(height * share)))
    down = [cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_NEAREST][rng.choice(3, p=[0.6, 0.32, 0.08])]
    up = [cv2.INTER_LINEAR, cv2.INTER_CUBIC][int(rng.integers(2))]
    shrunk = cv2.resize(light, small, interpolation=down)
    return cv2.resize(shrunk, (width, height), interpolation=up)
