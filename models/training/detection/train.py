"""Trains the detector: seeded, stopped and gone on with at any time, the same weights from the same seed."""

import copy
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from detection.batches import Batch, draw_batch
from detection.look import check, to_input
from detection.loss import measure_loss
from detection.network import Detector
from detection.pool import Pool, Recipe, write_pool
from plot import plot_curves
from runs import Curves, hash_of, load_checkpoint, prepare, record, save_checkpoint

SMOOTHING = 0.999
"""Share of the averaged weights that stays at each step; fewer while they are young."""
PANELS = (
    ("heat", "corners", "rows"),
    ("recall", "recall_22_30_px", "recall_45_70_px"),
    ("corner_error", "zoom_corner_error"),
)


@dataclass(frozen=True)
class Plan:
    """A training run: `steps` of `batch_size` pictures from `tiles` + `zooms` drawn with `seed`; `rate` is the greatest
    learning rate; every `save_every_steps` (two minutes) it is checked and kept."""

    seed: int = 1
    steps: int = 20000
    batch_size: int = 16
    tiles: int = 14000
    zooms: int = 12000
    rate: float = 2e-3
    warm_steps: int = 300
    save_every_steps: int = 1000


def train(plan: Plan, data: Path, folder: Path, workers: int = 1) -> Detector:
    """Trains by `plan` on the shared plate pictures in `data`; everything is kept in `folder`, where a run that was
    stopped is gone on with. Returns the averaged network.

    Raises runs.PlanChanged when the folder holds a run of another plan, ValueError when a photograph cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    draw = partial(write_pool, data=data, corners=folder / "corners.json", workers=workers)
    tiles = draw(folder / "tiles", recipe=Recipe("tile", plan.tiles, plan.seed, held_out=False))
    zooms = draw(folder / "zooms", recipe=Recipe("zoom", plan.zooms, plan.seed, held_out=False))
    checks = [draw(folder / f"check-{kind}", recipe=Recipe(kind, 400, 7, held_out=True)) for kind in ("tile", "zoom")]
    averaged, figures = run_steps(plan, folder, tiles, zooms, checks)
    torch.save(averaged.state_dict(), folder / "detector.pt")
    hashes = {name: hash_of(data / name) for name in ("street-eu", "crops-ccpd", "glyphs")}
    record(folder, asdict(plan), hashes, (time.monotonic() - began) / 60, figures)
    return averaged


def run_steps(
    plan: Plan, folder: Path, tiles: Pool, zooms: Pool, checks: list[Pool], stop_after: int | None = None
) -> tuple[Detector, dict]:
    """The loop: the averaged network and its last figures. `stop_after` that step it ends early, as if interrupted."""
    device = prepare(plan.seed)
    detector, averaged = begin(device)
    optimiser = torch.optim.AdamW(detector.parameters(), lr=plan.rate, weight_decay=1e-3)
    parts = {"detector": detector, "averaged": averaged, "optimiser": optimiser}
    done = load_checkpoint(folder, asdict(plan), parts)
    curves, sums, figures = Curves(folder / "curves.csv", done), np.zeros(4), {}
    for step in range(done + 1, (stop_after or plan.steps) + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, plan)
        batch = draw_batch(tiles, zooms, plan.batch_size, np.random.default_rng([plan.seed, 99, step]))
        sums += learn(detector, optimiser, batch, device)
        follow(averaged, detector, min(SMOOTHING, 1 - 1 / (step / 4 + 1)))
        if step % plan.save_every_steps == 0 or step == plan.steps:
            losses = dict(zip(("loss", "heat", "corners", "rows"), sums / plan.save_every_steps))
            figures = {**losses, **check(averaged, checks, device)}
            curves.add(step, figures)
            plot_curves(folder / "curves.csv", folder / "curves.png", PANELS)
            save_checkpoint(folder, asdict(plan), parts, step)
            print(step, {name: round(float(value), 4) for name, value in figures.items()}, flush=True)
            sums[:] = 0
    return averaged, figures


def begin(device: torch.device) -> tuple[Detector, Detector]:
    """The network that learns and the one that averages it."""
    detector = Detector().to(device=device, memory_format=torch.channels_last)
    return detector, copy.deepcopy(detector).eval()


def rate_at(step: int, plan: Plan) -> float:
    """Learning rate: up over `warm_steps`, then half a cosine down to a fiftieth."""
    if step < plan.warm_steps:
        return plan.rate * step / plan.warm_steps
    share = (step - plan.warm_steps) / max(plan.steps - plan.warm_steps, 1)
    return plan.rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * share)))


def learn(detector: Detector, optimiser: torch.optim.Optimizer, batch: Batch, device: torch.device) -> np.ndarray:
    """One step; its four losses (total, heat, corners, rows)."""
    targets = {name: torch.from_numpy(value).to(device) for name, value in vars(batch.maps).items()}
    detector.train()
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=halves(device)):
        outputs = detector(to_input(batch.pictures, device))
    losses = measure_loss(outputs, targets)
    optimiser.zero_grad(set_to_none=True)
    losses.total.backward()
    torch.nn.utils.clip_grad_norm_(detector.parameters(), 5.0)
    optimiser.step()
    return np.array([float(part.detach()) for part in vars(losses).values()])


def halves(device: torch.device) -> bool:
    """Whether bfloat16 is faster here: on a GPU, and on a processor that has it with torch 2."""
    if device.type == "cuda":
        return True
    return int(torch.__version__.split(".")[0]) >= 2 and torch.ops.mkldnn._is_mkldnn_bf16_supported()


def follow(averaged: Detector, detector: Detector, keep: float) -> None:
    """Moves the averaged network (weights and batch statistics) a little towards the one that learns."""
    with torch.no_grad():
        for slow, fast in zip(averaged.state_dict().values(), detector.state_dict().values()):
            if slow.dtype.is_floating_point:
                slow.lerp_(fast, 1 - keep)
