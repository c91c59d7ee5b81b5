"""A flat plate put into a picture: perspective, the light of the place, frame and shadow."""

import cv2
import numpy as np

from detection.perspective import grow, measure

OVERSAMPLED = 1.6
"""The flat plate is first shrunk to this many times its size in the picture, so that the warp does not alias."""


def paste_plate(tile: np.ndarray, plate: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> None:
    """Paints `plate` (uint8 [h,w,3]) into `tile` (uint8 [H,W,3], changed in place) on the corners `quad` [4,2]."""
    surround(tile, quad, rng)
    window = bounds(quad, tile.shape, margin_px=3)
    if window is None:
        return
    left, top, right, bottom = window
    place = tile[top:bottom, left:right]
    local = quad - np.array([left, top], np.float32)
    warped, alpha = warp(plate, local, (right - left, bottom - top))
    warped = relight(warped, place, alpha, rng)
    place[:] = (place * (1 - alpha) + warped * alpha + 0.5).astype(np.uint8)


def paste_soft(tile: np.ndarray, crop: np.ndarray, corners: np.ndarray, quad: np.ndarray) -> None:
    """Paints a real crop (uint8 [h,w,3], plate at `corners` [4,2]) into `tile` so that its plate lies on `quad`.

    The plate covers fully; around it the crop fades out within a tenth of its height.
    """
    window = bounds(quad, tile.shape, margin_px=int(0.2 * measure(quad)[1]) + 3)
    if window is None:
        return
    left, top, right, bottom = window
    size = (right - left, bottom - top)
    shrink = min(1.0, OVERSAMPLED * measure(quad)[0] / max(measure(corners)[0], 1.0))
    wide, tall = (max(4, round(side * shrink)) for side in crop.shape[1::-1])
    small = cv2.resize(crop, (wide, tall), interpolation=cv2.INTER_AREA)
    inside = corners * (np.array(small.shape[1::-1], np.float32) / np.array(crop.shape[1::-1], np.float32))
    matrix = cv2.getPerspectiveTransform(inside.astype(np.float32) - 0.5, (quad - [left, top]).astype(np.float32) - 0.5)
    warped = cv2.warpPerspective(small, matrix, size, flags=cv2.INTER_LINEAR)
    alpha = cv2.warpPerspective(fading(small.shape[:2], inside), matrix, size)[:, :, None]
    place = tile[top:bottom, left:right]
    place[:] = (place * (1 - alpha) + warped * alpha + 0.5).astype(np.uint8)


def fading(shape: tuple[int, int], corners: np.ndarray) -> np.ndarray:
    """Cover float32 of that shape: 1 on the plate at `corners` [4,2], falling to 0 around it."""
    plate = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(plate, np.round(corners).astype(np.int32), 255)
    distance = cv2.distanceTransform(255 - plate, cv2.DIST_L2, 3)
    return np.clip(1 - distance / max(1.0, 0.1 * shape[0]), 0, 1).astype(np.float32)


def bounds(quad: np.ndarray, shape: tuple, margin_px: int) -> tuple[int, int, int, int] | None:
    """The part of a picture that `quad` touches: left, top, right, bottom; None when it is outside."""
    left, top = np.floor(quad.min(0)).astype(int) - margin_px
    right, bottom = np.ceil(quad.max(0)).astype(int) + margin_px
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, shape[1]), min(bottom, shape[0])
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None


def warp(plate: np.ndarray, quad: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The plate as it lies on `quad` in a picture of `size`, and how much it covers: float32 [h,w,3] and [h,w,1]."""
    width, height = measure(quad)
    wide = int(np.clip(width * OVERSAMPLED, 8, plate.shape[1]))
    tall = int(np.clip(height * OVERSAMPLED, 5, plate.shape[0]))
    small = cv2.resize(plate, (wide, tall), interpolation=cv2.INTER_AREA)
    source = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, quad.astype(np.float32) - 0.5)
    warped = cv2.warpPerspective(small, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(alpha, np.round((quad - 0.5) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return warped.astype(np.float32), alpha[:, :, None].astype(np.float32) / 255


def relight(plate: np.ndarray, place: np.ndarray, alpha: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The plate in the light of its place: brighter or darker, tinted, with a slope of light across it."""
    weight = 1.0 / (alpha.sum() + 1e-3)
    around = (place * alpha).reshape(-1, 3).sum(0) * weight
    brightness = float(around.mean())
    gain = np.clip(((brightness + 25) / 115) ** rng.uniform(0.2, 0.8) * rng.uniform(0.7, 1.35), 0.22, 1.5)
    tint = np.clip((around + 30) / (brightness + 30), 0.6, 1.6) ** rng.uniform(0.0, 0.5)
    slope = np.linspace(rng.uniform(0.8, 1.0), rng.uniform(0.8, 1.0), plate.shape[1], dtype=np.float32)[None, :, None]
    if rng.random() < 0.5:
        slope = np.linspace(rng.uniform(0.75, 1.0), 1.0, plate.shape[0], dtype=np.float32)[:, None, None]
    return np.clip(plate * (gain * tint).astype(np.float32) * slope, 0, 255)


def surround(tile: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> None:
    """A holder around the plate, or the dark recess it sits in, or nothing; painted into `tile`."""
    kind = rng.random()
    if kind < 0.4:
        return
    frame = grow(quad, rng.uniform(0.03, 0.12) if kind < 0.7 else rng.uniform(0.15, 0.5))
    grey = rng.uniform(5, 60) if rng.random() < 0.7 else rng.uniform(120, 230)
    colour = np.clip(grey + rng.uniform(-12, 12, 3), 0, 255)
    if kind < 0.7:
        cv2.fillConvexPoly(tile, np.round(frame * 16).astype(np.int32), colour.tolist(), cv2.LINE_AA, 4)
        return
    window = bounds(frame, tile.shape, 2)
    if window is None:
        return
    left, top, right, bottom = window
    place = tile[top:bottom, left:right]
    mask = np.zeros(place.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round((frame - [left, top]) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    depth = mask[:, :, None].astype(np.float32) * (rng.uniform(0.3, 1.0) / 255)
    place[:] = (place * (1 - depth) + colour * depth).astype(np.uint8)
