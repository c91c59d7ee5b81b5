"""Writes TEST sets of real plates that say something else: the validation crops, re-lettered and photographed worse.

Drawn plates show what a kind looks like; these show real light, dirt, lenses and files, with every
province as often as any other.
"""

from pathlib import Path

import cv2
import numpy as np

from camera import photograph
from camera.files import squeeze
from pictures import read_rgb
from recognition.align import align
from recognition.real import RealPlate, rows_of
from synthesis.export import salted
from synthesis.labels import Labels
from synthesis.texts import provinces

_TIMES = 7
"""Pictures of each plate: one that says what it says, and others of any province."""
_WIDTHS_PX = (70, 170)
_STRENGTH_MAX = 0.9
_SQUEEZED = 0.3


def write_retaken(folder: Path, seed: int, crops: Path) -> int:
    """Writes NNNNN.jpg and labels.csv; returns how many pictures.

    `crops` is the folder of real crops with labels.csv. A plate whose corners cannot be found by its
    text says only what it says. Whether a plate can be made out is not known: column `legible` is empty.
    ValueError and OSError for crops that cannot be used.
    """
    rng, rows = salted(seed), rows_of(crops, validation=True)
    if not rows:
        raise ValueError(f"{crops / 'labels.csv'} holds no validation crop (0000, 0005, …)")
    with Labels(folder) as labels:
        for file, text in rows:
            crop = read_rgb(crops / file)
            plate = RealPlate(crop, text, *align(crop, text))
            for time in range(_TIMES if plate.aligned else 1):
                said = text if time == 0 else provinces[rng.integers(len(provinces))] + text[1:]
                taken = _taken(plate.blank.saying(said, rng) if plate.aligned else crop, rng)
                labels.add(taken, said, "blue", said[0], 1, taken.shape[1], "")
    return len(labels)


def _taken(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shrunk to 70 to 170 pixels of width, never enlarged, and photographed."""
    width = float(np.exp(rng.uniform(*np.log(_WIDTHS_PX))))
    scale = min(1.0, width / crop.shape[1])
    small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    taken = photograph(small, rng, float(rng.uniform(0, _STRENGTH_MAX)))
    return squeeze(taken, rng) if rng.random() < _SQUEEZED else taken
