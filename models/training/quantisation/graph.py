"""A network's file as nodes and numbers, and what its nodes give for a picture."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as functional
from onnx import helper, numpy_helper

Values = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Graph:
    """`weights` float32 or integers by name, however the file stores them; `nodes` in the order they run."""

    model: onnx.ModelProto
    weights: dict[str, np.ndarray]
    nodes: list[onnx.NodeProto]

    @property
    def input(self) -> str:
        return self.model.graph.input[0].name

    def users_of(self, tensor: str) -> list[onnx.NodeProto]:
        return [node for node in self.nodes if tensor in node.input]

    def convolutions(self) -> list[onnx.NodeProto]:
        return [node for node in self.nodes if node.op_type == "Conv"]


def load_graph(path: Path) -> Graph:
    """A file that `export` wrote. FileNotFoundError when it is missing, ValueError when it is quantised already."""
    model = onnx.load(str(path))
    weights = {weight.name: numpy_helper.to_array(weight) for weight in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear":
            raise ValueError(f"{path} is in whole numbers already: export it again first")
        if node.op_type == "Cast" and node.input[0] in weights:
            weights[node.output[0]] = weights.pop(node.input[0]).astype(np.float32)
        elif node.op_type == "Identity" and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]]
        elif node.op_type == "Constant":
            weights[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        else:
            nodes.append(node)
    return Graph(model, weights, nodes)


def run(graph: Graph, weights: Values, pictures: torch.Tensor, wanted: set[str], shape=lambda _name, values: values) -> Values:
    """The tensors in `wanted` for pictures float32 [N,3,H,W]; `shape` may change each that is made on the way.

    ValueError for a node that only the runtime knows.
    """
    values = {**weights, graph.input: shape(graph.input, pictures)}
    for node in _needed(graph, wanted):
        values[node.output[0]] = shape(node.output[0], give(node, values))
    return {name: values[name] for name in wanted}


def tensors_of(weights: dict[str, np.ndarray]) -> Values:
    """The float ones."""
    return {name: torch.tensor(value) for name, value in weights.items() if value.dtype == np.float32}


def _needed(graph: Graph, wanted: set[str]) -> list[onnx.NodeProto]:
    """The nodes that lead to `wanted`, in their order."""
    names, kept = set(wanted), []
    for node in reversed(graph.nodes):
        if names.intersection(node.output):
            names.update(node.input)
            kept.append(node)
    return kept[::-1]


def give(node: onnx.NodeProto, values: Values) -> torch.Tensor:
    """What one node makes of its inputs, as the runtime does."""
    if node.op_type not in _GIVE:
        raise ValueError(f"node {node.name} is of a kind that is not known here: {node.op_type}")
    return _GIVE[node.op_type](node, *(values[name] for name in node.input if name in values))


def _convolve(node, pictures, weight, bias):
    settings = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    return functional.conv2d(pictures, weight, bias, settings["strides"], tuple(settings["pads"][:2]))


def _double(_node, pictures, *_):
    """The only resizing our networks do."""
    return functional.interpolate(pictures, scale_factor=2.0, mode="nearest")


_GIVE = {
    "Conv": _convolve,
    "Resize": _double,
    "Relu": lambda _node, one: functional.relu(one),
    "Add": lambda _node, one, other: one + other,
    "Sub": lambda _node, one, other: one - other,
    "Mul": lambda _node, one, other: one * other,
}
