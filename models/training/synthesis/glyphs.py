"""Glyphs as signed distances, so that one glyph gives thin and fat strokes without redrawing.

Source: shared/plates/glyphs/characters, black on white, JPEG of many sizes. `single` is the set of
the 440x140 plate, `upper` and `lower` those of the two rows of the 440x220 plate, `energy` that of
the 480x140 plate. A character missing in a set falls back along `_fallbacks`: the embassy's and
trainer's characters exist only as `single`, the upper row's digits (farm) are squashed lower ones.
"""

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

_fallbacks = {
    "single": ("140_", "220_down_", "220_"),
    "upper": ("220_up_", "220_", "140_"),
    "lower": ("220_down_", "220_", "140_"),
    "energy": ("green_", "140_"),
}
_work_height_px = 240
# Narrower than this, width by height, the ink keeps its own width: 1 is a stroke, not a block.
_narrow = 0.35
# The letter O has no glyph. It is drawn with 0's, which is how the plate works press it.
_drawn_as = {"O": "0", "I": "1"}


def plates_folder() -> Path:
    """The folder PLATE_DATA names, else `shared/plates` above this file. FileNotFoundError."""
    named = os.environ.get("PLATE_DATA")
    above = [parent / "shared" / "plates" for parent in Path(__file__).resolve().parents]
    for folder in [Path(named)] if named else above:
        if (folder / "glyphs").is_dir():
            return folder
    raise FileNotFoundError("PLATE_DATA: set it to the folder that holds glyphs/characters")


_margin_px = 24
_sized_glyphs_max, _read_glyphs_max = 8192, 256


@lru_cache(maxsize=_sized_glyphs_max)
def signed_distance(set_name: str, character: str, width_px: int, height_px: int) -> np.ndarray:
    """float32 [height_px, width_px]: distance to the ink's edge in pixels, positive inside the ink.

    A narrow character is centred at its own width; all others fill the cell.
    """
    field = _field(set_name, character)
    rows, columns = (side - 2 * _margin_px for side in field.shape)
    tall = height_px / rows
    wide = tall if columns / rows < _narrow else width_px / columns
    left = (width_px - columns * wide) / 2 - _margin_px * wide
    place = np.float32([[wide, 0, left], [0, tall, -_margin_px * tall]])
    soft = cv2.GaussianBlur(field, (0, 0), 0.35 / tall) * tall
    size = (width_px, height_px)
    return cv2.warpAffine(soft, place, size, borderMode=cv2.BORDER_REPLICATE)


@lru_cache(maxsize=_read_glyphs_max)
def _field(set_name: str, character: str) -> np.ndarray:
    """float32, distance to the ink's edge in pixels of the work height, `_margin_px` around."""
    ink = _ink(set_name, character)
    inside = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    return inside - cv2.distanceTransform(255 - ink, cv2.DIST_L2, 5)


def _ink(set_name: str, character: str) -> np.ndarray:
    """uint8 0 or 255, cut to the ink with a margin of `_margin_px`, work height."""
    grey = cv2.imdecode(np.fromfile(_file_of(set_name, character), np.uint8), cv2.IMREAD_GRAYSCALE)
    ink = (grey < 128).astype(np.uint8) * 255
    x, y, width, height = cv2.boundingRect(ink)
    scale = _work_height_px / height
    cut = cv2.GaussianBlur(255 - grey[y : y + height, x : x + width], (0, 0), 0.6)
    size = (max(1, round(width * scale)), _work_height_px)
    big = cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC)
    bold = (big > 127).astype(np.uint8) * 255
    margins = [_margin_px] * 4
    return cv2.copyMakeBorder(bold, *margins, cv2.BORDER_CONSTANT, value=0)


def _file_of(set_name: str, character: str) -> Path:
    folder = plates_folder() / "glyphs" / "characters"
    for prefix in _fallbacks[set_name]:
        path = folder / f"{prefix}{_drawn_as.get(character, character)}.jpg"
        if path.exists():
            return path
    raise FileNotFoundError(f"glyph {character!r} of set {set_name!r} is missing in {folder}")
