"""The street photographs that tiles are cut from, and which of them training may see."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

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


def read_rgb(path: Path) -> np.ndarray:
    """A picture file as uint8 [H,W,3] RGB. Raises ValueError naming the file when it is missing or no picture."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path}: no readable picture; check the folder given by --data")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def cut_ground(photo: Photo, rng: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A piece of a photograph as a tile of `size` (width, height): the tile and the plates' boxes in it, [B,4].

    Scale (0.7 to 2.8 photograph pixels a tile pixel), place, mirroring, colour cast, hue, gamma
    and contrast are drawn from `rng`.
    """
    width, height = size
    tall, wide = photo.picture.shape[:2]
    scale = min(float(np.exp(rng.uniform(np.log(0.7), np.log(2.8)))), wide / width, tall / height)
    cut_wide, cut_tall = int(width * scale), int(height * scale)
    left, top = int(rng.integers(0, wide - cut_wide + 1)), int(rng.integers(0, tall - cut_tall + 1))
    piece = photo.picture[top : top + cut_tall, left : left + cut_wide]
    tile = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR)
    boxes = (photo.boxes - np.array([left, top, left, top], np.float32)) / scale
    if rng.random() < 0.5:
        tile = tile[:, ::-1]
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
    inside = (boxes[:, 2] > 0) & (boxes[:, 0] < width) & (boxes[:, 3] > 0) & (boxes[:, 1] < height)
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
