"""The trained detector on pictures it never learned from."""

import csv
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch

from detection.labels import Candidate
from detection.network import Detector
from detection.photos import load_photos, read_rgb
from detection.refine import find_in_frame
from detection.scoring import Score
from detection.train import find

THRESHOLDS = (0.2, 0.3, 0.5)


def evaluate(detector: Detector, plates: Path, pictures: Path | None = None) -> dict[str, dict[str, float]]:
    """Figures by set, pass and threshold. `plates` is the folder of shared pictures; drawn results go to `pictures`.

    `scenes`: real Chinese photographs with corners (recall, corner error). `street`: photographs held out, with
    European plates only, so that every candidate is false.
    """
    look = partial(find, detector.eval(), device=torch.device("cpu"))
    figures: dict[str, dict[str, float]] = {}
    for second in (False, True):
        for name, sample in (("scenes", load_scenes(plates / "scenes-ccpd")), ("street", load_negatives(plates / "street-eu"))):
            scores = {least: Score() for least in THRESHOLDS}
            for file, picture, quads in sample:
                found = find_in_frame(lambda image, least: look(image, least), picture, min(THRESHOLDS), second)
                for least, score in scores.items():
                    kept = [each for each in found if each.score >= least]
                    score.add(kept, quads, np.zeros(len(quads)), np.zeros((0, 4)))
                if pictures is not None and second:
                    draw(picture, found, pictures / f"{name}-{Path(file).stem}.jpg")
            for least, score in scores.items():
                figures[f"{name} {'two passes' if second else 'one pass'} {least}"] = score.figures()
    return figures


def load_scenes(folder: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, picture and plate corners [1,4,2] (from top left, clockwise) of every scene in `folder`/labels.csv."""
    scenes = []
    with open(folder / "labels.csv", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            points = row["vertices_br_bl_tl_tr"].split()
            corners = np.array([[float(value) for value in point.split(",")] for point in points], np.float32)
            scenes.append((row["file"], read_rgb(folder / row["file"]), corners[[2, 3, 0, 1]][None]))
    return scenes


def load_negatives(folder: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name and picture of the street photographs held out, and no plate."""
    return [(photo.name, photo.picture, np.zeros((0, 4, 2), np.float32)) for photo in load_photos(folder, held_out=True)]


def draw(picture: np.ndarray, found: list[Candidate], path: Path) -> None:
    """Writes the picture with the corners found, first corner marked, scores beside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    for each in found:
        cv2.polylines(shown, [np.round(each.quad * 16).astype(np.int32)], True, (0, 255, 0), 1, cv2.LINE_AA, 4)
        x, y = each.quad[0].astype(int).tolist()
        cv2.circle(shown, (x, y), 2, (0, 0, 255), -1)
        cv2.putText(shown, f"{each.score:.2f}", (x, y - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 255, 255), 1, cv2.LINE_AA)
    cv2.imwrite(str(path), shown)
