"""A test set on disk: numbered pictures, and labels.csv that says what each shows."""

import csv
import re
from pathlib import Path

import cv2
import numpy as np

_columns = ("file", "plate", "type", "province", "rows", "width", "legible")
_numbered = re.compile(r"\d{5,}\.jpg")
_jpeg_quality = 92


class Labels:
    """The folder being written: numbered pictures and the lines of labels.csv.

    What an earlier set in the same folder named and this one does not is removed, nothing else. A
    set that could not be finished has no labels.csv. FileExistsError for a folder whose labels.csv is
    of other pictures: nothing in it is touched.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._list = self._folder / "labels.csv"
        self._before: set[str] = set()
        self._rows: list[tuple] = []

    def __enter__(self) -> "Labels":
        self._folder.mkdir(parents=True, exist_ok=True)
        self._before = self._listed()
        self._list.unlink(missing_ok=True)
        return self

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, picture: np.ndarray, *fields: object) -> None:
        name = f"{len(self._rows):05d}.jpg"
        quality = [cv2.IMWRITE_JPEG_QUALITY, _jpeg_quality]
        _, packed = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), quality)
        packed.tofile(self._folder / name)
        self._rows.append((name, *fields))

    def __exit__(self, failed: type | None, *_: object) -> None:
        if failed:
            return
        for name in self._before - {row[0] for row in self._rows}:
            (self._folder / name).unlink(missing_ok=True)
        with open(self._list, "w", encoding="utf8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows([_columns, *self._rows])

    def _listed(self) -> set[str]:
        """Pictures of the set that is in the folder already."""
        if not self._list.exists():
            return set()
        with open(self._list, encoding="utf8", newline="") as lines:
            heading, *rows = [*csv.reader(lines)] or [[]]
        if tuple(heading) != _columns or not all(row and _numbered.fullmatch(row[0]) for row in rows):
            raise FileExistsError(f"{self._list} is of other pictures than a test set's: give another folder")
        return {row[0] for row in rows}
