"""The trained detector on pictures it never learned from."""

import csv
from pathlib import Path

import cv2
import numpy as np

from detection.labels import Candidate
from detection.photos import load_photos, read_rgb
from detection.refine import Find, find_in_frame
from detection.scoring import Score

THRESHOLDS = (0.2, 0.3, 0.5)


Sample = list[tuple[str, np.ndarray, np.ndarray]]
"""Name, picture uint8 [H,W,3] RGB and corners of the plates [P,4,2] of each photograph of a set."""


def evaluate(find: Find, data: Path, pictures: Path | None = None) -> dict[str, dict[str, float]]:
    """Figures by set, passes and threshold. `data` is the folder of shared plate pictures; the plates found are drawn
    into `pictures` where it is given.

    `scenes`: real Chinese photographs with corners (recall, corner error). `street`: photographs held out, with
    European plates only, so that every candidate is false.
    """
    samples = {"scenes": load_scenes(data / "scenes-ccpd"), "street": load_negatives(data / "street-eu")}
    figures: dict[str, dict[str, float]] = {}
    for name, sample in samples.items():
        for passes in (1, 2):
            shown = None if pictures is None or passes == 1 else pictures / name
            for least, score in score_sample(find, sample, passes, shown).items():
                figures[f"{name}, passes {passes}, from {least}"] = score.figures()
    return figures


def score_sample(find: Find, sample: Sample, passes: int, shown: Path | None) -> dict[float, Score]:
    """Counts over one set at each of THRESHOLDS, after one or two passes."""
    scores = {least: Score() for least in THRESHOLDS}
    for file, picture, quads in sample:
        found = find_in_frame(find, picture, min(THRESHOLDS), passes == 2)
        for least, score in scores.items():
            kept = [each for each in found if each.score >= least]
            score.add(kept, quads, np.zeros(len(quads)), np.zeros((0, 4)))
        if shown is not None:
            draw(picture, found, shown / f"{Path(file).stem}.jpg")
    return scores


def load_scenes(folder: Path) -> Sample:
    """Name, picture and plate corners [1,4,2] (from top left, clockwise) of every scene in `folder`/labels.csv."""
    scenes = []
    with open(folder / "labels.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            points = row["vertices_br_bl_tl_tr"].split()
            corners = np.array([[float(value) for value in point.split(",")] for point in points], np.float32)
            scenes.append((row["file"], read_rgb(folder / row["file"]), corners[[2, 3, 0, 1]][None]))
    return scenes


def load_negatives(folder: Path) -> Sample:
    """Name and picture of the street photographs held out, and no plate."""
    photos = load_photos(folder, held_out=True)
    return [(photo.name, photo.picture, np.zeros((0, 4, 2), np.float32)) for photo in photos]


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
