"""What a class of networks reads in a pool's views: the mean of their outputs, kept beside the views.

Three trainings that differ in their seed alone err on different plates. Their mean knows more than
the text that is written: which other province a smeared one may be, and that a plate is past reading.
"""

from pathlib import Path

import numpy as np
import torch

from recognition.network import Recogniser
from recognition.pool import SORTS, chunks_of, lesson_of
from recognition.stages import Plan, Stage
from runs import load_finished, prepare

_AT_ONCE = 250


def teach_all(folder: Path, plan: Plan, networks: list[Path], report) -> None:
    """Has the finished `networks` read every taught stage's pool in `folder`."""
    device = prepare(plan.seed)
    teachers = [load_finished(Recogniser(), path).to(device, memory_format=torch.channels_last) for path in networks]
    for stage in plan.stages:
        if stage.taught:
            teach(folder, stage, teachers, report)


def teach(folder: Path, stage: Stage, teachers: list[Recogniser], report) -> None:
    """Writes what `teachers` read, float16 probabilities [N, 8, 73], beside every chunk that has none yet."""
    chunks = [chunk for sort in SORTS for chunk in chunks_of(folder, stage, sort)]
    missing = [chunk for chunk in chunks if not lesson_of(chunk).exists()]
    for done, chunk in enumerate(missing, 1):
        part = chunk.with_suffix(".part.npy")
        np.save(part, _mean_read(teachers, np.load(chunk)["pictures"]))
        part.replace(lesson_of(chunk))
        if done % 10 == 0 or done == len(missing):
            report(f"lessons: {done} of {len(missing)} chunks")


@torch.no_grad()
def _mean_read(teachers: list[Recogniser], pictures: np.ndarray) -> np.ndarray:
    found = []
    for at in range(0, len(pictures), _AT_ONCE):
        plates = torch.from_numpy(pictures[at : at + _AT_ONCE]).permute(0, 3, 1, 2).float() / 255
        reads = [torch.softmax(_slots(teacher, plates), -1) for teacher in teachers]
        found.append(torch.stack(reads).mean(0).half().cpu().numpy())
    return np.concatenate(found)


def _slots(teacher: Recogniser, plates: torch.Tensor) -> torch.Tensor:
    device = next(teacher.parameters()).device
    with torch.autocast(device.type, torch.bfloat16):
        _, slots, _ = teacher.eval()(plates.to(device, memory_format=torch.channels_last))
    return slots.float()
