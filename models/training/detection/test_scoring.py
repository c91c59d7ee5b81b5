"""Figures say what was counted, and nothing about what was not."""

import unittest

import numpy as np

from detection.labels import Candidate
from detection.scoring import Score

PLATE = np.array([[40, 40], [100, 40], [100, 60], [40, 60]], np.float32)
NOTHING = np.zeros((0, 4), np.float32)


class ScoringTest(unittest.TestCase):
    def test_a_plate_found_a_little_off_counts_as_found_with_its_error(self):
        score = Score()
        score.add([Candidate(PLATE + [3, 4], 0.9, 0.1)], PLATE[None], np.zeros(1), NOTHING)
        figures = score.figures()
        self.assertEqual([figures["recall"], figures["recall_45_70_px"], figures["rows_right"]], [1.0, 1.0, 1.0])
        self.assertAlmostEqual(figures["corner_error"], 5 / 60, places=5)
        self.assertEqual(figures["false_per_picture"], 0.0)

    def test_a_candidate_elsewhere_is_false_unless_it_lies_in_an_unsure_box(self):
        elsewhere = Candidate(PLATE + 200, 0.9, 0.1)
        for unsure, false in ((NOTHING, 1.0), (np.array([[230, 230, 310, 270]], np.float32), 0.0)):
            score = Score()
            score.add([elsewhere], PLATE[None], np.zeros(1), unsure)
            self.assertEqual([score.figures()["recall"], score.figures()["false_per_picture"]], [0.0, false])

    def test_pictures_without_plates_have_no_recall(self):
        score = Score()
        score.add([], np.zeros((0, 4, 2), np.float32), np.zeros(0), NOTHING)
        self.assertEqual(score.figures(), {"false_per_picture": 0.0})

    def test_widths_that_no_plate_had_are_left_out(self):
        score = Score()
        score.add([], PLATE[None], np.zeros(1), NOTHING)
        self.assertEqual([name for name in score.figures() if name.startswith("recall_")], ["recall_45_70_px"])


if __name__ == "__main__":
    unittest.main()
