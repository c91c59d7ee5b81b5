"""The network's file with whole numbers in it."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantisation.graph import Graph
from quantisation.measure import Numbers

_SMALL = 64
"""Elements; float weights below this stay float32, the others are kept as float16."""


class _File:
    """Nodes and weights as they are put together."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def put(self, name: str, values: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, kind: str, inputs: list[str], output: str, **settings) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **settings))
        return output

    def put_whole(self, name: str, numbers: np.ndarray, sizes: np.ndarray) -> str:
        """Whole numbers by outputs, and the node that makes floats of them."""
        zeros = np.zeros(len(sizes), numbers.dtype)
        inputs = [self.put(f"{name}_whole", numbers), self.put(f"{name}_step", sizes), self.put(f"{name}_zero", zeros)]
        return self.add("DequantizeLinear", inputs, f"{name}_again", axis=0)

    def put_half(self, name: str, values: np.ndarray) -> None:
        if values.dtype != np.float32 or values.size < _SMALL:
            self.put(name, values)
        else:
            self.add("Cast", [self.put(f"{name}_half", values.astype(np.float16))], name, to=TensorProto.FLOAT)


def write_whole(graph: Graph, convolutions: list[onnx.NodeProto], numbers: Numbers, path: Path) -> None:
    """Writes the ONNX file in the way that runtimes know (QDQ): floats everywhere, and pairs of nodes that round them;
    a runtime that knows convolutions of whole numbers puts these in their place."""
    file, now = _File(), {}
    whole = {node.name for node in convolutions}

    def rounded(tensor: str) -> None:
        if tensor in numbers.steps:
            now[tensor] = _round(file, tensor, numbers)

    rounded(graph.input)
    for node in graph.nodes:
        changed = onnx.NodeProto()
        changed.CopyFrom(node)
        inputs = [now.get(name, name) for name in node.input]
        if node.name in whole:
            inputs[1:] = _whole_inputs(file, node, numbers)
        del changed.input[:]
        changed.input.extend(inputs)
        file.nodes.append(changed)
        rounded(node.output[0])
    _finish(graph, file, path)


def _round(file: _File, tensor: str, numbers: Numbers) -> str:
    """The tensor rounded; its steps stand in the file once."""
    steps = numbers.steps[tensor]
    kept = [file.put(f"{tensor}_step", steps.size), file.put(f"{tensor}_zero", steps.zero)]
    file.add("QuantizeLinear", [tensor, *kept], f"{tensor}_whole")
    return file.add("DequantizeLinear", [f"{tensor}_whole", *kept], f"{tensor}_again")


def _whole_inputs(file: _File, node: onnx.NodeProto, numbers: Numbers) -> list[str]:
    """A convolution's weights and bias; the bias counts in the product of both steps, as the sums do."""
    whole, sizes = numbers.weights[node.input[1]]
    products = (numbers.steps[node.input[0]].size * sizes).astype(np.float32)
    bias = np.round(numbers.biases[node.input[2]] / products).astype(np.int32)
    return [file.put_whole(node.input[1], whole, sizes), file.put_whole(node.input[2], bias, products)]


def _finish(graph: Graph, file: _File, path: Path) -> None:
    used = {name for node in file.nodes for name in node.input}
    front = _File()
    for name in sorted(used & set(graph.weights)):
        front.put_half(name, graph.weights[name])
    model = onnx.ModelProto()
    model.CopyFrom(graph.model)
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(front.nodes + file.nodes)
    model.graph.initializer.extend(front.weights + file.weights)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
