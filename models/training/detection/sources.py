"""What tiles are made from: street photographs, and real plates whose corners are known."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from detection.photos import Photo, load_photos
from recognition.real import RealPlate, evenness, real_plates

FLAT_SIZE_PX = (352, 112)
"""A single-row plate laid flat, as `synthesis` draws it."""


@dataclass(frozen=True)
class Sources:
    """Street photographs of one half, the real plates with trusted corners (none for validation), and how often each
    is drawn (sums to 1)."""

    photos: list[Photo]
    plates: list[RealPlate]
    shares: np.ndarray

    def any_photo(self, rng: np.random.Generator) -> Photo:
        """One of the photographs."""
        return self.photos[int(rng.integers(len(self.photos)))]

    def any_plate(self, rng: np.random.Generator) -> RealPlate:
        """One of the real plates, rare provinces more often than they come."""
        return self.plates[int(rng.choice(len(self.plates), p=self.shares))]


def load_sources(data: Path, corners: Path, held_out: bool) -> Sources:
    """Everything from the shared plate pictures in `data`; the corners of real plates are kept in the file `corners`.

    Raises ValueError when a picture cannot be read.
    """
    photos = load_photos(data / "street-eu", held_out)
    if held_out:
        return Sources(photos, [], np.zeros(0))
    plates = [plate for plate in real_plates(data / "crops-ccpd", corners) if plate.aligned]
    return Sources(photos, plates, evenness(plates))


def flatten(plate: RealPlate) -> np.ndarray:
    """The real plate edge to edge, uint8 [112,352,3]."""
    wide, tall = FLAT_SIZE_PX
    target = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(plate.corners.astype(np.float32) - 0.5, target)
    return cv2.warpPerspective(plate.crop, matrix, FLAT_SIZE_PX, borderMode=cv2.BORDER_REPLICATE)
