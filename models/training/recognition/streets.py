"""Street photographs that may be trained on: what stands round a plate, and what is none."""

from pathlib import Path

import cv2
import numpy as np

from detection.photos import Photo, load_photos

_WIDTH_PX = 640


def streets(folder: Path, held_out: bool) -> list[np.ndarray]:
    """uint8 RGB photographs of one half, 640 pixels wide, without the cast of their camera."""
    return [grey(_shrunk(photo.picture)) for photo in load_photos(folder, held_out)]


def foreign_plates(folder: Path, held_out: bool) -> list[np.ndarray]:
    """European plates with a little around them: the likest things to a plate that are none of ours."""
    photos = load_photos(folder, held_out)
    return [_around(photo, box) for photo in photos for box in photo.boxes]


def grey(picture: np.ndarray) -> np.ndarray:
    """The picture with its mean brought to grey: these were all taken through purple glass, and
    "purple" must not come to mean "no plate"."""
    means = picture.reshape(-1, 3).mean(0) + 1
    return np.uint8(np.minimum(picture * np.float32(means.mean() / means), 255))


def _around(photo: Photo, box: np.ndarray) -> np.ndarray:
    x1, y1, x2, y2 = (int(side) for side in box)
    wide, high = int((x2 - x1) * 0.2) + 2, int((y2 - y1) * 0.3) + 2
    return grey(photo.picture[max(0, y1 - high) : y2 + high, max(0, x1 - wide) : x2 + wide])


def _shrunk(picture: np.ndarray) -> np.ndarray:
    height = round(picture.shape[0] * _WIDTH_PX / picture.shape[1])
    return cv2.resize(picture, (_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
