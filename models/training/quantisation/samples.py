"""The pictures that a network's numbers are measured on: of what it was trained on, and drawn anew."""

import tempfile
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from detection.sources import load_sources
from detection.tiles import draw_tile
from detection.zooms import draw_zoom
from province.window import province_view
from recognition.course import lay_corners
from recognition.manners import MANNERS
from recognition.real import real_plates
from recognition.streets import foreign_plates, streets
from recognition.views import Views

_SEED = 0x1E8
_TILE_PX, _ZOOM_PX = (192, 384), (96, 192)
"""Height and width as the runtime and the training show them."""


def samples_for(network: str, data: Path) -> list[np.ndarray]:
    """Batches float32 [N,3,H,W] of 0 to 1. Deterministic. OSError and ValueError for data that cannot be read."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as beside:
        lay_corners(Path(beside), data)
        return _SAMPLES[network](data, Path(beside) / "corners.json", np.random.default_rng(_SEED))


def _strips(data: Path, corners: Path, rng: np.random.Generator) -> list[np.ndarray]:
    views = _views(data, corners, "all")
    sorts = [(views.drawn, 900), (views.real, 700), (views.nothing, 150)]
    return _batches([draw(rng).picture for draw, count in sorts for _ in range(count)], rng, 125)


def _squares(data: Path, corners: Path, rng: np.random.Generator) -> list[np.ndarray]:
    views = _views(data, corners, "province")
    draw = partial(province_view, views, rng=rng)
    return _batches([draw("drawn").picture for _ in range(500)] + [draw("real").picture for _ in range(300)], rng, 100)


def _streets(data: Path, corners: Path, rng: np.random.Generator) -> list[np.ndarray]:
    """Tiles as the first look sees them and zooms as the second does, in turns."""
    sources = load_sources(data, corners, held_out=False)
    tiles = [_middle(draw_tile(sources, rng).picture, _TILE_PX) for _ in range(150)]
    zooms = [_middle(draw_zoom(sources, rng).picture, _ZOOM_PX) for _ in range(150)]
    pairs = zip(_batches(tiles, rng, 25), _batches(zooms, rng, 25))
    return [batch for pair in pairs for batch in pair]


_SAMPLES = {"recogniser": _strips, "province": _squares, "detector": _streets}


def _views(data: Path, corners: Path, manner: str) -> Views:
    street = data / "street-eu"
    reals = real_plates(data / "crops-ccpd", corners)
    return Views(reals, streets(street, False), foreign_plates(street, False), manner=MANNERS[manner])


def _middle(picture: np.ndarray, size_px: tuple[int, int]) -> np.ndarray:
    top, left = ((has - wanted) // 2 for has, wanted in zip(picture.shape, size_px))
    return picture[top : top + size_px[0], left : left + size_px[1]]


def _batches(pictures: list[np.ndarray], rng: np.random.Generator, size: int) -> list[np.ndarray]:
    """Mixed, so that every batch holds some of all."""
    mixed = np.stack(pictures)[rng.permutation(len(pictures))]
    floats = mixed.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    return [np.ascontiguousarray(floats[at : at + size]) for at in range(0, len(floats), size)]
