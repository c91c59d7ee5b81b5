"""Street photographs that may be trained on: what stands round a plate, and what is none.

Source: shared/plates/street-eu (MIT). Photographs whose number is divisible by 4 are for
validation and are never read here.
"""

import csv
from pathlib import Path

import cv2
import numpy as np

from recognition.real import read_rgb

_WIDTH_PX = 640


def training_streets(folder: Path) -> list[np.ndarray]:
    """uint8 RGB photographs, 640 pixels wide."""
    return [_shrunk(read_rgb(folder / name)) for name in _training_files(folder)]


def _training_files(folder: Path) -> list[str]:
    with open(folder / "boxes.csv", encoding="utf-8") as file:
        names = sorted({row["file"] for row in csv.DictReader(file)})
    return [name for name in names if int(Path(name).stem) % 4]


def foreign_plates(folder: Path) -> list[np.ndarray]:
    """European plates with a little around them: the likest things to a plate that are none of ours."""
    training = set(_training_files(folder))
    with open(folder / "boxes.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["file"] in training]
    return [_around(read_rgb(folder / row["file"]), row) for row in rows]


def _around(picture: np.ndarray, row: dict) -> np.ndarray:
    x1, y1, x2, y2 = (int(float(row[side])) for side in ("x1", "y1", "x2", "y2"))
    wide, high = int((x2 - x1) * 0.2) + 2, int((y2 - y1) * 0.3) + 2
    return picture[max(0, y1 - high) : y2 + high, max(0, x1 - wide) : x2 + wide].copy()


def _shrunk(picture: np.ndarray) -> np.ndarray:
    height = round(picture.shape[0] * _WIDTH_PX / picture.shape[1])
    return cv2.resize(picture, (_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
