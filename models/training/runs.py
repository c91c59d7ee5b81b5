"""What a run leaves behind: checkpoints to go on from, curves, and a record of what made it."""

import csv
import hashlib
import json
import multiprocessing
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch


def processes(count: int | None = None) -> ProcessPoolExecutor:
    """So many processes (one a core unless given), begun afresh: a copy of one that has threads may
    wait for ever for a lock that a thread held when it was copied."""
    return ProcessPoolExecutor(count or os.cpu_count(), multiprocessing.get_context("spawn"))


class PlanChanged(ValueError):
    """The folder holds another run."""


def prepare(seed: int) -> torch.device:
    """One thread and fixed seeds, so that the same machine gives the same weights; a GPU when there is one."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def save_checkpoint(folder: Path, plan: dict, parts: dict, step: int) -> None:
    """Whole or not at all: written beside, then renamed."""
    state = {"plan": plan, "step": step, **{name: part.state_dict() for name, part in parts.items()}}
    torch.save(state, folder / "checkpoint.part")
    (folder / "checkpoint.part").replace(folder / "checkpoint.pt")


def load_finished(network: torch.nn.Module, path: Path) -> torch.nn.Module:
    """The network with a finished run's averaged weights. FileNotFoundError names the missing file."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: train to the end first (train --out {path.parent.parent})")
    network.load_state_dict(torch.load(path, map_location="cpu"))
    return network.eval()


def load_checkpoint(folder: Path, plan: dict, parts: dict) -> int:
    """Steps done; 0 without a checkpoint. PlanChanged when the folder's run has another plan."""
    path = folder / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path)
    if state["plan"] != plan:
        other = ", ".join(name for name in plan if state["plan"].get(name) != plan[name]) or "what it holds besides"
        raise PlanChanged(f"{path} is of another plan, by its {other}: give another folder with --out, or remove it")
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return state["step"]


class Curves:
    """A CSV of figures by step; rows after `done` steps (of an interrupted run) are dropped."""

    def __init__(self, path: Path, done: int):
        self.path = path
        rows = _read(path) if done else []
        self.rows = [row for row in rows if int(row["step"]) <= done]

    def add(self, step: int, figures: dict[str, float]) -> None:
        self.rows.append({"step": step, **{name: round(value, 5) for name, value in figures.items()}})
        with open(self.path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(self.rows[-1]))
            writer.writeheader()
            writer.writerows(self.rows)


def _read(path: Path) -> list[dict]:
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def record(folder: Path, plan: dict, data: dict[str, str], minutes: float, figures: dict) -> None:
    """Writes run.json: plan with seed, sha256 of the data, versions, minutes since the last start, figures."""
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "opencv": cv2.__version__,
        "processor": platform.processor() or platform.machine(),
    }
    content = {"plan": plan, "data": data, "versions": versions, "minutes": round(minutes, 1), "figures": figures}
    (folder / "run.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def hash_of(path: Path) -> str:
    """sha256 of a file, or over the names and bytes of all files below a folder, in order of name."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    folder, total = path, hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(str(path.relative_to(folder)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
