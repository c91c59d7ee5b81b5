"""Many tiles drawn once and kept on disk, because drawing one costs more than learning from it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np

from detection.sources import Sources, load_sources
from detection.tile import PLATES_MAX, Tile
from detection.tiles import TILE_SIZE_PX, draw_tile
from detection.zooms import ZOOM_SIZE_PX, draw_zoom
from runs import processes

KINDS = {"tile": (draw_tile, TILE_SIZE_PX, 1), "zoom": (draw_zoom, ZOOM_SIZE_PX, 2)}
"""What can be drawn: the function, the size, and a number that keeps their random streams apart."""

CHUNK = 200
"""Tiles a worker draws at a time."""


@dataclass(frozen=True)
class Pool:
    """Tiles on disk: `pictures` uint8 [N,H,W,3] (memory map), `quads` float32 [N,8,4,2], `two_rows` [N,8],
    `unsure` float32 [N,8,4]; places after the last are NaN."""

    pictures: np.ndarray
    quads: np.ndarray
    two_rows: np.ndarray
    unsure: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True)
class Recipe:
    """What a pool is: `count` tiles of `kind` (a key of KINDS) drawn with `seed` from training or held-out pictures."""

    kind: str
    count: int
    seed: int
    held_out: bool


def draw_one(sources: Sources, recipe: Recipe, index: int) -> Tile:
    """The tile number `index` of a pool: the same for the same arguments, whoever draws it."""
    draw, _, stream = KINDS[recipe.kind]
    return draw(sources, np.random.default_rng([recipe.seed, stream, int(recipe.held_out), index]))


def write_pool(folder: Path, data: Path, corners: Path, recipe: Recipe, workers: int) -> Pool:
    """Draws the tiles of `recipe` into `folder`, or takes those there if they were drawn the same way.

    `data` is the folder of shared plate pictures, `corners` the file that keeps the corners of the real ones; `workers`
    processes draw. Raises ValueError when a picture cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "pool.json"
    if not note.exists() or json.loads(note.read_text()) != asdict(recipe):
        load_sources(data, corners, recipe.held_out)
        draw_all(folder, partial(draw_chunk, data, corners, recipe), recipe, workers)
        note.write_text(json.dumps(asdict(recipe)))
    return open_pool(folder)


def draw_all(folder: Path, draw: Callable[[int], tuple[int, list[Tile]]], recipe: Recipe, workers: int) -> None:
    """Draws chunk by chunk in `workers` processes and writes pictures.npy and plates.npz into `folder`."""
    width, height = KINDS[recipe.kind][1]
    shape = recipe.count, height, width, 3
    pictures = np.lib.format.open_memmap(folder / "pictures.npy", "w+", np.uint8, shape)
    places = recipe.count, PLATES_MAX
    quads, rows, unsure = (np.full((*places, *rest), np.nan, np.float32) for rest in ((4, 2), (), (4,)))
    with processes(workers) as drawing:
        for first, tiles in drawing.map(draw, range(0, recipe.count, CHUNK)):
            for index, tile in enumerate(tiles, first):
                pictures[index] = tile.picture
                quads[index, : len(tile.quads)] = tile.quads
                rows[index, : len(tile.quads)] = tile.two_rows
                unsure[index, : len(tile.unsure)] = tile.unsure
    pictures.flush()
    np.savez(folder / "plates.npz", quads=quads, two_rows=rows, unsure=unsure)


def draw_chunk(data: Path, corners: Path, recipe: Recipe, first: int) -> tuple[int, list[Tile]]:
    """The tiles `first` to `first` + CHUNK (at most all) of a pool, and `first` again."""
    cv2.setNumThreads(1)
    sources = worker_sources(data, corners, recipe.held_out)
    return first, [draw_one(sources, recipe, index) for index in range(first, min(first + CHUNK, recipe.count))]


@lru_cache(maxsize=2)
def worker_sources(data: Path, corners: Path, held_out: bool) -> Sources:
    """The pictures, loaded once a process."""
    return load_sources(data, corners, held_out)


def open_pool(folder: Path) -> Pool:
    """The pool that write_pool wrote to `folder`. Raises FileNotFoundError when there is none."""
    plates = np.load(folder / "plates.npz")
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    return Pool(pictures, plates["quads"], plates["two_rows"], plates["unsure"])
