"""Picture files of the data."""

from pathlib import Path

import cv2
import numpy as np


def read_rgb(path: Path) -> np.ndarray:
    """A picture file as uint8 [H,W,3] RGB. Raises ValueError naming the file when it is missing or no picture."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path}: no readable picture; check the folder given by --data")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
