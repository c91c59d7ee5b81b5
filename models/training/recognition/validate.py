"""What training watches: plates it never sees, real ones and one set of each drawn kind."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from pictures import read_rgb
from recognition.geometry import corners_of, cut_out
from recognition.manners import BROAD
from recognition.network import Recogniser
from recognition.read import read
from recognition.real import rows_of
from recognition.shapes import decode, encode
from recognition.streets import streets
from recognition.views import Views
from runs import load_finished

_PER_KIND = 40
_SEED = 0x7A11D


@dataclass(frozen=True)
class Shown:
    """A set of pictures uint8 [N, 32, 128, 3] and what they say."""

    name: str
    pictures: np.ndarray
    texts: list[str]


def validation_sets(data: Path) -> list[Shown]:
    """Real validation crops as they are and at 94 x 24 pixels, and drawn plates of every kind."""
    rows = rows_of(data / "crops-ccpd", validation=True)
    crops = [read_rgb(data / "crops-ccpd" / file) for file, _ in rows]
    small = [cv2.resize(crop, (94, 24), interpolation=cv2.INTER_AREA) for crop in crops]
    texts = [text for _, text in rows]
    views = Views([], streets(data / "street-eu", True))
    rng = np.random.default_rng(_SEED)
    drawn = [views.drawn(rng, kind) for kind in BROAD.kinds for _ in range(_PER_KIND)]
    return [
        Shown("real", _whole(crops), texts),
        Shown("real-94x24", _whole(small), texts),
        Shown("drawn", np.stack([view.picture for view in drawn]), [view.text for view in drawn]),
    ]


def _whole(crops: list[np.ndarray]) -> np.ndarray:
    return np.stack([cut_out(crop, corners_of(crop.shape[1], crop.shape[0]), 1) for crop in crops])


@torch.no_grad()
def reads_of(network, pictures: np.ndarray) -> list[tuple[str, float]]:
    """Text and probability of each picture."""
    found = []
    for at in range(0, len(pictures), 64):
        plates = torch.from_numpy(pictures[at : at + 64]).permute(0, 3, 1, 2).float() / 255
        logits = network(plates.to(next(network.parameters()).device))
        outputs = [torch.log_softmax(part.float(), -1).cpu().numpy() for part in logits]
        found += [read(*one) for one in zip(*outputs)]
    return found


def exact_share(network, shown: Shown) -> float:
    """Share of whole plates read right."""
    right = [text == decode(encode(label)) for (text, _), label in zip(reads_of(network, shown.pictures), shown.texts)]
    return float(np.mean(right))


def evaluate(run: Path, data: Path, report) -> None:
    """Reports the share read right of each validation set, and of each kind of the drawn one."""
    network = load_finished(Recogniser(), run / "recogniser" / "recogniser.pt")
    for shown in validation_sets(data):
        report(f"{shown.name}: {exact_share(network, shown):.4f} of {len(shown.texts)} exact")
