"""Finding plates with the network as it is in PyTorch, for checks while it learns and after."""

import numpy as np
import torch

from detection.batches import VIEW_SIZE_PX, ZOOM_VIEW_PX, cut_middle
from detection.labels import Candidate, decode
from detection.network import Detector
from detection.pool import Pool
from detection.scoring import Score


def find(detector: Detector, picture: np.ndarray, least: float, device: torch.device) -> list[Candidate]:
    """Plates of one picture uint8 [H,W,3] (multiples of 32), by the network as it is in PyTorch."""
    with torch.no_grad():
        heat, corners, rows = detector(to_input(np.ascontiguousarray(picture)[None], device))
    maps = torch.sigmoid(heat)[0, 0], corners[0], torch.sigmoid(rows)[0, 0]
    return decode(*(part.float().cpu().numpy() for part in maps), least)


def to_input(pictures: np.ndarray, device: torch.device) -> torch.Tensor:
    """Pictures uint8 [N,H,W,3] as the network takes them: float32 [N,3,H,W], 0..1."""
    planes = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2)
    return planes.to(torch.float32, memory_format=torch.channels_last) / 255


def check(detector: Detector, checks: list[Pool], device: torch.device, least: float = 0.3) -> dict[str, float]:
    """Figures of the validation tiles and zooms at the threshold `least`; those of the zooms begin with `zoom_`."""
    figures = {}
    for pool, size, prefix in zip(checks, (VIEW_SIZE_PX, ZOOM_VIEW_PX), ("", "zoom_")):
        score = Score()
        for index in range(len(pool)):
            view = cut_middle(pool, index, size)
            candidates = find(detector, view.picture, least, device)
            score.add(candidates, view.quads, view.two_rows, view.unsure)
        figures.update({prefix + name: value for name, value in score.figures().items()})
    return figures
