"""Places that no photograph of ours shows: leaves, asphalt, walls, road paint, bars; drawn from noise."""

import cv2
import numpy as np


def draw_texture(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A tile uint8 [height,width,3] of layered noise between two or three colours, with shapes on it."""
    width, height = size
    depth = np.zeros((height, width), np.float32)
    for cells in (4, 9, 22, 60, 150):
        grid = rng.random((max(2, cells * height // width), cells), dtype=np.float32)
        depth += cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC) * rng.uniform(0.1, 1.0)
    depth = (depth - depth.min()) / (np.ptp(depth) + 1e-6)
    dark, light = rng.uniform(0, 120, 3), rng.uniform(70, 255, 3)
    if rng.random() < 0.5:
        dark, light = dark.mean() + rng.normal(0, 12, 3), light.mean() + rng.normal(0, 12, 3)
    tile = dark + (light - dark) * depth[:, :, None]
    return np.clip(tile, 0, 255).astype(np.uint8)


def draw_shapes(tile: np.ndarray, rng: np.random.Generator) -> None:
    """Patches, bars and stripes of any colour on `tile` (uint8 [H,W,3]): boxes, kerbs, road paint, railings."""
    height, width = tile.shape[:2]
    for _ in range(int(rng.integers(1, 9))):
        colour = np.clip(rng.uniform(0, 255) + rng.normal(0, 40, 3), 0, 255).tolist()
        middle, kind = rng.uniform([0, 0], [width, height]), rng.integers(3)
        if kind == 0:
            reach = np.exp(rng.uniform(np.log(6), np.log(90), 2))
            corners = middle + np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * reach + rng.normal(0, 4, (4, 2))
            cv2.fillConvexPoly(tile, corners.astype(np.int32), colour, cv2.LINE_AA)
        elif kind == 1:
            ends = middle + rng.uniform(-200, 200, 2), middle + rng.uniform(-200, 200, 2)
            draw_line(tile, ends, colour, int(rng.integers(1, 9)))
        else:
            draw_stripes(tile, middle, colour, rng)


def draw_stripes(tile: np.ndarray, middle: np.ndarray, colour: list, rng: np.random.Generator) -> None:
    """Parallel bars of equal distance: railings, louvres, crossings."""
    step, length = rng.uniform(3, 16), rng.uniform(8, 120)
    angle = rng.uniform(0, np.pi)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    for place in range(int(rng.integers(3, 14))):
        start = middle + across * place * step
        ends = start, start + along * length
        draw_line(tile, ends, colour, max(1, int(step / 3)))


def draw_line(tile: np.ndarray, ends: tuple[np.ndarray, np.ndarray], colour: list, thick_px: int) -> None:
    """A line between two points [2]."""
    start, end = (tuple(point.astype(int).tolist()) for point in ends)
    cv2.line(tile, start, end, colour, thick_px, cv2.LINE_AA)
