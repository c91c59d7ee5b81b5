"""Batches out of a pool, changed a little each time a view comes round again.

Every batch is a function of (seed, step): a run that is resumed goes on with the very batches it
would have had.
"""

import numpy as np
import torch
import torch.nn.functional as functional

from recognition.losses import dictated
from recognition.pool import SORTS, Pool
from recognition.stages import Stage

SIZE = 64


def batch_at(pools: dict[str, Pool], stage: Stage, seed: int, step: int, begun: int = 0) -> tuple[torch.Tensor, ...]:
    """Pictures float32 [64, 3, height, width], texts int64 [64, 8], colours int64 [64]; in a taught stage
    also what the class reads there, float32 [64, 8, 73], and a text as it spells it, int64 [64, 8].

    `step` counts from the start of the training, `begun` of it were done before this stage.
    """
    shown = [sort for sort in SORTS if stage.per_batch[sort]]
    rows = [(pools[sort], _rows(pools[sort], seed, step - begun, sort, stage.per_batch[sort])) for sort in shown]
    joined = lambda name: torch.from_numpy(np.concatenate([getattr(pool, name)[at] for pool, at in rows]))
    random = torch.Generator().manual_seed(seed * 1_000_003 + step)
    plates = joined("pictures").permute(0, 3, 1, 2).float() / 255
    texts = joined("texts").long()
    batch = (varied(plates, random), texts, joined("colours").long())
    if not stage.taught:
        return batch
    lessons = joined("lessons").float()
    return (*batch, lessons, dictated(texts, lessons, random))


def _rows(pool: Pool, seed: int, step: int, sort: str, size: int) -> np.ndarray:
    """The views of a step: each pass over the pool in an order of its own."""
    count = len(pool.texts)
    per_pass = count // size
    at = step % per_pass
    return _order(seed, step // per_pass, SORTS.index(sort), count)[at * size : (at + 1) * size]


_orders: dict[tuple, np.ndarray] = {}


def _order(seed: int, turn: int, sort: int, count: int) -> np.ndarray:
    key = (seed, turn, sort, count)
    if key not in _orders:
        for old in [known for known in _orders if known[2] == sort]:
            del _orders[old]
        _orders[key] = np.random.default_rng([seed, turn, sort]).permutation(count)
    return _orders[key]


def varied(plates: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Shifts, scales, leans, brightens, tints, and covers a spot: cheap, on the whole batch."""
    count = plates.shape[0]

    def draw(*shape, spread=1.0):
        return torch.randn(*shape, generator=random) * spread

    turn = torch.zeros(count, 2, 3)
    turn[:, 0, 0] = 1 + draw(count, spread=0.025)
    turn[:, 1, 1] = 1 + draw(count, spread=0.05)
    turn[:, 0, 1] = draw(count, spread=0.03)
    turn[:, 1, 0] = draw(count, spread=0.06)
    turn[:, 0, 2] = draw(count, spread=0.015)
    turn[:, 1, 2] = draw(count, spread=0.05)
    grid = functional.affine_grid(turn, list(plates.shape), align_corners=False)
    plates = functional.grid_sample(plates, grid, padding_mode="border", align_corners=False)
    gain = 1 + draw(count, 1, 1, 1, spread=0.12) + draw(count, 3, 1, 1, spread=0.05)
    plates = plates * gain + draw(count, 1, 1, 1, spread=0.05)
    plates = plates + draw(*plates.shape, spread=0.02)
    return _covered(plates, random).clamp(0, 1)


def _covered(plates: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """One view in six loses a spot of up to 8 x 10 pixels: half a character at most."""
    count, _, height, width = plates.shape
    where = torch.rand(count, 4, generator=random)
    y = torch.arange(height).view(1, height, 1)
    x = torch.arange(width).view(1, 1, width)
    top, left = (where[:, 0] * (height - 4)).view(-1, 1, 1), (where[:, 1] * (width - 6)).view(-1, 1, 1)
    high, wide = (where[:, 2] * 8 + 2).view(-1, 1, 1), (where[:, 3] * 8 + 2).view(-1, 1, 1)
    spot = (y >= top) & (y < top + high) & (x >= left) & (x < left + wide)
    chosen = (torch.rand(count, generator=random) < 1 / 6).view(-1, 1, 1)
    shade = torch.rand(count, 3, 1, 1, generator=random)
    return torch.where((spot & chosen).unsqueeze(1), shade, plates)
