"""Networks on disk."""

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

_SMALL = 64
"""Elements; tensors below this stay as they are."""


def stored(name: str, values: np.ndarray) -> tuple[TensorProto, NodeProto | None]:
    """A weight as the file keeps it: a float one as float16, with the node that casts it back; a small one, or one of
    whole numbers, as it is."""
    if values.dtype != np.float32 or values.size < _SMALL:
        return numpy_helper.from_array(values, name), None
    half = numpy_helper.from_array(values.astype(np.float16), f"{name}_half")
    return half, helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT)


def halve_weights(path: str) -> None:
    """Stores float32 weights as float16, each cast back by a node that the runtime folds at load.

    Halves the file; the arithmetic stays float32. Rounding moves log-probabilities by under 0.01.
    """
    model = onnx.load(path)
    graph = model.graph
    pairs = [stored(weight.name, numpy_helper.to_array(weight)) for weight in graph.initializer]
    kept = [weight for weight, cast in pairs if cast is None]
    halved, casts = [weight for weight, cast in pairs if cast], [cast for _, cast in pairs if cast]
    nodes = list(graph.node)
    del graph.initializer[:]
    del graph.node[:]
    graph.initializer.extend(kept + halved)
    graph.node.extend(casts + nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)
