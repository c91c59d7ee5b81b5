"""Views made before training and reused: making one costs as much as training on it twice.

A pool is a folder of chunks; each is made from its own seed, so any number of processes in any
order give the same files, and an interrupted run goes on with the chunks that are missing.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recognition.real import real_plates
from recognition.shapes import PLACES, encode
from recognition.streets import foreign_plates, streets
from recognition.views import Views

CHUNK = 2_000
SORTS = ("drawn", "real", "nothing")


@dataclass(frozen=True)
class Pool:
    """pictures uint8 [N, 32, 128, 3], texts uint8 [N, 8] (0 after the last), colours uint8 [N]."""

    pictures: np.ndarray
    texts: np.ndarray
    colours: np.ndarray


def make_pool(folder: Path, data: Path, seed: int, counts: dict[str, int], report) -> None:
    """Fills `folder` with the chunks that are not there yet; `counts` by sort, in views."""
    folder.mkdir(parents=True, exist_ok=True)
    real_plates(data / "crops-ccpd", _corners(folder))
    jobs = [
        (folder, data, seed, sort, at)
        for sort in SORTS
        for at in range(-(-counts[sort] // CHUNK))
        if not _file(folder, sort, at).exists()
    ]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for done, name in enumerate(workers.map(_make_chunk, jobs), 1):
            report(f"views: {done} of {len(jobs)} chunks ({name})")


def load_pool(folder: Path, counts: dict[str, int]) -> dict[str, Pool]:
    """The pool of each sort, in memory: 12 KB a view."""
    return {sort: _join(folder, sort, counts[sort]) for sort in SORTS}


def _join(folder: Path, sort: str, count: int) -> Pool:
    files = [np.load(_file(folder, sort, at)) for at in range(-(-count // CHUNK))]
    return Pool(*(np.concatenate([file[name] for file in files]) for name in ("pictures", "texts", "colours")))


def _file(folder: Path, sort: str, at: int) -> Path:
    return folder / f"{sort}-{at:04d}.npz"


def _corners(folder: Path) -> Path:
    return folder.parent / "corners.json"


_views: Views | None = None
"""Built once a process: the photographs are read anew in each, and shared by its chunks."""


def _make_chunk(job) -> str:
    global _views
    folder, data, seed, sort, at = job
    if _views is None:
        import cv2

        cv2.setNumThreads(1)
        street = data / "street-eu"
        reals = real_plates(data / "crops-ccpd", _corners(folder))
        _views = Views(reals, streets(street, False), foreign_plates(street, False))
    rng = np.random.default_rng(np.random.SeedSequence([seed, SORTS.index(sort), at]))
    draw = getattr(_views, sort)
    views = [draw(rng) for _ in range(CHUNK)]
    texts = np.zeros((CHUNK, PLACES), np.uint8)
    for row, view in zip(texts, views):
        row[: len(view.text)] = encode(view.text)
    path = _file(folder, sort, at)
    part = path.with_suffix(".part.npz")
    pictures = np.stack([view.picture for view in views])
    np.savez(part, pictures=pictures, texts=texts, colours=np.uint8([v.colour for v in views]))
    part.replace(path)
    return path.name
