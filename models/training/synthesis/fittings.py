"""What is screwed or glued onto a plate: bolts with their rust, a dealer's frame, a sticker."""

import cv2
import numpy as np

from synthesis.layouts import Layout, px_per_mm


def add_fittings(picture: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Draws them into `picture` (uint8 [H,W,3] RGB), each with its own odds."""
    _bolt(picture, layout, rng)
    if rng.random() < 0.3:
        _frame(picture, rng)
    if rng.random() < 0.04:
        _sticker(picture, rng)


def _bolt(picture: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Screws in the upper two, all or some of the holes: a dark ring, a bright or rusty head."""
    odds = ((0, 0), (0.95, 0.1), (0.95, 0.95), (0.5, 0.5))[int(rng.integers(4))]
    colour = np.clip(rng.normal(rng.choice([60, 130, 200]), 25, 3), 0, 255)
    radius, rust = int(rng.integers(3, 8)), rng.random() < 0.15
    for hole, (x_mm, y_mm) in enumerate(layout.holes_mm):
        if rng.random() < odds[hole // 2]:
            x, y = x_mm + rng.normal(0, 2), y_mm + rng.normal(0, 2)
            centre = (round(x * px_per_mm), round(y * px_per_mm))
            if rust:
                end = (centre[0], centre[1] + int(rng.integers(8, 40)))
                cv2.line(picture, centre, end, (110, 74, 50), int(rng.integers(1, 4)), cv2.LINE_AA)
            cv2.circle(picture, centre, radius, tuple(colour * 0.4), -1, cv2.LINE_AA)
            cv2.circle(picture, centre, max(1, radius - 2), tuple(colour), -1, cv2.LINE_AA)


def _frame(picture: np.ndarray, rng: np.random.Generator) -> None:
    """A dealer's frame that covers a strip of up to 8 % of the height at each edge."""
    height, width = picture.shape[:2]
    grey = rng.choice([20, 40, 190]) + rng.normal(0, 12)
    colour = np.clip(grey + rng.normal(0, 5, 3), 0, 255)
    top, bottom, left, right = (int(share * height) for share in rng.uniform(0, 0.08, 4))
    picture[:top] = colour
    picture[height - bottom :] = colour
    picture[:, :left] = colour
    picture[:, width - right :] = colour


def _sticker(picture: np.ndarray, rng: np.random.Generator) -> None:
    """A small round label anywhere; it may hide part of a character."""
    height, width = picture.shape[:2]
    x, y = int(rng.integers(width)), int(rng.integers(height))
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    cv2.circle(picture, (x, y), int(rng.integers(5, 13)), colour, -1, cv2.LINE_AA)
