"""What the camera's own processing and the file do: sharpening halos, smearing, JPEG blocks."""

import cv2
import numpy as np


def sharpen(light: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Unsharp masking, in about a third of the pictures. float32 [H,W,3] in and out."""
    if rng.random() > 0.15 + 0.25 * strength:
        return light
    soft = cv2.GaussianBlur(light, (0, 0), rng.uniform(0.8, 1.6))
    amount = rng.uniform(0.3, 1.0 + strength)
    return cv2.addWeighted(light, 1 + amount, soft, -amount, 0)


def smear(picture: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """A phone's noise removal, which melts thin strokes together. uint8 [H,W,3] in and out."""
    return cv2.medianBlur(picture, 3) if rng.random() < 0.05 + 0.2 * strength else picture


def jpeg(picture: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Compressed and opened again, uint8 [H,W,3] RGB; quality 95 down to 15 at full strength."""
    if rng.random() > 0.35 + 0.5 * strength:
        return picture
    return _repacked(picture, int(rng.uniform(80 - 65 * strength, 96)))


def squeeze(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A messenger's or a recorder's JPEG, quality 12 to 60: colour in blotches of 16 x 16 pixels."""
    return _repacked(picture, int(rng.uniform(12, 60)))


def _repacked(picture: np.ndarray, quality: int) -> np.ndarray:
    """Through a JPEG file with half the pixels of colour across and down, OpenCV's default."""
    _, packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])
