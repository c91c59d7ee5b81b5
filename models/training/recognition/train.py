"""Trains the recogniser: pool, batches, losses, average of weights, checkpoints, curves."""

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as functional

from recognition.batches import batch_at
from recognition.network import COLUMNS, Recogniser
from detection.plot import plot_curves
from detection.train import prepare
from recognition.pool import load_pool
from recognition.shapes import BLANK
from recognition.validate import exact_share, validation_sets
from runs import Curves, load_checkpoint, save_checkpoint

_PEAK_RATE = 3e-3
_WARM_STEPS = 400
_AVERAGE = 0.999
_PROVINCE_FROM, _PROVINCE_WEIGHT = 0.1, 3.0
"""The province is learnt last; weighted from the start, attention does not form at all."""
_WATCH_EVERY = 1_500
_SAVE_EVERY = 1_000
_PANELS = (("ctc",), ("slots", "colour"), ("real", "real-94x24", "drawn"))


@dataclass(frozen=True)
class Plan:
    """How long and on what: `steps` batches of 64 views, out of `counts` views of each sort."""

    seed: int
    steps: int = 12_000
    counts: dict[str, int] = field(default_factory=lambda: dict(drawn=84_000, real=64_000, nothing=10_000))


def train(folder: Path, data: Path, plan: Plan, report) -> tuple[Recogniser, dict[str, float]]:
    """Trains to the end of the plan, from the last checkpoint in `folder` if there is one.

    Returns the averaged network and the last figures. Raises PlanChanged.
    """
    device = prepare(plan.seed)
    pools = load_pool(folder / "pool", plan.counts)
    network = Recogniser().to(device, memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(network, avg_fn=_averaged, use_buffers=True)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, weight_decay=0.05)
    parts = {"network": network, "average": average, "optimiser": optimiser}
    done = load_checkpoint(folder, asdict(plan), parts)
    curves, shown = Curves(folder / "curves.csv", done), validation_sets(data)
    since = time.monotonic()
    for step in range(done, plan.steps):
        batch = [part.to(device) for part in batch_at(pools, plan.seed, step)]
        losses = _learn(network, optimiser, batch, step / plan.steps, step)
        average.update_parameters(network)
        end = step + 1 == plan.steps
        if end or (step + 1) % _WATCH_EVERY == 0:
            figures = {one.name: exact_share(average.module.eval(), one) for one in shown}
            rate = 64 * (step + 1 - done) / (time.monotonic() - since)
            curves.add(step + 1, {**losses, **figures})
            report(f"step {step + 1} of {plan.steps}, {rate:.0f} views/s, " + _line({**losses, **figures}))
        if end or (step + 1) % _SAVE_EVERY == 0:
            save_checkpoint(folder, asdict(plan), parts, step + 1)
    plot_curves(folder / "curves.csv", folder / "curves.png", _PANELS)
    return average.module.cpu(), {name: float(value) for name, value in curves.rows[-1].items()}


def _averaged(old, new, count):
    """Exponential, but a plain mean of the first weights: those are far from anything."""
    share = torch.clamp((1 + count) / (10 + count), max=_AVERAGE).to(old.dtype) if old.is_floating_point() else 0
    return old * share + new * (1 - share)


def _learn(network, optimiser, batch, progress: float, step: int) -> dict[str, float]:
    plates, texts, colours = batch
    network.train()
    rate = _PEAK_RATE * min(1.0, (step + 1) / _WARM_STEPS)
    rate *= 0.5 * (1 + torch.cos(torch.tensor(progress * torch.pi)).item()) * 0.99 + 0.01
    for group in optimiser.param_groups:
        group["lr"] = rate
    with torch.autocast(plates.device.type, torch.bfloat16):
        columns, slots, colour = network(plates.to(memory_format=torch.channels_last))
    losses = {
        "ctc": _ctc(columns.float(), texts),
        "slots": _slots(slots.float(), texts, progress),
        "colour": functional.cross_entropy(colour.float(), colours),
    }
    total = losses["ctc"] + 4 * losses["slots"] + 0.5 * losses["colour"]
    optimiser.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    optimiser.step()
    return {name: loss.item() for name, loss in losses.items()}


def _ctc(columns: torch.Tensor, texts: torch.Tensor) -> torch.Tensor:
    """Mean over the batch of the negative log-probability of each whole text."""
    lengths = (texts != BLANK).sum(1)
    spelled = torch.log_softmax(columns, -1).transpose(0, 1)
    frames = torch.full((len(texts),), COLUMNS)
    return functional.ctc_loss(spelled, texts, frames, lengths, BLANK, "sum", zero_infinity=True) / len(texts)


def _slots(slots: torch.Tensor, texts: torch.Tensor, progress: float) -> torch.Tensor:
    each = functional.cross_entropy(slots.transpose(1, 2), texts, reduction="none")
    if progress > _PROVINCE_FROM:
        each = torch.cat([each[:, :1] * _PROVINCE_WEIGHT, each[:, 1:]], 1)
    return each.mean()


def _line(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
