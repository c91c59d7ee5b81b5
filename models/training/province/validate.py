"""What the training of the province reader watches: plates it never sees."""

from pathlib import Path

import numpy as np
import torch

from pictures import read_rgb
from province.network import Province
from province.window import cut_province, province_view
from recognition.geometry import corners_of
from recognition.manners import MANNERS
from recognition.real import rows_of
from recognition.shapes import PROVINCES
from recognition.stages import PROVINCE
from recognition.streets import streets
from recognition.views import Sighting, View, Views
from runs import load_finished

_DRAWN, _SEED = 2_000, 0x7A11D


def held_out(data: Path) -> dict[str, list[View]]:
    """The real validation crops, looked at as they are, and drawn plates in streets of their own."""
    return {"real": _real(data / "crops-ccpd"), "drawn": _drawn(data / "street-eu")}


def _real(folder: Path) -> list[View]:
    rows = [(read_rgb(folder / file), text) for file, text in rows_of(folder, validation=True)]
    whole = [Sighting(crop, corners_of(crop.shape[1], crop.shape[0]), 1, text, 0) for crop, text in rows]
    return [View(cut_province(each), each.text, each.colour) for each in whole]


def _drawn(folder: Path) -> list[View]:
    views = Views([], streets(folder, True), manner=MANNERS[PROVINCE.name])
    rng = np.random.default_rng(_SEED)
    return [province_view(views, "drawn", rng) for _ in range(_DRAWN)]


@torch.no_grad()
def right_share(network: Province, views: list[View]) -> float:
    """Of the views, whose province is called right."""
    device, right = next(network.parameters()).device, 0
    for at in range(0, len(views), 64):
        part = views[at : at + 64]
        pictures = torch.from_numpy(np.stack([view.picture for view in part])).permute(0, 3, 1, 2).float() / 255
        found = network(pictures.to(device)).argmax(1).tolist()
        said = (next(character for character in view.text if character in PROVINCES) for view in part)
        right += sum(PROVINCES[best] == province for best, province in zip(found, said))
    return right / len(views)


def evaluate(run: Path, data: Path, report) -> None:
    """Reports the share of provinces called right of each set."""
    network = load_finished(Province(), run / "province" / "province.pt")
    for name, views in held_out(data).items():
        report(f"province, {name}: {right_share(network, views):.4f} of {len(views)} right")
