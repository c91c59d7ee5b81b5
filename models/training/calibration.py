"""Fits the logistic weights by which the runtime turns its evidence into a probability.

Input: the lines `npm run plates -- eval … --features FILE` writes, one read a line.
"""

import json
from pathlib import Path

import numpy as np

_RIDGE = 1e-3
"""Pull of every weight towards 0, per read: keeps rare evidence from earning huge weights."""
_ROUNDS = 60


def fit(features: np.ndarray, right: np.ndarray) -> tuple[float, np.ndarray]:
    """Bias and weights [F] of P(right) for features [N, F] and right [N] of 0 or 1 (Newton's method)."""
    spread = features.std(0) + 1e-9
    x = np.hstack([np.ones((len(features), 1)), features / spread])
    weights = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], _RIDGE * len(x))
    ridge[0] = 0
    for _ in range(_ROUNDS):
        share = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (right - share) - ridge * weights
        bend = (x * (share * (1 - share))[:, None]).T @ x + np.diag(ridge + 1e-6)
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), weights[1:] / spread


def calibrate(lines: list[dict], names: list[str]) -> dict:
    """The manifest's `calibration` from reads with `features` by name and `right`."""
    rows = np.array([[line["features"][name] for name in names] for line in lines], float)
    right = np.array([line["right"] for line in lines], float)
    bias, weights = fit(rows, right)
    return {"bias": round(bias, 5), "weights": {name: round(float(w), 5) for name, w in zip(names, weights)}}


def write_calibration(files: list[Path], manifest: Path) -> dict:
    """Fits on all `files` together and writes the result into `manifest`."""
    lines = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line.get("features")]
    if not lines:
        raise ValueError(f"{files[0]} holds no read with features: write it with eval --features")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["calibration"] = calibrate(lines, sorted(lines[0]["features"]))
    manifest.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return content["calibration"]
