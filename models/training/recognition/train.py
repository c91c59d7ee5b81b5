"""Trains the recogniser: pool, batches, losses, average of weights, checkpoints, curves."""

import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as functional

from plot import plot_curves
from recognition.batches import SIZE, batch_at
from recognition.network import COLUMNS, Recogniser
from recognition.pool import load_pool
from recognition.shapes import BLANK
from recognition.stages import Plan, Stage
from recognition.validate import exact_share, validation_sets
from runs import Curves, load_checkpoint, prepare, save_checkpoint

_AVERAGE = 0.999
_PROVINCE_FROM_STEP, _PROVINCE_WEIGHT = 1_200, 3.0
"""The province is learnt last; weighted from the start, attention does not form at all."""
_WATCH_EVERY = 1_500
_SAVE_EVERY = 1_000
_PANELS = (("ctc",), ("slots", "colour"), ("real", "real-94x24", "drawn"))


def train(folder: Path, data: Path, plan: Plan, report) -> tuple[Recogniser, dict[str, float]]:
    """Trains to the end of the plan, from the last checkpoint in `folder` if there is one.

    Returns the averaged network and the last figures. Raises PlanChanged.
    """
    run = _Run(folder, data, plan, report)
    for stage, begun in plan.spans():
        if run.done < begun + stage.steps:
            run.learn(stage, begun)
    plot_curves(folder / "curves.csv", folder / "curves.png", _PANELS)
    figures = {name: float(value) for name, value in run.curves.rows[-1].items()}
    return run.average.module.cpu(), figures


class _Run:
    """A training under way: the network, its average, and how far it got."""

    def __init__(self, folder: Path, data: Path, plan: Plan, report):
        self.folder, self.plan, self.report = folder, plan, report
        self.device = prepare(plan.seed)
        self.network = Recogniser().to(self.device, memory_format=torch.channels_last)
        self.average = torch.optim.swa_utils.AveragedModel(self.network, avg_fn=_averaged, use_buffers=True)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=0.0, weight_decay=0.05)
        self.parts = {"network": self.network, "average": self.average, "optimiser": self.optimiser}
        self.done = load_checkpoint(folder, asdict(plan), self.parts)
        self.resumed, self.since = self.done, time.monotonic()
        self.curves, self.shown = Curves(folder / "curves.csv", self.done), validation_sets(data)

    def learn(self, stage: Stage, begun: int) -> None:
        pools = load_pool(self.folder, stage)
        for step in range(max(self.done, begun), begun + stage.steps):
            batch = [part.to(self.device) for part in batch_at(pools, stage, self.plan.seed, step, begun)]
            for group in self.optimiser.param_groups:
                group["lr"] = _rate(stage, step - begun)
            losses = _learn(self.network, self.optimiser, batch, step)
            self.average.update_parameters(self.network)
            self.done = step + 1
            end = self.done == begun + stage.steps
            if end or self.done % _WATCH_EVERY == 0:
                self.watch(losses)
            if end or self.done % _SAVE_EVERY == 0:
                save_checkpoint(self.folder, asdict(self.plan), self.parts, self.done)

    def watch(self, losses: dict[str, float]) -> None:
        figures = {one.name: exact_share(self.average.module.eval(), one) for one in self.shown}
        rate = SIZE * (self.done - self.resumed) / (time.monotonic() - self.since)
        self.curves.add(self.done, {**losses, **figures})
        line = ", ".join(f"{name} {value:.4f}" for name, value in {**losses, **figures}.items())
        self.report(f"step {self.done} of {self.plan.steps}, {rate:.0f} views/s, {line}")


def _rate(stage: Stage, step: int) -> float:
    """Climbs, then falls along a cosine to a hundredth; `step` within the stage."""
    rate = stage.peak_rate * min(1.0, (step + 1) / stage.warm_steps)
    return rate * (0.5 * (1 + torch.cos(torch.tensor(step / stage.steps * torch.pi)).item()) * 0.99 + 0.01)


def _averaged(old, new, count):
    """Exponential, but a plain mean of the first weights: those are far from anything."""
    share = torch.clamp((1 + count) / (10 + count), max=_AVERAGE).to(old.dtype) if old.is_floating_point() else 0
    return old * share + new * (1 - share)


def _learn(network, optimiser, batch, step: int) -> dict[str, float]:
    plates, texts, colours = batch
    network.train()
    with torch.autocast(plates.device.type, torch.bfloat16):
        columns, slots, colour = network(plates.to(memory_format=torch.channels_last))
    losses = {
        "ctc": _ctc(columns.float(), texts),
        "slots": _slots(slots.float(), texts, step),
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


def _slots(slots: torch.Tensor, texts: torch.Tensor, step: int) -> torch.Tensor:
    each = functional.cross_entropy(slots.transpose(1, 2), texts, reduction="none")
    if step > _PROVINCE_FROM_STEP:
        each = torch.cat([each[:, :1] * _PROVINCE_WEIGHT, each[:, 1:]], 1)
    return each.mean()
