"""Light and weather: exposure, white balance, night, headlights, glare, shadows, fog, rain.

Pictures are float32 [H,W,3] RGB, 0 black to 1 white; above 1 is light that the sensor will clip.
"""

import cv2
import numpy as np


def expose(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Exposure, white balance, faded colour, and one of: night, glare, shadow band, or nothing."""
    gain = np.exp2(rng.normal(-0.05, 0.2 + 0.45 * strength))
    balance = np.exp(rng.normal(0, 0.03 + 0.09 * strength, 3))
    lit = _colour(light, rng, strength) * (gain * balance).astype(np.float32)
    lit = lit ** np.float32(np.exp(rng.normal(0, 0.1 + 0.2 * strength)))
    chance = rng.random()
    if chance < 0.12 * strength:
        return _infrared(lit, rng)
    if chance < 0.22 * strength:
        return _spot(lit, rng)
    if chance < 0.36 * strength:
        return _band(lit, rng)
    return lit


def weather(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Haze lifts the blacks and flattens contrast; rain draws pale streaks."""
    haze = abs(rng.normal(0, 0.05 + 0.22 * strength))
    haze = np.float32(min(haze, 0.65))
    veil = rng.uniform(0.3, 0.85, 3).mean() + rng.normal(0, 0.03, 3)
    hazy = light * (1 - haze) + (haze * veil).astype(np.float32)
    return _rain(hazy, rng) if rng.random() < 0.05 * strength else hazy


def _colour(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """A camera's vivid colours, or dull ones of dusk and dust with a cast of brown or blue."""
    dull = rng.random() < 0.06 + 0.16 * strength
    share = rng.uniform(0.3, 0.92) if dull else rng.normal(-0.2, 0.12 + 0.1 * strength)
    weights = np.float32([0.3, 0.55, 0.15])
    mix = np.eye(3, dtype=np.float32) * np.float32(1 - share)
    mix += share * np.exp(rng.normal(0, 0.08, 3)).astype(np.float32)[:, None] * weights
    return np.maximum(cv2.transform(light, mix), 0)


def _infrared(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Night with an infrared lamp: no colour, the lamp's pool in the middle."""
    channel = rng.choice(3, p=[0.5, 0.35, 0.15])
    grey = cv2.cvtColor(np.ascontiguousarray(light[..., channel]), cv2.COLOR_GRAY2RGB)
    return _spot(grey * np.float32(rng.uniform(0.4, 1.1)), rng)


def _spot(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A pool of light or a glare: adds or multiplies a soft round bump."""
    height, width = light.shape[:2]
    xs = (_across(width) - rng.uniform(-0.1, 1.1)) / rng.uniform(0.15, 0.7)
    ys = (_across(height) - rng.uniform(-0.1, 1.1)) / rng.uniform(0.3, 1.2)
    bump = np.outer(np.exp(-ys * ys), np.exp(-xs * xs)).astype(np.float32)[..., None]
    if rng.random() < 0.5:
        return light + bump * np.float32(rng.uniform(0.2, 0.9))
    return light * (np.float32(rng.uniform(0.35, 0.9)) + bump * np.float32(rng.uniform(0.3, 1.2)))


def _band(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The straight edge of a shadow: one side keeps 30 to 75 % of its light."""
    height, width = light.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    xs = (_across(width) - rng.uniform(0.1, 0.9)) * width * np.cos(angle)
    ys = (_across(height) - rng.uniform(0.1, 0.9)) * height * np.sin(angle)
    soft_px = rng.uniform(0.5, 6)
    edge = np.clip((ys[:, None] + xs[None, :]) / soft_px + 0.5, 0, 1).astype(np.float32)
    dark = np.float32(rng.uniform(0.3, 0.75))
    return light * (dark + (1 - dark) * edge)[..., None]


def _across(length_px: int) -> np.ndarray:
    """0 to 1 along one side."""
    return np.arange(length_px, dtype=np.float32) / length_px


def _rain(light: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = light.shape[:2]
    streaks = np.zeros((height, width), np.float32)
    slope = rng.normal(0, 0.2)
    for _ in range(max(4, height * width // 900)):
        x, y, long = rng.random() * width, rng.random() * height, rng.uniform(0.05, 0.3) * height
        end = (int(x + slope * long), int(y + long))
        cv2.line(streaks, (int(x), int(y)), end, float(rng.uniform(0.1, 0.35)), 1, cv2.LINE_AA)
    return light + streaks[..., None]
