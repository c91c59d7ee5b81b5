"""The whole way to a recogniser: a class of networks, each by itself; what they read; the one they teach."""

import shutil
import time
from dataclasses import asdict
from pathlib import Path

import torch

from recognition.pool import make_pools
from recognition.stages import CLASS, Plan, alone, lessons, taught
from recognition.teach import teach_all
from recognition.train import train
from runs import hash_of, record

_SOURCES = ("crops-ccpd", "street-eu", "glyphs")
_CORNERS = Path(__file__).with_name("corners.json")
"""Where the real plates' corners were found when the shipped networks learnt from them. An earlier state of the
glyphs led there; today's leads to the same places but for a ten-thousandth of a pixel (where the fit is trusted),
and so to other weights."""
_CORNERS_OF = "30f0f449b77d8bfb8d155776171c7eabf4b24852a16f89f29a0857ee4ebd36e9"
"""sha256 of the crops that these are the corners of; of others they are found anew."""


def train_recogniser(out: Path, data: Path, seed: int, report) -> None:
    """Goes on with what `out` holds, to `out/recogniser/recogniser.pt`. Raises PlanChanged."""
    networks = {each: _learn_alone(out / "alone" / f"seed-{each}", data, each, report) for each in {*CLASS, seed}}
    pools = out / "lessons"
    lay_corners(pools, data)
    make_pools(pools, data, lessons(), report)
    teach_all(pools, lessons(), [networks[each] for each in CLASS], report)
    _learn(out / "recogniser", data, taught(seed), report, networks, pools=pools, begin=networks[seed])


def _learn_alone(folder: Path, data: Path, seed: int, report) -> Path:
    """The finished network; once for all runs in the same folder."""
    finished = folder / "recogniser.pt"
    if not finished.exists():
        lay_corners(folder, data)
        make_pools(folder, data, alone(seed), report)
        _learn(folder, data, alone(seed), report, {})
    return finished


def lay_corners(folder: Path, data: Path) -> None:
    """Into a folder that has none yet."""
    folder.mkdir(parents=True, exist_ok=True)
    corners = folder / "corners.json"
    if not corners.exists() and hash_of(data / "crops-ccpd") == _CORNERS_OF:
        shutil.copyfile(_CORNERS, corners)


def _learn(folder: Path, data: Path, plan: Plan, report, teachers: dict[int, Path], **sources) -> None:
    """Trains, and records what from."""
    since = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    network, figures = train(folder, data, plan, report, **sources)
    part = folder / "recogniser.part"
    torch.save(network.state_dict(), part)
    part.replace(folder / "recogniser.pt")
    hashes = {name: hash_of(data / name) for name in _SOURCES}
    hashes |= {f"alone/seed-{seed}": hash_of(path) for seed, path in teachers.items()}
    record(folder, asdict(plan), hashes, (time.monotonic() - since) / 60, figures)
