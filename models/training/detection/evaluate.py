"""The trained detector on pictures it never learned from."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import torch

from detection.bodies import box
from detection.labels import Candidate
from detection.look import find
from detection.network import Detector
from detection.refine import Find, find_in_frame, see_close
from detection.scoring import Score
from detection.sources import Sources, load_sources
from detection.tile import Tile, bare
from detection.tiles import draw_frame
from pictures import read_rgb
from recognition.align import TRUSTED, align
from recognition.real import rows_of
from runs import load_finished

THRESHOLDS = (0.2, 0.3, 0.5)


PASTED_FRAMES = 80
"""So many photographs of validation get plates pasted in, for the figures by width."""

PASTED_SEED = 8

Sample = Iterable[tuple[str, Tile]]
"""Name and picture of each photograph of a set, with the plates that are known in it."""


def evaluate_run(run: Path, data: Path, report: Callable[[str], None]) -> None:
    """Reports the figures of the finished run in the folder `run`; pictures with what it found go to `run`/found.

    Raises FileNotFoundError when the run is not finished, ValueError when a picture cannot be read.
    """
    detector, cpu = load_finished(Detector(), run / "detector.pt"), torch.device("cpu")
    figures = evaluate(lambda frame, least: find(detector, frame, least, cpu), data, run / "found")
    for name, values in figures.items():
        report(name + ": " + ", ".join(f"{key} {value:.4f}" for key, value in values.items()))


def evaluate(find: Find, data: Path, pictures: Path | None = None) -> dict[str, dict[str, float]]:
    """Figures by set, passes and threshold. `data` is the folder of shared plate pictures; the plates found are drawn
    into `pictures` where it is given.

    `scenes`: real Chinese photographs with corners (recall, corner error). `street`: photographs held out, with
    European plates only, so that every candidate is false. `pasted`: some of those with Chinese plates pasted in.
    `crops`: real plates cut out, validation rows.
    """
    sources = load_sources(data, data / "corners.json", held_out=True)
    samples = {
        "scenes": load_scenes(data / "scenes-ccpd"),
        "street": [(photo.name, bare(photo.picture)) for photo in sources.photos],
        "pasted": [(f"{index:03d}", draw_pasted(sources, index)) for index in range(PASTED_FRAMES)],
    }
    figures: dict[str, dict[str, float]] = {}
    for name, sample in samples.items():
        for passes in (1, 2):
            shown = None if pictures is None or passes == 1 else pictures / name
            for least, score in score_sample(find, sample, passes, shown).items():
                figures[f"{name}, passes {passes}, from {least}"] = score.figures()
    figures["crops"] = score_crops(find, data / "crops-ccpd").figures()
    return figures


def score_crops(find: Find, folder: Path) -> Score:
    """Validation crops looked at as the second pass does, against the corners that their known text gives."""
    score, nothing = Score(), np.zeros((0, 4), np.float32)
    for file, text in rows_of(folder, validation=True):
        crop = read_rgb(folder / file)
        corners, fit = align(crop, text)
        if fit < TRUSTED:
            continue
        whole = box(0, 0, crop.shape[1], crop.shape[0])
        found = see_close(find, crop, whole)
        score.add([] if found is None else [found], corners[None], np.zeros(1), nothing)
    return score


def score_sample(find: Find, sample: Sample, passes: int, shown: Path | None) -> dict[float, Score]:
    """Counts over one set at each of THRESHOLDS, after one or two passes."""
    scores = {least: Score() for least in THRESHOLDS}
    for file, tile in sample:
        found = find_in_frame(find, tile.picture, min(THRESHOLDS), passes == 2)
        for least, score in scores.items():
            kept = [each for each in found if each.score >= least]
            score.add(kept, tile.quads, tile.two_rows, tile.unsure)
        if shown is not None:
            draw(tile.picture, found, shown / f"{Path(file).stem}.jpg")
    return scores


def draw_pasted(sources: Sources, index: int) -> Tile:
    """The photograph number `index` of the set `pasted`."""
    return draw_frame(sources, np.random.default_rng([PASTED_SEED, index]))


def load_scenes(folder: Path) -> Sample:
    """Every scene in `folder`/labels.csv with the corners of its plate (from top left, clockwise)."""
    scenes = []
    with open(folder / "labels.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            points = row["vertices_br_bl_tl_tr"].split()
            corners = np.array([[float(value) for value in point.split(",")] for point in points], np.float32)
            known = corners[[2, 3, 0, 1]][None], np.zeros(1, np.float32), np.zeros((0, 4), np.float32)
            scenes.append((row["file"], Tile(read_rgb(folder / row["file"]), *known)))
    return scenes


def draw(picture: np.ndarray, found: list[Candidate], path: Path) -> None:
    """Writes the picture with the corners found, first corner marked, scores beside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    for each in found:
        cv2.polylines(shown, [np.round(each.quad * 16).astype(np.int32)], True, (0, 255, 0), 1, cv2.LINE_AA, 4)
        x, y = each.quad[0].astype(int).tolist()
        cv2.circle(shown, (x, y), 2, (0, 0, 255), -1)
        place, font = (x, y - 4), cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(shown, f"{each.score:.2f}", place, font, 0.5, (0, 255, 255), 1, cv2.LINE_AA)
    cv2.imwrite(str(path), shown)
