"""How a flat plate stands before the camera: from angles to the four corners of its picture."""

import numpy as np

WIDE_SHARE, SLANTED_SHARE = 0.27, 0.25
"""Share of poses drawn from the whole range, and of those that stand level in the picture but lean, as plates do
that are seen from above and from the side; the others are close to facing the camera."""


def draw_pose(rng: np.random.Generator, width_px: float, height_share: float) -> np.ndarray:
    """Corners float32 [4,2] of a plate seen `width_px` wide: top left, top right, bottom right, bottom left, about 0,0.

    `height_share` is height divided by width of the flat plate. Yaw reaches 55 degrees, pitch 40, roll 40; the
    distance is 2.5 to 14 plate widths.
    """
    kind = rng.random()
    if kind < WIDE_SHARE:
        yaw, pitch, roll = rng.uniform(-55, 55), rng.uniform(-40, 40), rng.uniform(-40, 40)
    elif kind < WIDE_SHARE + SLANTED_SHARE:
        yaw, pitch, roll = rng.uniform(-45, 45), rng.uniform(-10, 45), 0.0
    else:
        yaw, pitch, roll = rng.normal(0, 14), rng.normal(4, 8), rng.normal(0, 5)
    distance = float(np.exp(rng.uniform(np.log(2.5), np.log(14.0))))
    corners = project(np.radians([yaw, pitch, roll]), height_share, distance)
    if WIDE_SHARE <= kind < WIDE_SHARE + SLANTED_SHARE:
        corners = level(corners, np.radians(rng.normal(0, 7)))
    return (corners * (width_px / np.ptp(corners[:, 0]))).astype(np.float32)


def level(quad: np.ndarray, left_rad: float) -> np.ndarray:
    """The corners [4,2] turned about 0,0 so that the long sides lie across the picture, but for `left_rad`."""
    along = quad[1] + quad[2] - quad[0] - quad[3]
    angle = left_rad - np.arctan2(along[1], along[0])
    cosine, sine = np.cos(angle), np.sin(angle)
    return quad @ np.array([[cosine, sine], [-sine, cosine]])


def project(angles_rad: np.ndarray, height_share: float, distance: float) -> np.ndarray:
    """Corners [4,2] of a plate one wide after turning by yaw, pitch and roll, seen from `distance` plate widths."""
    yaw, pitch, roll = angles_rad
    around_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    around_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    half = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * [1.0, height_share]
    solid = np.concatenate([half, np.zeros((4, 1))], 1) @ (around_z @ around_x @ around_y).T
    return solid[:, :2] * (distance / (distance + solid[:, 2:]))


def grow(quad: np.ndarray, share: float) -> np.ndarray:
    """The corners [4,2] moved away from their centre by `share` of the distance."""
    centre = quad.mean(0, keepdims=True)
    return (centre + (quad - centre) * (1.0 + share)).astype(np.float32)


def measure(quad: np.ndarray) -> tuple[float, float]:
    """Mean width and mean height of a quadrilateral [4,2], in pixels."""
    width = (np.linalg.norm(quad[1] - quad[0]) + np.linalg.norm(quad[2] - quad[3])) / 2
    height = (np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2
    return float(width), float(height)
