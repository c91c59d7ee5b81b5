"""Training pictures of the first pass: pieces of streets with plates and with things that look like plates."""

import numpy as np

from detection.grounds import draw_ground, finish, note_foreign
from detection.lettering import draw_sign
from detection.photos import recolour
from detection.placing import add_anywhere, add_plate
from detection.sources import Sources
from detection.tile import Tile, bare

TILE_SIZE_PX = (416, 224)
"""Width and height of a tile of a street; training cuts 384x192 out of it."""


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
