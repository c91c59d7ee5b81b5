"""The network's file with whole numbers in it."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantisation.door import Door, taking_bytes, widened
from quantisation.graph import Graph
from quantisation.measure import Numbers

_SMALL = 64
"""Elements; float weights below this stay float32, the others are kept as float16."""


_CHANNELS_LAST, _CHANNELS_FIRST = [0, 2, 3, 1], [0, 3, 1, 2]
_DOUBLING = {"doubled_size": [1, 2, 2, 1], "doubled_rows": [0, 0, 1, -1]}
"""By what a shape [N,h,w,C] is multiplied, and the shape in which a row's pixels are one row of numbers."""


class _File:
    """Nodes and weights as they are put together."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def put(self, name: str, values: np.ndarray) -> str:
        self.weights[name] = numpy_helper.from_array(np.asarray(values), name)
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


def write_whole(graph: Graph, door: Door, convolutions: list[onnx.NodeProto], numbers: Numbers, path: Path) -> None:
    """Writes the ONNX file in the way that runtimes know (QDQ): floats everywhere, and pairs of nodes that round them;
    a runtime that knows convolutions of whole numbers puts these in their place."""
    file = _File()
    file.add("Transpose", [graph.input], f"{door.tensor}_whole", perm=_CHANNELS_FIRST)
    now = {door.tensor: _as_floats(file, door.tensor, numbers)}
    whole = {node.name for node in convolutions}
    for node in graph.nodes:
        tensor = node.output[0]
        if tensor in door.before:
            continue
        if node.op_type == "Resize" and tensor in numbers.steps:
            _double(file, f"{node.input[0]}_whole", f"{tensor}_whole")
        else:
            inputs = [now.get(name, name) for name in node.input]
            file.nodes.append(_taking(node, inputs[:1] + _whole_inputs(file, node, numbers) if node.name in whole else inputs))
            if tensor in numbers.steps:
                file.add("QuantizeLinear", [tensor, *_steps(file, tensor, numbers)], f"{tensor}_whole")
        if tensor in numbers.steps:
            now[tensor] = _as_floats(file, tensor, numbers)
    _finish(graph, file, path)


def _taking(node: onnx.NodeProto, inputs: list[str]) -> onnx.NodeProto:
    """The same node with other inputs."""
    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    del changed.input[:]
    changed.input.extend(inputs)
    return changed


def _as_floats(file: _File, tensor: str, numbers: Numbers) -> str:
    return file.add("DequantizeLinear", [f"{tensor}_whole", *_steps(file, tensor, numbers)], f"{tensor}_again")


def _steps(file: _File, tensor: str, numbers: Numbers) -> list[str]:
    """Names of a tensor's step and zero, which stand in the file once."""
    steps = numbers.steps[tensor]
    return [file.put(f"{tensor}_step", steps.size), file.put(f"{tensor}_zero", steps.zero)]


def _double(file: _File, tensor: str, doubled: str) -> None:
    """Twice the height and width: each row's pixels are laid beside themselves, then each row below itself. So much is
    copied in one piece; the runtime's own enlargement takes nine times as long, number after number."""
    for name, values in _DOUBLING.items():
        file.put(name, np.array(values, np.int64))
    last = file.add("Transpose", [tensor], f"{doubled}_last", perm=_CHANNELS_LAST)
    size = file.add("Mul", [file.add("Shape", [last], f"{doubled}_shape"), "doubled_size"], f"{doubled}_size")
    wide = file.add("Concat", [last, last], f"{doubled}_wide", axis=3)
    rows = file.add("Reshape", [wide, "doubled_rows"], f"{doubled}_rows")
    both = file.add("Concat", [rows, rows], f"{doubled}_both", axis=2)
    file.add("Transpose", [file.add("Reshape", [both, size], f"{doubled}_high")], doubled, perm=_CHANNELS_FIRST)


def _whole_inputs(file: _File, node: onnx.NodeProto, numbers: Numbers) -> list[str]:
    """A convolution's weights and bias; the bias counts in the product of both steps, as the sums do."""
    whole, sizes = numbers.weights[node.input[1]]
    whole = widened(whole) if whole.shape[1] == 3 else whole
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
    model.graph.input[0].CopyFrom(taking_bytes(graph))
    model.graph.node.extend(front.nodes + file.nodes)
    model.graph.initializer.extend([*front.weights.values(), *file.weights.values()])
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
