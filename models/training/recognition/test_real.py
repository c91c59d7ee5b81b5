import unittest

import cv2
import numpy as np

from recognition.align import TRUSTED, align
from recognition.geometry import cut_out
from recognition.real import rows_of
from recognition.recolour import recoloured
from recognition.reletter import Blank
from recognition.views import laid_over
from synthesis import draw_plate
from synthesis.glyphs import plates_folder
from synthesis.texts import PlateText


def tilted(text: str, seed: int = 1):
    """A drawn blue plate in a box that is too large for it, and its true corners."""
    plate = draw_plate(PlateText(text, "blue", "blue", 1), np.random.default_rng(seed), worn=False).picture
    corners = np.float32([[12, 10], [190, 24], [186, 82], [9, 66]])
    return laid_over(np.full((92, 200, 3), 70, np.uint8), plate, corners), corners


class RealPlates(unittest.TestCase):
    def test_alignment_finds_the_corners_of_a_tilted_plate_from_its_text(self):
        crop, corners = tilted("浙A12345")
        found, fit = align(crop, "浙A12345")
        self.assertGreater(fit, TRUSTED)
        self.assertLess(np.abs(found - corners).max(), 4)

    def test_a_wrong_text_is_not_trusted(self):
        crop, _ = tilted("浙A12345")
        _, fit = align(crop, "粤ZWMHX8")
        self.assertLess(fit, TRUSTED)

    def test_relettering_changes_the_new_characters_and_leaves_the_others(self):
        crop, corners = tilted("浙A12345")
        new = Blank(crop, corners, "浙A12345").saying("苏A12345", np.random.default_rng(0))
        same = cut_out(np.abs(new.astype(int) - crop).astype(np.uint8), corners, 1)
        self.assertGreater(same[:, 4:20].mean(), 8)
        self.assertEqual(same[:, 40:].max(), 0)
        _, fit = align(new, "苏A12345")
        self.assertGreater(fit, TRUSTED)

    def test_the_same_text_leaves_every_pixel(self):
        crop, corners = tilted("浙A12345")
        new = Blank(crop, corners, "浙A12345").saying("浙A12345", np.random.default_rng(0))
        self.assertTrue(np.array_equal(new, crop))

    def test_a_recoloured_plate_is_dark_on_yellow(self):
        crop, corners = tilted("浙A12345")
        blank = Blank(crop, corners, "浙A12345")
        plate = cut_out(recoloured(blank, crop, "yellow", np.random.default_rng(0)), corners, 1)
        red, green, blue = np.median(plate.reshape(-1, 3), axis=0)
        self.assertGreater(min(red, green), blue + 60)
        outside = recoloured(blank, crop, "yellow", np.random.default_rng(0))[:4]
        self.assertTrue(np.array_equal(outside, crop[:4]))

    def test_validation_rows_are_every_fifth_and_never_among_the_training_rows(self):
        folder = plates_folder() / "crops-ccpd"
        training, validation = rows_of(folder, False), rows_of(folder, True)
        self.assertEqual(len(validation), 319)
        self.assertEqual(len(training), 1276)
        self.assertFalse({file for file, _ in training} & {file for file, _ in validation})


if __name__ == "__main__":
    cv2.setNumThreads(1)
    unittest.main()
