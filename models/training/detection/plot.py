"""Curves of a run as a picture."""

import csv
from pathlib import Path

import cv2
import numpy as np

PANEL_SIZE_PX = (640, 260)
INKS = ((200, 80, 30), (40, 140, 40), (40, 60, 210), (150, 40, 150), (30, 160, 200), (90, 90, 90))
PANELS = (("heat", "corners", "rows"), ("recall", "recall_22_30_px", "recall_45_70_px"), ("corner_error", "zoom_corner_error"))


def plot_curves(table: Path, picture: Path) -> None:
    """Draws the columns named in PANELS of the CSV `table` against its `step` column, one panel below the other."""
    with open(table, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    panels = [draw_panel(rows, names) for names in PANELS]
    cv2.imwrite(str(picture), np.vstack(panels))


def draw_panel(rows: list[dict[str, str]], names: tuple[str, ...]) -> np.ndarray:
    """One panel uint8 [H,W,3] with a line for each column; the greatest value is written at the top."""
    width, height = PANEL_SIZE_PX
    panel = np.full((height, width, 3), 255, np.uint8)
    values = {name: np.array([float(row[name]) for row in rows]) for name in names}
    steps = np.array([float(row["step"]) for row in rows])
    most = max(float(each.max()) for each in values.values()) or 1.0
    cv2.putText(panel, f"{most:.3g}", (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    cv2.putText(panel, f"step {steps[-1]:.0f}", (width - 110, height - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    for index, (name, line) in enumerate(values.items()):
        x, y = 10 + steps / steps[-1] * (width - 20), height - 20 - line / most * (height - 45)
        points = np.stack([x, y], 1).astype(np.int32)
        cv2.polylines(panel, [points], False, INKS[index], 1, cv2.LINE_AA)
        cv2.putText(panel, name, (90 + 180 * index, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, INKS[index], 1, cv2.LINE_AA)
    return panel
