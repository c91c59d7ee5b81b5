"""Pieces of street photographs without a plate: what stands behind drawn plates, and negatives.

Source: shared/plates/street-eu, 1280x720. Photographs whose number is divisible by 4 are kept for
validation and never trained on; only those are used here.
"""

import csv
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from synthesis.glyphs import plates_folder

_clear_of_plates_px = 12
_tries_a_photo_max, _photos_max, _photos_in_memory_max = 20, 200, 48

Box = tuple[int, int, int, int]
"""x1, y1, x2, y2 in pixels of the photograph."""


def validation_boxes() -> dict[str, list[Box]]:
    """Every validation photograph's file name and the boxes of the plates in it."""
    boxes: dict[str, list[Box]] = {}
    with open(_folder() / "boxes.csv", encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines):
            if int(Path(row["file"]).stem) % 4 == 0:
                box = tuple(int(row[side]) for side in ("x1", "y1", "x2", "y2"))
                boxes.setdefault(row["file"], []).append(box)
    return boxes


def plain_piece(
    rng: np.random.Generator, boxes: dict[str, list[Box]], width_px: int, height_px: int
) -> np.ndarray:
    """A random plate-free piece, uint8 [height_px, width_px, 3] RGB, from one photograph.

    ValueError when no photograph has so large a piece clear of its plates.
    """
    names = sorted(boxes)
    for _ in range(_photos_max):
        name = names[int(rng.integers(len(names)))]
        photo = _photo(name)
        found = _clear_corner(rng, photo.shape, boxes[name], width_px, height_px)
        if found:
            x, y = found
            piece = photo[y : y + height_px, x : x + width_px]
            return _white_balanced(piece) if rng.random() < 0.7 else piece
    raise ValueError(f"width_px, height_px: no plate-free {width_px}x{height_px}; ask for less")


def _white_balanced(piece: np.ndarray) -> np.ndarray:
    """Channels brought to one mean: the camera of these photographs sees everything magenta."""
    means = piece.reshape(-1, 3).mean(0) + 1
    gains = np.diag(np.minimum(means.mean() / means, 3)).astype(np.float32)
    return cv2.transform(piece, gains)


def _clear_corner(
    rng: np.random.Generator, shape: tuple[int, ...], boxes: list[Box], width: int, height: int
) -> tuple[int, int] | None:
    """Top left corner of a piece that touches no box, or None after some tries."""
    if width > shape[1] or height > shape[0]:
        return None
    away = _clear_of_plates_px
    for _ in range(_tries_a_photo_max):
        x = int(rng.integers(shape[1] - width + 1))
        y = int(rng.integers(shape[0] - height + 1))
        if all(
            x + width < x1 - away or x > x2 + away or y + height < y1 - away or y > y2 + away
            for x1, y1, x2, y2 in boxes
        ):
            return x, y
    return None


def _folder() -> Path:
    return plates_folder() / "street-eu"


@lru_cache(maxsize=_photos_in_memory_max)
def _photo(name: str) -> np.ndarray:
    """uint8 [720, 1280, 3] RGB."""
    packed = np.fromfile(_folder() / name, np.uint8)
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])
