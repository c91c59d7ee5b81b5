"""Training pictures of the detector: pieces of streets with plates pasted in and things that only look like plates."""

from dataclasses import dataclass

import cv2
import numpy as np

from camera import photograph
from detection.bodies import box, draw_front
from detection.clutter import draw_shapes, draw_texture
from detection.lettering import draw_sign, draw_stamp
from detection.paste import paste_plate
from detection.perspective import draw_pose, grow, measure
from detection.photos import Photo, cut_ground
from synthesis import draw_plate, kinds, sample_text

TILE_SIZE_PX = (416, 224)
"""Width and height of a tile of a street; training cuts 384x192 out of it."""

ZOOM_SIZE_PX = (224, 112)
"""Width and height of a zoom on one plate, as the second pass sees it; training cuts 192x96 out of it."""

PLATES_MAX = 8
"""At most so many plates, and so many boxes to leave out, are kept with a picture."""

COMMON_KINDS = (("blue", 0.4), ("green_small", 0.12), ("yellow", 0.08), ("yellow_double", 0.1))
"""How often the plates of the street are drawn; all kinds share the rest evenly."""

FAINT_WIDTH_PX = 34
"""Below this width a European plate cannot be told from a white Chinese one: it is left out of the learning."""


@dataclass
class Tile:
    """A picture uint8 [H,W,3] RGB, the corners of its plates `quads` float32 [P,4,2], `two_rows` [P], and boxes [K,4]
    of which nothing is learned (`unsure`)."""

    picture: np.ndarray
    quads: np.ndarray
    two_rows: np.ndarray
    unsure: np.ndarray


def draw_tile(photos: list[Photo], rng: np.random.Generator) -> Tile:
    """A tile of TILE_SIZE_PX with none to seven plates, 14 to 320 pixels wide."""
    tile, boxes = draw_ground(photos, rng, TILE_SIZE_PX)
    for _ in range(int(rng.poisson(1.2))):
        draw_sign(tile.picture, rng)
    cover_foreign(tile, boxes, rng)
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.2, 0.4, 0.3, 0.1]))):
        add_anywhere(tile, rng)
    return finish(tile, rng)


def draw_zoom(photos: list[Photo], rng: np.random.Generator) -> Tile:
    """A tile of ZOOM_SIZE_PX as the second pass cuts it: one plate about its middle, or a thing that is none."""
    tile, boxes = draw_ground(photos, rng, ZOOM_SIZE_PX)
    if rng.random() < 0.4:
        draw_sign(tile.picture, rng)
    note_foreign(tile, boxes)
    if rng.random() < 0.93:
        middle = np.array(ZOOM_SIZE_PX) / 2 + rng.normal(0, [9, 5])
        placed = add_plate(tile, middle, 192 * rng.uniform(0.4, 0.85), rng)
        if placed is not None and rng.random() < 0.1:
            add_beside(tile, placed, rng)
    tile = finish(tile, rng)
    if rng.random() < 0.4:
        enlarge(tile, rng)
    return tile


def enlarge(tile: Tile, rng: np.random.Generator) -> None:
    """Makes the picture look as if it were taken from 1.3 to 4.5 times fewer pixels, as a zoom on a far plate is."""
    tall, wide = tile.picture.shape[:2]
    factor = rng.uniform(1.3, 4.5)
    small = cv2.resize(tile.picture, (int(wide / factor), int(tall / factor)), interpolation=cv2.INTER_AREA)
    tile.picture = cv2.resize(small, (wide, tall), interpolation=cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC)


def draw_ground(photos: list[Photo], rng: np.random.Generator, size: tuple[int, int]) -> tuple[Tile, np.ndarray]:
    """A tile of `size` (width, height) without Chinese plates: street, drawn car or texture; and the boxes [B,4] of
    the European plates in it."""
    picture, boxes = cut_ground(photos[int(rng.integers(len(photos)))], rng, size)
    kind = rng.random()
    if kind < 0.2:
        picture = draw_texture(size, rng)
        draw_shapes(picture, rng)
    elif kind > 0.9:
        draw_shapes(picture, rng)
    if rng.random() < 0.35:
        draw_front(picture, rng)
        boxes = boxes[:0]
    boxes = boxes[:0] if kind < 0.2 or kind > 0.9 else boxes
    return Tile(picture, np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32), np.zeros((0, 4), np.float32)), boxes


def cover_foreign(tile: Tile, boxes: np.ndarray, rng: np.random.Generator) -> None:
    """Pastes Chinese plates over most of the European ones; the others stay, as something that is not searched."""
    kept = []
    for left, top, right, bottom in boxes:
        if rng.random() < 0.35:
            kept.append([left, top, right, bottom])
            continue
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        add_plate(tile, middle, (right - left) * rng.uniform(0.95, 1.25), rng, level=True)
    note_foreign(tile, np.array(kept, np.float32).reshape(-1, 4))


def note_foreign(tile: Tile, boxes: np.ndarray) -> None:
    """European plates too small to tell apart are left out of the learning."""
    faint = boxes[(boxes[:, 2] - boxes[:, 0]) < FAINT_WIDTH_PX]
    tile.unsure = np.concatenate([tile.unsure, faint])


def add_anywhere(tile: Tile, rng: np.random.Generator) -> None:
    """One plate at any place, mostly 20 to 80 pixels wide; one time in ten a second one touches it."""
    tall, wide = tile.picture.shape[:2]
    narrow = rng.random() < 0.7
    width_px = float(np.exp(rng.uniform(np.log(14 if narrow else 50), np.log(90 if narrow else 300))))
    middle = rng.uniform([0.05, 0.05], [0.95, 0.95]) * [wide, tall]
    placed = add_plate(tile, middle, width_px, rng)
    if placed is not None and rng.random() < 0.1:
        add_beside(tile, placed, rng)


def add_beside(tile: Tile, placed: np.ndarray, rng: np.random.Generator) -> None:
    """A second plate that nearly touches the one on the corners `placed`: beside it or below it."""
    width, height = measure(placed)
    step = [width * rng.uniform(1.02, 1.3), 0] if rng.random() < 0.5 else [0, height * rng.uniform(1.1, 1.5)]
    add_plate(tile, placed.mean(0) + step, width, rng, level=True)


def add_plate(tile: Tile, middle: np.ndarray, width_px: float, rng: np.random.Generator, level: bool = False) -> np.ndarray | None:
    """Pastes a plate about `middle` and notes it; returns its corners, or None when it would cover another plate."""
    text = sample_text(rng, draw_kind(rng))
    plate = draw_plate(text, rng).picture
    height_share = plate.shape[0] / plate.shape[1]
    quad = box(-0.5 * width_px, -0.5 * width_px * height_share, width_px, width_px * height_share)
    if level:
        quad = turn(quad, rng.normal(0, 3), rng.normal(0, 0.05))
    else:
        quad = draw_pose(rng, width_px, height_share)
    quad = (quad + middle).astype(np.float32)
    if any(covers(grow(quad, 0.1), other) for other in tile.quads) or len(tile.quads) >= PLATES_MAX:
        return None
    paste_plate(tile.picture, plate, quad, rng)
    note(tile, quad, text.rows == 2)
    return quad


def draw_kind(rng: np.random.Generator) -> str:
    """A kind of plate, by COMMON_KINDS or, the rest of the time, any."""
    names, shares = zip(*COMMON_KINDS)
    chosen = rng.choice(len(names) + 1, p=[*shares, 1 - sum(shares)])
    return names[chosen] if chosen < len(names) else kinds[int(rng.integers(len(kinds)))]


def turn(quad: np.ndarray, degrees: float, shear: float) -> np.ndarray:
    """The corners [4,2] turned in the picture and slanted, as a car that stands a little aside has them."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle) + shear, np.cos(angle)]])
    return (quad @ matrix.T).astype(np.float32)


def covers(quad: np.ndarray, other: np.ndarray) -> bool:
    """Whether two convex quadrilaterals share more than a sliver."""
    area, _ = cv2.intersectConvexConvex(quad.astype(np.float32), other.astype(np.float32))
    return area > 0.04 * min(cv2.contourArea(quad), cv2.contourArea(other))


def note(tile: Tile, quad: np.ndarray, two_rows: bool) -> None:
    """Writes down a pasted plate: to be found if nearly all of it is in the picture, else left out."""
    height, width = tile.picture.shape[:2]
    area, _ = cv2.intersectConvexConvex(quad, box(0, 0, width, height))
    if area > 0.85 * cv2.contourArea(quad):
        tile.quads = np.concatenate([tile.quads, quad[None]])
        tile.two_rows = np.append(tile.two_rows, np.float32(two_rows))
    else:
        tile.unsure = np.concatenate([tile.unsure, np.concatenate([quad.min(0), quad.max(0)])[None]])


def finish(tile: Tile, rng: np.random.Generator) -> Tile:
    """The tile as a camera files it: time stamp, then light, lens, noise and JPEG."""
    if rng.random() < 0.12:
        draw_stamp(tile.picture, rng)
    tile.picture = photograph(tile.picture, rng, float(rng.beta(1.2, 2.6)))
    tile.unsure = tile.unsure[:PLATES_MAX]
    return tile
