"""The second pass: the same network looks again at a zoom of each candidate, and its corners are nearer the truth."""

from collections.abc import Callable

import cv2
import numpy as np

from detection.batches import ZOOM_VIEW_PX
from detection.labels import Candidate, overlap

ZOOM_FILL = 0.6
"""The candidate takes this share of the zoom's width, or of its height if it is tall."""

SAME_PLATE_OVERLAP = 0.3
"""The second pass must see the candidate where the first did; else the first one's corners stay."""

PADDING = (115, 115, 115)
"""Grey beside a frame that does not fill the grid, as the runtime pads it (`models/src/shrink.ts`)."""

Find = Callable[[np.ndarray, float], list[Candidate]]
"""A network: picture uint8 [H,W,3] (multiples of 32) and the least score to the plates in it."""


def find_in_frame(find: Find, frame: np.ndarray, least: float, second_pass: bool = True) -> list[Candidate]:
    """Plates of a frame uint8 [H,W,3] RGB of any size, corners in its pixels, hottest first."""
    scale = shrinkage(frame.shape[1], frame.shape[0])
    size = round(frame.shape[1] * scale), round(frame.shape[0] * scale)
    small = frame if scale == 1 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    padded = cv2.copyMakeBorder(small, 0, -size[1] % 32, 0, -size[0] % 32, cv2.BORDER_CONSTANT, value=PADDING)
    share = np.array([size[0] / frame.shape[1], size[1] / frame.shape[0]], np.float32)
    found = [Candidate(each.quad / share, each.score, each.two_rows) for each in find(padded, least)]
    return [look_again(find, frame, each) for each in found] if second_pass else found


def shrinkage(width: int, height: int) -> float:
    """How much a frame is shrunk before the first pass: to 640 pixels on its long side, larger than 1280 to half of it,
    at most 960."""
    long = max(width, height)
    return min(1.0, 640 / long if long <= 1280 else min(960, long / 2) / long)


def look_again(find: Find, frame: np.ndarray, candidate: Candidate) -> Candidate:
    """The candidate as the second pass sees it, or, where that sees none, as it was with half the score."""
    again = see_close(find, frame, candidate.quad)
    if again is None:
        return Candidate(candidate.quad, candidate.score * 0.5, candidate.two_rows)
    return Candidate(again.quad, min(again.score, candidate.score), again.two_rows)


def see_close(find: Find, frame: np.ndarray, quad: np.ndarray) -> Candidate | None:
    """The plate that the second pass sees where `quad` [4,2] is, or None."""
    zoom, left, top, scale = cut_zoom(frame, quad)
    seen = [Candidate(each.quad / scale + [left, top], each.score, each.two_rows) for each in find(zoom, 0.05)]
    same = [each for each in seen if overlap(each.quad, quad) > SAME_PLATE_OVERLAP]
    return max(same, key=lambda each: each.score * overlap(each.quad, quad), default=None)


def cut_zoom(frame: np.ndarray, quad: np.ndarray) -> tuple[np.ndarray, float, float, float]:
    """A zoom uint8 [96,192,3] about `quad`, the frame position of its corner and its pixels per frame pixel."""
    wide, tall = ZOOM_VIEW_PX
    size = np.ptp(quad, axis=0)
    scale = min(wide * ZOOM_FILL / max(size[0], 1.0), tall * 0.8 / max(size[1], 1.0))
    left, top = (quad.min(0) + quad.max(0)) / 2 - np.array([wide, tall]) / (2 * scale)
    if scale < 1:
        # Shrinking by bilinear sampling alone would alias: shrink the neighbourhood by area first.
        frame = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        matrix = np.array([[1, 0, left * scale], [0, 1, top * scale]])
    else:
        matrix = np.array([[1 / scale, 0, left + 0.5 / scale - 0.5], [0, 1 / scale, top + 0.5 / scale - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    zoom = cv2.warpAffine(frame, matrix, (wide, tall), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return zoom, float(left), float(top), float(scale)
