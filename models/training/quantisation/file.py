"""An ONNX file as it is put together."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from storage import stored


class File:
    """Its nodes, in the order they run, and its weights by name."""

    def __init__(self):
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, onnx.TensorProto] = {}

    def add(self, kind: str, inputs: list[str], output: str, **settings) -> str:
        """A node; the name of what it gives."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **settings))
        return output

    def put(self, name: str, values: np.ndarray) -> str:
        self.weights[name] = numpy_helper.from_array(np.asarray(values), name)
        return name

    def put_whole(self, name: str, numbers: np.ndarray, sizes: np.ndarray) -> str:
        """Whole numbers by outputs, and the node that makes floats of them."""
        zeros = np.zeros(len(sizes), numbers.dtype)
        inputs = [self.put(f"{name}_whole", numbers), self.put(f"{name}_step", sizes), self.put(f"{name}_zero", zeros)]
        return self.add("DequantizeLinear", inputs, f"{name}_again", axis=0)

    def put_half(self, name: str, values: np.ndarray) -> None:
        """Floats as float16, and the node that makes them float32 again."""
        weight, cast = stored(name, values)
        self.weights[weight.name] = weight
        self.nodes.extend([cast] if cast else [])
