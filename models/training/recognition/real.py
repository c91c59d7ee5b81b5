"""The real crops that may be trained on, each with its corners.

Source: shared/plates/crops-ccpd (MIT/Apache-2.0). Rows whose number is divisible by 5 are the
validation set and are never read here.
"""

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from pictures import read_rgb
from recognition.align import TRUSTED, align
from recognition.reletter import Blank

_WIDTH_MAX_PX = 240
"""Wider crops are shrunk: the network sees 128 columns, and time goes by the pixel."""


@dataclass(frozen=True, eq=False)
class RealPlate:
    """uint8 RGB crop, its text, the corners [4, 2] in its pixels, and how well they fit (0 to 1)."""

    crop: np.ndarray
    text: str
    corners: np.ndarray
    fit: float

    @property
    def aligned(self) -> bool:
        return self.fit >= TRUSTED

    @cached_property
    def blank(self) -> Blank:
        return Blank(self.crop, self.corners, self.text)


def rows_of(folder: Path, validation: bool) -> list[tuple[str, str]]:
    """(file, plate) of the crops that are, or are not, the validation set: every fifth by its name's number.

    ValueError names the file and the line that cannot be used.
    """
    labels = folder / "labels.csv"
    with open(labels, encoding="utf-8") as file:
        rows = [(_number(row, f"{labels}, line {at}"), row) for at, row in enumerate(csv.DictReader(file), 2)]
    return [(row["file"], row["plate"]) for number, row in rows if (number % 5 == 0) == validation]


def _number(row: dict, place: str) -> int:
    name = Path(row.get("file") or "").stem
    if not name.isdecimal() or not row.get("plate"):
        raise ValueError(f"{place}: needs file, named by its number (0005.png), and plate")
    return int(name)


def real_plates(folder: Path, cache: Path) -> list[RealPlate]:
    """The training crops with corners; those are computed once and kept in `cache` (half a minute)."""
    rows = rows_of(folder, validation=False)
    crops = [_shrunk(read_rgb(folder / file)) for file, _ in rows]
    if not cache.exists():
        found = [align(crop, text) for crop, (_, text) in zip(crops, rows)]
        cache.write_text(json.dumps([[corners.tolist(), fit] for corners, fit in found]))
    known = json.loads(cache.read_text())
    return [
        RealPlate(crop, text, np.float32(corners), fit)
        for crop, (_, text), (corners, fit) in zip(crops, rows, known)
    ]


def _shrunk(crop: np.ndarray) -> np.ndarray:
    height, width = crop.shape[:2]
    if width <= _WIDTH_MAX_PX:
        return crop
    size = (_WIDTH_MAX_PX, round(height * _WIDTH_MAX_PX / width))
    return cv2.resize(crop, size, interpolation=cv2.INTER_AREA)


def evenness(plates: list[RealPlate]) -> np.ndarray:
    """How often each plate is drawn: by the square root against its province's share; sums to 1."""
    provinces = [plate.text[0] for plate in plates]
    weights = np.array([provinces.count(province) ** -0.5 for province in provinces])
    return weights / weights.sum()
