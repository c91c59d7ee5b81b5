"""Curves of a run as a picture."""

import csv
from pathlib import Path

import cv2
import numpy as np

PANEL_SIZE_PX = (640, 260)
BLACK = (0, 0, 0)
INKS = ((200, 80, 30), (40, 140, 40), (40, 60, 210))
"""One colour (blue, green, red) for each line of a panel."""

def plot_curves(table: Path, picture: Path, panels_of: tuple[tuple[str, ...], ...]) -> None:
    """Draws the columns named in `panels_of` of the CSV `table` against its `step` column, one panel below the other."""
    with open(table, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    panels = [draw_panel(rows, names) for names in panels_of]
    cv2.imwrite(str(picture), np.vstack(panels))


def draw_panel(rows: list[dict[str, str]], names: tuple[str, ...]) -> np.ndarray:
    """One panel uint8 [H,W,3] with a line for each column there is; the greatest value is written at the top."""
    width, height = PANEL_SIZE_PX
    panel = np.full((height, width, 3), 255, np.uint8)
    values = {name: np.array([float(row[name]) for row in rows]) for name in names if name in rows[0]}
    steps = np.array([float(row["step"]) for row in rows])
    most = max((float(each.max()) for each in values.values()), default=0.0) or 1.0
    write(panel, f"{most:.3g}", (4, 14), BLACK)
    write(panel, f"step {steps[-1]:.0f}", (width - 110, height - 6), BLACK)
    for index, (name, line) in enumerate(values.items()):
        x, y = 10 + steps / steps[-1] * (width - 20), height - 20 - line / most * (height - 45)
        points = np.stack([x, y], 1).astype(np.int32)
        cv2.polylines(panel, [points], False, INKS[index], 1, cv2.LINE_AA)
        write(panel, name, (90 + 180 * index, 14), INKS[index])
    return panel


def write(panel: np.ndarray, text: str, place: tuple[int, int], ink: tuple[int, int, int]) -> None:
    """Small text whose lower left corner is `place` (x, y)."""
    cv2.putText(panel, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, ink, 1, cv2.LINE_AA)
