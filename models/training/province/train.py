"""Trains the province reader on squares cut out of plates: the same way as the recogniser, another task."""

import time
from dataclasses import asdict
from pathlib import Path

import torch
import torch.nn.functional as functional

from province.network import Province
from province.validate import held_out, right_share
from recognition.pool import make_pools
from recognition.shapes import encode
from recognition.stages import provinces
from recognition.train import Task, train
from runs import hash_of, record

_SOURCES = ("crops-ccpd", "street-eu", "glyphs")
(_WJ_CLASS,) = encode("W")


def train_province(folder: Path, data: Path, seed: int, report) -> None:
    """Goes on with what `folder` holds, to `folder/province.pt`. Raises PlanChanged."""
    since, plan = time.monotonic(), provinces(seed)
    make_pools(folder, data, plan, report)
    network, figures = train(folder, data, plan, report, task=CLOSELY)
    part = folder / "province.part"
    torch.save(network.state_dict(), part)
    part.replace(folder / "province.pt")
    hashes = {name: hash_of(data / name) for name in _SOURCES}
    record(folder, asdict(plan), hashes, (time.monotonic() - since) / 60, figures)


def labels_of(texts: torch.Tensor) -> torch.Tensor:
    """Indices in PROVINCES of plates' texts [N, 8]: of the first character, or of the third after WJ."""
    return torch.where(texts[:, 0] == _WJ_CLASS, texts[:, 2], texts[:, 0]) - 1


def _losses(outputs: torch.Tensor, said: list[torch.Tensor], _step: int) -> dict[str, torch.Tensor]:
    texts, _colours = said
    return {"province": functional.cross_entropy(outputs.float(), labels_of(texts))}


def _watched(data: Path):
    sets = held_out(data)
    return lambda network: {name: right_share(network, views) for name, views in sets.items()}


CLOSELY = Task(Province, _losses, lambda losses: losses["province"], _watched, (("province",), ("real", "drawn")))
