"""The detector's network: plain convolutions down to stride 32, a feature pyramid back to stride 8.

Where the width goes was measured in ONNX Runtime on one thread (AMD EPYC, 640x384: 5.1 ms, 960x544: 11.3 ms,
192x96: 0.4 ms): time follows the multiplications closely, so the early layers are thin and stride 32 is deep.
Plain 3x3 convolutions beat depthwise ones there. Widths are multiples of 16, the block of ONNX Runtime's layout.
"""

import torch
from torch import nn
from torch.nn import functional

STRIDE_PX = 8
"""Input pixels from one output cell to the next."""

SIZE_MULTIPLE_PX = 32
"""Width and height of the input are multiples of this."""

CORNER_SCALE_PX = 32.0
"""The last layer counts corner offsets in this many pixels, so that its numbers stay near one."""


def convolve(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A 3x3 convolution, batch normalisation and ReLU; `stride` halves the picture when 2."""
    convolution = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """A 3x3 convolution added to its input: [N,C,H,W] to the same shape. The sum is free in ONNX Runtime."""

    def __init__(self, channels: int):
        super().__init__()
        self.convolution = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return functional.relu(features + self.norm(self.convolution(features)))


def double(features: torch.Tensor) -> torch.Tensor:
    """Twice the height and width, every cell repeated: [N,C,H,W] to [N,C,2H,2W]."""
    return functional.interpolate(features, scale_factor=2.0, mode="nearest")


class Detector(nn.Module):
    """Pictures to plate maps.

    Input: float32 [N,3,H,W], RGB 0..1, H and W multiples of 32. Output, at stride 8 (h = H/8, w = W/8):
    `heat` [N,1,h,w] logit that a plate's centre is here, `corners` [N,8,h,w] input pixels from the cell's centre to
    top left, top right, bottom right, bottom left (x, y each, in the plate's own reading orientation),
    `rows` [N,1,h,w] logit that the plate has two rows.
    """

    def __init__(self):
        super().__init__()
        self.fine = nn.Sequential(
            convolve(3, 16, 2), convolve(16, 32, 2), convolve(32, 48, 2), Residual(48)
        )
        self.middle = nn.Sequential(convolve(48, 96, 2), Residual(96))
        self.coarse = nn.Sequential(convolve(96, 128, 2), Residual(128), Residual(128), Residual(128))
        self.from_coarse = nn.Conv2d(128, 96, 1)
        self.merge = convolve(96, 48)
        self.from_fine = nn.Conv2d(48, 48, 1)
        self.head = convolve(48, 48)
        self.last = nn.Conv2d(48, 10, 1)
        nn.init.normal_(self.last.weight, 0.0, 0.01)
        nn.init.zeros_(self.last.bias)
        nn.init.constant_(self.last.bias[:1], -4.0)

    def forward(self, frame: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        fine = self.fine(frame)
        middle = self.middle(fine)
        merged = self.merge(functional.relu(middle + double(self.from_coarse(self.coarse(middle)))))
        maps = self.last(self.head(functional.relu(self.from_fine(fine) + double(merged))))
        return maps[:, :1], maps[:, 1:9] * CORNER_SCALE_PX, maps[:, 9:]
