"""Many tiles drawn once and kept on disk, because drawing one costs more than learning from it."""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from detection.photos import Photo, load_photos
from detection.tiles import PLATES_MAX, TILE_SIZE_PX, ZOOM_SIZE_PX, Tile, draw_tile, draw_zoom

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


def draw_one(photos: list[Photo], kind: str, seed: int, held_out: bool, index: int) -> Tile:
    """The tile number `index` of a pool: the same for the same arguments, whoever draws it."""
    draw, _, stream = KINDS[kind]
    return draw(photos, np.random.default_rng([seed, stream, int(held_out), index]))


def write_pool(folder: Path, street: Path, kind: str, count: int, seed: int, held_out: bool, workers: int) -> Pool:
    """Draws `count` tiles of `kind` (a key of KINDS) into `folder`, or takes those there if they were drawn the same way.

    `street` is the folder of street photographs; `workers` processes draw. Raises ValueError when a photograph cannot
    be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {"kind": kind, "count": count, "seed": seed, "held_out": held_out}
    note = folder / "pool.json"
    if not note.exists() or json.loads(note.read_text()) != made:
        width, height = KINDS[kind][1]
        pictures = np.lib.format.open_memmap(folder / "pictures.npy", "w+", np.uint8, (count, height, width, 3))
        quads, rows, unsure = (np.full((count, PLATES_MAX, *rest), np.nan, np.float32) for rest in ((4, 2), (), (4,)))
        draw = partial(draw_chunk, street, kind, seed, held_out, count)
        with ProcessPoolExecutor(workers) as processes:
            for first, tiles in processes.map(draw, range(0, count, CHUNK)):
                for index, tile in enumerate(tiles, first):
                    pictures[index] = tile.picture
                    quads[index, : len(tile.quads)] = tile.quads
                    rows[index, : len(tile.quads)] = tile.two_rows
                    unsure[index, : len(tile.unsure)] = tile.unsure
        pictures.flush()
        np.savez(folder / "plates.npz", quads=quads, two_rows=rows, unsure=unsure)
        note.write_text(json.dumps(made))
    return open_pool(folder)


def draw_chunk(street: Path, kind: str, seed: int, held_out: bool, count: int, first: int) -> tuple[int, list[Tile]]:
    """The tiles `first` to `first` + CHUNK (at most `count`) of a pool, and `first` again."""
    cv2.setNumThreads(1)
    photos = worker_photos(street, held_out)
    return first, [draw_one(photos, kind, seed, held_out, i) for i in range(first, min(first + CHUNK, count))]


_photos_of_worker: dict[tuple[Path, bool], list[Photo]] = {}


def worker_photos(street: Path, held_out: bool) -> list[Photo]:
    """The photographs, loaded once a process."""
    key = street, held_out
    if key not in _photos_of_worker:
        _photos_of_worker[key] = load_photos(street, held_out)
    return _photos_of_worker[key]


def open_pool(folder: Path) -> Pool:
    """The pool that write_pool wrote to `folder`. Raises FileNotFoundError when there is none."""
    plates = np.load(folder / "plates.npz")
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    return Pool(pictures, plates["quads"], plates["two_rows"], plates["unsure"])
