"""How plates look: their size, their ink, one picture a seed."""

import os
import unittest
from unittest import mock

import numpy as np

from synthesis.glyphs import plates_folder, signed_distance
from synthesis.layouts import layout_of
from synthesis.plates import draw_plate
from synthesis.texts import PlateText, kinds, provinces, sample_text


def drawn(text: PlateText, seed: int, worn: bool = False) -> np.ndarray:
    return draw_plate(text, np.random.default_rng(seed), worn).picture


def blue(text: str) -> PlateText:
    return PlateText(text, "blue", "blue", 1)


class Plates(unittest.TestCase):
    def test_pictures_have_the_size_of_their_plate_at_0_8_px_a_mm(self):
        rng = np.random.default_rng(1)
        for kind in kinds:
            text = sample_text(rng, kind)
            energy = kind in ("green_small", "green_large")
            wanted = (176, 352, 3) if text.rows == 2 else (112, 384 if energy else 352, 3)
            for worn in (False, True):
                picture = drawn(text, 1, worn)
                self.assertEqual((picture.shape, picture.dtype), (wanted, np.uint8))

    def test_one_seed_gives_the_same_pixels_and_another_seed_other_ones(self):
        text = blue("皖A00005")
        np.testing.assert_array_equal(drawn(text, 1, True), drawn(text, 1, True))
        self.assertFalse(np.array_equal(drawn(text, 1, True), drawn(text, 2, True)))

    def test_every_character_of_every_kind_has_its_own_cell_inside_the_plate(self):
        rng = np.random.default_rng(2)
        for kind in kinds * 8:
            text = sample_text(rng, kind)
            layout = layout_of(text)
            self.assertEqual(len(layout.places), len(text.text))
            for place in layout.places:
                self.assertTrue(0 <= place.x_mm <= layout.width_mm - place.width_mm, kind)
                self.assertTrue(0 <= place.y_mm <= layout.height_mm - place.height_mm, kind)

    def test_changing_one_character_changes_only_its_cell(self):
        one, other = drawn(blue("京A12345"), 3), drawn(blue("京A12845"), 3)
        columns = np.flatnonzero((one != other).any(axis=(0, 2)))
        place = layout_of(blue("京A12345")).places[4]
        self.assertGreaterEqual(columns.min(), int(place.x_mm * 0.8))
        self.assertLessEqual(columns.max(), int((place.x_mm + place.width_mm) * 0.8) + 1)

    def test_no_two_provinces_look_alike(self):
        for face in ("single", "upper", "energy"):
            looks = {signed_distance(face, province, 36, 72).tobytes() for province in provinces}
            self.assertEqual(len(looks), len(provinces))

    def test_a_1_stays_a_stroke_and_a_0_fills_its_cell(self):
        for face in ("single", "lower", "energy"):
            one, zero = (signed_distance(face, digit, 36, 72) > 0 for digit in "10")
            self.assertLess(one.any(axis=0).sum(), 0.72 * 36)
            self.assertGreater(zero.any(axis=0).sum(), 0.9 * 36)

    def test_military_letters_and_the_police_character_are_red(self):
        def redness(text: PlateText, place: int) -> float:
            cell = layout_of(text).places[place]
            x, y = round(cell.x_mm * 0.8), round(cell.y_mm * 0.8)
            part = drawn(text, 4)[y : y + 72, x : x + 36].astype(int)
            return float((part[..., 0] - part[..., 1]).max())

        self.assertGreater(redness(PlateText("VA12345", "military", "white", 1), 0), 100)
        self.assertLess(redness(PlateText("VA12345", "military", "white", 1), 3), 30)
        self.assertGreater(redness(PlateText("京A1234警", "police", "white", 1), 6), 100)

    def test_a_worn_plate_still_stands_out_from_its_ground(self):
        text, faint = blue("沪B68F02"), 0
        for seed in range(200):
            picture = drawn(text, seed, True).astype(float).mean(2)
            faint += np.subtract(*np.percentile(picture, [90, 30])) < 25
        self.assertLess(faint, 10)

    def test_a_missing_glyph_folder_names_the_variable_that_mends_it(self):
        with mock.patch.dict(os.environ, PLATE_DATA="/nowhere"):
            with self.assertRaisesRegex(FileNotFoundError, "PLATE_DATA: set it"):
                plates_folder()


if __name__ == "__main__":
    unittest.main()
