"""The trained detector as an ONNX file."""

import copy
import inspect
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from detection.network import Detector, Residual

OPSET = 17


class Probabilities(nn.Module):
    """The detector with probabilities in place of logits: what the file holds."""

    def __init__(self, detector: Detector):
        super().__init__()
        self.detector = detector

    def forward(self, frame: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        heat, corners, rows = self.detector(frame)
        return torch.sigmoid(heat), corners, torch.sigmoid(rows)


def fold_norms(module: nn.Module) -> None:
    """Puts every batch normalisation into the convolution before it, in place; the answers stay the same."""
    for child in module.children():
        fold_norms(child)
    if isinstance(module, Residual):
        module.convolution = fuse_conv_bn_eval(module.convolution, module.norm)
        module.norm = nn.Identity()
    if isinstance(module, nn.Sequential):
        for index in range(len(module) - 1):
            if isinstance(module[index], nn.Conv2d) and isinstance(module[index + 1], nn.BatchNorm2d):
                module[index] = fuse_conv_bn_eval(module[index], module[index + 1])
                module[index + 1] = nn.Identity()


def write_onnx(detector: Detector, path: Path) -> None:
    """Writes `path`: input `frame` [1,3,H,W], outputs `heat`, `corners`, `rows`; H and W are free (multiples of 32).

    The detector given is left as it is. Torch 1.13 and 2.x both write it (the older exporter of 2.x, which needs
    no further package).
    """
    folded = copy.deepcopy(detector).float().eval()
    fold_norms(folded)
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        Probabilities(folded).eval(),
        torch.zeros(1, 3, 96, 192),
        str(path),
        input_names=["frame"],
        output_names=["heat", "corners", "rows"],
        dynamic_axes={name: {2: "height", 3: "width"} for name in ("frame", "heat", "corners", "rows")},
        opset_version=OPSET,
        **older,
    )
