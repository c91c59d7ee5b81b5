"""One picture for people: every kind flat, and as two cameras might see it."""

from pathlib import Path

import cv2
import numpy as np

from camera import photograph
from synthesis.backgrounds import plain_piece, validation_boxes
from synthesis.plates import draw_plate
from synthesis.scenes import place_plate
from synthesis.texts import kinds, sample_text

_cell_px = (116, 50)
_kinds_across = 2
_strengths = (0.15, 0.5)


def draw_overview(path: str | Path, seed: int) -> None:
    """Writes the picture as PNG: a row a kind, new and flat first, two kinds side by side."""
    rng, boxes = np.random.default_rng(seed), validation_boxes()
    strips = [_strip_of(kind, rng, boxes) for kind in kinds]
    rows = [np.hstack(strips[at : at + _kinds_across]) for at in range(0, len(kinds), _kinds_across)]
    sheet = _fewer_colours(np.vstack(rows))
    _, packed = cv2.imencode(".png", sheet[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    packed.tofile(path)


def _strip_of(kind: str, rng: np.random.Generator, boxes: dict) -> np.ndarray:
    new = draw_plate(sample_text(rng, kind), rng, worn=False).picture
    cells = [_centred(new)]
    for strength in _strengths:
        flat = draw_plate(sample_text(rng, kind), rng).picture
        street = plain_piece(rng, boxes, *_cell_px)
        width_px = 80 if flat.shape[0] > 120 else 102
        scene, _ = place_plate(flat, street, rng, width_px)
        cells.append(photograph(scene, rng, strength))
    return np.hstack(cells)


def _centred(flat: np.ndarray) -> np.ndarray:
    """A flat plate on light grey, uint8 RGB of one cell."""
    width, height = _cell_px
    scale = min((width - 10) / flat.shape[1], (height - 6) / flat.shape[0])
    small = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cell = np.full((height, width, 3), 225, np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    cell[top : top + small.shape[0], left : left + small.shape[1]] = small
    return cell


def _fewer_colours(sheet: np.ndarray) -> np.ndarray:
    """Four bits a channel: noise costs most of a PNG, and people do not see the rest."""
    return sheet // 16 * 17
