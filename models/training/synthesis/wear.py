"""What years on the road do to a plate: peeling, embossing light, fading, dirt, scratches."""

import cv2
import numpy as np

from synthesis.fittings import add_fittings
from synthesis.layouts import Layout


def wear_out(
    picture: np.ndarray, mask: np.ndarray, layout: Layout, rng: np.random.Generator
) -> np.ndarray:
    """A worn copy of `picture` (uint8 [H,W,3] RGB). `mask` uint8 [H,W] is its ink."""
    worn = _emboss(picture, mask, rng) if rng.random() < 0.75 else picture.copy()
    if rng.random() < 0.6:
        worn = _shade(worn, rng)
    if rng.random() < 0.3:
        worn = _dirty(worn, rng)
    if rng.random() < 0.2:
        _scratch(worn, rng)
    add_fittings(worn, layout, rng)
    return worn


def peel(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The ink mask with holes where paint has come off, in one plate of eight; uint8 [H,W]."""
    if rng.random() > 0.12:
        return mask
    height, width = mask.shape
    field = _soft_field(rng, (width, height), (int(rng.integers(20, 90)), int(rng.integers(8, 30))))
    kept = np.clip((field - rng.uniform(0.1, 0.35)) * 6 + 0.5, rng.uniform(0.1, 0.7), 1)
    return cv2.multiply(mask, kept, dtype=cv2.CV_8U)


def blend(above: np.ndarray, below: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """`above` over `below` (uint8 [H,W,3]) by `cover`: uint8 0 to 255 or float32 0 to 1, [H,W]."""
    share = cv2.multiply(cover, 1 / 255, dtype=cv2.CV_32F) if cover.dtype == np.uint8 else cover
    return cv2.blendLinear(above, below, share, 1 - share)


def _soft_field(
    rng: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]
) -> np.ndarray:
    """float32 [height, width] of smooth values 0 to 1; `size` and `cells` are across, down."""
    coarse = rng.random((cells[1], cells[0]), dtype=np.float32)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)


def _emboss(picture: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light from one side: raised strokes get a bright edge towards it and a dark one away."""
    strength, angle = rng.uniform(0, 0.28), rng.uniform(0, 2 * np.pi)
    kernel = np.zeros((3, 3), np.float32)
    dx, dy = round(np.cos(angle)), round(np.sin(angle))
    kernel[1 + dy, 1 + dx], kernel[1 - dy, 1 - dx] = strength, -strength
    relief = cv2.filter2D(mask, cv2.CV_16S, kernel)
    relief = cv2.cvtColor(cv2.add(relief, 128, dtype=cv2.CV_8U), cv2.COLOR_GRAY2RGB)
    return cv2.addWeighted(picture, 1, relief, 1, -128)


def _shade(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Uneven paint and a bent sheet: soft brightness changes of up to a fifth."""
    height, width = picture.shape[:2]
    depth = rng.uniform(0, 60)
    field = 128 + depth * (rng.random((3, 6, 1), dtype=np.float32) - 0.5)
    bytes_rgb = cv2.cvtColor(field.astype(np.uint8), cv2.COLOR_GRAY2RGB)
    smooth = cv2.resize(bytes_rgb, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(picture, smooth, scale=1 / 128)


def _dirty(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dust or mud of one colour in patches, fine or coarse; it may hide half a character."""
    height, width = picture.shape[:2]
    field = _soft_field(rng, (width, height), (int(rng.integers(4, 40)), int(rng.integers(2, 14))))
    cover = np.clip((field - rng.uniform(0.2, 0.7)) * 2, 0, 1) * np.float32(rng.uniform(0.2, 0.75))
    mud = np.empty_like(picture)
    mud[:] = np.clip(rng.normal((112, 98, 80), 22), 20, 220)
    return blend(mud, picture, cover)


def _scratch(picture: np.ndarray, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        end = (x + int(rng.normal(0, 30)), y + int(rng.normal(0, 10)))
        colour = tuple(int(value) for value in rng.integers(60, 230, 3))
        cv2.line(picture, (x, y), end, colour, 1, cv2.LINE_AA)
