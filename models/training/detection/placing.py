"""Plates put into a tile: drawn ones and real ones, anywhere and at any angle, and written down."""

import cv2
import numpy as np

from detection.bodies import box
from detection.paste import paste_plate, paste_soft
from detection.perspective import draw_pose, grow, measure
from detection.sources import Sources, flatten
from detection.tile import PLATES_MAX, Tile
from synthesis import draw_plate, kinds, sample_text

COMMON_KINDS = (("blue", 0.4), ("green_small", 0.12), ("yellow", 0.08), ("yellow_double", 0.1))
"""How often the plates of the street are drawn; all kinds share the rest evenly."""

REAL_SHARE = 0.25
"""Share of the plates that are real ones, laid flat and pasted like drawn ones."""

SPECK_PX = 3.5
"""Plates lower or narrower than this are not searched."""

TALL_SHARE = 0.75
"""No plate is taller than this share of its picture: the second pass scales tall ones to fit."""

WHOLE_SHARE = 0.08
"""Share of the plates that are real crops with their surroundings, only scaled."""


def add_anywhere(tile: Tile, sources: Sources, rng: np.random.Generator) -> None:
    """One plate at any place, mostly 20 to 80 pixels wide; one time in ten a second one touches it."""
    tall, wide = tile.picture.shape[:2]
    narrow = rng.random() < 0.7
    width_px = float(np.exp(rng.uniform(np.log(14 if narrow else 50), np.log(90 if narrow else 300))))
    middle = rng.uniform([0.05, 0.05], [0.95, 0.95]) * [wide, tall]
    placed = add_plate(tile, sources, middle, width_px, rng)
    if placed is not None and rng.random() < 0.1:
        add_beside(tile, sources, placed, rng)


def add_beside(tile: Tile, sources: Sources, placed: np.ndarray, rng: np.random.Generator) -> None:
    """A second plate that nearly touches the one on the corners `placed`: beside it or below it."""
    width, height = measure(placed)
    step = [width * rng.uniform(1.02, 1.3), 0] if rng.random() < 0.5 else [0, height * rng.uniform(1.1, 1.5)]
    add_plate(tile, sources, placed.mean(0) + step, width, rng, level=True)


def add_plate(
    tile: Tile, sources: Sources, middle: np.ndarray, width_px: float, rng: np.random.Generator, level: bool = False
) -> np.ndarray | None:
    """Pastes a plate about `middle` and notes it; its corners, or None when it would cover another plate."""
    chance = rng.random() if sources.plates else 1.0
    if chance < WHOLE_SHARE:
        return add_whole(tile, sources, middle, width_px, rng)
    if chance < WHOLE_SHARE + REAL_SHARE:
        plate, two_rows = flatten(sources.any_plate(rng)), False
    else:
        text = sample_text(rng, draw_kind(rng))
        plate, two_rows = draw_plate(text, rng).picture, text.rows == 2
    quad = draw_corners(plate, width_px, rng, level)
    quad *= min(1.0, TALL_SHARE * tile.picture.shape[0] / float(np.ptp(quad[:, 1])))
    quad = (quad + middle).astype(np.float32)
    if not has_room(tile, quad):
        return None
    paste_plate(tile.picture, plate, quad, rng)
    note(tile, quad, two_rows)
    return quad


def add_whole(
    tile: Tile, sources: Sources, middle: np.ndarray, width_px: float, rng: np.random.Generator
) -> np.ndarray | None:
    """Pastes a real crop as it is, its edges fading into the tile, so that real frames and shadows are seen too."""
    real = sources.any_plate(rng)
    scale = width_px / float(np.ptp(real.corners[:, 0]))
    quad = ((real.corners - real.corners.mean(0)) * scale + middle).astype(np.float32)
    if not has_room(tile, quad):
        return None
    paste_soft(tile.picture, real.crop, real.corners, quad)
    note(tile, quad, False)
    return quad


def draw_corners(plate: np.ndarray, width_px: float, rng: np.random.Generator, level: bool) -> np.ndarray:
    """Corners [4,2] about 0,0 for a flat plate uint8 [h,w,3] seen `width_px` wide: nearly level, or in any pose."""
    height_share = plate.shape[0] / plate.shape[1]
    if not level:
        return draw_pose(rng, width_px, height_share)
    flat = box(-0.5 * width_px, -0.5 * width_px * height_share, width_px, width_px * height_share)
    return turn(flat, rng.normal(0, 3), rng.normal(0, 0.05))


def has_room(tile: Tile, quad: np.ndarray) -> bool:
    """Whether a plate here would cover none of those in the tile, and the tile can hold one more."""
    return len(tile.quads) < PLATES_MAX and not any(covers(grow(quad, 0.1), other) for other in tile.quads)


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
    """Writes down a pasted plate: to be found if nearly all of it is in the picture and it is no speck, else left out."""
    height, width = tile.picture.shape[:2]
    area, _ = cv2.intersectConvexConvex(quad, box(0, 0, width, height))
    if area > 0.85 * cv2.contourArea(quad) and min(measure(quad)) > SPECK_PX:
        tile.quads = np.concatenate([tile.quads, quad[None]])
        tile.two_rows = np.append(tile.two_rows, np.float32(two_rows))
    else:
        tile.unsure = np.concatenate([tile.unsure, np.concatenate([quad.min(0), quad.max(0)])[None]])
