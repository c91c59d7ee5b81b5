"""What plates are pasted on, and what a camera does to the whole in the end."""

import numpy as np

from camera import photograph
from detection.bodies import draw_front
from detection.clutter import draw_shapes, draw_texture
from detection.lettering import draw_stamp
from detection.photos import cut_ground
from detection.sources import Sources
from detection.tile import PLATES_MAX, Tile, bare

FAINT_WIDTH_PX = 34
"""Below this width a European plate cannot be told from a white Chinese one: it is left out of the learning."""


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
