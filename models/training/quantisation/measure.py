"""What a network's numbers are on pictures: from it follow the steps, and what rounding must be paid back."""

from dataclasses import dataclass, replace

import numpy as np
import onnx
import torch

from quantisation.door import Door
from quantisation.graph import Graph, Values, give, run, tensors_of
from quantisation.places import Places
from quantisation.scales import Steps, steps_for, whole_weights

_VALUES_MAX = 60_000
"""Of one tensor in one batch that are looked at."""
_PAID_BATCHES = 6
"""Batches from which it is seen what rounding shifts."""


@dataclass(frozen=True)
class Numbers:
    """`steps` of every place; `weights` by name: int8 and the step of each output; `biases` float32 by name."""

    steps: dict[str, Steps]
    weights: dict[str, tuple[np.ndarray, np.ndarray]]
    biases: dict[str, np.ndarray]

    def kept(self, name: str, values: torch.Tensor) -> torch.Tensor:
        """A tensor as the runtime keeps it: rounded where that is a place."""
        return self.steps[name].rounded(values) if name in self.steps else values


@torch.no_grad()
def measure(graph: Graph, door: Door, convolutions: list[onnx.NodeProto], places: Places, batches: list[np.ndarray]) -> Numbers:
    """The numbers of a network from float32 batches [N,3,H,W]. Deterministic."""
    steps = {**_steps(graph, places, batches), door.tensor: door.steps}
    weights = {node.input[1]: whole_weights(graph.weights[node.input[1]]) for node in convolutions}
    unpaid = Numbers(steps, weights, {})
    return replace(unpaid, biases=_paid_back(graph, convolutions, unpaid, batches[:_PAID_BATCHES]))


def _steps(graph: Graph, places: Places, batches: list[np.ndarray]) -> dict[str, Steps]:
    weights, rng = tensors_of(graph.weights), np.random.default_rng(0)
    own = sorted(place for place, like in places.items() if place == like)
    seen: dict[str, list[np.ndarray]] = {place: [] for place in own}
    for batch in batches:
        values = run(graph, weights, torch.from_numpy(batch), set(own))
        for place in own:
            flat = values[place].numpy().ravel()
            seen[place].append(rng.choice(flat, min(flat.size, _VALUES_MAX)))
    steps = {place: steps_for(np.concatenate(parts)) for place, parts in seen.items()}
    return {place: steps[like] for place, like in places.items()}


def _paid_back(graph: Graph, convolutions, numbers: Numbers, batches) -> dict[str, np.ndarray]:
    """Biases by which each convolution's channels have the mean they had before anything was rounded, one after the
    other: rounding shifts them all a little to one side, and the shifts add up."""
    exact, rounded = tensors_of(graph.weights), tensors_of(graph.weights)
    for name, (whole, sizes) in numbers.weights.items():
        rounded[name] = torch.from_numpy(whole * sizes.reshape(-1, *[1] * (whole.ndim - 1)))
    biases = {}
    for node in convolutions:
        shift = sum(_shift(graph, node, numbers, exact, rounded, torch.from_numpy(batch)) for batch in batches)
        rounded[node.input[2]] = exact[node.input[2]] - shift / len(batches)
        biases[node.input[2]] = rounded[node.input[2]].numpy()
    return biases


def _shift(graph: Graph, node: onnx.NodeProto, numbers: Numbers, exact: Values, rounded: Values, pictures) -> torch.Tensor:
    """By how much a convolution's channels [O] answer more than they should, on the average."""
    (right,) = run(graph, exact, pictures, {node.output[0]}).values()
    given = run(graph, rounded, pictures, {node.input[0]}, numbers.kept)
    return (give(node, {**rounded, **given}) - right).mean((0, 2, 3))
