"""The recogniser: one convolutional trunk, read twice.

Columns are read by CTC, places by attention slots. The two err differently (CTC loses doubled
characters, slots lose count of places), so agreement of both is evidence; the decoder adds them.
"""

import torch
import torch.nn.functional as functional
from torch import nn

from recognition.shapes import CLASSES, COLOURS, PLACES

HEIGHT_PX, WIDTH_PX = 32, 128
COLUMNS, ROWS = 32, 4


def _conv(inputs: int, outputs: int, stride=1, kernel=3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    """Two 3x3 convolutions beside the identity."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x):
        return functional.relu(x + self.second(self.first(x)))


class _Columns(nn.Module):
    """CTC head: 4 x 32 features to 32 columns of log-probabilities [N, 32, 73]."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.collapse = nn.Sequential(
            nn.Conv2d(channels, width, (ROWS, 1), bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )
        self.mix = nn.Sequential(
            nn.Conv2d(width, width, (1, 5), padding=(0, 2), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )
        self.classes = nn.Conv2d(width, CLASSES, 1)

    def forward(self, features):
        columns = self.collapse(features)
        columns = columns + self.mix(columns)
        return self.classes(columns).squeeze(2).transpose(1, 2)


class _Slots(nn.Module):
    """Eight places look for their character: [N, 8, 73] logits.

    A query is what its place learnt plus what the whole picture says (seven or eight characters,
    one row or two), and starts out biased to the columns where its character usually stands:
    without that prior, attention needs several times the samples to form.
    """

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.scale = width**-0.5
        self.places = nn.Parameter(torch.randn(PLACES, width) * 0.5)
        self.context = nn.Linear(channels, PLACES * width)
        self.keys = nn.Conv2d(channels, width, 1)
        self.values = nn.Conv2d(channels, channels, 1)
        self.prior = nn.Parameter(_column_prior())
        self.hidden = nn.Linear(channels, channels)
        self.own = nn.Parameter(torch.zeros(PLACES, channels))
        self.classes = nn.Linear(channels, CLASSES)
        nn.init.normal_(self.context.weight, std=1e-3)

    def forward(self, features, pooled):
        queries = self.places + self.context(pooled).view(-1, PLACES, self.places.shape[1])
        keys = self.keys(features).flatten(2)
        values = self.values(features).flatten(2)
        sight = torch.matmul(queries, keys) * self.scale + self.prior
        seen = torch.matmul(torch.softmax(sight, -1), values.transpose(1, 2))
        seen = functional.relu(self.hidden(seen) + self.own) + seen
        return self.classes(seen)


def _column_prior() -> torch.Tensor:
    """[8, 128]: a Gaussian of 3 columns about each place's usual column, the same on all rows."""
    columns = torch.arange(COLUMNS, dtype=torch.float32)
    centres = (torch.arange(PLACES) + 0.5) * COLUMNS / 7.4
    bias = -((columns[None] - centres[:, None]) ** 2) / (2 * 3.0**2)
    return bias[:, None, :].expand(PLACES, ROWS, COLUMNS).reshape(PLACES, ROWS * COLUMNS).clone()


class Recogniser(nn.Module):
    """Rectified plate [N, 3, 32, 128], RGB 0 to 1, to logits of columns, places and colour."""

    def __init__(self, stem=16, early=32, middle=64, late=112):
        super().__init__()
        self.trunk = nn.Sequential(
            _conv(3, stem, 2),
            _conv(stem, early),
            _conv(early, middle, 2),
            _Residual(middle),
            _conv(middle, late, (2, 1)),
            _Residual(late),
        )
        self.columns = _Columns(late, 128)
        self.slots = _Slots(late, 64)
        self.colour = nn.Linear(late, len(COLOURS))

    def forward(self, plate):
        features = self.trunk((plate - 0.45) * 4)
        pooled = features.mean((2, 3))
        return self.columns(features), self.slots(features, pooled), self.colour(pooled)


class Exported(nn.Module):
    """What the runtime sees: the same network with log-probabilities for logits."""

    def __init__(self, network: Recogniser):
        super().__init__()
        self.network = network

    def forward(self, plate):
        return tuple(torch.log_softmax(logits, -1) for logits in self.network(plate))
