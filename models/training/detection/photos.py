"""The street photographs that tiles are cut from, and which of them training may see."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pictures import read_rgb

HELD_OUT_EVERY = 4
"""Photographs whose number is divisible by this are for validation and negatives: never trained on."""

CAST_REMOVED_SHARE = 0.9
"""The camera of these photographs sees everything purple; this share is brought back to grey on average."""


@dataclass(frozen=True)
class Photo:
    """A street photograph: `picture` uint8 [H,W,3] RGB and `boxes` float32 [B,4] (x1, y1, x2, y2 in pixels) of its
    European plates, `name` its file."""

    picture: np.ndarray
    boxes: np.ndarray
    name: str


def is_held_out(name: str) -> bool:
    """Whether the photograph `NNN.jpg` belongs to validation."""
    return int(Path(name).stem) % HELD_OUT_EVERY == 0


def load_photos(folder: Path, held_out: bool) -> list[Photo]:
    """All photographs of one half of `folder` (its boxes.csv says file,x1,y1,x2,y2,light), sorted by name.

    Raises ValueError naming the file when a photograph cannot be read.
    """
    boxes: dict[str, list[list[float]]] = {}
    with open(folder / "boxes.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            boxes.setdefault(row["file"], []).append([float(row[key]) for key in ("x1", "y1", "x2", "y2")])
    names = sorted(name for name in boxes if is_held_out(name) == held_out)
    return [Photo(read_rgb(folder / name), np.array(boxes[name], np.float32), name) for name in names]


def cut_ground(photo: Photo, rng: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A piece of a photograph as a tile of `size` (width, height): the tile and the plates' boxes in it, [B,4].

    Scale (0.7 to 2.8 photograph pixels a tile pixel), place, mirroring, colour cast, hue, gamma and contrast are drawn
    from `rng`.
    """
    tall, wide = photo.picture.shape[:2]
    scale = min(float(np.exp(rng.uniform(np.log(0.7), np.log(2.8)))), wide / size[0], tall / size[1])
    corner = rng.uniform([0, 0], [wide - size[0] * scale, tall - size[1] * scale])
    return cut_piece(photo, corner, scale, rng, size)


def cut_around_plate(photo: Photo, rng: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """As cut_ground, but with one of the European plates about the middle, filling 0.35 to 0.8 of the width."""
    left, top, right, bottom = photo.boxes[int(rng.integers(len(photo.boxes)))]
    scale = (right - left) / (size[0] * rng.uniform(0.35, 0.8))
    middle = np.array([left + right, top + bottom]) / 2 + rng.normal(0, [9, 5]) * scale
    return cut_piece(photo, middle - np.array(size) * scale / 2, scale, rng, size)


def cut_piece(
    photo: Photo, corner: np.ndarray, scale: float, rng: np.random.Generator, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """The piece whose top left is near `corner` (x, y), kept inside the photograph, at `scale` pixels a tile pixel."""
    tall, wide = photo.picture.shape[:2]
    cut = np.minimum((np.array(size) * scale).astype(int), [wide, tall])
    left, top = np.clip(corner.astype(int), 0, [wide, tall] - cut)
    piece = photo.picture[top : top + cut[1], left : left + cut[0]]
    tile = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR)
    boxes = (photo.boxes - np.array([left, top, left, top], np.float32)) / np.tile(cut / size, 2).astype(np.float32)
    if rng.random() < 0.5:
        tile = tile[:, ::-1]
        boxes = np.stack([size[0] - boxes[:, 2], boxes[:, 1], size[0] - boxes[:, 0], boxes[:, 3]], 1)
    inside = (boxes[:, 2] > 0) & (boxes[:, 0] < size[0]) & (boxes[:, 3] > 0) & (boxes[:, 1] < size[1])
    return recolour(tile, rng), boxes[inside]


def recolour(tile: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The tile in other light: uint8 [H,W,3] in and out."""
    values = tile.astype(np.float32)
    mean = values.reshape(-1, 3).mean(0) + 4.0
    if rng.random() < CAST_REMOVED_SHARE:
        values *= np.clip(mean.mean() / mean, 0.4, 2.5)
    brightness = float(values.mean()) + 1.0
    wanted = rng.uniform(40.0, 170.0)
    values *= np.clip(wanted / brightness, 0.6, 2.2)
    values *= rng.uniform(0.85, 1.15, 3).astype(np.float32)
    grey = values.mean(2, keepdims=True)
    values = grey + (values - grey) * rng.uniform(0.2, 1.3)
    return np.clip(values, 0, 255).astype(np.uint8)
