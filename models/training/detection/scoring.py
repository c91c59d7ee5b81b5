"""How good found plates are against known ones."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from detection.labels import Candidate
from detection.perspective import measure

FOUND_OVERLAP = 0.5
"""A plate counts as found when a candidate shares this much of it (intersection over union of the quadrilaterals)."""

WIDTH_BUCKETS_PX = (0, 22, 30, 45, 70, 120, 10_000)
"""Edges of the widths, in pixels of the picture that was scored, that recall is told for."""


@dataclass
class Score:
    """Counts over pictures: `plates` and `found` by width bucket, `false` candidates, `errors` of the corners (mean
    distance divided by the plate's width) and `rows_right` of the plates found."""

    pictures: int = 0
    plates: np.ndarray = field(default_factory=lambda: np.zeros(len(WIDTH_BUCKETS_PX) - 1, int))
    found: np.ndarray = field(default_factory=lambda: np.zeros(len(WIDTH_BUCKETS_PX) - 1, int))
    false: int = 0
    rows_right: int = 0
    errors: list[float] = field(default_factory=list)

    def add(self, candidates: list[Candidate], quads: np.ndarray, two_rows: np.ndarray, unsure: np.ndarray) -> None:
        """Counts one picture. `quads` [P,4,2], `two_rows` [P]; candidates within `unsure` boxes [K,4] are not false."""
        self.pictures += 1
        used: set[int] = set()
        for quad, double in zip(quads, two_rows):
            bucket = int(np.searchsorted(WIDTH_BUCKETS_PX, measure(quad)[0], "right")) - 1
            self.plates[bucket] += 1
            shares = [share(quad, candidate.quad) for candidate in candidates]
            best = int(np.argmax(shares)) if shares else -1
            if best < 0 or shares[best] < FOUND_OVERLAP:
                continue
            used.add(best)
            self.found[bucket] += 1
            self.rows_right += (candidates[best].two_rows > 0.5) == bool(double)
            self.errors.append(corner_error(quad, candidates[best].quad))
        left = [candidate for index, candidate in enumerate(candidates) if index not in used]
        self.false += sum(not within(candidate.quad, unsure) for candidate in left)

    def figures(self) -> dict[str, float]:
        """False candidates a picture; and where plates were known, recall (of all and by width), corner error (mean and
        90th percentile, 1 where none was found) and the share of row counts that were right."""
        shares = {"false_per_picture": self.false / max(self.pictures, 1)}
        if not self.plates.sum():
            return shares
        found, errors = int(self.found.sum()), self.errors or [1.0]
        shares["recall"] = found / int(self.plates.sum())
        shares["corner_error"] = float(np.mean(errors))
        shares["corner_error_p90"] = float(np.percentile(errors, 90))
        shares["rows_right"] = self.rows_right / max(found, 1)
        for low, high, right, of in zip(WIDTH_BUCKETS_PX, WIDTH_BUCKETS_PX[1:], self.found, self.plates):
            if of:
                shares[f"recall_{low}_{high}_px"] = float(right / of)
        return shares


def share(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of two convex quadrilaterals [4,2]."""
    one, other = (cv2.convexHull(quad.astype(np.float32)) for quad in (first, second))
    shared, _ = cv2.intersectConvexConvex(one, other)
    union = cv2.contourArea(one) + cv2.contourArea(other) - shared
    return float(shared / max(union, 1e-6))


def corner_error(known: np.ndarray, found: np.ndarray) -> float:
    """Mean distance of the corners, divided by the width of the known plate."""
    return float(np.linalg.norm(known - found, axis=1).mean() / max(measure(known)[0], 1e-6))


def within(quad: np.ndarray, boxes: np.ndarray) -> bool:
    """Whether the centre lies in one of the boxes [K,4]."""
    x, y = quad.mean(0)
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes)
