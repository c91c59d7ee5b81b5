"""What decides which reads are accepted: fitted on evidence, careful, and never against what is set by hand."""

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from calibration import BY_HAND, CAUTION, LEFT_OUT, calibrate, fit, fit_positive, write_calibration

NAMES = ["certainty", "height", "isPlate", "noProvince", "oneView"]
READS = [
    (6, -1, 4, 0, 1, True),
    (5, 0, 3, 0, 1, True),
    (4, -1, 4, 0, 1, True),
    (4, 0, 2, 1, 0, False),
    (3, 1, 3, 0, 0, True),
    (3, -1, 4, 0, 1, True),
    (2, 1, 1, 0, 0, False),
    (2, 0, 3, 0, 0, True),
    (1, 1, 2, 1, 0, False),
    (0, 1, -1, 0, 1, False),
    (0, -1, 1, 0, 0, False),
]
"""By NAMES, then whether it was right. `height` speaks against a read here, `oneView` for it."""
LINES = [{"features": dict(zip(NAMES, values)), "right": right} for *values, right in READS]


def columns(*names: str) -> np.ndarray:
    return np.array([[line["features"][name] for name in names] for line in LINES], float)


class Fitting(unittest.TestCase):
    def test_the_fit_finds_the_odds_that_made_the_data(self):
        rng = np.random.default_rng(5)
        features = rng.normal(size=(40_000, 2)) * (1, 7)
        odds = 0.5 + features @ (1.5, -0.2)
        right = rng.random(40_000) < 1 / (1 + np.exp(-odds))
        bias, weights = fit(features, right)
        self.assertAlmostEqual(bias, 0.5, delta=0.1)
        self.assertAlmostEqual(weights[0], 1.5, delta=0.1)
        self.assertAlmostEqual(weights[1], -0.2, delta=0.02)

    def test_evidence_for_a_read_never_counts_against_it(self):
        rng = np.random.default_rng(6)
        features = rng.normal(size=(4_000, 2))
        right = rng.random(4_000) < 1 / (1 + np.exp(-(1 + features @ (2.0, -1.0))))
        _, weights = fit_positive(features, right)
        self.assertGreater(weights[0], 1)
        self.assertEqual(weights[1], 0)


class Calibrating(unittest.TestCase):
    def setUp(self):
        self.made = calibrate(LINES, NAMES)

    def test_caution_lowers_every_logit(self):
        right = np.array([line["right"] for line in LINES], float)
        known = columns("isPlate", "noProvince") @ [BY_HAND["isPlate"], BY_HAND["noProvince"]]
        bias, weights = fit_positive(columns("certainty", "height"), right, known)
        self.assertGreater(CAUTION, 0)
        self.assertAlmostEqual(self.made["bias"], bias - CAUTION, places=4)
        self.assertAlmostEqual(self.made["weights"]["certainty"], weights[0], places=4)

    def test_what_is_set_by_hand_comes_out_as_it_is_and_speaks_as_it_must(self):
        weights = self.made["weights"]
        self.assertEqual({name: weights[name] for name in BY_HAND}, BY_HAND)
        self.assertGreater(weights["isPlate"], 0)
        self.assertLess(weights["noProvince"], 0)

    def test_how_a_read_came_about_never_gets_a_weight(self):
        self.assertGreater(fit_positive(columns("certainty", "oneView"), columns("oneView")[:, 0])[1][1], 0)
        self.assertFalse({"oneView", *LEFT_OUT} & set(self.made["weights"]))

    def test_no_fitted_weight_is_below_0(self):
        right = np.array([line["right"] for line in LINES], float)
        self.assertLess(fit(columns("certainty", "height"), right)[1][1], 0)
        fitted = {name: weight for name, weight in self.made["weights"].items() if name not in BY_HAND}
        self.assertEqual(list(fitted), ["certainty"])
        self.assertGreater(fitted["certainty"], 0)


class Writing(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.reads, self.manifest = Path(temporary.name) / "reads.jsonl", Path(temporary.name) / "manifest.json"
        self.manifest.write_text('{"recogniser": {"sha256": "ab"}, "calibration": {"bias": 9}, "colours": ["蓝"]}', encoding="utf-8")

    def write(self, lines: list[dict]) -> dict:
        self.reads.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
        return write_calibration([self.reads], self.manifest)

    def test_the_manifest_keeps_everything_else(self):
        made = self.write([*LINES, {"right": False}])
        self.assertEqual(made, calibrate(LINES, NAMES))
        kept = {"recogniser": {"sha256": "ab"}, "colours": ["蓝"]}
        self.assertEqual(json.loads(self.manifest.read_text(encoding="utf-8")), {**kept, "calibration": made})

    def test_a_file_without_features_is_refused_with_the_fix_and_changes_nothing(self):
        before = self.manifest.read_bytes()
        with self.assertRaisesRegex(ValueError, "reads.jsonl holds no read with features: write it with eval --features"):
            self.write([{"right": True}, {"features": None, "right": False}])
        self.assertEqual(self.manifest.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
