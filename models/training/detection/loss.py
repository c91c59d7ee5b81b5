"""What the detector is told it got wrong."""

from dataclasses import dataclass

import torch
from torch.nn import functional

CORNER_WEIGHT = 1.5
ROWS_WEIGHT = 0.15
CORNER_BEND = 0.03
"""Corner errors under this share of the plate's size count squared, greater ones straight."""


@dataclass(frozen=True)
class Losses:
    """The sum that is minimised and its parts, as tensors of one number."""

    total: torch.Tensor
    heat: torch.Tensor
    corners: torch.Tensor
    rows: torch.Tensor


def measure_loss(outputs: tuple[torch.Tensor, ...], targets: dict[str, torch.Tensor]) -> Losses:
    """Losses of the network's logits `outputs` (heat, corners, rows) against maps of labels.Maps by name, [N,...]."""
    heat, corners, rows = (output.float() for output in outputs)
    weight = targets["weight"]
    count = weight.sum().clamp(min=1.0)
    share = (corners - targets["corners"]) / targets["size"][:, None]
    bent = functional.smooth_l1_loss(share, torch.zeros_like(share), beta=CORNER_BEND, reduction="none")
    corner_loss = (bent.mean(1) * weight).sum() / count
    row_loss = functional.binary_cross_entropy_with_logits(rows[:, 0], targets["rows"], weight, reduction="sum") / count
    heat_loss = focal(heat[:, 0], targets["heat"], targets["seen"])
    # Ten, because shares are small: three hundredths of the plate is already a poor corner.
    total = heat_loss + 10 * CORNER_WEIGHT * corner_loss + ROWS_WEIGHT * row_loss
    return Losses(total, heat_loss, corner_loss, row_loss)


def focal(logits: torch.Tensor, wanted: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Penalty-reduced focal loss (Law and Deng, CornerNet, 2018, equation 1), [N,h,w] each, per plate."""
    sure = functional.logsigmoid(logits)
    unsure = functional.logsigmoid(-logits)
    chance = torch.sigmoid(logits)
    centre = (wanted >= 0.999).float()
    hit = -centre * (1 - chance) ** 2 * sure
    false = -(1 - centre) * (1 - wanted) ** 4 * chance**2 * unsure
    return ((hit + false) * seen).sum() / centre.sum().clamp(min=1.0)
