"""Writes synthetic TEST sets: every kind and province, for what no real pictures exist.

The seed is salted, so that no picture here can have been drawn in a training that used that seed.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from camera import photograph
from synthesis.backgrounds import plain_piece, validation_boxes
from synthesis.labels import Labels
from synthesis.legibility import is_legible
from synthesis.plates import FlatPlate, draw_plate
from synthesis.scenes import place_plate
from synthesis.texts import PlateText, kinds, provinces, sample_text

_test_salt = 0x7E57
NARROWEST_PX, _widest_px = 60, 240
_least_px = 24
_province_kinds = ("blue", "blue", "yellow", "green_small")
_takes = 200
"""Photographs of one plate until one can be made out; of ten of 94 pixels and more nine can."""
_strength_max = 0.4
"""Of the photograph. At 0.65 most of the plates that were misread could not be made out in the enlarged picture either."""


def write_set(
    folder: str | Path,
    seed: int,
    per_type: int,
    per_province: int,
    size: tuple[int, int] | None = None,
    narrowest_px: int = NARROWEST_PX,
    only_legible: bool = False,
) -> int:
    """Writes NNNNN.jpg and labels.csv into `folder`; returns how many pictures.

    `per_type` of every kind (column `type` holds the kind), then `per_province` of every province
    on blue, yellow and green ground. Plates are `narrowest_px` to 240 pixels wide, evenly by ratio.
    `size` (width, height) in pixels shrinks every crop to it, a two-row plate to twice the height: of
    one seed and width they are the same plates with and without. `only_legible` photographs a plate
    again until it can be made out (before it is shrunk). ValueError for negative counts, for a width
    outside 24 to 240, and for plates too small ever to be made out.
    """
    if per_type < 0 or per_province < 0:
        raise ValueError(f"per_type {per_type}, per_province {per_province}: must not be negative")
    if not _least_px <= narrowest_px <= _widest_px:
        raise ValueError(f"narrowest {narrowest_px}: must be {_least_px} to {_widest_px} pixels")
    rng, boxes = salted(seed), validation_boxes()
    wanted = [*_of_every_kind(rng, per_type), *_of_every_province(rng, per_province)]
    with Labels(folder) as labels:
        for text in wanted:
            width_px = round(np.exp(rng.uniform(*np.log((narrowest_px, _widest_px)))))
            crop, flat, corners = _legible_crop(text, rng, boxes, width_px, _takes if only_legible else 1)
            if size:
                crop, corners, width_px = *_shrunk(crop, corners, size, text.rows), size[0]
            legible = "yes" if is_legible(crop, flat, corners) else "no"
            labels.add(crop, text.text, text.kind, _province_of(text), text.rows, width_px, legible)
    return len(wanted)


def write_negatives(folder: str | Path, seed: int, count: int) -> int:
    """Writes `count` 16:9 frames of 480 to 800 px without any plate, labelled as empty."""
    rng, boxes = salted(seed), validation_boxes()
    with Labels(folder) as labels:
        for _ in range(count):
            width_px = 16 * int(rng.integers(30, 51))
            frame = plain_piece(rng, boxes, width_px, width_px * 9 // 16)
            labels.add(frame, "", "none", "none", 0, 0, "yes")
    return count


def salted(seed: int) -> np.random.Generator:
    """Of a test set: no training draws from it."""
    return np.random.default_rng(np.random.SeedSequence([seed, _test_salt]))


def _of_every_kind(rng: np.random.Generator, count: int) -> Iterator[PlateText]:
    for kind in kinds:
        yield from (sample_text(rng, kind) for _ in range(count))


def _of_every_province(rng: np.random.Generator, count: int) -> Iterator[PlateText]:
    for province in provinces:
        for nth in range(count):
            text = sample_text(rng, _province_kinds[nth % len(_province_kinds)])
            yield replace(text, text=province + text.text[1:])


def _legible_crop(
    text: PlateText, rng: np.random.Generator, boxes: dict, width_px: int, takes: int
) -> tuple[np.ndarray, FlatPlate, np.ndarray]:
    """As `_crop`; of several takes the first that can be made out."""
    for _ in range(takes):
        taken = _crop(text, rng, boxes, width_px)
        if takes == 1 or is_legible(*taken):
            return taken
    raise ValueError(f"no plate {text.text} of {width_px} pixels can be made out: draw wider ones (--narrowest)")


def _crop(
    text: PlateText, rng: np.random.Generator, boxes: dict, width_px: int
) -> tuple[np.ndarray, FlatPlate, np.ndarray]:
    """The plate on a street, photographed, cut out along its upright box with a margin; the plate
    itself, and its corners [4,2] in the cut-out."""
    flat = draw_plate(text, rng)
    height_px = round(width_px * flat.picture.shape[0] / flat.picture.shape[1])
    street = plain_piece(rng, boxes, round(width_px * 1.6), round(height_px * 2 + width_px * 0.4))
    scene, corners = place_plate(flat.picture, street, rng, width_px)
    taken = photograph(scene, rng, rng.uniform(0, _strength_max))
    margin = rng.uniform(-0.01, 0.08) * height_px
    left, top = np.maximum(np.floor(corners.min(0) - margin), 0).astype(int)
    right, bottom = np.ceil(corners.max(0) + margin).astype(int)
    return taken[top:bottom, left:right], flat, corners - np.float32([left, top])


def _shrunk(
    crop: np.ndarray, corners: np.ndarray, size: tuple[int, int], rows: int
) -> tuple[np.ndarray, np.ndarray]:
    width, height = size[0], size[1] * rows
    share = np.float32([width / crop.shape[1], height / crop.shape[0]])
    return cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA), corners * share


def _province_of(text: PlateText) -> str:
    return next((character for character in text.text if character in provinces), "none")
