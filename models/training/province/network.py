"""The province reader: a small residual network on a square of 48 x 48 pixels."""

import torch
import torch.nn.functional as functional
from torch import nn

from recognition.shapes import PROVINCES

_CHANNELS = (24, 32, 64, 96)
_FOLDED, _MIXED = 48, 128


def _conv(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)
    )


class _Residual(nn.Module):
    """Two 3x3 convolutions beside a 1x1 one, or beside nothing where neither size changes."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.first, self.second = _conv(inputs, outputs, stride), _conv(outputs, outputs)
        changes = stride != 1 or inputs != outputs
        self.beside = _conv(inputs, outputs, stride, kernel=1) if changes else nn.Identity()

    def forward(self, x):
        return functional.relu(self.second(functional.relu(self.first(x))) + self.beside(x))


class Province(nn.Module):
    """Float [N, 3, 48, 48] of 0 to 1 to logits [N, 31], in the order of PROVINCES."""

    def __init__(self):
        super().__init__()
        stem, *widths = _CHANNELS
        self.stem = _conv(3, stem, 2)
        inputs = [stem, *widths]
        self.body = nn.Sequential(
            *(_Residual(inputs[at], width, 1 if at == 0 else 2) for at, width in enumerate(widths))
        )
        self.fold = _conv(widths[-1], _FOLDED, kernel=1)
        self.mix = nn.Linear(_FOLDED * 6 * 6, _MIXED)
        self.dropout = nn.Dropout(0.2)
        self.classes = nn.Linear(_MIXED, len(PROVINCES))

    def forward(self, pictures):
        features = self.body(functional.relu(self.stem(pictures - 0.5)))
        folded = functional.relu(self.fold(features)).flatten(1)
        return self.classes(self.dropout(functional.relu(self.mix(folded))))


class Exported(nn.Module):
    """What the runtime gets: logarithms of probabilities [N, 31]."""

    def __init__(self, network: Province):
        super().__init__()
        self.network = network

    def forward(self, pictures):
        return torch.log_softmax(self.network(pictures), -1)
