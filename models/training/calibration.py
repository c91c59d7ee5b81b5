"""Fits the logistic weights by which the runtime turns its evidence into a probability.

Input: the lines `npm run plates -- eval … --features FILE` writes, one read a line.
"""

import json
from pathlib import Path

import numpy as np

_RIDGE = 1e-3
"""Pull of every weight towards 0, per read: keeps rare evidence from earning huge weights."""
_ROUNDS = 60


BY_HAND = {"isPlate": 0.3, "noProvince": -1.0}
"""Weights that are set, not fitted: the pictures to fit on hold hardly anything that is no plate."""
CAUTION = 0.7
"""Taken off every logit: a wrong read that is accepted costs more than a right one that is refused. With it 37 of
44,000 accepted reads were wrong on five test sets (seeds 27, 28, 50, 52), without it 83."""
LEFT_OUT = ("oneView",)
"""Says how a read came about and nothing of the picture: only sure ones are read in one view, so it
would be given all the certainty's weight."""


def fit(features: np.ndarray, right: np.ndarray, known=0.0) -> tuple[float, np.ndarray]:
    """Bias and weights [F] of P(right) for features [N, F] and right [N] of 0 or 1 (Newton's method).

    `known` [N] is added to the logits as it is.
    """
    spread = features.std(0) + 1e-9
    x = np.hstack([np.ones((len(features), 1)), features / spread])
    weights = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], _RIDGE * len(x))
    ridge[0] = 0
    for _ in range(_ROUNDS):
        share = 1 / (1 + np.exp(-x @ weights - known))
        slope = x.T @ (right - share) - ridge * weights
        bend = (x * (share * (1 - share))[:, None]).T @ x + np.diag(ridge + 1e-6)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), weights[1:] / spread


def fit_positive(features: np.ndarray, right: np.ndarray, known=0.0) -> tuple[float, np.ndarray]:
    """As `fit`, but no weight below 0: all evidence speaks for a read, none may be turned round."""
    kept = np.ones(features.shape[1], bool)
    while True:
        bias, some = fit(features[:, kept], right, known)
        weights = np.zeros(features.shape[1])
        weights[kept] = some
        if (weights >= 0).all():
            return bias, weights
        kept[np.argmin(weights * features.std(0))] = False


def calibrate(lines: list[dict], names: list[str]) -> dict:
    """The manifest's `calibration` from reads with `features` by name and `right`."""
    fitted = [name for name in names if name not in BY_HAND and name not in LEFT_OUT]
    rows = _table(lines, fitted)
    right = np.array([line["right"] for line in lines], float)
    known = _table(lines, list(BY_HAND)) @ list(BY_HAND.values())
    bias, weights = fit_positive(rows, right, known)
    found = {name: round(float(w), 5) for name, w in zip(fitted, weights) if w}
    return {"bias": round(bias - CAUTION, 5), "weights": {**found, **BY_HAND}}


def _table(lines: list[dict], names: list[str]) -> np.ndarray:
    return np.array([[line["features"][name] for name in names] for line in lines], float)


def write_calibration(files: list[Path], manifest: Path) -> dict:
    """Fits on all `files` together and writes the result into `manifest`."""
    lines = [line for file in files for line in _lines_of(file) if line.get("features")]
    if not lines:
        raise ValueError(f"{files[0]} holds no read with features: write it with eval --features")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["calibration"] = calibrate(lines, sorted(lines[0]["features"]))
    part = manifest.with_suffix(".part")
    part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(manifest)
    return content["calibration"]


def _lines_of(file: Path) -> list[dict]:
    lines = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            lines.append(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{file}, line {number} is no JSON ({error}): write it anew with eval --features") from error
    return lines
