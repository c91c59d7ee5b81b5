"""Draws one flat plate: ground, pressed characters, border, dot, then the wear of the road."""

from dataclasses import dataclass

import cv2
import numpy as np

from synthesis.glyphs import signed_distance
from synthesis.grounds import Paint, draw_border, draw_emblem, paint_of
from synthesis.layouts import Layout, Place, layout_of, px_per_mm
from synthesis.texts import PlateText, provinces
from synthesis.wear import blend, peel, wear_out

_energy_kinds = ("green_small", "green_large")
_chinese = provinces + "学挂警港澳领使"
_faces = ("single", "energy", "upper")


@dataclass(frozen=True)
class FlatPlate:
    """`picture` uint8 [H,W,3] RGB, the plate edge to edge; `text` what it says; `ink` uint8 [H,W]
    where its paint is, and `places` the cells of its characters."""

    picture: np.ndarray
    text: PlateText
    ink: np.ndarray
    places: tuple[Place, ...]


def draw_plate(text: PlateText, rng: np.random.Generator, worn: bool = True) -> FlatPlate:
    """A plate at 0.8 px a mm: 352x112, double row 352x176, new energy 384x112.

    `worn` adds age, dirt, bolts, frames and stickers; False gives a new plate with even strokes.
    FileNotFoundError when the glyphs are not there.
    """
    layout = layout_of(text, _dot_after(text, rng))
    paint = paint_of(text, layout, rng, worn)
    mask, inked = _press(text, layout, paint, rng, worn)
    if worn:
        mask = peel(mask, rng)
    picture = blend(inked, paint.ground, mask)
    if text.kind in _energy_kinds:
        draw_emblem(picture, layout.dot_mm, rng.uniform(0, 1) if worn else 0)
    worn_out = wear_out(picture, mask, layout, rng) if worn else picture
    return FlatPlate(worn_out, text, mask, layout.places)


def _dot_after(text: PlateText, rng: np.random.Generator) -> int:
    if text.kind == "embassy":
        return 3 if rng.random() < 0.85 else 4
    if text.kind == "police":
        return 1 if rng.random() < 0.5 else 2
    return 2


def _press(
    text: PlateText, layout: Layout, paint: Paint, rng: np.random.Generator, worn: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Ink mask uint8 [H,W] and the colour each pixel would have if inked, uint8 [H,W,3]."""
    height, width = paint.ground.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    inked = np.empty_like(paint.ground)
    cv2.rectangle(inked, (0, 0), (width, height), paint.line, -1)
    draw_border(mask, rng)
    if layout.dot_mm and text.kind not in _energy_kinds:
        _draw_dot(mask, layout.dot_mm, rng)
    fatter_px = rng.normal(-0.2, 0.45) if worn else 0.0
    for character, place, ink in zip(text.text, layout.places, paint.inks, strict=True):
        cell = _shape_cell(place, rng) if worn and character in _chinese else place
        _press_one(mask, inked, character, cell, ink, fatter_px)
    return mask, inked


def _shape_cell(place: Place, rng: np.random.Generator) -> Place:
    """Plate works cut Chinese characters differently: another face, up to 15 % smaller or moved.

    Seen on 1,200 straightened real plates: letters and digits agree to a pixel, 皖 and 宁 do not.
    """
    face = place.glyphs if rng.random() < 0.6 else _faces[int(rng.integers(len(_faces)))]
    wide = 1 - 0.05 * float(rng.integers(-1, 3))
    tall = 1 - 0.05 * float(rng.integers(-1, 4))
    width, height = place.width_mm * wide, place.height_mm * tall
    x = place.x_mm + (place.width_mm - width) * 0.5 + rng.normal(0, 0.8)
    y = place.y_mm + (place.height_mm - height) * rng.uniform(0.3, 0.9)
    return Place(max(0, x), max(0, y), width, height, face)


def _press_one(
    mask: np.ndarray,
    inked: np.ndarray,
    character: str,
    place: Place,
    ink: tuple[int, int, int],
    fatter_px: float,
) -> None:
    """Presses one character into its cell; `fatter_px` moves the stroke's edge outwards."""
    width, height = round(place.width_mm * px_per_mm), round(place.height_mm * px_per_mm)
    x, y = round(place.x_mm * px_per_mm), round(place.y_mm * px_per_mm)
    field = signed_distance(place.glyphs, character, width, height)
    cover = cv2.convertScaleAbs(np.clip(field + (0.5 + fatter_px), 0, 1), alpha=255)
    cell = mask[y : y + height, x : x + width]
    np.maximum(cell, cover, out=cell)
    inked[y : y + height, x : x + width] = ink


def _draw_dot(mask: np.ndarray, dot_mm: tuple[float, float], rng: np.random.Generator) -> None:
    centre = tuple(round(value * px_per_mm) for value in dot_mm)
    cv2.circle(mask, centre, int(rng.integers(3, 6)), 255, -1, cv2.LINE_AA)
