"""Text that is no plate: signs, time stamps, telephone numbers, foreign plates, as hard negatives."""

import cv2
import numpy as np

from detection.paste import bounds, warp
from detection.perspective import draw_pose

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_COMPLEX)
GROUNDS = np.array(
    [[20, 70, 180], [235, 190, 40], [30, 130, 70], [240, 240, 240], [20, 20, 20]]
    + [[190, 30, 30], [90, 90, 95], [240, 220, 190]],
    np.float32,
)
"""Grounds of signs, RGB; the first five are also grounds of plates, so colour alone must not decide."""

STROKES = np.array([[1.0, 0.0], [0.0, 1.0], [0.4, 0.5], [-0.4, 0.5]])
"""Across, down, and the two slanting ones."""


def draw_stamp(tile: np.ndarray, rng: np.random.Generator) -> None:
    """A date and time printed over the picture by a camera, near an edge of `tile` (uint8 [H,W,3])."""
    digits = "".join(str(digit) for digit in rng.integers(0, 10, 14))
    text = f"20{digits[:2]}-{digits[2:4]}-{digits[4:6]} {digits[6:8]}:{digits[8:10]}:{digits[10:12]}"
    if rng.random() < 0.4:
        text = "CAM " + digits[:2] + " " + text[11:]
    scale = rng.uniform(0.25, 0.7)
    y = int(rng.integers(8, 22) if rng.random() < 0.5 else tile.shape[0] - rng.integers(3, 14))
    colour = [(255, 255, 255), (255, 255, 60), (60, 255, 60)][int(rng.integers(3))]
    at = (int(rng.integers(-10, max(1, tile.shape[1] // 3))), y)
    cv2.putText(tile, text, at, FONTS[int(rng.integers(4))], scale, colour, 1, cv2.LINE_AA)


def draw_sign(tile: np.ndarray, rng: np.random.Generator, middle: np.ndarray | None = None) -> None:
    """A sign, an advertisement or a foreign plate at any angle of `tile`: anywhere, or large about `middle` (x, y)."""
    sign = blank_sign(rng)
    if rng.random() < 0.85:
        write(sign, rng)
    width_px = float(np.exp(rng.uniform(np.log(18 if middle is None else 70), np.log(200))))
    quad = draw_pose(rng, width_px, sign.shape[0] / sign.shape[1])
    anywhere = rng.uniform([0, 0], [tile.shape[1], tile.shape[0]])
    quad += (anywhere if middle is None else middle).astype(np.float32)
    window = bounds(quad, tile.shape, 2)
    if window is None:
        return
    left, top, right, bottom = window
    place = tile[top:bottom, left:right]
    warped, alpha = warp(sign, quad - np.array([left, top], np.float32), (right - left, bottom - top))
    place[:] = (place * (1 - alpha) + warped * rng.uniform(0.4, 1.1) * alpha).clip(0, 255).astype(np.uint8)


def blank_sign(rng: np.random.Generator) -> np.ndarray:
    """An empty sign uint8 [h,w,3] of any shape, often of a plate's, at times with a border."""
    tall = 96
    wide = int(tall * (rng.uniform(1.8, 4.8) if rng.random() < 0.6 else rng.uniform(0.6, 9.0)))
    sign = np.empty((tall, wide, 3), np.uint8)
    sign[:] = np.clip(GROUNDS[rng.integers(len(GROUNDS))] + rng.uniform(-30, 30, 3), 0, 255)
    if rng.random() < 0.4:
        cv2.rectangle(sign, (3, 3), (wide - 4, tall - 4), contrast(sign, rng), int(rng.integers(1, 5)))
    if rng.random() < 0.2:
        sign[:, : tall // 3] = (20, 60, 170)
    return sign


def contrast(sign: np.ndarray, rng: np.random.Generator) -> tuple[float, float, float]:
    """An ink that shows on the sign's ground."""
    light = sign[0, sign.shape[1] // 2].mean() < 120
    value = rng.uniform(200, 255) if light else rng.uniform(0, 60)
    return tuple(np.clip(value + rng.uniform(-20, 20, 3), 0, 255).tolist())


def write(sign: np.ndarray, rng: np.random.Generator) -> None:
    """One to three rows of latin text or made-up square characters, painted on the sign."""
    rows = int(rng.integers(1, 4)) if rng.random() < 0.6 else 1
    ink = contrast(sign, rng)
    tall = sign.shape[0] // rows
    square = rng.random() < 0.4
    for row in range(rows):
        if square:
            write_square(sign, row * tall, tall, ink, rng)
        else:
            count = int(rng.integers(2, 14))
            text = "".join(LETTERS[i] if i < 36 else " " for i in rng.integers(0, 42, count))
            scale = tall / rng.uniform(28, 50)
            at = (int(rng.integers(2, 30)), int((row + 0.8) * tall))
            cv2.putText(sign, text, at, FONTS[int(rng.integers(4))], scale, ink, int(rng.integers(1, 9)), cv2.LINE_AA)


def write_square(sign: np.ndarray, top: int, tall: int, ink: tuple, rng: np.random.Generator) -> None:
    """Characters in the manner of Chinese ones: a few straight strokes in a square, side by side."""
    size = int(tall * rng.uniform(0.55, 0.85))
    thick = int(rng.integers(2, max(3, size // 8) + 1))
    for left in range(int(rng.integers(2, 20)), sign.shape[1] - size, int(size * rng.uniform(1.05, 1.4))):
        for _ in range(int(rng.integers(4, 9))):
            x, y = rng.uniform(0, 1, 2)
            long = rng.uniform(0.3, 1.0)
            dx, dy = long * STROKES[int(rng.choice(4, p=[0.4, 0.3, 0.15, 0.15]))]
            ends = np.clip([x, y, x + dx, y + dy], 0, 1) * size
            x1, y1, x2, y2 = (ends + [left, top + tall * 0.1, left, top + tall * 0.1]).astype(int)
            cv2.line(sign, (x1, y1), (x2, y2), ink, thick, cv2.LINE_AA)
