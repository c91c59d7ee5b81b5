"""Training pictures of the detector: pieces of streets with plates pasted in and things that look like plates."""

import cv2
import numpy as np

from camera import photograph
from detection.bodies import draw_front
from detection.clutter import draw_shapes, draw_texture
from detection.lettering import draw_sign, draw_stamp
from detection.photos import cut_around_plate, cut_ground, recolour
from detection.placing import add_anywhere, add_beside, add_plate
from detection.sources import Sources
from detection.tile import PLATES_MAX, Tile, bare

TILE_SIZE_PX = (416, 224)
"""Width and height of a tile of a street; training cuts 384x192 out of it."""

ZOOM_SIZE_PX = (224, 112)
"""Width and height of a zoom on one plate, as the second pass sees it; training cuts 192x96 out of it."""

FOREIGN_SHARE, SIGN_SHARE, PLATE_UP_TO = 0.12, 0.06, 0.96
"""Of the zooms so many show a European plate, so many a sign, the rest up to the last a plate, and what is left nothing."""

CUT_OUT_SHARE = 0.2
"""Of the plates of zooms so many were cut out before, with nothing known around them."""

FAINT_WIDTH_PX = 34
"""Below this width a European plate cannot be told from a white Chinese one: it is left out of the learning."""


def draw_tile(sources: Sources, rng: np.random.Generator) -> Tile:
    """A tile of TILE_SIZE_PX with none to seven plates, 14 to 300 pixels wide."""
    tile, boxes = draw_ground(sources, rng, TILE_SIZE_PX)
    for _ in range(int(rng.poisson(1.2))):
        draw_sign(tile.picture, rng)
    cover_foreign(tile, sources, boxes, rng)
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.2, 0.4, 0.3, 0.1]))):
        add_anywhere(tile, sources, rng)
    return finish(tile, rng)


def draw_frame(sources: Sources, rng: np.random.Generator) -> Tile:
    """A whole photograph with one to four plates, 40 to 320 pixels wide, for trying both passes together."""
    photo = sources.any_photo(rng)
    tile = bare(recolour(photo.picture, rng))
    for _ in range(int(rng.integers(1, 5))):
        middle = rng.uniform([0.1, 0.2], [0.9, 0.9]) * tile.picture.shape[1::-1]
        add_plate(tile, sources, middle, float(np.exp(rng.uniform(np.log(40), np.log(320)))), rng)
    tile.unsure = np.concatenate([tile.unsure, photo.boxes])
    return finish(tile, rng)


def draw_zoom(sources: Sources, rng: np.random.Generator) -> Tile:
    """A tile of ZOOM_SIZE_PX as the second pass cuts it: one plate about its middle, or a thing that is none."""
    chance = rng.random()
    if chance < FOREIGN_SHARE:
        tile = bare(cut_around_plate(sources.any_photo(rng), rng, ZOOM_SIZE_PX)[0])
    else:
        tile, boxes = draw_ground(sources, rng, ZOOM_SIZE_PX)
        note_foreign(tile, boxes)
        if rng.random() < 0.4:
            draw_sign(tile.picture, rng)
        if chance < FOREIGN_SHARE + SIGN_SHARE:
            draw_sign(tile.picture, rng, middle=np.array(ZOOM_SIZE_PX) / 2)
        elif chance < PLATE_UP_TO:
            add_in_middle(tile, sources, rng)
            if rng.random() < CUT_OUT_SHARE:
                cut_out(tile, rng)
    tile = finish(tile, rng)
    if rng.random() < 0.4:
        enlarge(tile, rng)
    return tile


def add_in_middle(tile: Tile, sources: Sources, rng: np.random.Generator) -> None:
    """A plate about the middle of a zoom, one time in ten with a second beside it."""
    middle = np.array(ZOOM_SIZE_PX) / 2 + rng.normal(0, [9, 5])
    placed = add_plate(tile, sources, middle, 192 * rng.uniform(0.4, 0.85), rng)
    if placed is not None and rng.random() < 0.1:
        add_beside(tile, sources, placed, rng)


def cut_out(tile: Tile, rng: np.random.Generator) -> None:
    """Leaves of the picture only the upright box about the first plate, a little tight or wide; its edge goes on outside.

    So the second pass sees a plate that somebody cut out already.
    """
    if not len(tile.quads):
        return
    tall, wide = tile.picture.shape[:2]
    low, high = tile.quads[0].min(0), tile.quads[0].max(0)
    margins = rng.uniform(-0.03, 0.12, 4) * np.tile(high - low, 2)
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


def draw_ground(sources: Sources, rng: np.random.Generator, size: tuple[int, int]) -> tuple[Tile, np.ndarray]:
    """A tile of `size` (width, height) without Chinese plates: street, drawn car or texture; and the boxes [B,4] of
    the European plates in it."""
    picture, boxes = cut_ground(sources.any_photo(rng), rng, size)
    kind = rng.random()
    if kind < 0.2:
        picture = draw_texture(size, rng)
    if kind < 0.3:
        draw_shapes(picture, rng)
    front = rng.random() < 0.35
    if front:
        draw_front(picture, rng)
    return bare(picture), boxes[:0] if front or kind < 0.3 else boxes


def cover_foreign(tile: Tile, sources: Sources, boxes: np.ndarray, rng: np.random.Generator) -> None:
    """Pastes Chinese plates over most of the European ones; the others stay, as something that is not searched."""
    kept = []
    for left, top, right, bottom in boxes:
        if rng.random() < 0.35:
            kept.append([left, top, right, bottom])
            continue
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        add_plate(tile, sources, middle, (right - left) * rng.uniform(0.95, 1.25), rng, level=True)
    note_foreign(tile, np.array(kept, np.float32).reshape(-1, 4))


def note_foreign(tile: Tile, boxes: np.ndarray) -> None:
    """European plates too small to tell apart are left out of the learning."""
    faint = boxes[(boxes[:, 2] - boxes[:, 0]) < FAINT_WIDTH_PX]
    tile.unsure = np.concatenate([tile.unsure, faint])


def finish(tile: Tile, rng: np.random.Generator) -> Tile:
    """The tile as a camera files it: time stamp, then light, lens, noise and JPEG."""
    if rng.random() < 0.12:
        draw_stamp(tile.picture, rng)
    tile.picture = photograph(tile.picture, rng, float(rng.beta(1.2, 2.6)))
    tile.unsure = tile.unsure[:PLATES_MAX]
    return tile
