"""What years on the road do to a plate: embossing light, fading, dirt, scratches, bolts, frames."""

import cv2
import numpy as np

from synthesis.layouts import Layout, px_per_mm


def wear_out(
    picture: np.ndarray, mask: np.ndarray, layout: Layout, rng: np.random.Generator
) -> np.ndarray:
    """A worn copy of `picture` (uint8 [H,W,3] RGB). `mask` uint8 [H,W] is its ink."""
    worn = _emboss(picture, mask, rng)
    worn = _shade(worn, rng)
    if rng.random() < 0.35:
        worn = _dirty(worn, rng)
    if rng.random() < 0.25:
        _scratch(worn, rng)
    _bolt(worn, layout, rng)
    if rng.random() < 0.3:
        _frame(worn, rng)
    if rng.random() < 0.04:
        _sticker(worn, rng)
    return worn


def soft_field(rng: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]):
    """float32 [height, width] of smooth random values between 0 and 1; `cells` bumps across, down."""
    coarse = rng.random((cells[1], cells[0]), dtype=np.float32)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)


def _emboss(picture: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light from above or a side: raised strokes get a bright edge and a dark one."""
    strength, angle = rng.uniform(0, 0.28), rng.uniform(0, 2 * np.pi)
    kernel = np.zeros((3, 3), np.float32)
    dx, dy = round(np.cos(angle)), round(np.sin(angle))
    kernel[1 + dy, 1 + dx], kernel[1 - dy, 1 - dx] = strength, -strength
    relief = cv2.filter2D(mask, cv2.CV_16S, kernel)
    relief = cv2.merge([relief, relief, relief])
    return cv2.add(picture, relief, dtype=cv2.CV_8U)


def _shade(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Uneven paint and a bent sheet: soft brightness changes of up to a fifth."""
    height, width = picture.shape[:2]
    depth = rng.uniform(0, 0.25)
    field = 1 + depth * (soft_field(rng, (width, height), (6, 3)) - 0.5)
    return cv2.multiply(picture, cv2.merge([field, field, field]), dtype=cv2.CV_8U)


def _dirty(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dust or mud of one colour, in patches, thicker towards a random edge."""
    height, width = picture.shape[:2]
    cover = soft_field(rng, (width, height), (int(rng.integers(4, 24)), int(rng.integers(2, 10))))
    cover = np.clip((cover - rng.uniform(0.2, 0.7)) * 2, 0, 1) * rng.uniform(0.2, 0.75)
    mud = np.empty_like(picture)
    mud[:] = np.clip(rng.normal((112, 98, 80), 22), 20, 220)
    return cv2.blendLinear(mud, picture, cover, 1 - cover)


def _scratch(picture: np.ndarray, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        end = (x + int(rng.normal(0, 30)), y + int(rng.normal(0, 10)))
        colour = tuple(int(value) for value in rng.integers(60, 230, 3))
        cv2.line(picture, (x, y), end, colour, 1, cv2.LINE_AA)


def _bolt(picture: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Screws in some of the four holes: metal, a dark ring, sometimes rust or a painted cap."""
    colour = np.clip(rng.normal(rng.choice([60, 130, 200]), 25, 3), 0, 255)
    radius = int(rng.integers(3, 8))
    for x_mm, y_mm in layout.holes_mm:
        if rng.random() < 0.6:
            x, y = x_mm + rng.normal(0, 2), y_mm + rng.normal(0, 2)
            centre = (round(x * px_per_mm), round(y * px_per_mm))
            cv2.circle(picture, centre, radius, tuple(colour * 0.4), -1, cv2.LINE_AA)
            cv2.circle(picture, centre, max(1, radius - 2), tuple(colour), -1, cv2.LINE_AA)


def _frame(picture: np.ndarray, rng: np.random.Generator) -> None:
    """A dealer's frame that covers a strip of up to 7 % at each edge."""
    height, width = picture.shape[:2]
    grey = rng.choice([20, 40, 190]) + rng.normal(0, 12)
    colour = np.clip(grey + rng.normal(0, 5, 3), 0, 255)
    top, bottom, left, right = (int(share * height) for share in rng.uniform(0, 0.08, 4))
    picture[:top] = colour
    picture[height - bottom :] = colour
    picture[:, :left] = colour
    picture[:, width - right :] = colour


def _sticker(picture: np.ndarray, rng: np.random.Generator) -> None:
    """A small round or square label anywhere; it may hide part of a character."""
    height, width = picture.shape[:2]
    x, y = int(rng.integers(width)), int(rng.integers(height))
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    cv2.circle(picture, (x, y), int(rng.integers(5, 13)), colour, -1, cv2.LINE_AA)
