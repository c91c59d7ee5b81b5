"""Plates as the maps the network learns, and the network's maps as plates again."""

from dataclasses import dataclass

import numpy as np

from detection.network import STRIDE_PX
from detection.perspective import measure

LEARNED_ABOVE = 0.3
"""Cells whose heat target is above this learn the corners too, so that neighbours can be averaged."""

SPREAD_PX = (4.5, 16.0)
"""Least and greatest standard deviation of a plate's heat, in input pixels."""

CANDIDATES_MAX = 64
"""At most so many plates are read from one picture, the hottest first."""


@dataclass(frozen=True)
class Maps:
    """Targets of one picture at stride 8, float32: `heat` [h,w]; `corners` [8,h,w] input pixels from the cell's centre;
    `weight` [h,w] how much a cell's corners and rows count; `rows` [h,w] 1 for two rows; `size` [h,w] the plate's size
    in pixels, by which corner errors are divided; `seen` [h,w] 0 where nothing is to be learned."""

    heat: np.ndarray
    corners: np.ndarray
    weight: np.ndarray
    rows: np.ndarray
    size: np.ndarray
    seen: np.ndarray


@dataclass(frozen=True)
class Candidate:
    """A plate found: `quad` float32 [4,2] in input pixels, `score` and `two_rows` probabilities."""

    quad: np.ndarray
    score: float
    two_rows: float


def cell_centres(height: int, width: int) -> np.ndarray:
    """Centres of the cells of a [height,width] map, float32 [height,width,2], x and y in input pixels."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (np.stack([x, y], -1) + 0.5) * STRIDE_PX


def encode(quads: np.ndarray, two_rows: np.ndarray, unsure: np.ndarray, height: int, width: int) -> Maps:
    """The maps [height,width] of plates `quads` [P,4,2] (`two_rows` [P]).

    Inside the boxes `unsure` [K,4] nothing is learned, but for a plate that is known there.
    """
    centres = cell_centres(height, width)
    heat, weight, rows = np.zeros((3, height, width), np.float32)
    size, seen = np.ones((2, height, width), np.float32)
    corners = np.zeros((8, height, width), np.float32)
    for left, top, right, bottom in unsure:
        inside = (centres > [left - 4, top - 4]) & (centres < [right + 4, bottom + 4])
        seen[inside.all(-1)] = 0
    for quad, double in zip(quads, two_rows):
        near = closeness(quad, centres)
        row, column = nearest_cell(quad, height, width)
        near[row, column] = 1.0
        heat = np.maximum(heat, near)
        own = (near > LEARNED_ABOVE) & (near > weight)
        offsets = (quad[:, None, None] - centres[None]).transpose(0, 3, 1, 2).reshape(8, height, width)
        corners[:, own] = offsets[:, own]
        weight[own], rows[own], size[own] = near[own], double, np.sqrt(np.prod(measure(quad))) + 3.0
        seen[near > LEARNED_ABOVE] = 1
    return Maps(heat, corners, weight, rows, size, seen)


def closeness(quad: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """How close each cell is to the plate's centre, 0..1: a bell as wide as the plate is long, within SPREAD_PX."""
    along = (quad[1] + quad[2] - quad[0] - quad[3]) / 4
    long, tall = np.linalg.norm(along) + 1e-6, measure(quad)[1] / 2
    direction = along / long
    away = centres - quad.mean(0)
    first = away @ direction / np.clip(0.25 * long, *SPREAD_PX)
    second = away @ np.array([-direction[1], direction[0]]) / np.clip(0.35 * tall, *SPREAD_PX)
    return np.exp(-(first**2 + second**2) / 2).astype(np.float32)


def nearest_cell(quad: np.ndarray, height: int, width: int) -> tuple[int, int]:
    """Row and column of the cell that holds the plate's centre, kept inside the map."""
    column, row = np.floor(quad.mean(0) / STRIDE_PX).astype(int)
    return int(np.clip(row, 0, height - 1)), int(np.clip(column, 0, width - 1))


def decode(heat: np.ndarray, corners: np.ndarray, rows: np.ndarray, least: float) -> list[Candidate]:
    """Plates of one picture from `heat` [h,w], `corners` [8,h,w], `rows` [h,w] (probabilities), hottest first.

    A plate is a cell at least as hot as its eight neighbours and as `least`; its corners are the average of what the
    cell and its neighbours say, weighed by their heat. Of two that overlap by half, the hotter stays.
    """
    height, width = heat.shape
    padded = np.pad(heat, 1)
    around = np.stack([padded[dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)])
    peaks = np.argwhere((heat >= around.max(0)) & (heat >= least))
    peaks = sorted(peaks.tolist(), key=lambda cell: -heat[cell[0], cell[1]])[: 4 * CANDIDATES_MAX]
    absolute = corners.reshape(4, 2, height, width) + cell_centres(height, width).transpose(2, 0, 1)
    kept: list[Candidate] = []
    for row, column in peaks:
        quad = average_corners(heat, absolute, row, column)
        if all(overlap(quad, other.quad) < 0.5 for other in kept) and len(kept) < CANDIDATES_MAX:
            kept.append(Candidate(quad, float(heat[row, column]), float(rows[row, column])))
    return kept


def average_corners(heat: np.ndarray, absolute: np.ndarray, row: int, column: int) -> np.ndarray:
    """Corners [4,2] said by the 3x3 cells around a peak, weighed by the square of their heat."""
    window = slice(max(row - 1, 0), row + 2), slice(max(column - 1, 0), column + 2)
    weight = heat[window] ** 2 * (heat[window] > LEARNED_ABOVE * heat[row, column])
    return (absolute[(..., *window)] * weight).sum((-1, -2)) / weight.sum()


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of the upright boxes around two quadrilaterals [4,2]."""
    least, most = np.maximum(first.min(0), second.min(0)), np.minimum(first.max(0), second.max(0))
    shared = np.prod(np.clip(most - least, 0, None))
    union = np.prod(np.ptp(first, 0)) + np.prod(np.ptp(second, 0)) - shared
    return float(shared / max(union, 1e-6))
