"""Batches for training: tiles and zooms cut, recoloured and labelled anew each time they come by."""

from dataclasses import dataclass

import numpy as np

from detection.labels import Maps, encode
from detection.network import STRIDE_PX
from detection.pool import Pool

VIEW_SIZE_PX = (384, 192)
"""Width and height of a training picture: one tile, or four zooms of 192x96 side by side and below each other."""

ZOOM_VIEW_PX = (192, 96)
"""Width and height of what the second pass sees."""

MOSAIC_SHARE = 0.25
"""Share of the pictures of a batch that are mosaics of zooms."""


@dataclass(frozen=True)
class Batch:
    """`pictures` uint8 [N,192,384,3] RGB and the targets of labels.Maps, each with N in front."""

    pictures: np.ndarray
    maps: Maps


@dataclass(frozen=True)
class View:
    """A cut-out: `picture` uint8 [H,W,3] and its plates, as in pool.Pool but for one picture and without NaN."""

    picture: np.ndarray
    quads: np.ndarray
    two_rows: np.ndarray
    unsure: np.ndarray


def draw_batch(tiles: Pool, zooms: Pool, size: int, rng: np.random.Generator) -> Batch:
    """A batch of `size` pictures; the same `rng` state gives the same batch."""
    mosaics = int(round(size * MOSAIC_SHARE))
    views = [cut(tiles, VIEW_SIZE_PX, rng) for _ in range(size - mosaics)]
    views += [draw_mosaic(zooms, rng) for _ in range(mosaics)]
    width, height = VIEW_SIZE_PX[0] // STRIDE_PX, VIEW_SIZE_PX[1] // STRIDE_PX
    maps = [encode(view.quads, view.two_rows, view.unsure, height, width) for view in views]
    stacked = [np.stack([getattr(each, name) for each in maps]) for name in Maps.__dataclass_fields__]
    return Batch(np.stack([view.picture for view in views]), Maps(*stacked))


def cut(pool: Pool, size: tuple[int, int], rng: np.random.Generator) -> View:
    """A random cut-out of `size` (width, height) of a random tile of the pool, in other light."""
    index = int(rng.integers(len(pool)))
    tall, wide = pool.pictures.shape[1:3]
    left, top = int(rng.integers(0, wide - size[0] + 1)), int(rng.integers(0, tall - size[1] + 1))
    view = cut_at(pool, index, left, top, size)
    return View(relight(view.picture, rng), view.quads, view.two_rows, view.unsure)


def cut_middle(pool: Pool, index: int, size: tuple[int, int]) -> View:
    """The middle of a tile, as it is."""
    tall, wide = pool.pictures.shape[1:3]
    return cut_at(pool, index, (wide - size[0]) // 2, (tall - size[1]) // 2, size)


def cut_at(pool: Pool, index: int, left: int, top: int, size: tuple[int, int]) -> View:
    """The part of a tile that begins at `left`, `top`, with its plates."""
    piece = pool.pictures[index][top : top + size[1], left : left + size[0]]
    there = ~np.isnan(pool.two_rows[index])
    quads = pool.quads[index][there] - np.array([left, top], np.float32)
    unsure = pool.unsure[index][~np.isnan(pool.unsure[index][:, 0])] - np.array([left, top, left, top], np.float32)
    return keep_inside(View(piece, quads, pool.two_rows[index][there], unsure), size)


def keep_inside(view: View, size: tuple[int, int]) -> View:
    """The view with plates that the cut left half outside moved to `unsure`."""
    centres = view.quads.mean(1) if len(view.quads) else np.zeros((0, 2), np.float32)
    low, high = view.quads.min(1, initial=np.inf), view.quads.max(1, initial=-np.inf)
    visible = np.clip(np.minimum(high, size) - np.maximum(low, 0), 0, None) / np.maximum(high - low, 1e-3)
    whole = (visible.prod(-1) > 0.8) & (centres > 0).all(-1) & (centres < size).all(-1)
    partly = np.concatenate([low, high], 1)[~whole]
    return View(view.picture, view.quads[whole], view.two_rows[whole], np.concatenate([view.unsure, partly]))


def draw_mosaic(zooms: Pool, rng: np.random.Generator) -> View:
    """Four zooms in one picture of VIEW_SIZE_PX."""
    wide, tall = ZOOM_VIEW_PX
    picture = np.empty((2 * tall, 2 * wide, 3), np.uint8)
    parts = []
    for left, top in ((0, 0), (wide, 0), (0, tall), (wide, tall)):
        view = cut(zooms, (wide, tall), rng)
        picture[top : top + tall, left : left + wide] = view.picture
        move = np.array([left, top], np.float32)
        edges = np.array([left, top, left, top]), np.array([left + wide, top + tall, left + wide, top + tall])
        parts.append((view.quads + move, view.two_rows, np.clip(view.unsure + np.tile(move, 2), *edges)))
    return View(picture, *(np.concatenate(part) for part in zip(*parts)))


def relight(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture (uint8 [h,w,3]) brighter or darker, tinted, of other contrast, at times grey."""
    gain = rng.uniform(0.65, 1.35) * rng.uniform(0.9, 1.1, 3)
    levels = np.linspace(0, 1, 256)[:, None] ** np.exp(rng.normal(0, 0.2)) * 255
    table = np.clip(levels * gain + rng.normal(0, 8), 0, 255).astype(np.uint8)
    channels = [table[:, channel][picture[:, :, channel]] for channel in range(3)]
    if rng.random() < 0.08:
        grey = (sum(channel.astype(np.uint16) for channel in channels) // 3).astype(np.uint8)
        channels = [grey, grey, grey]
    return np.stack(channels, -1)
