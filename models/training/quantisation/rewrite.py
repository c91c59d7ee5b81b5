"""The network's file with whole numbers in it."""

from pathlib import Path

import numpy as np
import onnx

from quantisation.door import Door, taking_bytes, widened
from quantisation.enlarge import CHANNELS_FIRST, double
from quantisation.file import File
from quantisation.graph import Graph
from quantisation.measure import Numbers


def write_whole(graph: Graph, door: Door, convolutions: list[onnx.NodeProto], numbers: Numbers, path: Path) -> None:
    """Writes the ONNX file in the way that runtimes know (QDQ): floats everywhere, and pairs of nodes that round them;
    a runtime that knows convolutions of whole numbers puts these in their place."""
    file, whole = File(), {node.name for node in convolutions}
    file.add("Transpose", [graph.input], f"{door.tensor}_whole", perm=CHANNELS_FIRST)
    now = {door.tensor: _as_floats(file, door.tensor, numbers)}
    for node in graph.nodes:
        tensor = node.output[0]
        if tensor in door.before:
            continue
        if node.op_type == "Resize" and tensor in numbers.steps:
            double(file, f"{node.input[0]}_whole", f"{tensor}_whole")
        else:
            inputs = [now.get(name, name) for name in node.input]
            inputs[1:] = _whole_inputs(file, node, numbers) if node.name in whole else inputs[1:]
            _put_node(file, node, inputs, numbers)
        if tensor in numbers.steps:
            now[tensor] = _as_floats(file, tensor, numbers)
    _finish(graph, file, path)


def _put_node(file: File, node: onnx.NodeProto, inputs: list[str], numbers: Numbers) -> None:
    """The same node with other inputs, and what it gives in whole numbers where that is a place."""
    changed = onnx.NodeProto()
    changed.CopyFrom(node)
    del changed.input[:]
    changed.input.extend(inputs)
    file.nodes.append(changed)
    tensor = node.output[0]
    if tensor in numbers.steps:
        file.add("QuantizeLinear", [tensor, *_steps(file, tensor, numbers)], f"{tensor}_whole")


def _as_floats(file: File, tensor: str, numbers: Numbers) -> str:
    return file.add("DequantizeLinear", [f"{tensor}_whole", *_steps(file, tensor, numbers)], f"{tensor}_again")


def _steps(file: File, tensor: str, numbers: Numbers) -> list[str]:
    """Names of a tensor's step and zero, which stand in the file once."""
    steps = numbers.steps[tensor]
    return [file.put(f"{tensor}_step", steps.size), file.put(f"{tensor}_zero", steps.zero)]


def _whole_inputs(file: File, node: onnx.NodeProto, numbers: Numbers) -> list[str]:
    """A convolution's weights and bias; the bias counts in the product of both steps, as the sums do."""
    whole, sizes = numbers.weights[node.input[1]]
    products = (numbers.steps[node.input[0]].size * sizes).astype(np.float32)
    bias = np.round(numbers.biases[node.input[2]] / products).astype(np.int32)
    return [file.put_whole(node.input[1], widened(whole), sizes), file.put_whole(node.input[2], bias, products)]


def _finish(graph: Graph, file: File, path: Path) -> None:
    used = {name for node in file.nodes for name in node.input}
    front = File()
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
