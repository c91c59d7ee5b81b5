"""Pictures of the second pass: one plate close up, or a thing that is none."""

import cv2
import numpy as np

from detection.grounds import draw_ground, finish, note_foreign
from detection.lettering import draw_sign
from detection.photos import cut_around_plate
from detection.placing import add_beside, add_plate, note
from detection.sources import Sources
from detection.tile import Tile, bare

ZOOM_SIZE_PX = (224, 112)
"""Width and height of a zoom on one plate, as the second pass sees it; training cuts 192x96 out of it."""

FOREIGN_SHARE, SIGN_SHARE, NOTHING_SHARE, CROP_SHARE = 0.12, 0.06, 0.04, 0.1
"""Of the zooms so many show a European plate, a sign, nothing, or a real crop as it came; the rest a plate."""

CUT_OUT_SHARE = 0.2
"""Of the plates of zooms so many were cut out before, with nothing known around them."""


def draw_zoom(sources: Sources, rng: np.random.Generator) -> Tile:
    """A tile of ZOOM_SIZE_PX as the second pass cuts it: one plate about its middle, or a thing that is none."""
    shares = FOREIGN_SHARE, SIGN_SHARE, NOTHING_SHARE, CROP_SHARE if sources.plates else 0.0
    chosen = int(np.searchsorted(np.cumsum(shares), rng.random(), "right"))
    draw = (draw_foreign, draw_large_sign, draw_nothing, lay_real_crop, draw_close)[chosen]
    tile = finish(draw(sources, rng), rng)
    if rng.random() < CUT_OUT_SHARE:
        cut_out(tile, rng)
    if rng.random() < 0.4:
        enlarge(tile, rng)
    return tile


def draw_foreign(sources: Sources, rng: np.random.Generator) -> Tile:
    """A European plate, large."""
    return bare(cut_around_plate(sources.any_photo(rng), rng, ZOOM_SIZE_PX)[0])


def draw_nothing(sources: Sources, rng: np.random.Generator) -> Tile:
    """Ground, at times with a sign somewhere."""
    tile, boxes = draw_ground(sources, rng, ZOOM_SIZE_PX)
    note_foreign(tile, boxes)
    if rng.random() < 0.4:
        draw_sign(tile.picture, rng)
    return tile


def draw_large_sign(sources: Sources, rng: np.random.Generator) -> Tile:
    """A sign about the middle."""
    tile = draw_nothing(sources, rng)
    draw_sign(tile.picture, rng, middle=np.array(ZOOM_SIZE_PX) / 2)
    return tile


def draw_close(sources: Sources, rng: np.random.Generator) -> Tile:
    """A plate about the middle, one time in ten with a second beside it."""
    tile = draw_nothing(sources, rng)
    middle = np.array(ZOOM_SIZE_PX) / 2 + rng.normal(0, [9, 5])
    placed = add_plate(tile, sources, middle, 192 * rng.uniform(0.4, 0.85), rng)
    if placed is not None and rng.random() < 0.1:
        add_beside(tile, sources, placed, rng)
    return tile


def lay_real_crop(sources: Sources, rng: np.random.Generator) -> Tile:
    """A real crop as it came, its edge repeated around it, for plates that somebody cut out."""
    real = sources.any_plate(rng)
    wide, tall = ZOOM_SIZE_PX
    high, broad = real.crop.shape[:2]
    scale = min(192 * rng.uniform(0.45, 0.75) / broad, 86 / high)
    left, top = np.array([wide - broad * scale, tall - high * scale]) / 2 + rng.normal(0, [6, 3])
    matrix = np.array([[scale, 0, left + (scale - 1) / 2], [0, scale, top + (scale - 1) / 2]])
    crop = cv2.GaussianBlur(real.crop, (0, 0), 0.4 / scale) if scale < 0.7 else real.crop
    tile = bare(cv2.warpAffine(crop, matrix, ZOOM_SIZE_PX, borderMode=cv2.BORDER_REPLICATE))
    note(tile, (real.corners * scale + [left, top]).astype(np.float32), False)
    return tile


def cut_out(tile: Tile, rng: np.random.Generator) -> None:
    """Leaves of a picture with a plate only the upright box about the first plate, a tenth too tight or too wide.

    Its edge goes on outside: so the second pass sees a plate that somebody cut out already.
    """
    if not len(tile.quads):
        return
    tall, wide = tile.picture.shape[:2]
    low, high = tile.quads[0].min(0), tile.quads[0].max(0)
    margins = rng.uniform(-0.1, 0.1, 4) * np.tile(high - low, 2)
    left, top = np.clip(low - margins[:2], 0, [wide - 2, tall - 2]).astype(int)
    right, bottom = np.clip(high + margins[2:], [left + 2, top + 2], [wide, tall]).astype(int)
    piece = tile.picture[top:bottom, left:right]
    sides = top, tall - bottom, left, wide - right
    tile.picture = cv2.copyMakeBorder(piece, *sides, cv2.BORDER_REPLICATE)
    tile.quads, tile.two_rows, tile.unsure = tile.quads[:1], tile.two_rows[:1], tile.unsure[:0]


def enlarge(tile: Tile, rng: np.random.Generator) -> None:
    """Makes the picture look as if it were taken from 1.3 to 4.5 times fewer pixels, as a zoom on a far plate is."""
    tall, wide = tile.picture.shape[:2]
    factor = rng.uniform(1.3, 4.5)
    small = cv2.resize(tile.picture, (int(wide / factor), int(tall / factor)), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    tile.picture = cv2.resize(small, (wide, tall), interpolation=how)
