"""A training picture and what is known about it."""

from dataclasses import dataclass

import numpy as np

PLATES_MAX = 8
"""At most so many plates, and so many boxes to leave out, are kept with a picture."""


@dataclass
class Tile:
    """A picture uint8 [H,W,3] RGB, the corners of its plates `quads` float32 [P,4,2], `two_rows` [P], and boxes [K,4]
    of which nothing is learned (`unsure`)."""

    picture: np.ndarray
    quads: np.ndarray
    two_rows: np.ndarray
    unsure: np.ndarray


def bare(picture: np.ndarray) -> Tile:
    """A tile without plates."""
    return Tile(picture, np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32), np.zeros((0, 4), np.float32))
