"""Where in a network numbers are rounded to whole ones."""

from collections.abc import Iterator

import onnx

from quantisation.graph import Graph

Places = dict[str, str]
"""Every tensor that is rounded, and the one whose steps it takes: itself, or what it is an enlargement of."""


def whole_convolutions(graph: Graph, kept: tuple[str, ...]) -> list[onnx.NodeProto]:
    """All but those whose name holds one of `kept`. ValueError when a name of `kept` is nowhere."""
    convolutions = graph.convolutions()
    for part in kept:
        if not any(part in node.name for node in convolutions):
            raise ValueError(f"no convolution's name holds {part}: the network has changed, and its list must too")
    return [node for node in convolutions if not any(part in node.name for part in kept)]


def places_of(graph: Graph, convolutions: list[onnx.NodeProto]) -> Places:
    """What goes into the convolutions and comes out of them, sums and enlargements on the way included."""
    places: Places = {}
    for node in convolutions:
        places[node.input[0]] = node.input[0]
        places.update(_from(graph, node.output[0], places))
    return places


def _from(graph: Graph, tensor: str, known: Places) -> Iterator[tuple[str, str]]:
    """The places that follow from a convolution's answer: behind its ReLU, or itself and the sums it goes into; and
    its enlargement, with the sums that goes into."""
    users = graph.users_of(tensor)
    if [user.op_type for user in users] == ["Relu"]:
        tensor = users[0].output[0]
    else:
        yield from _sums(graph, tensor, known)
    yield tensor, known.get(tensor, tensor)
    for user in graph.users_of(tensor):
        if user.op_type == "Resize":
            yield user.output[0], tensor
            yield from _sums(graph, user.output[0], known)


def _sums(graph: Graph, tensor: str, known: Places) -> Iterator[tuple[str, str]]:
    for user in graph.users_of(tensor):
        if user.op_type == "Add":
            yield from ((name, known.get(name, name)) for name in user.input if name != tensor)
            yield from _from(graph, user.output[0], known)
