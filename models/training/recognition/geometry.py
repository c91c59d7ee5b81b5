"""Where a plate's corners come to lie in a picture, and how a plate is cut out along them.

Quadrilaterals are float32 [4, 2], x and y in pixels, from the top left of the plate clockwise. A plate is cut out as
OpenCV counts, whole coordinates being the middles of pixels; for the runtime and for `detection` they are their edges:
up to half a source pixel apart, measured as harmless.
"""

import cv2
import numpy as np

from recognition.network import HEIGHT_PX, WIDTH_PX

MARGIN_X, MARGIN_Y = 0.02, 0.04
"""Of the plate's own width and height, kept around it when it is cut out."""


def corners_of(width: float, height: float) -> np.ndarray:
    return np.float32([[0, 0], [width, 0], [width, height], [0, height]])


def seen_from_aside(rng: np.random.Generator, aspect: float, width_px: float) -> np.ndarray:
    """Corners of a plate `width_px` wide, turned about all three axes, centred on 0, 0.

    Angles: yaw to 55, pitch to 40, roll to 25 degrees, mostly small; a camera 3 to 12 plate
    widths away.
    """
    yaw = np.radians(np.clip(rng.normal(0, 20), -55, 55))
    pitch = np.radians(np.clip(rng.normal(0, 14), -40, 40))
    roll = np.radians(np.clip(rng.normal(0, 6), -25, 25))
    flat = np.float64([[-1, -1 / aspect, 0], [1, -1 / aspect, 0], [1, 1 / aspect, 0], [-1, 1 / aspect, 0]])
    turned = flat / 2 @ _turn(yaw, pitch, roll).T
    away = rng.uniform(3, 12)
    seen = turned[:, :2] * (away / (away + turned[:, 2:]))
    return np.float32(seen * width_px)


def _turn(yaw: float, pitch: float, roll: float) -> np.ndarray:
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (np.cos, np.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def box_of(quad: np.ndarray) -> np.ndarray:
    """The upright box round a quadrilateral, as a quadrilateral."""
    (x0, y0), (x1, y1) = quad.min(0), quad.max(0)
    return np.float32([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def blurred_corners(rng: np.random.Generator, quad: np.ndarray, share: float) -> np.ndarray:
    """Corners as a detector finds them: each off by `share` of the height, the whole shifted too."""
    side = np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])
    along = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    off = rng.normal(0, share * side / 2, (4, 2))
    shift = along * rng.normal(0, share / 3) + down * rng.normal(0, share)
    scale = 1 + rng.normal(0, share, 2) * (0.5, 1.0)
    middle = quad.mean(0)
    frame = np.stack([along, down], 1).astype(np.float64)
    local = np.linalg.solve(frame + np.eye(2) * 1e-6, (quad - middle).T).T * scale
    return np.float32(local @ frame.T + middle + shift + off)


def cut_out(picture: np.ndarray, quad: np.ndarray, rows: int) -> np.ndarray:
    """The plate inside `quad`, as the recogniser sees it: uint8 [32, 128, 3]."""
    if rows == 1:
        return _rectify(picture, quad, WIDTH_PX, HEIGHT_PX)
    return strip(_rectify(picture, quad, WIDTH_PX, 2 * HEIGHT_PX))


def strip(plate: np.ndarray) -> np.ndarray:
    """Two rows side by side: uint8 [64, 128, 3] to [32, 128, 3], both with a little overlap."""
    upper = plate[0:28, 19:109]
    lower = plate[23:64, :]
    return np.hstack([_shrink(upper, 48, HEIGHT_PX), _shrink(lower, 80, HEIGHT_PX)])


def _shrink(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def _rectify(picture: np.ndarray, quad: np.ndarray, width: int, height: int) -> np.ndarray:
    """Homography to width x height with the margin; averaged over 2 x 2 where it shrinks."""
    across = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))
    finer = 2 if across > 1.3 * width else 1
    w, h = width * finer, height * finer
    inner_x, inner_y = w * MARGIN_X / (1 + 2 * MARGIN_X), h * MARGIN_Y / (1 + 2 * MARGIN_Y)
    target = np.float32(
        [[inner_x, inner_y], [w - inner_x, inner_y], [w - inner_x, h - inner_y], [inner_x, h - inner_y]]
    )
    matrix = cv2.getPerspectiveTransform(np.float32(quad), target)
    flat = cv2.warpPerspective(
        picture, matrix, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return _shrink(flat, width, height) if finer > 1 else flat
