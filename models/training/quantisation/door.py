"""How pictures come into a network: as they lie in memory, four bytes a pixel, the fourth of which says nothing.

So nobody makes floats of them first, and the first convolution counts in whole numbers like the others: with three
channels it would be no quicker so, with four it is.
"""

from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

from quantisation.graph import Graph, run, tensors_of
from quantisation.scales import Steps

CHANNELS = 4


@dataclass(frozen=True)
class Bytes(Steps):
    """Steps of bytes. `exact` is where 0 lies between them: the runtime takes `zero`, the next whole number."""

    exact: float

    def rounded(self, values):
        numbers = (values / float(self.size) + self.exact).round()
        return (numbers.clip(0, 255) - int(self.zero)) * float(self.size)


@dataclass(frozen=True)
class Door:
    """The first `convolution`; `steps` make of bytes what it takes, in place of the nodes `before` it."""

    convolution: onnx.NodeProto
    before: frozenset[str]
    steps: Bytes

    @property
    def tensor(self) -> str:
        return self.convolution.input[0]


def door_of(graph: Graph) -> Door:
    """ValueError when the first convolution's input is not every pixel by itself, scaled and moved."""
    first = graph.convolutions()[0]
    low, middle, high = (_taken(graph, first.input[0], value) for value in (0.0, 0.5, 1.0))
    if abs(low + high - 2 * middle) > 1e-5:
        raise _no_door(first.input[0])
    before = {node.output[0] for node in graph.nodes[: graph.nodes.index(first)]}
    size = (high - low) / 255
    return Door(first, frozenset(before), Bytes(np.float32(size), np.uint8(round(-low / size)), -low / size))


def _taken(graph: Graph, tensor: str, value: float) -> float:
    """What the first convolution takes of a picture whose every number is `value`."""
    values = run(graph, tensors_of(graph.weights), torch.full((1, 3, 32, 32), value), {tensor})[tensor]
    if values.shape[1] != 3 or values.min() != values.max():
        raise _no_door(tensor)
    return float(values[0, 0, 0, 0])


def _no_door(tensor: str) -> ValueError:
    return ValueError(f"{tensor} is more than the picture scaled and moved: bytes cannot take its place")


def widened(whole: np.ndarray) -> np.ndarray:
    """Weights [O, 3, h, w], which are a first convolution's, for four channels; others as they are."""
    missing = CHANNELS - 3 if whole.shape[1] == 3 else 0
    return np.pad(whole, ((0, 0), (0, missing), (0, 0), (0, 0)))


def taking_bytes(graph: Graph) -> onnx.ValueInfoProto:
    """The network's input: uint8 [N, H, W, 4], N as it was."""
    count, _, height, width = graph.model.graph.input[0].type.tensor_type.shape.dim
    sizes = [each.dim_param or each.dim_value for each in (count, height, width)]
    return helper.make_tensor_value_info(graph.input, TensorProto.UINT8, [*sizes, CHANNELS])
