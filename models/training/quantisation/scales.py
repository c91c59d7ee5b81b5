"""How a row of numbers is cut into 256 steps: with the least squared error, not from end to end.

A few large values would take the steps from all the others: the ends are drawn in as long as that helps.
"""

from dataclasses import dataclass

import numpy as np

_ENDS = np.linspace(0.1, 1, 46)
"""How far the ends of values are drawn in, in shares."""
_WEIGHT_ENDS = np.linspace(0.6, 1, 41)
_LEAST = 1e-8


@dataclass(frozen=True)
class Steps:
    """Value = (number − `zero`) × `size`, numbers being 0 to 255."""

    size: np.float32
    zero: np.uint8

    def rounded(self, values):
        """Values of any array or tensor as the runtime keeps them."""
        numbers = (values / float(self.size)).round() + int(self.zero)
        return (numbers.clip(0, 255) - int(self.zero)) * float(self.size)


def steps_for(values: np.ndarray) -> Steps:
    """The best steps for `values` float [N]; 0 is always one of them, as borders and ReLU need it."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    tried = [_between(low * share, high * share) for share in _ENDS]
    return min(tried, key=lambda steps: float(((steps.rounded(values) - values) ** 2).mean()))


def _between(low: float, high: float) -> Steps:
    size = max((high - low) / 255, _LEAST)
    return Steps(np.float32(size), np.uint8(round(-low / size)))


def whole_weights(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights [O, …] as int8 of the same shape, and the step of each output's, float32 [O]."""
    rows = weights.reshape(len(weights), -1)
    most = np.abs(rows).max(1) + _LEAST
    tried = np.stack([(most * share / 127).astype(np.float32) for share in _WEIGHT_ENDS])
    errors = np.stack([((_whole(rows, sizes) * sizes[:, None] - rows) ** 2).mean(1) for sizes in tried])
    sizes = tried[errors.argmin(0), np.arange(len(rows))]
    return _whole(rows, sizes).astype(np.int8).reshape(weights.shape), sizes


def _whole(rows: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return np.clip(np.round(rows / sizes[:, None]), -127, 127)
