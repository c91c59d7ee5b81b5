"""Trains a network that reads: pool, batches, losses, average of weights, checkpoints, curves."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from plot import plot_curves
from recognition.batches import SIZE, batch_at
from recognition.losses import losses_of, total_of
from recognition.network import Recogniser
from recognition.pool import load_pool
from recognition.stages import Plan, Stage
from recognition.validate import exact_share, validation_sets
from runs import Curves, load_checkpoint, load_finished, prepare, save_checkpoint

_AVERAGE = 0.999
_WATCH_EVERY = 1_500
_SAVE_EVERY = 1_000


@dataclass(frozen=True)
class Task:
    """What is trained: a `network`, its `losses` by (outputs, what the batch says, step) and their
    `total`; `watched`, given the data's folder, measures a network by figures of its own."""

    network: Callable[[], torch.nn.Module]
    losses: Callable[..., dict[str, torch.Tensor]]
    total: Callable[[dict[str, torch.Tensor]], torch.Tensor]
    watched: Callable[[Path], Callable[[torch.nn.Module], dict[str, float]]]
    panels: tuple[tuple[str, ...], ...]


def _watched(data: Path) -> Callable[[torch.nn.Module], dict[str, float]]:
    shown = validation_sets(data)
    return lambda network: {one.name: exact_share(network, one) for one in shown}


PLATES = Task(
    Recogniser, losses_of, total_of, _watched, (("ctc",), ("slots", "colour"), ("real", "real-94x24", "drawn"))
)


def train(
    folder: Path,
    data: Path,
    plan: Plan,
    report,
    pools: Path | None = None,
    begin: Path | None = None,
    task: Task = PLATES,
) -> tuple[torch.nn.Module, dict[str, float]]:
    """Trains to the end of the plan, from the last checkpoint in `folder` if there is one.

    `pools`: the folder with the views, if not `folder`; `begin`: a finished recogniser to start from.
    Returns the averaged network and the last figures. Raises PlanChanged.
    """
    run = _Run(folder, data, plan, report, task)
    if begin and not run.done:
        run.begin_with(load_finished(Recogniser(), begin))
    for stage, begun in plan.spans():
        if run.done < begun + stage.steps:
            run.learn(load_pool(pools or folder, stage), stage, begun)
    plot_curves(folder / "curves.csv", folder / "curves.png", task.panels)
    figures = {name: float(value) for name, value in run.curves.rows[-1].items()}
    return run.average.module.cpu(), figures


class _Run:
    """A training under way: the network, its average, and how far it got."""

    def __init__(self, folder: Path, data: Path, plan: Plan, report, task: Task):
        self.folder, self.plan, self.report, self.task = folder, plan, report, task
        self.device = prepare(plan.seed)
        self.network = task.network().to(self.device, memory_format=torch.channels_last)
        self.average = torch.optim.swa_utils.AveragedModel(self.network, avg_fn=_averaged, use_buffers=True)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=0.0, weight_decay=0.05)
        self.parts = {"network": self.network, "average": self.average, "optimiser": self.optimiser}
        self.done = load_checkpoint(folder, asdict(plan), self.parts)
        self.resumed, self.since = self.done, time.monotonic()
        self.curves, self.measure = Curves(folder / "curves.csv", self.done), task.watched(data)

    def begin_with(self, network: Recogniser) -> None:
        self.network.load_state_dict(network.state_dict())
        self.average.module.load_state_dict(network.state_dict())

    def learn(self, pools, stage: Stage, begun: int) -> None:
        for step in range(max(self.done, begun), begun + stage.steps):
            batch = batch_at(pools, stage, self.plan.seed, step, begun)
            for group in self.optimiser.param_groups:
                group["lr"] = _rate(stage, step - begun)
            losses = self.step([part.to(self.device) for part in batch], step)
            self.average.update_parameters(self.network)
            self.done = step + 1
            end = self.done == begun + stage.steps
            if end or self.done % _WATCH_EVERY == 0:
                self.watch(losses)
            if end or self.done % _SAVE_EVERY == 0:
                save_checkpoint(self.folder, asdict(self.plan), self.parts, self.done)

    def step(self, batch: list[torch.Tensor], step: int) -> dict[str, float]:
        plates, *said = batch
        torch.manual_seed(self.plan.seed * 1_000_003 + step)  # What a network drops is the step's, not the process's.
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16):
            outputs = self.network(plates.to(memory_format=torch.channels_last))
        losses = self.task.losses(outputs, said, step)
        self.optimiser.zero_grad(set_to_none=True)
        self.task.total(losses).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        return {name: loss.item() for name, loss in losses.items()}

    def watch(self, losses: dict[str, float]) -> None:
        figures = self.measure(self.average.module.eval())
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
