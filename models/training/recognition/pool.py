"""Views made before training and reused: making one costs as much as training on it twice.

A pool is a folder of chunks; each is made from its own seed, so any number of processes in any
order give the same files, and an interrupted run goes on with the chunks that are missing.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from recognition.manners import MANNERS
from recognition.real import real_plates
from recognition.shapes import PLACES, encode
from recognition.stages import Plan, Stage
from recognition.streets import foreign_plates, streets
from recognition.views import Views
from province.window import province_view
from runs import processes

CHUNK = 2_000
SORTS = ("drawn", "real", "nothing")


@dataclass(frozen=True)
class Pool:
    """pictures uint8 [N, 32, 128, 3] ([N, 48, 48, 3] of provinces), texts uint8 [N, 8] (0 after the last), colours uint8 [N].

    `lessons`: what a class of networks reads there, float16 probabilities [N, 8, 73], or nothing.
    """

    pictures: np.ndarray
    texts: np.ndarray
    colours: np.ndarray
    lessons: np.ndarray | None = None


def make_pools(folder: Path, data: Path, plan: Plan, report) -> None:
    """Fills a folder for each stage with the chunks that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    real_plates(data / "crops-ccpd", _corners(folder))
    jobs = [job for stage in plan.stages for job in _missing(folder, data, plan.seed, stage)]
    with processes() as workers:
        for done, name in enumerate(workers.map(_make_chunk, jobs), 1):
            report(f"views: {done} of {len(jobs)} chunks ({name})")


def load_pool(folder: Path, stage: Stage) -> dict[str, Pool]:
    """The pool of each sort the stage shows, in memory: 12 KB a view, 7 of a province."""
    return {sort: _join(chunks_of(folder, stage, sort), stage.taught) for sort in SORTS if stage.counts[sort]}


def chunks_of(folder: Path, stage: Stage, sort: str) -> list[Path]:
    """The files of a sort's views."""
    return [_file(pool_of(folder, stage), sort, at) for at in range(-(-stage.counts[sort] // CHUNK))]


def pool_of(folder: Path, stage: Stage) -> Path:
    return folder / f"pool-{stage.name}"


@dataclass(frozen=True)
class _Job:
    path: Path
    data: Path
    corners: Path
    manner: str
    sort: str
    seed: tuple[int, ...]
    closely: bool


def _missing(folder: Path, data: Path, seed: int, stage: Stage) -> list[_Job]:
    pool_of(folder, stage).mkdir(parents=True, exist_ok=True)
    nth = list(MANNERS).index(stage.name)
    return [
        _Job(chunk, data, _corners(folder), stage.name, sort, (seed, SORTS.index(sort), at, nth), stage.closely)
        for sort in SORTS
        for at, chunk in enumerate(chunks_of(folder, stage, sort))
        if not chunk.exists()
    ]


def _join(chunks: list[Path], taught: bool) -> Pool:
    files = [np.load(chunk) for chunk in chunks]
    parts = [np.concatenate([file[name] for file in files]) for name in ("pictures", "texts", "colours")]
    lessons = np.concatenate([np.load(lesson_of(chunk)) for chunk in chunks]) if taught else None
    return Pool(*parts, lessons)


def lesson_of(chunk: Path) -> Path:
    """Where it is kept what a class of networks reads in a chunk's views."""
    return chunk.with_suffix(".lesson.npy")


def _file(pool: Path, sort: str, at: int) -> Path:
    return pool / f"{sort}-{at:04d}.npz"


def _corners(folder: Path) -> Path:
    return folder / "corners.json"


def _make_chunk(job: _Job) -> str:
    rng = np.random.default_rng(np.random.SeedSequence(job.seed))
    source = _views(job.data, job.corners, job.manner)
    draw = (lambda: province_view(source, job.sort, rng)) if job.closely else (lambda: getattr(source, job.sort)(rng))
    views = [draw() for _ in range(CHUNK)]
    texts = np.zeros((CHUNK, PLACES), np.uint8)
    for row, view in zip(texts, views):
        row[: len(view.text)] = encode(view.text)
    part = job.path.with_suffix(".part.npz")
    pictures = np.stack([view.picture for view in views])
    np.savez(part, pictures=pictures, texts=texts, colours=np.uint8([v.colour for v in views]))
    part.replace(job.path)
    return f"{job.path.parent.name}/{job.path.name}"


@cache
def _views(data: Path, corners: Path, manner: str) -> Views:
    return Views(*_pictures(data, corners), manner=MANNERS[manner])


@cache
def _pictures(data: Path, corners: Path):
    """Read once a process: real plates, streets, foreign plates."""
    import cv2

    cv2.setNumThreads(1)
    reals = real_plates(data / "crops-ccpd", corners)
    return reals, streets(data / "street-eu", False), foreign_plates(data / "street-eu", False)
