"""Puts a flat plate into a picture as a camera beside or above the lane would see it."""

import cv2
import numpy as np


def place_plate(
    flat: np.ndarray, street: np.ndarray, rng: np.random.Generator, width_px: int
) -> tuple[np.ndarray, np.ndarray]:
    """`flat` about `width_px` wide in the middle of a copy of `street`, both uint8 RGB.

    Returns the picture and the plate's corners, float32 [4,2] x,y clockwise from its top left.
    """
    height_px = width_px * flat.shape[0] / flat.shape[1]
    corners = _tilted(rng, width_px, height_px) + np.float32(street.shape[1::-1]) / 2
    small = cv2.resize(flat, (width_px, round(height_px)), interpolation=cv2.INTER_AREA)
    padded = cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    sharp_edges = np.zeros(padded.shape[:2], np.float32)
    sharp_edges[2:-2, 2:-2] = 1
    matrix = cv2.getPerspectiveTransform(_outline(small) + 2, corners.astype(np.float32))
    size = street.shape[1::-1]
    seen = cv2.warpPerspective(padded, matrix, size, flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(sharp_edges, matrix, size, flags=cv2.INTER_LINEAR)
    return cv2.blendLinear(seen, np.ascontiguousarray(street), cover, 1 - cover), corners


def _outline(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return np.float32([[0, 0], [width, 0], [width, height], [0, height]])


def _tilted(rng: np.random.Generator, width_px: float, height_px: float) -> np.ndarray:
    """Corners round 0,0: rolled, sheared and turned away a little, as seen at a gate."""
    corners = np.float32([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width_px / 2, height_px / 2)
    nearer = 1 + corners[:, :1] / width_px * rng.normal(0, 0.12)
    turned = corners * (rng.uniform(0.8, 1), 1) * nearer
    roll, shear = rng.normal(0, 0.07), rng.normal(0, 0.12)
    turn = np.array([[np.cos(roll), -np.sin(roll) + shear], [np.sin(roll), np.cos(roll)]])
    return np.float32(turned @ turn.T)
